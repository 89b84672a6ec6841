"""`enhance_prompt`: a person's words become a shot, and the shot the prompt that is sent."""

from typing import Annotated

from pydantic import Field

from video_agent.errors import PlanError
from video_agent.models import Attempt, Job, ProgressEvent, Shot, Value
from video_agent.prompts import load_prompt
from video_agent.toolkit import tool
from video_agent.tools.charging import charged
from video_agent.tools.context import Context, Enhancement
from video_agent.tools.shot_checks import check_shot
from video_agent.tools.shot_text import exclusions, render
from video_agent.tools.standing import Standing

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
    last = _teacher(job, standing, feedback)
    refined = standing.advice is not None and standing.advice.base is not None
    feedback = feedback or feedback_of(last, refined=refined)
    await context.emit(_started(standing.next_number, feedback))
    shot = await _checked(context, await _ask(context, _question(job, prompt, last, feedback)))
    _, limits = services.model_of(context.request)
    in_words = limits.negative == "in_words"
    rendered = render(shot, context.request, exclude_in_words=in_words)
    negative = None if in_words else ", ".join(exclusions(shot, context.request))
    context.shots[rendered] = Enhancement(shot, feedback, negative)
    return EnhancedPrompt(shot=shot, prompt=rendered)


async def _checked(context: Context, shot: Shot) -> Shot:
    """The shot without what nobody asked for; each correction is told."""
    checked = check_shot(shot, context.request)
    for correction in checked.corrections:
        message = f"the enhancer's shot is corrected: {correction}"
        await context.emit(ProgressEvent(kind="warning", message=message))
    return checked.shot


def _teacher(job: Job, standing: Standing, feedback: str | None) -> Attempt | None:
    """The attempt the next one learns from: the one whose feedback is given, else the policy's."""
    base = standing.advice.base if standing.advice else None
    if base is None:
        return standing.last
    given = (item for item in job.attempts if feedback and feedback_of(item) == feedback)
    of_policy = (item for item in job.attempts if item.number == base)
    return next(given, None) or next(of_policy, standing.last)


def feedback_of(attempt: Attempt | None, *, refined: bool = False) -> str | None:
    """What an ended attempt teaches the next one: its report's feedback, or why it was refused.

    A clip that passed teaches nothing, unless it is `refined` all the same.
    """
    if attempt is None:
        return None
    if attempt.report is not None and (refined or not attempt.report.passed):
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
        ("Pictures", _PICTURES.get(request.task)),
        ("Sound", None if request.audio else "The clip is silent: leave `audio` empty."),
        ("Previous prompt", last.prompt if last and feedback else None),
        ("Feedback", feedback),
    ]
    return "\n\n".join(f"## {title}\n{text}" for title, text in sections if text)


_PICTURES = {
    "image_to_video": "The clip begins with a picture.",
    "first_and_last_frame": "The clip begins with one picture and ends with another.",
    "reference_to_video": "Pictures show the people, things or style of the clip.",
}


def _started(number: int, feedback: str | None) -> ProgressEvent:
    message = f"enhancing with feedback: {feedback}" if feedback else "enhancing the prompt"
    return ProgressEvent(kind="enhance", message=message, attempt_number=number)
