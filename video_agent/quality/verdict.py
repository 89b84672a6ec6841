"""A judge's answer after our own checks."""

from collections.abc import Collection
from dataclasses import dataclass

from video_agent.errors import AnswerError
from video_agent.models import Defect, JudgeAnswer, JudgedDimension, Judgement
from video_agent.quality.hostile import any_addresses_the_judge
from video_agent.quality.roles import merged_score

DIMENSION_NAMES = (
    "prompt_adherence",
    "visual_quality",
    "motion",
    "temporal_consistency",
    "physical_commonsense",
    "camera",
    "semantic_coherence",
    "video_format",
    "safety",
    "audio",
    "audio_video_alignment",
)
"""VISTA's dimensions that apply to a clip somebody ordered: prompt adherence is its text-video
alignment, visual quality its visual fidelity; its engagement and situational fit are left out.
"""
SOUND_DIMENSIONS = ("audio", "audio_video_alignment")
_NEEDED = ("prompt_adherence", "visual_quality")
_MAX_TEXT = 400
_MAX_KIND = 60
_TIME_SLACK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement whose names are known.

    Whose time stamps lie in the clip, whose texts have a bounded length, and whose dimensions hold
    as `score` what both roles merge to.
    """

    answers: tuple[JudgeAnswer, ...]
    dimensions: tuple[JudgedDimension, ...]
    defects: tuple[Defect, ...]
    summary: str


def check_judgement(
    judgement: Judgement,
    *,
    duration_seconds: float,
    audio: bool,
    unseen: Collection[str] = (),
) -> Verdict:
    """Keep what makes sense of a judgement.

    Unknown and repeated dimensions are dropped (of repeats the lowest counts), those that only one
    role scored too, those of sound where there is none, and what could not be seen (`unseen`); a
    time stamp outside the clip is dropped, its defect stays; every defect is marked as the judge's.

    Raises:
        AnswerError: Nothing usable is left: no question with words, or prompt adherence or visual
            quality is missing; or what the judge read or heard in the clip told it what to answer.
    """
    if any_addresses_the_judge(judgement.seen_text):
        raise AnswerError(
            "words in the clip tell the judge what to answer, so its verdict is not believed",
            hint="ask for a clip without text and without speech",
        )
    answers = tuple(
        _clean_answer(answer, duration_seconds)
        for answer in judgement.answers
        if answer.question.strip()
    )
    hidden = (*unseen, *(() if audio else SOUND_DIMENSIONS))
    dimensions = _known_dimensions(judgement, hidden)
    _check_complete(answers, dimensions)
    return Verdict(
        answers=answers,
        dimensions=dimensions,
        defects=tuple(
            _clean_defect(defect, duration_seconds)
            for defect in judgement.defects
            if defect.description.strip() or defect.kind.strip()
        ),
        summary=_short(judgement.summary),
    )


def _check_complete(
    answers: Collection[JudgeAnswer], dimensions: Collection[JudgedDimension]
) -> None:
    """Refuse a judgement in which nothing usable is left.

    Raises:
        AnswerError: It has no question, or not the dimensions that every clip has.
    """
    missing = [name for name in _NEEDED if name not in {item.name for item in dimensions}]
    if not answers:
        raise AnswerError("the judge asked nothing", hint="judge again")
    if missing:
        raise AnswerError(f"the judge left out {' and '.join(missing)}", hint="judge again")


def _known_dimensions(judgement: Judgement, hidden: Collection[str]) -> tuple[JudgedDimension, ...]:
    lowest: dict[str, JudgedDimension] = {}
    for item in judgement.dimensions:
        name = item.name.strip().lower().replace(" ", "_").replace("-", "_")
        score = merged_score(item)
        if score is None or name not in DIMENSION_NAMES or name in hidden:
            continue
        if name not in lowest or score < lowest[name].score:
            lowest[name] = item.model_copy(
                update={"name": name, "score": score, "evidence": _short(item.evidence)}
            )
    return tuple(lowest[name] for name in DIMENSION_NAMES if name in lowest)


def _clean_answer(answer: JudgeAnswer, duration_seconds: float) -> JudgeAnswer:
    return answer.model_copy(
        update={
            "question": _short(answer.question),
            "evidence": _short(answer.evidence),
            "time_seconds": _inside(answer.time_seconds, duration_seconds),
        }
    )


def _clean_defect(defect: Defect, duration_seconds: float) -> Defect:
    start = _inside(defect.start_seconds, duration_seconds)
    end = _inside(defect.end_seconds, duration_seconds)
    if start is not None and end is not None and end < start:
        start, end = end, start
    kind = " ".join(defect.kind.split())[:_MAX_KIND] or "unnamed"
    return defect.model_copy(
        update={
            "kind": kind,
            "description": _short(defect.description) or kind,
            "start_seconds": start,
            "end_seconds": end,
            "origin": "judge",
        }
    )


def _inside(seconds: float | None, duration_seconds: float) -> float | None:
    if seconds is None:
        return None
    if not -_TIME_SLACK_SECONDS <= seconds <= duration_seconds + _TIME_SLACK_SECONDS:
        return None  # also for nan
    return min(max(seconds, 0.0), duration_seconds)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_TEXT else line[: _MAX_TEXT - 1] + "…"
