"""A verdict on a clip: answers, dimensions, defects and a summary, all from what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from video_agent.media.measures import ClipMeasures, Interval
from video_agent.studio.judge.grades import (
    BEST,
    Grade,
    Marks,
    combined,
    motion_grades,
    picture_grades,
    sound_grades,
    steadiness_grades,
)
from video_agent.studio.judge.questions import Finding, Wanted, ask

COMPLAINT_BELOW = 0.72
UNSEEN = (
    "Not measurable offline: whether the subject and what it does are the ones asked for; only "
    "colours, light, movement, camera and sound were compared."
)
COMPLAINTS: dict[str, tuple[str, str]] = {
    "sharpness": ("blur", "The picture is soft; fine detail is missing."),
    "noise": ("noise", "The picture is noisy."),
    "blocking": ("blocking", "Square blocks from compression are visible."),
    "exposure": ("exposure", "Large parts are too dark or too bright to see."),
    "contrast": ("contrast", "The light is flat, with little contrast."),
    "colour": ("colour", "The colours are dull."),
    "flicker": ("flicker", "The light flickers: brightness jumps from frame to frame."),
    "held_frames": ("stutter", "Frames are held: the movement stutters."),
    "cuts": ("cut", "There is a cut where one continuous shot was asked for."),
    "evenness": ("judder", "The movement is jerky."),
    "smoothness": ("judder", "The movement is not smooth from frame to frame."),
    "life": ("stillness", "Hardly anything moves."),
    "shake": ("shake", "The camera shakes."),
    "loudness": ("loudness", "The sound is far too quiet or too loud."),
    "clipping": ("clipping", "The sound is clipped."),
    "silence": ("silence", "Long stretches are silent."),
    "length": ("sound_length", "The sound does not end with the picture."),
}
PRAISE: dict[str, str] = {
    "sharpness": "a sharp picture",
    "noise": "a clean picture",
    "exposure": "light and shadow",
    "colour": "the colours",
    "flicker": "steady light",
    "smoothness": "smooth movement",
    "evenness": "even movement",
    "shake": "a steady camera",
    "loudness": "the level of the sound",
}
"""What to say of a grade that is high; the other grades are only missed when they are low."""
_MOST_PRAISE = 4
WEIGHTS = {
    "prompt_adherence": 0.4,
    "visual_quality": 0.2,
    "motion": 0.15,
    "temporal_consistency": 0.15,
    "audio": 0.1,
}


@dataclass(frozen=True)
class Verdict:
    """What the judge says. Scores are 0 to 1, times are seconds from the start."""

    findings: tuple[Finding, ...]
    dimensions: dict[str, Marks]
    defects: tuple[dict[str, object], ...]
    summary: str
    duration_seconds: float

    @property
    def overall(self) -> float:
        """The weighted mean of the dimensions."""
        total = sum(WEIGHTS[name] for name in self.dimensions)
        return round(
            sum(WEIGHTS[name] * marks.both for name, marks in self.dimensions.items()) / total, 3
        )


def judge(wanted: Wanted, clip: ClipMeasures) -> Verdict:
    """Judge a measured clip against the words of a request."""
    findings = ask(wanted, clip)
    groups = {
        "visual_quality": picture_grades(clip),
        "motion": motion_grades(clip),
        "temporal_consistency": steadiness_grades(clip),
        "audio": sound_grades(clip) if wanted.sound else [],
    }
    dimensions = {name: combined(grades) for name, grades in groups.items() if grades}
    dimensions = {"prompt_adherence": _adherence(findings, dimensions), **dimensions}
    grades = [grade for group in groups.values() for grade in group]
    missed = [finding for finding in findings if finding.degree < COMPLAINT_BELOW]
    defects = [_defect(grade, clip) for grade in grades if grade.value < COMPLAINT_BELOW]
    defects += [_missing(finding) for finding in missed]
    return Verdict(
        findings=tuple(findings),
        dimensions=dimensions,
        defects=tuple(sorted(defects, key=lambda item: -_severity_of(item))),
        summary=_summary(findings, grades),
        duration_seconds=clip.picture_seconds,
    )


def _adherence(findings: Sequence[Finding], others: dict[str, Marks]) -> Marks:
    """How far the measurable questions are answered yes, and how well it can be seen at all.

    The viewer forgives what is hard to see, the critic does not.
    """
    total = sum(finding.weight for finding in findings)
    share = sum(finding.degree * finding.weight for finding in findings) / total if total else 0.0
    seen = min(others["visual_quality"].both, others["temporal_consistency"].both)
    legible = min(1.0, seen / BEST)
    count = sum(finding.satisfied for finding in findings)
    evidence = f"{count} of {len(findings)} measurable questions answered yes. {UNSEEN}"
    return Marks(round(BEST * share, 4), round(BEST * share * legible, 4), evidence)


def _severity_of(defect: dict[str, object]) -> float:
    severity = defect["severity"]
    return severity if isinstance(severity, float) else 0.0


def _defect(grade: Grade, clip: ClipMeasures) -> dict[str, object]:
    kind, description = COMPLAINTS[grade.name]
    where = _where(grade.name, clip)
    return {
        "kind": kind,
        "description": description,
        "start_seconds": round(where.start_seconds, 2) if where else None,
        "end_seconds": round(min(where.end_seconds, clip.picture_seconds), 2) if where else None,
        "severity": round(0.95 * (1 - grade.value), 2),
        "origin": "judge",
    }


def _where(name: str, clip: ClipMeasures) -> Interval | None:
    """The worst stretch of a fault, where its place in time is known."""
    sound = clip.sound
    places: dict[str, tuple[Interval, ...]] = {
        "flicker": clip.steadiness.flicker_peaks,
        "held_frames": clip.cadence.freeze_intervals,
        "exposure": clip.light.black_intervals,
        "cuts": tuple(Interval(time, time) for time in clip.steadiness.cuts_seconds),
        "clipping": sound.clipping_intervals if sound else (),
        "silence": sound.silent_intervals if sound else (),
    }
    return next(iter(places.get(name, ())), None)


def _missing(finding: Finding) -> dict[str, object]:
    return {
        "kind": "adherence",
        "description": f"Not clearly as asked: {finding.question}",
        "start_seconds": None,
        "end_seconds": None,
        "severity": round(0.8 * (1 - finding.degree), 2),
        "origin": "judge",
    }


def _summary(findings: Sequence[Finding], grades: Sequence[Grade]) -> str:
    good = [PRAISE[grade.name] for grade in grades if grade.value >= 0.9 and grade.name in PRAISE]
    bad = [grade for grade in grades if grade.value < COMPLAINT_BELOW]
    missed = [finding for finding in findings if not finding.satisfied]
    parts = [f"Good: {', '.join(good[:_MOST_PRAISE])}." if good else ""]
    if not bad and not missed:
        parts.append("Nothing measurable is wrong.")
    return " ".join(part for part in parts if part)
