"""What a generation is ordered with: the request's settings, the policy's tier, the planner's wish.

The planner may choose differently from the policy, but never so that nothing is left for a clip as
it was asked for.
"""

from dataclasses import dataclass

from video_agent.catalog import Model, VideoLimits, generation_price_usd, settings_of
from video_agent.errors import InvalidRequestError, NotFoundError, PlanError
from video_agent.models import GenerationInputs, GenerationSettings, Tier
from video_agent.store.records import get_video
from video_agent.tools.advice import tier_prices
from video_agent.tools.candidates import as_requested
from video_agent.tools.context import Context
from video_agent.tools.inputs import gather_inputs, source_clip, with_inputs
from video_agent.tools.standing import Standing


@dataclass(frozen=True)
class Wish:
    """What a planner asks for; None where it leaves the choice to request and policy."""

    duration_seconds: float | None = None
    resolution: str | None = None
    aspect_ratio: str | None = None
    tier: Tier | None = None
    seed: int | None = None
    edits: str | None = None


async def ordered_settings(
    context: Context, standing: Standing, limits: VideoLimits, wish: Wish
) -> GenerationSettings:
    """The settings of the next generation.

    Raises:
        NotFoundError: The clip to edit is not one of the job.
        InvalidRequestError: The model cannot edit it.
        MediaError: An input cannot be read.
    """
    if wish.edits is not None:
        return await _edit_settings(context, limits, wish.edits)
    request = context.request
    size = None if wish.resolution == request.resolution else wish.resolution  # nothing new said
    tier = wish.tier or _usual_tier(standing, limits, size)
    length, shape = wish.duration_seconds, wish.aspect_ratio
    if request.task == "edit":  # it is as its source is, whatever a planner says: that is billed
        length = shape = None
    smaller = tier is Tier.DRAFT and request.task != "edit"
    usual = limits.draft_resolution if smaller else request.resolution
    settings = settings_of(request, tier=tier).model_copy(
        update={
            "duration_seconds": length or request.duration_seconds,
            "resolution": size or usual,
            "aspect_ratio": shape or request.aspect_ratio,
            "seed": request.seed if wish.seed is None else wish.seed,
            "output_uri": context.services.output_uri,
        }
    )
    return await with_inputs(settings, await gather_inputs(context.services, request))


def _usual_tier(standing: Standing, limits: VideoLimits, size: str | None) -> Tier:
    """The tier when none is asked for: of what is under way, else what the policy would make."""
    if size not in (None, limits.draft_resolution):
        return Tier.FINAL
    if standing.unfinished is not None:
        return standing.unfinished.tier
    return standing.advice.tier if standing.advice else Tier.FINAL


async def _edit_settings(
    context: Context, limits: VideoLimits, video_id: str
) -> GenerationSettings:
    """The settings of an edit inside the job: everything as the clip that it changes."""
    services = context.services
    video = await get_video(services.database, video_id)
    if video.job_id != context.job_id:
        raise NotFoundError(f"this job has no video {video_id}")
    source = await source_clip(services, video_id)
    model, _ = services.model_of(context.request)
    if "edit" not in limits.tasks or source.model != model.id:
        raise InvalidRequestError(f"{model.id} cannot edit this clip", hint="make a new one")
    made = (await services.ledger.get(source.generation_id)).settings
    settings = made.model_copy(
        update={
            "task": "edit",
            "samples": 1,
            "reference_count": 0,
            "negative": None,
            "output_uri": services.output_uri,
        }
    )
    return await with_inputs(settings, GenerationInputs(source=source))


def check_leaves_a_final(
    context: Context, standing: Standing, model: Model, settings: GenerationSettings
) -> None:
    """Refuse a draft that would use up what the clip as requested needs.

    Raises:
        PlanError: It is the time for a final one.
    """
    services, request, limits = context.services, context.request, model.video
    if standing.advice is None or limits is None or as_requested(settings, request):
        return
    today, reserve = services.today(), services.reserve.total_usd
    prices = tier_prices(request, model, limits, today, reserve)
    draft = generation_price_usd(model, settings, today=today) + reserve
    if standing.attempts_left >= 2 and standing.budget_left_usd >= draft + prices.final_usd:
        return
    raise PlanError(
        "a draft would leave nothing for the clip as it was asked for",
        hint='call generate_video with tier "final" and without other settings',
    )
