"""The judge: reads the truth through its bias and its noise, and says what a policy may see."""

import math
from dataclasses import dataclass, field

from evals.simulator.luck import JobLuck
from evals.simulator.parameters import THRESHOLD, World
from evals.simulator.truth import ClipTruth, JobTruth, LocalDefect
from video_agent.models import Defect

MOST_REPEATS = 3
CONFIDENCE = 1.28
"""Standard deviations of the interval's half-width: 80%."""
_LARGEST_COST = 0.14
_SPAN_SECONDS = 0.8
_COMPLAINT_BELOW = 0.95


@dataclass(frozen=True, slots=True)
class Opinion:
    """A score with its interval, what is wrong, and how many judgements it took."""

    score: float
    lower: float
    upper: float
    passed: bool
    defects: tuple[Defect, ...]
    targets: tuple[LocalDefect | None, ...]
    judgements: int


@dataclass(slots=True)
class WorldJudge:
    """Judges clips of one job; repeats where the threshold lies inside the interval."""

    job: JobTruth
    pairs: JobLuck
    _compared: int = field(default=0)

    def judge(self, clip: ClipTruth, index: int) -> Opinion:
        """Judge one clip, which the gate let through."""
        world, normals = self.job.world, self.job.luck.at(index).normals
        seen = self._seen(clip)
        readings: list[float] = []
        while True:
            readings.append(seen + world.judge_call_sd * normals[2 + len(readings)])
            score = _bounded(sum(readings) / len(readings))
            half = believed_half_width(world, len(readings))
            clear = score - half >= THRESHOLD or score + half < THRESHOLD
            if clear or len(readings) == MOST_REPEATS:
                break
        defects = self._report(clip, index, score)
        return Opinion(
            score=score,
            lower=_bounded(score - half),
            upper=_bounded(score + half),
            passed=score - half >= THRESHOLD
            or (len(readings) == MOST_REPEATS and score >= THRESHOLD),
            defects=tuple(item for item, _ in defects),
            targets=tuple(target for _, target in defects),
            judgements=len(readings),
        )

    def prefers(self, first: ClipTruth, second: ClipTruth) -> int:
        """Ask in both orders: 1 the first is better, -1 the second, 0 a tie (the orders disagree).

        What the judge misreads of the prompt falls out; its bias for one of the clips does not.
        """
        world, normals = self.job.world, self.pairs.at(self._compared).normals
        self._compared += 1
        lead = self._seen(first) - self._seen(second)
        noise = math.sqrt(2) * world.judge_call_sd
        one = lead + world.judge_order_bias + noise * normals[0]
        other = lead - world.judge_order_bias + noise * normals[1]
        if (one > 0) != (other > 0):
            return 0
        return 1 if one > 0 else -1

    def _seen(self, clip: ClipTruth) -> float:
        world = self.job.world
        hidden = (1 - world.tiers_draft_loss_seen) * world.tiers_draft_loss if clip.draft else 0.0
        bias = world.judge_optimism + self.job.judge_bias + clip.judge_bias
        return clip.quality + hidden + bias

    def _report(
        self, clip: ClipTruth, index: int, score: float
    ) -> list[tuple[Defect, LocalDefect | None]]:
        world = self.job.world
        recall = world.judge_defect_recall * (world.tiers_draft_recall if clip.draft else 1.0)
        found: list[tuple[Defect, LocalDefect | None]] = [
            (_local(item), item) for item in clip.defects if item.seen < recall
        ]
        luck = self.job.luck.at(index)
        if luck.uniforms[4] < world.judge_false_defect_share:
            found.append((_at(5.0 * luck.uniforms[1], 0.4), None))
        if score < _COMPLAINT_BELOW:
            found.append((_overall(score), None))
        return sorted(found, key=lambda pair: -pair[0].severity)


def believed_half_width(world: World, repeats: int) -> float:
    """Half the interval around a score, by the noise that the judge is believed to have."""
    clip, call = world.judge_believed_clip_sd, world.judge_believed_call_sd
    return CONFIDENCE * math.sqrt(clip**2 + call**2 / repeats)


def _local(defect: LocalDefect) -> Defect:
    severity = 0.8 * defect.cost / _LARGEST_COST + 0.2 * defect.severity_error
    return _at(defect.start_seconds, _bounded(severity))


def _at(start_seconds: float, severity: float) -> Defect:
    return Defect(
        kind="artefact",
        description="something is wrong here",
        start_seconds=start_seconds,
        end_seconds=start_seconds + _SPAN_SECONDS,
        severity=severity,
    )


def _overall(score: float) -> Defect:
    """What is missing of the request, without a place: the severer the lower the score."""
    return Defect(
        kind="prompt_adherence",
        description="the request is not fully met",
        severity=_bounded(1.5 * (_COMPLAINT_BELOW - score)),
    )


def _bounded(value: float) -> float:
    return min(1.0, max(0.0, value))
