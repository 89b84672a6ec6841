"""The judge: a language model that watches the clip against the original prompt."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from video_agent.errors import AnswerError, ContentBlockedError
from video_agent.models import (
    GenerationSettings,
    Judgement,
    MediaFacts,
    TokenUsage,
    VideoRequest,
)
from video_agent.ports import LanguageModel
from video_agent.prompts import load_prompt
from video_agent.quality.metric import Measured
from video_agent.quality.verdict import DIMENSION_NAMES, Verdict, check_judgement

_BORDERLINE = (0.2, 0.8)
_MAX_HINTS = 6


@dataclass(frozen=True, slots=True)
class JudgeOpinion:
    """What came of asking: a verdict, or why there is none ("unjudged").

    And what it cost either way.
    """

    verdict: Verdict | None
    usage: TokenUsage
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks one model once.

    Attributes:
        language_model: The port.
        model: The model's id.
        blind_spots: What this judge is known not to see; the report lists it as not measured.
    """

    language_model: LanguageModel
    model: str
    blind_spots: tuple[str, ...] = ()

    async def watch(
        self, clip: Path, *, text: str, duration_seconds: float, audio: bool
    ) -> JudgeOpinion:
        """Show the clip and check the answer.

        An unusable or refused answer gives an opinion without a verdict, never a made-up one.

        Args:
            clip: The file.
            text: See `question`.
            duration_seconds: The clip's length; times beyond it are dropped from the answer.
            audio: Whether there is sound to judge.

        Raises:
            BackendError: The service failed (not its answer); asking again later makes sense when
                it is retryable.
        """
        usage = TokenUsage(model=self.model, cost_usd=Decimal(0))
        try:
            judgement, usage = await self.language_model.answer(
                model=self.model,
                instruction=load_prompt("judge", dimensions=", ".join(DIMENSION_NAMES)),
                text=text,
                schema=Judgement,
                clip=clip,
            )
            verdict = check_judgement(judgement, duration_seconds=duration_seconds, audio=audio)
        except (AnswerError, ContentBlockedError) as error:
            # The port's error carries what its answer cost; our own check comes after `usage`.
            if usage.input_tokens == 0 and usage.output_tokens == 0 and usage.cost_usd == 0:
                usage = usage.model_copy(update={"cost_usd": error.cost_usd})
            return JudgeOpinion(None, usage, error.message)
        return JudgeOpinion(verdict, usage)


def question(
    request: VideoRequest,
    settings: GenerationSettings,
    facts: MediaFacts,
    hints: Sequence[str] = (),
) -> str:
    """The user's side of the question in Markdown.

    The original prompt, what was ordered and delivered, where to look.
    """
    sound = "with sound" if facts.audio_codec else "without sound"
    parts = [
        f"## Request\n{_quoted(request.prompt)}",
        f"## Delivered\n{facts.duration_seconds:.2f} s, {facts.width} x {facts.height}, "
        f"{facts.fps:g} frames a second, {sound} (ordered: {settings.clip_seconds:g} s, "
        f"{settings.resolution}, {settings.aspect_ratio})",
    ]
    asked = _also_asked(request)
    if asked:
        parts.insert(1, "## Also asked\n" + "\n".join(f"- {line}" for line in asked))
    if hints:
        parts.append("## Look at\n" + "\n".join(f"- {hint}" for hint in hints))
    return "\n\n".join(parts)


def _also_asked(request: VideoRequest) -> list[str]:
    lines: list[str] = []
    if request.style:
        lines.append(f"style: {request.style}")
    if request.negative:
        lines.append(f"must not appear: {' '.join(request.negative.split())}")
    if not request.audio:
        lines.append("no sound")
    return lines


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
