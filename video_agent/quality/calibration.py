"""The numbers behind the score, read from `calibration.toml`, where each has its provenance."""

import tomllib
from collections.abc import Collection
from functools import cache
from importlib import resources
from typing import Any

from pydantic import ConfigDict, ValidationError

from video_agent.errors import ConfigurationError
from video_agent.models import Value


class _Section(Value):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FusionNumbers(_Section):
    """How signals and judge are put together; shares from 0 to 1."""

    technical_share: float
    worst_share: float
    provenance: str


class Caps(_Section):
    """What no score gets above; see `score.py`."""

    praise_margin: float
    severe: float
    severity_cost: float
    gate: float
    provenance: str


class RepeatNumbers(_Section):
    """How often a clip is judged at most, and how far two judgements of one clip differ.

    `deviation` is in units of the score and counts like `deviation_weight` observed repeats;
    `width` is half the interval in deviations of the mean.
    """

    most: int
    deviation: float
    deviation_weight: float
    width: float
    provenance: str


class Family(_Section):
    """Judged dimensions that share one part of the judged score, and their parts inside it."""

    share: float
    parts: dict[str, float]


class Calibration(Value):
    """Everything of the file that the score needs."""

    version: int
    fusion: FusionNumbers
    judged: dict[str, Family]
    caps: Caps
    repeats: RepeatNumbers

    def judged_weights(self, names: Collection[str]) -> dict[str, float]:
        """The weight of each of these dimensions when a judge scored just them.

        A family's share is divided among those of it that were scored.
        """
        weights: dict[str, float] = {}
        for family in self.judged.values():
            scored = {name: part for name, part in family.parts.items() if name in names}
            total = sum(scored.values())
            weights |= {name: family.share * part / total for name, part in scored.items()}
        return weights


def read_calibration(text: str) -> Calibration:
    """Read a calibration file's text.

    Raises:
        ConfigurationError: It is no TOML, or a number is missing or of the wrong kind.
    """
    try:
        found: dict[str, Any] = tomllib.loads(text)
        known = {name: found[name] for name in Calibration.model_fields}
        return Calibration.model_validate(known)
    except (tomllib.TOMLDecodeError, KeyError, ValidationError) as error:
        raise ConfigurationError(f"the calibration cannot be read: {error}") from error


@cache
def calibration() -> Calibration:
    """The packaged calibration."""
    file = resources.files("video_agent.quality").joinpath("calibration.toml")
    return read_calibration(file.read_text(encoding="utf-8"))
