"""Where the world is otherwise: the nominal one with something changed, to see where ours loses."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from evals.simulator.judge import Opinion
from evals.simulator.parameters import THRESHOLD, World, changed, nominal, parameters
from evals.simulator.play import Judging
from evals.simulator.prices import Prices, catalog_prices

NOISE_SCALES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
_NOISES = ("judge_prompt_sd", "judge_clip_sd", "judge_call_sd")


@dataclass(frozen=True, slots=True)
class Regime:
    """A name, what is changed in the nominal world, and the prices."""

    name: str
    changes: Mapping[str, float] = field(default_factory=dict[str, float])
    resolution: str = "720p"
    draft_share: float | None = None

    @property
    def world(self) -> World:
        """The nominal world with the changes."""
        return changed(nominal(), **self.changes)

    @property
    def prices(self) -> Prices:
        """The catalog's, or with drafts at a share of the final price."""
        prices = catalog_prices(self.resolution)
        if self.draft_share is None:
            return prices
        draft = (prices.final_usd * round(100 * self.draft_share)) / 100
        return replace(prices, draft_usd=draft)


REGIMES = (
    Regime("nominal"),
    Regime("final at 1080p", resolution="1080p"),
    Regime("final at 4K", resolution="4k"),
    Regime("drafts cost 0.55 of a final", draft_share=0.55),
    Regime("easy: 85% of single shots are good", {"quality_one_shot_yield": 0.85}),
    Regime("60% are", {"quality_one_shot_yield": 0.60}),
    Regime("25% are", {"quality_one_shot_yield": 0.25}),
    Regime("hard: 10% are", {"quality_one_shot_yield": 0.10}),
    Regime("very hard: 5% are", {"quality_one_shot_yield": 0.05}),
    Regime(
        "hard, and the prompt is to blame: room 0.16",
        {"quality_one_shot_yield": 0.10, "prompts_refinement_room": 0.16},
    ),
    Regime("prompts are alike", {"quality_prompt_sd": 0.03}),
    Regime("prompts differ much", {"quality_prompt_sd": 0.18}),
    Regime("rewording gains nothing", {"prompts_refinement_room": 0.0}),
    Regime(
        "rewording harms",
        {"prompts_refinement_room": 0.0, "judge_defect_recall": 0.3, "prompts_misled_loss": 0.04},
    ),
    Regime("luck is all: draws differ by 0.14", {"quality_seed_sd": 0.14}),
    Regime("the model keeps its seed", {"tiers_seed_correlation": 0.9}),
    Regime("drafts mislead", {"tiers_draft_prompt_sd": 0.08, "tiers_draft_job_sd": 0.10}),
    Regime("many defects", {"defects_per_clip": 1.8}),
    Regime(
        "many defects, edits mend them",
        {
            "defects_per_clip": 1.8,
            "edits_success": 0.95,
            "edits_located_share": 0.9,
            "defects_editable_share": 0.9,
        },
    ),
    Regime("edits spoil", {"edits_success": 0.1, "edits_drift_mean": -0.06}),
    Regime("judge praises: +0.10", {"judge_optimism": 0.10}),
    Regime("judge is harsh: -0.10", {"judge_optimism": -0.10}),
)


def noisy(scale: float) -> Regime:
    """All noise and bias of the judge times `scale`; what it believes of itself stays."""
    known = parameters()
    return Regime(f"judge noise x{scale:g}", {name: scale * known[name].value for name in _NOISES})


def swept() -> list[Regime]:
    """Each parameter with a range at its low and at its high end, the others nominal."""
    return [
        Regime(f"{name} = {value:g}", {name: value})
        for name, one in parameters().items()
        if one.low < one.high
        for value in (one.low, one.high)
    ]


def _always_ten(opinion: Opinion, index: int) -> Opinion:
    del index
    return replace(opinion, score=1.0, lower=0.9, upper=1.0, passed=True, defects=(), targets=())


def _random(opinion: Opinion, index: int) -> Opinion:
    score = random.Random(f"{index} {opinion.score!r}").random()  # noqa: S311 - a simulation
    return replace(opinion, score=score, lower=score, upper=score, passed=score >= THRESHOLD)


def _silent(opinion: Opinion, index: int) -> None:
    del opinion, index


LIARS: dict[str, Judging] = {
    "always 10": _always_ten,
    "at random": _random,
    "silent": _silent,
}
"""Judges that say nothing about the clip."""
