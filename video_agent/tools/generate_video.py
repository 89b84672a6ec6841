"""`generate_video`: a paid generation, or a round of them, checked, reserved and submitted once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from video_agent.catalog import (
    Model,
    VideoLimits,
    check_settings,
    generation_price_usd,
)
from video_agent.errors import (
    ZERO,
    InvalidRequestError,
    PlanError,
)
from video_agent.ledger import Intent, Proposal
from video_agent.models import (
    Attempt,
    Generation,
    GenerationSettings,
    GenerationState,
    Job,
    ProgressEvent,
    Tier,
    Value,
)
from video_agent.store.records import AttemptWording, add_attempt, rewrite_attempt
from video_agent.toolkit import asks_first, tool
from video_agent.tools.approval import approval_question
from video_agent.tools.clip_settings import Wish, check_leaves_a_final, ordered_settings
from video_agent.tools.context import Context, Enhancement
from video_agent.tools.rounds import round_size, round_with, seeded
from video_agent.tools.sending import send_all
from video_agent.tools.shot_text import exclusions, own_words
from video_agent.tools.standing import Standing, check_may_pay

_UNKNOWN = (GenerationState.OUTCOME_UNKNOWN, GenerationState.UNRESOLVED)


class StartedGeneration(Value):
    """What is under way: one paid generation, or a round of several candidates side by side.

    `generation_id` is the first of `generation_ids`. `cost_usd` is what all of them cost together.
    `eta_seconds` is how long one usually takes.
    """

    generation_id: str
    generation_ids: tuple[str, ...]
    status: str = "running"
    cost_usd: Decimal
    budget_left_usd: Decimal
    eta_seconds: float


@asks_first(approval_question)
@tool
async def generate_video(  # noqa: PLR0913, PLR0917 - the tool's public arguments
    context: Context,
    prompt: Annotated[str, Field(min_length=1, description="The prompt enhance_prompt returned.")],
    duration_seconds: Annotated[float | None, Field(gt=0, description="Seconds.")] = None,
    resolution: Annotated[str | None, Field(description="360p, 720p, 1080p or 4k.")] = None,
    aspect_ratio: Annotated[str | None, Field(description="16:9 or 9:16.")] = None,
    tier: Annotated[
        Tier | None,
        Field(description="draft: cheap, to search; final: what is delivered. Usually left out."),
    ] = None,
    seed: Annotated[int | None, Field(ge=0, description="Only for models with a seed.")] = None,
    edits: Annotated[
        str | None,
        Field(description="A video_id of this job to change by one short prompt, not a new clip."),
    ] = None,
) -> StartedGeneration:
    """Start one paid generation of a video. Pass only what differs from the request.

    It is started once: the same call again returns the same generation. Poll it next, then analyze
    its video; only then the next attempt may start. When the request wants several candidates, that
    many are started at once: do so for each of `generation_ids`.
    """
    async with context.exclusive:
        model, limits = context.services.model_of(context.request)
        job, standing = await context.look_at_own()
        wish = Wish(duration_seconds, resolution, aspect_ratio, tier, seed, edits)
        settings = await ordered_settings(context, standing, limits, wish)
        if edits is None:
            negative = _negative(context, origin_of(context, job, prompt), prompt, limits)
            settings = settings.model_copy(update={"negative": negative})
        if standing.unfinished is not None:
            return await _same(context, job, standing.unfinished, prompt, settings, limits)
        check_may_pay(standing)
        problems = check_settings(model, limits, settings)
        if problems:
            raise InvalidRequestError("; ".join(problems), hint="nothing was paid; change it")
        check_leaves_a_final(context, standing, model, settings)
        started = await _start(context, job, standing, prompt, settings, model)
        return await _started(context, started, limits)


def origin_of(context: Context, job: Job, prompt: str) -> Enhancement | None:
    """Where a prompt came from: this process's enhancer, or an earlier attempt made from it."""
    known = context.shots.get(prompt)
    if known is not None:
        return known
    for attempt in job.attempts:
        if attempt.prompt == prompt and attempt.shot is not None:
            negative = attempt.generation.settings.negative if attempt.generation else None
            return Enhancement(attempt.shot, attempt.feedback, negative)
    return None


def _negative(
    context: Context, origin: Enhancement | None, prompt: str, limits: VideoLimits
) -> str | None:
    """What must not appear, for models with a field for it; for others the prompt says it."""
    if limits.negative != "field":
        return None
    if prompt == own_words(context.request, limits):
        return ", ".join(exclusions(None, context.request))
    return (origin.negative if origin else None) or context.request.negative


async def _same(
    context: Context,
    job: Job,
    attempt: Attempt,
    prompt: str,
    settings: GenerationSettings,
    limits: VideoLimits,
) -> StartedGeneration:
    """What is already under way, if it is what is asked for.

    Raises:
        PlanError: It is another one, or it only waits for its verdict.
    """
    generation = attempt.generation
    if generation is None:
        raise PlanError(f"attempt {attempt.number} has not ended")
    if attempt.video is not None:
        raise PlanError(
            f"attempt {attempt.number} has a video that is not judged yet",
            hint=f"call analyze_video with video_id {attempt.video.id} first",
        )
    members = round_with(job, attempt)
    asked = seeded(settings, members.index(attempt))
    if (generation.prompt, generation.settings) != (prompt, asked):
        raise PlanError(
            f"attempt {attempt.number} has not ended; nothing new was started",
            hint=f"call poll_generation with generation_id {generation.id} first",
        )
    started = [item.generation for item in members if item.generation is not None]
    return await _started(context, started, limits)


async def _start(
    context: Context,
    job: Job,
    standing: Standing,
    prompt: str,
    settings: GenerationSettings,
    model: Model,
) -> Sequence[Generation]:
    services = context.services
    price = generation_price_usd(model, settings, today=services.today())
    whole = price + services.reserve.judge_usd
    spend = await services.ledger.check_affordable(job.id, whole, "attempt")
    left = spend.left_usd
    size = round_size(context.request, standing, settings, left_usd=left, price_usd=whole)
    proposals = [
        Proposal(
            job_id=job.id,
            attempt_number=standing.next_number + position,
            model=model.id,
            prompt=prompt,
            settings=seeded(settings, position),
            estimate_usd=price,
            backend=services.backend,
        )
        for position in range(size)
    ]
    origin = origin_of(context, job, prompt)
    intents = await _intend(context, proposals, _wording(origin, prompt, standing, settings.tier))
    if services.queued:
        return [intent.generation for intent in intents]
    return await send_all(context, intents)


async def _intend(
    context: Context, proposals: Sequence[Proposal], wording: AttemptWording
) -> Sequence[Intent]:
    """Commit the whole round before anything of it is sent."""
    database, job_id = context.services.database, context.job_id
    for proposal in proposals:
        await add_attempt(database, job_id, number=proposal.attempt_number, **wording)
    intents = await context.services.ledger.intend_round(proposals)
    for proposal, intent in zip(proposals, intents, strict=False):
        if intent.created:  # else another process that works for the same job was faster
            await rewrite_attempt(database, job_id, proposal.attempt_number, **wording)
            await context.emit(_announcement(proposal))
    return intents


def _wording(
    origin: Enhancement | None, prompt: str, standing: Standing, tier: Tier
) -> AttemptWording:
    """What an attempt asks for, with the shot behind the prompt where it is known."""
    return {
        "round_number": standing.next_round,
        "prompt": prompt,
        "tier": tier,
        "shot": origin.shot if origin else None,
        "feedback": origin.feedback if origin else None,
    }


async def _started(
    context: Context, generations: Sequence[Generation], limits: VideoLimits
) -> StartedGeneration:
    unknown = all(item.state in _UNKNOWN for item in generations)
    spend = await context.services.ledger.spent(context.job_id)
    return StartedGeneration(
        generation_id=generations[0].id,
        generation_ids=tuple(item.id for item in generations),
        status="outcome_unknown" if unknown else "running",
        cost_usd=sum((item.estimate_usd for item in generations), ZERO),
        budget_left_usd=spend.left_usd,
        eta_seconds=limits.latency_seconds.median,
    )


def _announcement(proposal: Proposal) -> ProgressEvent:
    settings, price = proposal.settings, proposal.estimate_usd
    edit = " edit" if settings.task == "edit" else ""
    tier = " draft" if settings.tier is Tier.DRAFT else edit
    what = f"{settings.duration_seconds:g} s, {settings.resolution}, {settings.aspect_ratio}"
    return ProgressEvent(
        kind="generate",
        message=f"{what}{tier} for ${price}",
        attempt_number=proposal.attempt_number,
        data={"cost_usd": round(float(price), 6)},
    )
