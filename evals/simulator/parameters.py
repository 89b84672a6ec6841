"""The world's parameters: read from `world.toml`, each with its range and its source.

A `World` is one setting of them all. The nominal world has every parameter at its value; a set of
worlds draws each from its range. The mean quality of clips is not a parameter: it follows from the
share of single shots that clear the threshold.
"""

import dataclasses
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("world.toml")
THRESHOLD = 0.8
"""The default of a request."""
_YIELD_DRAWS = 100_000
_MAX_DEFECTS = 5


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure: what it is in the nominal world, its range, and where it is from."""

    name: str
    value: float
    low: float
    high: float
    source: str

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high or not self.source:
            message = f"{self.name}: the value must lie in its range and have a source"
            raise ValueError(message)


@dataclass(frozen=True)
class World:
    """One setting of all parameters; fields are named `section_key` after `world.toml`."""

    quality_one_shot_yield: float
    quality_prompt_sd: float
    quality_seed_sd: float
    quality_gate_failure_share: float
    defects_per_clip: float
    defects_cost_low: float
    defects_cost_high: float
    defects_editable_share: float
    prompts_refinement_room: float
    prompts_refinement_fraction: float
    prompts_refinement_sd: float
    prompts_rewording_sd: float
    prompts_misled_loss: float
    prompts_original_loss: float
    tiers_draft_loss: float
    tiers_draft_loss_seen: float
    tiers_draft_job_sd: float
    tiers_draft_prompt_sd: float
    tiers_draft_recall: float
    tiers_seed_correlation: float
    edits_success: float
    edits_located_share: float
    edits_drift_mean: float
    edits_drift_sd: float
    edits_new_defect_share: float
    judge_optimism: float
    judge_prompt_sd: float
    judge_clip_sd: float
    judge_call_sd: float
    judge_defect_recall: float
    judge_false_defect_share: float
    judge_order_bias: float
    judge_believed_clip_sd: float
    judge_believed_call_sd: float

    @cached_property
    def mean_quality(self) -> float:
        """What a clip without luck and without defects is worth: gives the one-shot yield."""
        rng = np.random.default_rng(20261123)
        spread = rng.standard_normal(_YIELD_DRAWS) * np.hypot(
            np.hypot(self.quality_prompt_sd, self.quality_seed_sd), self.prompts_rewording_sd
        )
        counts = np.minimum(rng.poisson(self.defects_per_clip, _YIELD_DRAWS), _MAX_DEFECTS)
        costs = rng.uniform(
            self.defects_cost_low, self.defects_cost_high, (_YIELD_DRAWS, _MAX_DEFECTS)
        )
        kept = np.arange(_MAX_DEFECTS) < counts[:, None]
        luck = spread - (costs * kept).sum(axis=1)
        clean = self.quality_one_shot_yield / (1 - self.quality_gate_failure_share)
        return THRESHOLD - float(np.quantile(luck, max(0.0, 1 - clean)))


@lru_cache(maxsize=1)
def parameters() -> Mapping[str, Parameter]:
    """Every parameter of the file by its name, `section_key`.

    Raises:
        ValueError: A value outside its range, or one without a source.
    """
    sections = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        f"{section}_{key}": Parameter(f"{section}_{key}", **entry)
        for section, entries in sections.items()
        for key, entry in entries.items()
    }


def file_digest() -> str:
    """The sha256 of `world.toml`, in hexadecimal."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def nominal() -> World:
    """Every parameter at its value."""
    return World(**{name: one.value for name, one in parameters().items()})


def drawn(seed: int) -> World:
    """Every parameter uniform in its range, independently."""
    rng = np.random.default_rng([seed, 7])
    return World(
        **{name: float(rng.uniform(one.low, one.high)) for name, one in parameters().items()}
    )


def changed(world: World, **values: float) -> World:
    """The same world with some parameters replaced; they may lie outside their ranges."""
    return dataclasses.replace(world, **values)
