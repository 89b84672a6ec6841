"""What is true of a job's clips: latent, never part of what a policy sees.

```
quality = mean quality + difficulty of the prompt + wording + luck of the draw
          - what the defects take - what the draft tier takes
```
The wording of a prompt is improved by a refinement that follows a right critique: it closes a share
of the room that is left, so that each gains less than the one before.
"""

import math
from dataclasses import dataclass

from evals.simulator.luck import ClipLuck, JobLuck
from evals.simulator.parameters import World

MAX_DEFECTS = 5
_FIRST_DEFECT = 6
_DEFECT_NUMBERS = 6
_GATED_QUALITY = 0.05


@dataclass(frozen=True, slots=True)
class LocalDefect:
    """A defect at one place of a clip.

    `cost` is what it takes from the quality; `editable` whether an edit can remove it; `located`,
    `seen`, `severity_error` and `start_seconds` are how the judge will report it.
    """

    cost: float
    editable: bool
    located: bool
    seen: float
    severity_error: float
    start_seconds: float


@dataclass(frozen=True, slots=True)
class Wording:
    """What a prompt's text adds to the quality, and what it does otherwise at the draft tier."""

    text: str
    effect: float
    draft_effect: float


@dataclass(frozen=True, slots=True)
class ClipTruth:
    """What is true of one clip."""

    draft: bool
    gated: bool
    wording: Wording
    draw: float
    defects: tuple[LocalDefect, ...]
    quality: float
    judge_bias: float


@dataclass(slots=True)
class JobTruth:
    """What is true of one prompt in one world, and the making of its clips."""

    world: World
    luck: JobLuck
    difficulty: float
    room: float
    draft_effect: float
    judge_bias: float

    @classmethod
    def of(cls, world: World, seed: int, job: int) -> "JobTruth":
        """The job number `job` of the set with this seed."""
        own = JobLuck(seed, job, stream=2).at(0)
        return cls(
            world=world,
            luck=JobLuck(seed, job),
            difficulty=world.quality_prompt_sd * own.normals[0],
            room=world.prompts_refinement_room * 2 * own.uniforms[0],
            draft_effect=world.tiers_draft_job_sd * own.normals[1],
            judge_bias=world.judge_prompt_sd * own.normals[2],
        )

    def reworded(self, index: int) -> Wording:
        """The enhancer's wording of the prompt, made at generation `index`."""
        return self._wording(
            index, self.world.prompts_rewording_sd * self.luck.at(index).normals[5]
        )

    def original(self, index: int) -> Wording:
        """The person's own words."""
        return self._wording(index, -self.world.prompts_original_loss)

    def refined(self, wording: Wording, index: int) -> Wording:
        """A wording after a critique: mostly right, sometimes misled."""
        world, luck = self.world, self.luck.at(index)
        if luck.uniforms[1] < world.judge_defect_recall:
            step = world.prompts_refinement_fraction * max(0.0, self.room - wording.effect)
        else:
            step = -world.prompts_misled_loss
        noise = world.prompts_refinement_sd * luck.normals[5]
        return self._wording(index, wording.effect + step + noise)

    def shot(self, wording: Wording, index: int, *, draft: bool) -> ClipTruth:
        """A clip drawn anew."""
        return self._clip(wording, index, self.luck.at(index).normals[0], draft=draft)

    def promoted(self, source: ClipTruth, index: int) -> ClipTruth:
        """The source's prompt once more at the final tier; only a draft's luck may come along."""
        shared = self.world.tiers_seed_correlation if source.draft else 0.0
        fresh = self.luck.at(index).normals[0]
        draw = shared * source.draw + math.sqrt(1 - shared**2) * fresh
        return self._clip(source.wording, index, draw, draft=False)

    def edited(self, source: ClipTruth, index: int, target: LocalDefect | None) -> ClipTruth:
        """The source without one defect, if the edit hits; it drifts, and may leave a new one."""
        world, luck = self.world, self.luck.at(index)
        defects = list(source.defects)
        quality = source.quality + world.edits_drift_mean + world.edits_drift_sd * luck.normals[6]
        hit = target is not None and target.located and target.editable
        if hit and target in defects and luck.uniforms[2] < world.edits_success:
            defects.remove(target)
            quality += target.cost
        if luck.uniforms[3] < world.edits_new_defect_share:
            defects.append(self._defect(luck, 0))
            quality -= defects[-1].cost
        return ClipTruth(
            draft=source.draft,
            gated=source.gated or luck.uniforms[0] < world.quality_gate_failure_share,
            wording=source.wording,
            draw=source.draw,
            defects=tuple(defects),
            quality=_bounded(quality),
            judge_bias=source.judge_bias,
        )

    def _wording(self, index: int, effect: float) -> Wording:
        draft = self.world.tiers_draft_prompt_sd * self.luck.at(index).normals[7]
        return Wording(text=f"prompt {index + 1}", effect=effect, draft_effect=draft)

    def _clip(self, wording: Wording, index: int, draw: float, *, draft: bool) -> ClipTruth:
        world, luck = self.world, self.luck.at(index)
        defects = tuple(self._defect(luck, slot) for slot in range(_count(world, luck)))
        quality = world.mean_quality + self.difficulty + wording.effect
        quality += world.quality_seed_sd * draw - sum(item.cost for item in defects)
        if draft:
            quality += self.draft_effect + wording.draft_effect - world.tiers_draft_loss
        gated = luck.uniforms[0] < world.quality_gate_failure_share
        return ClipTruth(
            draft=draft,
            gated=gated,
            wording=wording,
            draw=draw,
            defects=defects,
            quality=_GATED_QUALITY if gated else _bounded(quality),
            judge_bias=world.judge_clip_sd * luck.normals[1],
        )

    def _defect(self, luck: ClipLuck, slot: int) -> LocalDefect:
        world = self.world
        start = _FIRST_DEFECT + slot * _DEFECT_NUMBERS
        cost, editable, located, seen, error, place = luck.uniforms[start : start + _DEFECT_NUMBERS]
        return LocalDefect(
            cost=world.defects_cost_low + cost * (world.defects_cost_high - world.defects_cost_low),
            editable=editable < world.defects_editable_share,
            located=located < world.edits_located_share,
            seen=seen,
            severity_error=error,
            start_seconds=round(5.0 * place, 1),
        )


def _count(world: World, luck: ClipLuck) -> int:
    """A Poisson number from one uniform one, at most `MAX_DEFECTS`."""
    left, term, count = luck.uniforms[5], math.exp(-world.defects_per_clip), 0
    while left > term and count < MAX_DEFECTS:
        left -= term
        count += 1
        term *= world.defects_per_clip / count
    return count


def _bounded(quality: float) -> float:
    return min(1.0, max(0.0, quality))
