"""The judge: a language model that watches the clip against the original prompt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from video_agent.errors import AnswerError, ContentBlockedError
from video_agent.media.measures import ClipMeasures
from video_agent.models import (
    GenerationSettings,
    JudgedAxis,
    Judgement,
    MediaFacts,
    TokenUsage,
    VideoRequest,
)
from video_agent.ports import LanguageModel
from video_agent.prompts import load_prompt
from video_agent.quality.control import Control, check_control, control_questions, control_section
from video_agent.quality.given import GivenPicture, asked_of, given_section
from video_agent.quality.hostile import without_orders
from video_agent.quality.metric import Measured
from video_agent.quality.roles import first_role
from video_agent.quality.showing import SHEET_NOTE, Shown, affordable, as_shown, unseen_on
from video_agent.quality.verdict import DIMENSION_NAMES, Verdict, check_judgement

_BORDERLINE = (0.2, 0.8)
_MAX_HINTS = 6
_MAX_NEGATED = 5
_NEGATED = re.compile(r"[,;\n]")


@dataclass(frozen=True, slots=True)
class JudgeOpinion:
    """What came of asking: a verdict, or why there is none ("unjudged").

    And what it cost either way.
    """

    verdict: Verdict | None
    usage: TokenUsage
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Viewing:
    """What a judge is to watch.

    Attributes:
        path: The file.
        clip: What is measured of it; control questions and the limits of times come from there.
        text: See `question`.
        audio: Whether there is sound to judge.
        seed: Decides which control questions are asked.
    """

    path: Path
    clip: ClipMeasures
    text: str
    audio: bool
    seed: str
    given: Path | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks one model once.

    Attributes:
        language_model: The port.
        model: The model's id.
        blind_spots: What this judge is known not to see; the report lists it as not measured.
        shows: What it is shown: the clip, a contact sheet, or by cost the one or the other (see
            `showing.py`).
        recognises: Whether it knows what pictures show; False: it only measures them, and cannot
            tell whether a clip keeps to the request's pictures.
    """

    language_model: LanguageModel
    model: str
    blind_spots: tuple[str, ...] = ()
    shows: Shown | Literal["affordable"] = "affordable"
    recognises: bool = True

    def shown_of(self, duration_seconds: float) -> Shown:
        """What it is shown of a clip of this length."""
        return affordable(duration_seconds) if self.shows == "affordable" else self.shows

    async def watch(self, viewing: Viewing, repeat: int = 0) -> JudgeOpinion:
        """Show the clip and check the answer.

        An unusable or refused answer gives an opinion without a verdict, never a made-up one; so
        does one that gets the control questions wrong.

        Args:
            viewing: The clip and what to look for.
            repeat: The how-manieth judgement of this clip it is, from 0: it decides which role
                begins, and which control questions are asked.

        Raises:
            BackendError: The service failed (not its answer); asking again later makes sense when
                it is retryable.
        """
        usage = TokenUsage(model=self.model, cost_usd=Decimal(0))
        controls = control_questions(viewing.clip, f"{viewing.seed} {repeat}")
        seconds = viewing.clip.picture_seconds
        shown = self.shown_of(seconds)
        try:
            async with as_shown(viewing.path, shown) as path:
                judgement, usage = await self.language_model.answer(
                    model=self.model,
                    instruction=load_prompt("judge", dimensions=", ".join(DIMENSION_NAMES)),
                    text=_asked(viewing.text, controls, repeat, shown),
                    schema=Judgement,
                    clip=path,
                    second_clip=viewing.given,
                )
            check_control(controls, judgement.control)
            heard = viewing.audio and shown == "clip"
            verdict = check_judgement(
                judgement, duration_seconds=seconds, audio=heard, unseen=unseen_on(shown)
            )
        except (AnswerError, ContentBlockedError) as error:
            # The port's error carries what its answer cost; our own check comes after `usage`.
            if usage.input_tokens == 0 and usage.output_tokens == 0 and usage.cost_usd == 0:
                usage = usage.model_copy(update={"cost_usd": error.cost_usd})
            return JudgeOpinion(None, usage, error.message)
        return JudgeOpinion(verdict, usage)


def _asked(text: str, controls: Sequence[Control], repeat: int, shown: Shown) -> str:
    """The question with what changes from one judgement of the clip to the next."""
    parts = [text, *([SHEET_NOTE] if shown == "sheet" else ())]
    parts += [control_section(controls), f"## Begin as\n{first_role(repeat)}"]
    return "\n\n".join(parts)


def question(
    request: VideoRequest,
    settings: GenerationSettings,
    facts: MediaFacts,
    hints: Sequence[str] = (),
    given: Sequence[GivenPicture] = (),
) -> str:
    """The user's side of the question in Markdown.

    The original prompt less what it tells the judge, what was ordered and delivered, what has to be
    asked in any case, where to look.
    """
    ordered = f"{settings.clip_seconds:g} s, {settings.resolution}, {settings.aspect_ratio}"
    fixed = (f"- {axis}: {line}" for axis, line in (*_always_asked(request), *asked_of(given)))
    parts = [
        *request_sections(request),
        *([given_section(given)] if given else ()),
        f"## Delivered\n{delivered(facts)} (ordered: {ordered})",
        "## Ask also\n" + "\n".join(fixed),
    ]
    if hints:
        parts.append("## Look at\n" + "\n".join(f"- {hint}" for hint in hints))
    return "\n\n".join(parts)


def request_sections(request: VideoRequest) -> list[str]:
    """What the person asked for, as sections; words to the judge are left out."""
    parts = [f"## Request\n{_quoted(without_orders(request.prompt))}"]
    asked = _also_asked(request)
    if asked:
        parts.append("## Also asked\n" + "\n".join(f"- {line}" for line in asked))
    return parts


def delivered(facts: MediaFacts) -> str:
    """A file's facts in a line."""
    sound = "with sound" if facts.audio_codec else "without sound"
    return (
        f"{facts.duration_seconds:.2f} s, {facts.width} x {facts.height}, "
        f"{facts.fps:g} frames a second, {sound}"
    )


def _always_asked(request: VideoRequest) -> list[tuple[JudgedAxis, str]]:
    """Questions that follow from the request's fields and from every order, with their axis."""
    lines: list[tuple[JudgedAxis, str]] = [
        ("visual_quality", "Do things keep their shape, number and identity from start to end?"),
        ("visual_quality", "Is it free of text, logos and marks that nobody asked for?"),
    ]
    if request.style:
        lines.append(_aligned(f"Is the style {request.style}?"))
    unwanted = [_on_one_line(item) for item in _NEGATED.split(request.negative or "")]
    named = [item for item in unwanted if item][:_MAX_NEGATED]
    lines += [_aligned(f"Is it free of {item}?") for item in named]
    if not request.audio:
        lines.append(("condition_fidelity", "Is it silent, as asked?"))
    return lines


def _aligned(question: str) -> tuple[JudgedAxis, str]:
    return "prompt_alignment", question


def _also_asked(request: VideoRequest) -> list[str]:
    lines: list[str] = []
    if request.style:
        lines.append(f"style: {request.style}")
    if request.negative:
        lines.append(f"must not appear: {_on_one_line(request.negative)}")
    if not request.audio:
        lines.append("no sound")
    return lines


def _on_one_line(text: str) -> str:
    return " ".join(without_orders(text).split())


def _quoted(prompt: str) -> str:
    """The prompt with its own heading lines indented, so that it cannot pose as another section."""
    return "\n".join(f" {line}" if line.startswith("#") else line for line in prompt.splitlines())


def borderline_hints(measured: Sequence[Measured]) -> list[str]:
    """Where signals are neither clearly good nor clearly bad, for the judge to look.

    Time stamps and what to look for, no numbers.
    """
    low, high = _BORDERLINE
    hints = [
        f"{place.start_seconds:.2f}-{place.end_seconds:.2f} s: "
        f"is it true that {item.metric.complaint}?"
        for item in measured
        if low <= item.score < high
        for place in item.where[:2]
    ]
    return hints[:_MAX_HINTS]
