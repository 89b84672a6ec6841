"""Grades from 0 to 1 for what was measured, with the numbers they rest on.

The ramps follow the ranges that the measures declare (`media.measures`); their upper ends are set
so that a clip without fault comes near 1 without reaching it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from video_agent.media.measures import ClipMeasures

LOUDNESS_TARGET_LUFS = -16.0
BEST = 0.97


@dataclass(frozen=True)
class Grade:
    """One graded quality: 0 to 1, the evidence in words, and its share in its dimension."""

    name: str
    value: float
    evidence: str
    weight: float = 1.0


def rise(value: float, low: float, high: float) -> float:
    """0 at `low` and below, 1 at `high` and above, straight between."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def fall(value: float, low: float, high: float) -> float:
    """1 at `low` and below, 0 at `high` and above."""
    return 1.0 - rise(value, low, high)


@dataclass(frozen=True)
class Marks:
    """One dimension in both roles of a judge, 0 to 1: the fair viewer's and the critic's."""

    fair: float
    critic: float
    evidence: str

    @property
    def both(self) -> float:
        """Half viewer, half critic: one fault spoils a clip, which a mean would hide."""
        return round((self.fair + self.critic) / 2, 3)


def combined(grades: Sequence[Grade]) -> Marks:
    """The viewer takes the weighted mean, the critic the worst."""
    total = sum(grade.weight for grade in grades)
    mean = sum(grade.value * grade.weight for grade in grades) / total
    weakest = sorted(grades, key=lambda grade: grade.value)[:3]
    return Marks(
        fair=round(BEST * mean, 4),
        critic=round(BEST * weakest[0].value, 4),
        evidence="; ".join(grade.evidence for grade in weakest),
    )


def picture_grades(clip: ClipMeasures) -> list[Grade]:
    """Visual quality: sharpness, noise, exposure, contrast, colour."""
    light, colour, detail = clip.light, clip.colour, clip.detail
    grades = [
        Grade(
            "exposure",
            1 - max(rise(light.dark_share, 0.55, 0.95), rise(light.bright_share, 0.12, 0.45)),
            f"mean luma {light.luma_mean:.0f}, {light.dark_share:.0%} black, "
            f"{light.bright_share:.0%} white",
        ),
        Grade(
            "contrast", rise(light.contrast, 6, 24), f"contrast {light.contrast:.0f} levels", 0.7
        ),
        Grade(
            "colour",
            rise(colour.colourfulness, 1, 10),
            f"colourfulness {colour.colourfulness:.0f}",
            0.4,
        ),
    ]
    if detail is None:
        return grades
    clean = detail.laplacian_deviation * (
        1 - detail.noise_deviation / (detail.noise_deviation + 12)
    )
    sharp = sqrt(rise(detail.sharpness_ratio, 0.28, 0.58) * rise(clean, 2, 9))
    words = f"sharpness ratio {detail.sharpness_ratio:.2f}, detail {clean:.1f} levels"
    noise = f"noise {detail.noise_deviation:.1f} levels"
    return [
        Grade("sharpness", sharp, words, 1.5),
        Grade("noise", fall(detail.noise_deviation, 0.4, 4.0), noise),
        Grade("blocking", fall(detail.blocking, 1.6, 4.5), f"blocking {detail.blocking:.1f}", 0.6),
        *grades,
    ]


def steadiness_grades(clip: ClipMeasures) -> list[Grade]:
    """Temporal consistency: flicker, held frames, cuts."""
    steady, cadence = clip.steadiness, clip.cadence
    local = rise(steady.flicker_relative, 0.3, 0.75) * rise(steady.flicker_local, 0.4, 3.0)
    flicker = 1 - max(rise(steady.flicker_global, 0.15, 3.0), local)
    held = max(
        rise(cadence.duplicate_share, 0.05, 0.4), rise(cadence.longest_freeze_seconds, 0.25, 1.2)
    )
    count = len(steady.cuts_seconds)
    return [
        Grade(
            "flicker", flicker, f"brightness jumps {steady.flicker_global:.1f} levels a frame", 2.0
        ),
        Grade("held_frames", 1 - held, f"{cadence.duplicate_share:.0%} of the frames repeat"),
        Grade("cuts", fall(count, 0, 2), f"{count} cuts" if count else "no cuts"),
    ]


def motion_grades(clip: ClipMeasures) -> list[Grade]:
    """Motion: even steps, predictable middle frames, some life, no shake."""
    judder = clip.cadence.judder
    grades = [Grade("evenness", fall(judder, 0.35, 2.2), f"unevenness {judder:.2f}")]
    if clip.motion is not None:
        motion = clip.motion
        error = rise(motion.interpolation_relative, 0.45, 1.2)
        error *= rise(motion.interpolation_error, 0.8, 6.0)
        evidence = f"middle frames miss by {motion.interpolation_error:.1f} levels"
        grades.append(Grade("smoothness", 1 - error, evidence))
        life = rise(motion.dynamic_degree, 0.0, 0.012)
        speed = f"fastest parts move {motion.dynamic_degree:.2f} heights a second"
        grades.append(Grade("life", life, speed, 0.7))
    if clip.camera is not None:
        shake = clip.camera.shake
        grades.append(
            Grade("shake", fall(shake, 0.008, 0.05), f"shake {shake:.3f} heights a second")
        )
    return grades


def sound_grades(clip: ClipMeasures) -> list[Grade]:
    """Audio: level, clipping, silence, length; empty when there is no sound track."""
    sound = clip.sound
    if sound is None:
        return []
    off = abs(sound.loudness_lufs - LOUDNESS_TARGET_LUFS)
    clipping = max(rise(sound.clipping_share, 0.0002, 0.004), rise(sound.true_peak_dbfs, 0.2, 2.5))
    return [
        Grade("loudness", fall(off, 5, 22), f"loudness {sound.loudness_lufs:.1f} LUFS"),
        Grade("clipping", 1 - clipping, f"true peak {sound.true_peak_dbfs:.1f} dBFS"),
        Grade(
            "silence", fall(sound.silence_share, 0.35, 0.95), f"{sound.silence_share:.0%} silent"
        ),
        Grade(
            "length",
            fall(sound.end_gap_seconds, 0.15, 1.0),
            f"ends {sound.end_gap_seconds:.2f} s off",
        ),
    ]
