"""How a job begins: checked and priced before anything is paid or written."""

import asyncio
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal

from video_agent.catalog import check_request, generation_price_usd, settings_of
from video_agent.errors import BudgetError, ConfigurationError, InvalidRequestError
from video_agent.media.image import read_picture
from video_agent.models import Job, Tier, Value, VideoRequest
from video_agent.store.jobs import create_job, new_job, update_job
from video_agent.tools import Services

_CHANGEABLE = ("duration_seconds", "resolution", "aspect_ratio")
_CENT = Decimal("0.01")


class Estimate(Value):
    """What a request costs at list prices, in dollars.

    `one_attempt_usd` is one clip with the language models around it; `clip_usd` the clip alone,
    `language_usd` the most that planner, enhancer and judge take for one attempt. `attempts` is how
    many the budget and `max_attempts` allow, `most_usd` what they cost together. The price of a
    second comes from `source` of the day `dated` and holds until `valid_until`.
    """

    model: str
    one_attempt_usd: Decimal
    clip_usd: Decimal
    language_usd: Decimal
    most_usd: Decimal
    attempts: int
    notes: tuple[str, ...] = ()
    source: str
    dated: date
    confidence: str
    valid_until: date | None = None


def estimate(services: Services, request: VideoRequest) -> Estimate:
    """Price a request.

    Raises:
        InvalidRequestError: The model cannot do what is asked.
        ModelRetiredError: The model is gone.
        BudgetError: The budget does not cover one attempt; the message says how much is needed.
    """
    today = services.today()
    model, notes = check_request(
        services.catalog,
        request,
        surface=services.surface,
        today=today,
        location=services.location,
    )
    listed = services.catalog.generator(model.id, today=today)[1].price(today)
    clip = generation_price_usd(model, settings_of(request), today=today)
    attempt = (clip + services.reserve.total_usd).quantize(_CENT, rounding=ROUND_CEILING)
    attempts = min(request.max_attempts, int(request.budget_usd // attempt))
    if attempts < 1:
        raise BudgetError(
            f"one attempt needs ${attempt} (${clip.normalize():f} for the clip, the rest for the "
            f"planner, enhancer and judge); the budget is ${request.budget_usd}",
            hint=f"allow at least ${attempt}, or ask for a shorter clip or a lower resolution",
        )
    return Estimate(
        model=model.id,
        one_attempt_usd=attempt,
        clip_usd=clip,
        language_usd=services.reserve.total_usd,
        most_usd=min(request.budget_usd, attempt * attempts),
        attempts=attempts,
        notes=tuple(notes),
        source=listed.source,
        dated=listed.dated,
        confidence=listed.confidence,
        valid_until=listed.valid_until,
    )


async def preflight(services: Services, request: VideoRequest) -> Estimate:
    """Refuse what cannot work, before anything is paid or written.

    Raises:
        InvalidRequestError, ModelRetiredError, BudgetError: See `estimate`.
        MediaError: A picture cannot be read.
        ConfigurationError: The output folder cannot be written.
    """
    priced = estimate(services, request)
    for picture in (request.first_frame, request.last_frame, *request.references):
        if picture is not None:
            await asyncio.to_thread(read_picture, picture)
    await asyncio.to_thread(_check_output_folder, services)
    return priced


def _check_output_folder(services: Services) -> None:
    folder = services.output_folder
    probe = folder / ".video-agent-write-test"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigurationError(
            f"cannot write to the output folder {folder}: {error.strerror or error}",
            hint="set VIDEO_AGENT_OUTPUT_FOLDER to a folder that can be written",
        ) from error


async def open_job(
    services: Services, request: VideoRequest, *, app_name: str, session_id: str
) -> Job:
    """Check a request and store a running job for it.

    Raises:
        VideoAgentError: See `preflight`; nothing is stored then.
        StoreError: The database refused.
    """
    await preflight(services, request)
    row = new_job(
        request,
        app_name=app_name,
        session_id=session_id,
        backend=services.backend,
        charged=services.charged,
    )
    stored = await create_job(services.database, row)
    job, _ = await services.look(stored.id)
    return job


async def amend(services: Services, job: Job, arguments: Mapping[str, object]) -> None:
    """Make a planner's first settings the request's own, so that every later attempt has them.

    Only for a job that a chat has just opened: there the person's wishes about length, format and
    price arrive with the first `generate_video`.

    Raises:
        InvalidRequestError, ModelRetiredError, BudgetError: It cannot be made like that.
    """
    wishes = {
        name: value
        for name in _CHANGEABLE
        if (value := arguments.get(name)) is not None and value != getattr(job.request, name)
    }
    if arguments.get("tier") == Tier.DRAFT and "resolution" not in wishes:
        _, limits = services.model_of(job.request)
        wishes["resolution"] = limits.draft_resolution
    if not wishes:
        return
    try:
        request = VideoRequest.model_validate({**job.request.model_dump(), **wishes})
    except ValueError as error:
        raise InvalidRequestError(f"wrong settings: {', '.join(wishes)}") from error
    estimate(services, request)
    await update_job(services.database, job.id, request=request.model_dump(mode="json"))
