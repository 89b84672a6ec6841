"""How a measure becomes a signal: `@metric` on a function of the clip's measures.

    @metric(
        name="noise", unit="levels", value_range=(0.0, 60.0), direction="lower", good=0.25, bad=3.0,
        source="Immerkaer 1996", dimension="technical_picture",
        complaint="the picture is noisy", advice="ask for clean light",
    )
    def noise(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
        return Reading(clip.detail.noise_deviation) if clip.detail else None

The value maps to a score on a straight ramp from `bad` (0) to `good` (1), unless the function gives
the score itself. A signal passes from a score of 0.5 up. None means that the signal does not apply
to this clip, `NotMeasured` that it would apply but cannot be told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from video_agent.media.measures import ClipMeasures, Interval
from video_agent.models import Defect, Signal
from video_agent.quality.expected import ExpectedClip

PASS_SCORE = 0.5
_MAX_PLACES = 3

Direction = Literal["higher", "lower", "range"]
SignalDimension = Literal[
    "technical_picture", "technical_stability", "technical_motion", "technical_sound"
]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a metric function found.

    The value, a score of its own if the ramp is not enough, where it is worst, and the value in
    words if a number says little.
    """

    value: float
    score: float | None = None
    where: tuple[Interval, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """Instead of a reading: what the report says was not measured in this clip, and why."""

    what: str


MetricFunction = Callable[[ClipMeasures, ExpectedClip], Reading | NotMeasured | None]


@dataclass(frozen=True, slots=True)
class Measured:
    """One signal of one clip with the defects it shows."""

    metric: "Metric"
    signal: Signal
    score: float
    defects: tuple[Defect, ...]
    where: tuple[Interval, ...]

    @property
    def weight(self) -> float:
        """What it weighs in a mean; a rare fault only as far as it is there."""
        share = 1.0 - self.score if self.metric.rare else 1.0
        return self.metric.weight * share


@dataclass(frozen=True, slots=True)
class Metric:
    """A declared signal; call `measure`.

    Attributes:
        name: Unique, snake case; also the kind of its defects.
        unit: Of the value.
        value_range: Smallest and largest possible value.
        direction: Which way is better; `range` when both ends are bad.
        good: Value that scores 1.
        bad: Value that scores 0.
        source: Where the formula comes from.
        dimension: The dimension it counts in.
        weight: Its share there and in the technical score; under 1 it also softens the defects'
            severity.
        complaint: What is wrong when it fails, in plain words.
        advice: What to change in the prompt then.
        read: The function.
        also_called: How else a judge may name the fault: beginnings of words, lower case.
        informs: Tells something and judges nothing: no score, no defect; its weight is 0.
        rare: A fault that most clips do not have; being without it is no merit, so it weighs only
            as far as the clip has it.
    """

    name: str
    unit: str
    value_range: tuple[float, float]
    direction: Direction
    good: float
    bad: float
    source: str
    dimension: SignalDimension
    weight: float
    complaint: str
    advice: str
    read: MetricFunction
    also_called: tuple[str, ...] = ()
    informs: bool = False
    rare: bool = False

    @property
    def pass_condition(self) -> str:
        """In words."""
        if self.informs:
            return "none: it only informs"
        return f"score at least {PASS_SCORE:g}; {self.good:g} {self.unit} is good, {self.bad:g} bad"

    def measure(self, clip: ClipMeasures, expected: ExpectedClip) -> Measured | None:
        """Read the clip; None when the metric does not apply to it."""
        reading = self.read(clip, expected)
        if not isinstance(reading, Reading):
            return None
        if self.informs:
            return self._informing(reading)
        ramped = ramp(reading.value, self.bad, self.good)
        score = round(min(1.0, max(0.0, ramped if reading.score is None else reading.score)), 4)
        passed = score >= PASS_SCORE
        signal = Signal(
            name=self.name,
            value=round(reading.value, 6),
            unit=self.unit,
            direction=self.direction,
            score=score,
            passed=passed,
            source=self.source,
            label=reading.label,
        )
        defects = () if passed else self._defects(score, reading.where)
        return Measured(self, signal, score, defects, reading.where)

    def missing(self, clip: ClipMeasures, expected: ExpectedClip) -> str | None:
        """What the report says was not measured; None when it was, or does not apply."""
        reading = self.read(clip, expected)
        return reading.what if isinstance(reading, NotMeasured) else None

    def _informing(self, reading: Reading) -> Measured:
        """A number of the report that weighs nothing and is never weak."""
        signal = Signal(
            name=self.name,
            value=round(reading.value, 6),
            unit=self.unit,
            direction=self.direction,
            source=self.source,
            label=reading.label,
        )
        return Measured(self, signal, 1.0, (), reading.where)

    def _defects(self, score: float, where: tuple[Interval, ...]) -> tuple[Defect, ...]:
        places = where[:_MAX_PLACES] or (None,)
        return tuple(
            Defect(
                kind=self.name,
                description=self.complaint,
                start_seconds=round(place.start_seconds, 2) if place else None,
                end_seconds=round(place.end_seconds, 2) if place else None,
                severity=round((1.0 - score) * min(1.0, self.weight), 3),
                origin="signal",
            )
            for place in places
        )


def metric(  # noqa: PLR0913  # a declaration: every field has a name and a reason
    *,
    name: str,
    unit: str,
    value_range: tuple[float, float],
    direction: Direction,
    good: float,
    bad: float,
    source: str,
    dimension: SignalDimension,
    complaint: str,
    advice: str,
    weight: float = 1.0,
    also_called: tuple[str, ...] = (),
    informs: bool = False,
    rare: bool = False,
) -> Callable[[MetricFunction], Metric]:
    """Declare a metric; see `Metric` for the fields.

    The decorated name is then a `Metric` to put into a tuple of signals.
    """

    def declare(read: MetricFunction) -> Metric:
        return Metric(
            name, unit, value_range, direction, good, bad, source, dimension,
            0.0 if informs else weight, complaint, advice, read, also_called, informs, rare,
        )  # fmt: skip

    return declare


def ramp(value: float, start: float, end: float) -> float:
    """0 at `start`, 1 at `end`, straight between, clipped; `start` may be the larger."""
    return min(1.0, max(0.0, (value - start) / (end - start)))
