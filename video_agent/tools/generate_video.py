"""`generate_video`: one paid generation, checked, reserved and submitted once."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from video_agent.catalog import (
    Model,
    VideoLimits,
    check_settings,
    generation_price_usd,
    settings_of,
)
from video_agent.errors import (
    InvalidRequestError,
    OutcomeUnknownError,
    PlanError,
    QuotaError,
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
from video_agent.tools.context import Context
from video_agent.tools.inputs import gather_inputs, with_inputs
from video_agent.tools.standing import Standing, check_may_pay

_LONGEST_QUOTA_WAIT_SECONDS = 60.0


class StartedGeneration(Value):
    """A paid generation that is under way. `eta_seconds` is how long it usually takes."""

    generation_id: str
    status: str = "running"
    cost_usd: Decimal
    budget_left_usd: Decimal
    eta_seconds: float


@asks_first(approval_question)
@tool
async def generate_video(
    context: Context,
    prompt: Annotated[str, Field(min_length=1, description="The prompt enhance_prompt returned.")],
    duration_seconds: Annotated[float | None, Field(gt=0, description="Seconds.")] = None,
    resolution: Annotated[str | None, Field(description="360p, 720p, 1080p or 4k.")] = None,
    aspect_ratio: Annotated[str | None, Field(description="16:9 or 9:16.")] = None,
    tier: Annotated[
        Tier | None, Field(description="draft: cheap, to look at; final: what is delivered.")
    ] = None,
    seed: Annotated[int | None, Field(ge=0, description="Only for models with a seed.")] = None,
) -> StartedGeneration:
    """Start one paid generation of a video. Pass only what differs from the request.

    It is started once: the same call again returns the same generation. Poll it next, then analyze
    its video; only then the next attempt may start.
    """
    async with context.exclusive:
        model, limits = context.services.model_of(context.request)
        settings = await _settings(
            context, limits, duration_seconds, resolution, aspect_ratio, tier, seed
        )
        settings = settings.model_copy(update={"negative": _negative(context, prompt, limits)})
        job, standing = await context.look_at_own()
        if standing.unfinished is not None:
            return await _same(context, standing.unfinished, prompt, settings, limits)
        check_may_pay(standing)
        problems = check_settings(model, limits, settings)
        if problems:
            raise InvalidRequestError("; ".join(problems), hint="nothing was paid; change it")
        generation = await _start(context, job, standing, prompt, settings, model)
        return await _started(context, generation, limits)


async def _settings(
    context: Context,
    limits: VideoLimits,
    duration_seconds: float | None,
    resolution: str | None,
    aspect_ratio: str | None,
    tier: Tier | None,
    seed: int | None,
) -> GenerationSettings:
    request = context.request
    wanted = tier or Tier.FINAL
    if request.task == "edit":  # it is as its source is, whatever a planner says: that is billed
        duration_seconds = aspect_ratio = None
    smaller = wanted is Tier.DRAFT and request.task != "edit"
    usual = limits.draft_resolution if smaller else request.resolution
    settings = settings_of(request, tier=wanted).model_copy(
        update={
            "duration_seconds": duration_seconds or request.duration_seconds,
            "resolution": resolution or usual,
            "aspect_ratio": aspect_ratio or request.aspect_ratio,
            "seed": request.seed if seed is None else seed,
            "output_uri": context.services.output_uri,
        }
    )
    return await with_inputs(settings, await gather_inputs(context.services, request))


def _negative(context: Context, prompt: str, limits: VideoLimits) -> str | None:
    """What must not appear, for models with a field for it; for others the prompt says it."""
    if limits.negative != "field":
        return None
    origin = context.shots.get(prompt)
    return (origin.negative if origin else None) or context.request.negative


async def _same(
    context: Context,
    attempt: Attempt,
    prompt: str,
    settings: GenerationSettings,
    limits: VideoLimits,
) -> StartedGeneration:
    """The generation that is already under way, if it is the one asked for.

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
    if (generation.prompt, generation.settings) != (prompt, settings):
        raise PlanError(
            f"attempt {attempt.number} has not ended; nothing new was started",
            hint=f"call poll_generation with generation_id {generation.id} first",
        )
    return await _started(context, generation, limits)


async def _start(
    context: Context,
    job: Job,
    standing: Standing,
    prompt: str,
    settings: GenerationSettings,
    model: Model,
) -> Generation:
    services = context.services
    price = generation_price_usd(model, settings, today=services.today())
    await services.ledger.check_affordable(job.id, price + services.reserve.judge_usd, "attempt")
    number = standing.startable.number if standing.startable else len(job.attempts) + 1
    wording = _wording(context, prompt, settings.tier)
    await add_attempt(services.database, job.id, number=number, **wording)
    intent = await services.ledger.intend(
        Proposal(
            job_id=job.id,
            attempt_number=number,
            model=model.id,
            prompt=prompt,
            settings=settings,
            estimate_usd=price,
            backend=services.backend,
        )
    )
    if intent.created:  # else another process that works for the same job was faster
        await rewrite_attempt(services.database, job.id, number, **wording)
        await context.emit(_announcement(number, settings, price))
    return intent.generation if services.queued else await _submit(context, intent)


def _wording(context: Context, prompt: str, tier: Tier) -> AttemptWording:
    """What an attempt asks for, with the shot behind the prompt when this process made it."""
    origin = context.shots.get(prompt)
    return {
        "prompt": prompt,
        "tier": tier,
        "shot": origin.shot if origin else None,
        "feedback": origin.feedback if origin else None,
    }


async def _submit(context: Context, intent: Intent) -> Generation:
    services = context.services
    inputs = await gather_inputs(services, context.request)
    try:
        return await services.ledger.submit(intent, services.generator, inputs=inputs)
    except QuotaError as error:
        await _wait_as_asked(context, intent, error)
        raise
    except OutcomeUnknownError as error:
        await context.emit(
            ProgressEvent(
                kind="warning",
                message=f"{error.message}; it is never sent again by itself",
                attempt_number=intent.generation.attempt_number,
            )
        )
        return await services.ledger.get(intent.generation.id)


async def _wait_as_asked(context: Context, intent: Intent, error: QuotaError) -> None:
    """Wait as long as the service asks, so that the planner's next try can do better."""
    seconds = error.retry_after_seconds
    if seconds is None or seconds > _LONGEST_QUOTA_WAIT_SECONDS:
        return
    await context.emit(
        ProgressEvent(
            kind="warning",
            message=f"nothing was started: the service asks to wait {seconds:g} s",
            attempt_number=intent.generation.attempt_number,
        )
    )
    await context.services.clock.sleep(seconds)


async def _started(
    context: Context, generation: Generation, limits: VideoLimits
) -> StartedGeneration:
    unknown = generation.state in (GenerationState.OUTCOME_UNKNOWN, GenerationState.UNRESOLVED)
    spend = await context.services.ledger.spent(context.job_id)
    return StartedGeneration(
        generation_id=generation.id,
        status="outcome_unknown" if unknown else "running",
        cost_usd=generation.estimate_usd,
        budget_left_usd=spend.left_usd,
        eta_seconds=limits.latency_seconds.median,
    )


def _announcement(number: int, settings: GenerationSettings, price: Decimal) -> ProgressEvent:
    tier = " draft" if settings.tier is Tier.DRAFT else ""
    what = f"{settings.duration_seconds:g} s, {settings.resolution}, {settings.aspect_ratio}"
    return ProgressEvent(
        kind="generate",
        message=f"{what}{tier} for ${price}",
        attempt_number=number,
        data={"cost_usd": round(float(price), 6)},
    )
