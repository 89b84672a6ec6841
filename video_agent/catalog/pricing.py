"""What a generation costs at list prices."""

import math
from datetime import date
from decimal import ROUND_CEILING, Decimal

from video_agent.catalog.entries import Model, VideoLimits
from video_agent.errors import InvalidRequestError
from video_agent.models import GenerationSettings, Task, Tier, VideoRequest

_MILLI = Decimal("0.001")
_USUAL_SOURCE_SECONDS = 10.0


def settings_of(request: VideoRequest, *, tier: Tier = Tier.FINAL) -> GenerationSettings:
    """The settings a request asks for, before a planner changes any."""
    return GenerationSettings(
        duration_seconds=request.duration_seconds,
        resolution=request.resolution,
        aspect_ratio=request.aspect_ratio,
        audio=request.audio,
        tier=tier,
        seed=request.seed,
        task=request.task,
        negative=request.negative,
        samples=request.samples,
        reference_count=len(request.references),
        source_seconds=_source_seconds(request),
    )


def generation_price_usd(model: Model, settings: GenerationSettings, *, today: date) -> Decimal:
    """The most that one generation costs at list prices, in dollars, rounded up to 0.001.

    Seconds of video for all samples, and for models that bill tokens also what goes in (the whole
    source of an edit or extension at its flat rate, images) and the usual text and thought tokens
    beside the video.

    Raises:
        InvalidRequestError: The model makes no videos.
    """
    limits = model.video
    if limits is None:
        raise InvalidRequestError(f"{model.id} does not make videos")
    second = limits.second_price_usd(settings.resolution, today=today, audio=settings.audio)
    if second is None:  # no such resolution: refused by the preflight, dear if it were not
        second = max(limits.price(today).usd.values())
    seconds = settings.duration_seconds
    if settings.task == "edit":  # it is as long as its source, whatever is asked for
        seconds = max(seconds, settings.source_seconds or 0.0)
    video = second * Decimal(str(seconds)) * settings.samples
    extra = _token_extra_usd(model, limits, settings, today)
    return (video + extra).quantize(_MILLI, rounding=ROUND_CEILING)


def _token_extra_usd(
    model: Model, limits: VideoLimits, settings: GenerationSettings, today: date
) -> Decimal:
    if not limits.tokens_per_second:
        return Decimal(0)
    images = settings.reference_count + _frames(settings.task)
    source = math.ceil((settings.source_seconds or 0.0) * limits.input_tokens_per_video_second)
    cost = model.token_cost_usd(
        source + images * limits.input_tokens_per_image, limits.overhead_output_tokens, today
    )
    return cost or Decimal(0)


def _source_seconds(request: VideoRequest) -> float | None:
    """Edits and extensions read their whole source; a request does not say how long that is."""
    if request.task == "extend":
        return _USUAL_SOURCE_SECONDS
    return request.duration_seconds if request.task == "edit" else None


def _frames(task: Task) -> int:
    return {"image_to_video": 1, "first_and_last_frame": 2}.get(task, 0)
