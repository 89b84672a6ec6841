"""`enhance_prompt`: a person's words become a shot, and the shot the prompt that is sent."""

import re
from typing import Annotated

from pydantic import Field

from video_agent.errors import PlanError
from video_agent.models import Attempt, Job, ProgressEvent, Shot, Value, VideoRequest
from video_agent.prompts import load_prompt
from video_agent.toolkit import tool
from video_agent.tools.charging import charged
from video_agent.tools.context import Context, Enhancement

CHARGE_KIND = "enhance"


class EnhancedPrompt(Value):
    """A shot and the text it is sent as."""

    shot: Shot
    prompt: str


@tool
async def enhance_prompt(
    context: Context,
    prompt: Annotated[str, Field(min_length=1, description="The person's own words, complete.")],
    feedback: Annotated[
        str | None, Field(description="What was wrong with the last attempt's video.")
    ] = None,
) -> EnhancedPrompt:
    """Turn the request into one detailed shot and the prompt to generate from.

    Call it before every generate_video; after a failed attempt with the report's feedback.
    """
    job, standing = await context.look()
    if standing.unfinished is not None:
        number = standing.unfinished.number
        raise PlanError(f"attempt {number} has not ended", hint="poll it, then analyze its video")
    services = context.services
    last = standing.last
    feedback = feedback or feedback_of(last)
    await context.emit(_started(standing.next_number, feedback))
    shot = await _ask(context, _question(job, prompt, last, feedback))
    _, limits = services.model_of(context.request)
    in_words = limits.negative == "in_words"
    rendered = render(shot, context.request, exclude_in_words=in_words)
    negative = None if in_words else ", ".join(exclusions(shot, context.request))
    context.shots[rendered] = Enhancement(shot, feedback, negative)
    return EnhancedPrompt(shot=shot, prompt=rendered)


def feedback_of(attempt: Attempt | None) -> str | None:
    """What an ended attempt teaches the next one: its report's feedback, or why it was refused."""
    if attempt is None:
        return None
    if attempt.report is not None and not attempt.report.passed:
        return attempt.report.feedback or None
    return attempt.generation.error if attempt.generation else None


async def _ask(context: Context, text: str) -> Shot:
    services, request = context.services, context.request
    instruction = load_prompt(
        "enhance",
        duration=f"{request.duration_seconds:g}",
        aspect_ratio=request.aspect_ratio,
    )
    model, most = services.enhancer_model, services.reserve.enhance_usd
    async with charged(context, CHARGE_KIND, model, most_usd=most, what="enhancing") as call:
        shot, call.used = await services.language_model.answer(
            model=model, instruction=instruction, text=text, schema=Shot
        )
    return shot


def _question(job: Job, wording: str, last: Attempt | None, feedback: str | None) -> str:
    request = job.request
    sections = [
        ("Request", request.prompt),
        ("Planner's wording", wording if request.prompt not in wording else None),
        ("Style", request.style),
        ("Avoid", request.negative),
        ("Sound", None if request.audio else "The clip is silent: leave `audio` empty."),
        ("Previous prompt", last.prompt if last and feedback else None),
        ("Feedback", feedback),
    ]
    return "\n\n".join(f"## {title}\n{text}" for title, text in sections if text)


def render(shot: Shot, request: VideoRequest, *, exclude_in_words: bool = True) -> str:
    """A shot as the prose a video model reads: one continuous take, exclusions in words.

    What must not appear is said as "No ..." where the model has no field for it.
    """
    picture = (_subject_in_action(shot), shot.setting)
    film = (shot.camera, shot.composition, shot.lens, shot.style or request.style or "")
    mood = (shot.lighting, shot.ambiance)
    sentences = [_sentence(part) for part in (*picture, *film, *mood)]
    sentences.append("A single continuous shot without cuts.")
    sentences.append(_sentence(shot.audio) if request.audio else "No sound.")
    if exclude_in_words:
        sentences += [f"No {item}." for item in exclusions(shot, request)]
    return " ".join(sentence for sentence in sentences if sentence)


# What is excluded, and the words (whole ones) by which somebody asks for it.
_ADDITIONS = {
    "captions": r"captions?|subtitles?|text|titles?|signs?|words?|letters?|lettering|writing",
    "voice-over": r"voices?|voice-?over|narrat\w*|speak\w*|says?|saying|dialogue|talk\w*|sing\w*",
    "music": r"music\w*|songs?|melod\w+|soundtrack|piano|guitar\w*|orchestra\w*|sing\w*",
}


def exclusions(shot: Shot, request: VideoRequest) -> list[str]:
    """What must not appear: the request's and the shot's words, without repetition.

    Speech, captions and music are excluded unless the shot or the request speaks of them.
    """
    asked = f"{request.prompt} {shot.audio}".lower()
    unwanted = [
        name
        for name, words in _ADDITIONS.items()
        if not re.search(rf"\b(?:{words})\b", asked) and not (name == "voice-over" and '"' in asked)
    ]
    named = [item.strip(" .") for item in f"{request.negative or ''},{shot.negative}".split(",")]
    return list(dict.fromkeys(item for item in [*named, *unwanted] if item))


def _subject_in_action(shot: Shot) -> str:
    """Who does what, in one sentence: a video model ties the verb to its subject."""
    subject, action = shot.subject.strip().rstrip("."), shot.action.strip()
    if not action:
        return subject
    pronoun, _, rest = action.partition(" ")
    if pronoun.lower() in {"it", "he", "she", "they"} and rest:
        action = rest
    elif action[1:2].islower():
        action = action[0].lower() + action[1:]
    return f"{subject} {action}"


def _sentence(text: str) -> str:
    clean = text.strip()
    if not clean:
        return ""
    clean = clean[0].upper() + clean[1:]
    return clean if clean.endswith((".", "!", "?", '"')) else f"{clean}."


def _started(number: int, feedback: str | None) -> ProgressEvent:
    message = f"enhancing with feedback: {feedback}" if feedback else "enhancing the prompt"
    return ProgressEvent(kind="enhance", message=message, attempt_number=number)
