"""Hard gates: cheap, deterministic, first. A clip that fails one is not worth a judge's money."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from video_agent.errors import MediaError
from video_agent.media.measures import ClipMeasures, Interval
from video_agent.models import Defect, Signal
from video_agent.quality.expected import ExpectedClip

SILENT_LUFS = -60.0
SILENT_SHARE = 0.98
BLACK_SHARE = 0.5
FROZEN_SHARE = 0.5
REPEATED_SHARE = 0.9
FPS_TOLERANCE = 0.01
_ROUNDING_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What still counts as delivered.

    So many frames, and seconds on top, of difference in length.
    """

    frames: float = 1.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate: its number, whether the clip passed, and what is wrong if not."""

    name: str
    value: float
    unit: str
    passed: bool
    description: str
    where: tuple[Interval, ...] = ()

    @property
    def signal(self) -> Signal:
        """As a signal of the report."""
        return Signal(
            name=f"gate_{self.name}",
            value=round(self.value, 4),
            unit=self.unit,
            direction="range",
            score=1.0 if self.passed else 0.0,
            passed=self.passed,
            source="request against delivery",
        )

    @property
    def defect(self) -> Defect | None:
        """What is wrong; None when the clip passed."""
        if self.passed:
            return None
        first = self.where[0] if self.where else None
        return Defect(
            kind=self.name,
            description=self.description,
            start_seconds=round(first.start_seconds, 2) if first else None,
            end_seconds=round(first.end_seconds, 2) if first else None,
            severity=1.0,
            origin="gate",
        )


Gate = Callable[[ClipMeasures, ExpectedClip, Tolerance], GateResult | None]


def undecodable(error: MediaError) -> GateResult:
    """The result for a file that cannot be measured at all."""
    return GateResult("undecodable", 0.0, "", passed=False, description=error.message)


def whole(clip: ClipMeasures, expected: ExpectedClip, tolerance: Tolerance) -> GateResult:
    """Every announced frame is there."""
    return GateResult(
        "undecodable",
        float(clip.missing_frames),
        "frames",
        passed=clip.missing_frames == 0,
        description=f"{clip.missing_frames} frames are missing from the file",
    )


def length(clip: ClipMeasures, expected: ExpectedClip, tolerance: Tolerance) -> GateResult:
    """The picture lasts as long as asked, to a frame and the tolerance."""
    allowed = tolerance.frames / (clip.facts.fps or expected.fps) + tolerance.seconds
    measured = clip.picture_seconds
    return GateResult(
        "wrong_length",
        measured,
        "s",
        passed=abs(measured - expected.duration_seconds) <= allowed + _ROUNDING_SECONDS,
        description=f"the clip lasts {measured:.2f} s instead of {expected.duration_seconds:g} s",
    )


def size(clip: ClipMeasures, expected: ExpectedClip, tolerance: Tolerance) -> GateResult:
    """Width and height are as asked."""
    facts = clip.facts
    return GateResult(
        "wrong_size",
        float(facts.height),
        "px",
        passed=(facts.width, facts.height) == (expected.width, expected.height),
        description=f"the picture is {facts.width} x {facts.height} "
        f"instead of {expected.width} x {expected.height}",
    )


def frame_rate(clip: ClipMeasures, expected: ExpectedClip, tolerance: Tolerance) -> GateResult:
    """Frames a second are as asked, to 1 % (23.976 counts as 24)."""
    return GateResult(
        "wrong_fps",
        clip.facts.fps,
        "frames/s",
        passed=abs(clip.facts.fps - expected.fps) <= FPS_TOLERANCE * expected.fps,
        description=f"the clip has {clip.facts.fps:g} frames a second instead of {expected.fps:g}",
    )


def not_black(clip: ClipMeasures, expected: ExpectedClip, tolerance: Tolerance) -> GateResult:
    """Less than half of the frames are black."""
    return GateResult(
        "black",
        clip.light.black_share,
        "share",
        passed=clip.light.black_share < BLACK_SHARE,
        description=f"{clip.light.black_share:.0%} of the clip is black",
        where=clip.light.black_intervals,
    )


def not_frozen(
    clip: ClipMeasures, expected: ExpectedClip, tolerance: Tolerance
) -> GateResult | None:
    """No standstill for half of the clip; a black clip is that gate's business."""
    if clip.light.black_share >= BLACK_SHARE:
        return None
    cadence = clip.cadence
    share = max(cadence.longest_freeze_seconds / clip.picture_seconds, 0.0)
    held = f"the picture stands still for {cadence.longest_freeze_seconds:.1f} s"
    repeats = f"{cadence.duplicate_share:.0%} of the frames repeat the one before"
    return GateResult(
        "frozen",
        share,
        "share",
        passed=share < FROZEN_SHARE and cadence.duplicate_share < REPEATED_SHARE,
        description=held if share >= FROZEN_SHARE else repeats,
        where=cadence.freeze_intervals,
    )


def audible(clip: ClipMeasures, expected: ExpectedClip, tolerance: Tolerance) -> GateResult | None:
    """There is sound where sound was asked for."""
    if not expected.audio:
        return None
    if clip.sound is None:
        return GateResult(
            "silent", 0.0, "LUFS", passed=False, description="there is no sound track"
        )
    sound = clip.sound
    return GateResult(
        "silent",
        sound.loudness_lufs,
        "LUFS",
        passed=sound.loudness_lufs > SILENT_LUFS and sound.silence_share < SILENT_SHARE,
        description="the sound track is silent",
    )


DEFAULT_GATES: tuple[Gate, ...] = (
    whole, length, size, frame_rate, not_black, not_frozen, audible,
)  # fmt: skip


def check_gates(
    clip: ClipMeasures,
    expected: ExpectedClip,
    *,
    tolerance: Tolerance | None = None,
    gates: Sequence[Gate] = DEFAULT_GATES,
) -> tuple[GateResult, ...]:
    """Run the gates; those that do not apply are left out."""
    allowed = tolerance or Tolerance()
    results = (gate(clip, expected, allowed) for gate in gates)
    return tuple(result for result in results if result is not None)
