"""How a job begins: checked and priced before anything is paid or written."""

from collections.abc import Mapping

from video_agent.catalog import Estimate
from video_agent.errors import ZERO, InvalidRequestError
from video_agent.ledger.headroom import Headroom
from video_agent.media.readiness import check_output_folder, check_pictures
from video_agent.models import Job, Tier, VideoRequest
from video_agent.store.approvals import hold
from video_agent.store.jobs import create_job, new_job, update_job
from video_agent.tools import Services

_CHANGEABLE = ("duration_seconds", "resolution", "aspect_ratio")


async def preflight(services: Services, request: VideoRequest) -> Estimate:
    """Refuse what cannot work, before anything is paid or written.

    Raises:
        InvalidRequestError, ModelRetiredError, BudgetError: See `PriceList.estimate`.
        MediaError: A picture cannot be read.
        ConfigurationError: The output folder cannot be written.
        CapError: A cap leaves less than one attempt; the message names it.
    """
    priced = services.price_list.estimate(request)
    await check_pictures(request)
    await check_output_folder(services.output_folder)
    headroom = Headroom(services.database, services.ledger.caps, services.charged)
    await headroom.check([(request.user_id, priced.one_attempt_usd)], "one attempt")
    return priced


async def open_job(
    services: Services,
    request: VideoRequest,
    *,
    app_name: str,
    session_id: str,
    approved: bool = False,
    in_chat: bool = False,
) -> Job:
    """Check a request and store a running job for it, or one that waits for approval.

    Args:
        services: The parts.
        request: What to make.
        app_name: ADK's application.
        session_id: The conversation.
        approved: A person has agreed to what it may cost.
        in_chat: A person can be asked before it pays, so it need not wait.

    Raises:
        VideoAgentError: See `preflight`; nothing is stored then.
        StoreError: The database refused.
    """
    priced = await preflight(services, request)
    row = new_job(
        request,
        app_name=app_name,
        session_id=session_id,
        backend=services.backend,
        charged=services.charged,
    )
    limit = services.approval_above_usd
    asked_later = ZERO if in_chat else priced.most_usd
    hold(row, most_usd=asked_later, limit_usd=limit, approved=approved)
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
    services.price_list.estimate(request)
    await update_job(services.database, job.id, request=request.model_dump(mode="json"))
