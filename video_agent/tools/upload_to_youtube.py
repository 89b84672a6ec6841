"""`upload_to_youtube`: publish a video that passed, as far as a person has agreed to.

Who may agree:

- The request's `publish` is the agreement, given when the job is ordered, to publish a video that
  passed, no wider than it says. It is also the limit that nothing in a turn can move.
- In a chat a person can be asked (ADK's confirmation card), also about a video that did not pass or
  a job whose request said nothing about publishing; the answer holds for that one call.
- A job without `publish` that nobody watches is not published: the call is refused.
"""

from datetime import datetime
from typing import Annotated, get_args

from pydantic import Field

from video_agent.errors import ConfigurationError, InvalidRequestError, NotFoundError
from video_agent.models import (
    Privacy,
    ProgressEvent,
    PublicationDetails,
    Value,
    Video,
    parse_publication,
)
from video_agent.publishing import Publishing
from video_agent.store.records import get_video, latest_report
from video_agent.toolkit import asks_first, tool
from video_agent.tools.context import Context

_FROM_NARROW_TO_WIDE: tuple[Privacy, ...] = get_args(Privacy)


class Upload(Value):
    """A published video; `status` is `published`, or `processing` while the service is at work."""

    youtube_id: str
    url: str
    status: str


async def _question(  # noqa: PLR0913, PLR0917 - the tool's public arguments
    context: Context,
    video_id: str,
    title: str,
    description: str,
    tags: list[str] | None,
    privacy: Privacy,
    publish_at: datetime | None,
    made_for_kids: bool,
) -> str | None:
    """What a person must agree to before this upload; None when the request has agreed."""
    publishing = _configured(context)
    video = await _video(context, video_id)
    details = _details(title, description, tags, privacy, publish_at, made_for_kids)
    why = await _needs_a_person(context, video, details)
    if why is None or not context.can_ask:
        return None
    when = f", public on {publish_at.isoformat()}" if publish_at is not None else ""
    kids = "made for kids" if made_for_kids else "not made for kids"
    return (
        f"Upload attempt {video.attempt_number} to {publishing.target} as {details.privacy}{when}, "
        f"title {details.title!r}, {kids}, disclosed as made by AI? {why}"
    )


@asks_first(_question)
@tool
async def upload_to_youtube(  # noqa: PLR0913, PLR0917 - the tool's public arguments
    context: Context,
    video_id: Annotated[str, Field(description="A video that passed.")],
    title: Annotated[str, Field(min_length=1, max_length=100)],
    description: Annotated[str, Field(max_length=5_000)] = "",
    tags: Annotated[list[str] | None, Field(description="Search words.")] = None,
    privacy: Annotated[Privacy, Field(description="Never wider than the request.")] = "private",
    publish_at: Annotated[
        datetime | None, Field(description="ISO 8601; private until then.")
    ] = None,
    made_for_kids: bool = False,
) -> Upload:
    """Upload a video that passed. Only when the person asked for it."""
    publishing = _configured(context)
    video = await _video(context, video_id)
    details = _details(title, description, tags, privacy, publish_at, made_for_kids)
    why = await _needs_a_person(context, video, details)
    if why is not None and not context.agreed:
        raise InvalidRequestError(
            f"an upload needs approval by a person: {why}",
            hint="finish without it; `video-agent upload` publishes it later",
        )
    done = await publishing.publish(video, details, context.emit)
    for warning in done.warnings:
        await context.emit(ProgressEvent(kind="warning", message=warning))
    where = f"{done.state.value} as {done.details.privacy}: {done.url}"
    await context.emit(ProgressEvent(kind="publish", message=where))
    return Upload(youtube_id=done.youtube_id or "", url=done.url or "", status=done.state.value)


def _configured(context: Context) -> Publishing:
    publishing = context.services.publishing
    if publishing is None:
        raise ConfigurationError(
            "uploading is not configured",
            hint="finish without it; a person can log in: video-agent youtube login",
        )
    return publishing


async def _video(context: Context, video_id: str) -> Video:
    video = await get_video(context.services.database, video_id)
    if video.job_id != context.job_id:
        raise NotFoundError(f"this job has no video {video_id}")
    return video


def _details(
    title: str,
    description: str,
    tags: list[str] | None,
    privacy: Privacy,
    publish_at: datetime | None,
    made_for_kids: bool,
) -> PublicationDetails:
    return parse_publication(
        {
            "title": title,
            "description": description,
            "tags": tuple(tags or ()),
            "privacy": privacy,
            "publish_at": publish_at,
            "made_for_kids": made_for_kids,
        }
    )


async def _needs_a_person(
    context: Context, video: Video, details: PublicationDetails
) -> str | None:
    """Why the request alone does not allow this upload; None when it does.

    Raises:
        InvalidRequestError: It is wider than the request allows.
    """
    allowed = context.request.publish
    # What becomes public by itself later is as wide as public.
    wanted: Privacy = "public" if details.publish_at is not None else details.privacy
    if allowed is not None and _width(wanted) > _width(allowed):
        raise InvalidRequestError(
            f"the request allows {allowed}, not {wanted}", hint=f"use privacy {allowed}"
        )
    report = await latest_report(context.services.database, video.id)
    if report is None or not report.passed:
        score = (
            "was not judged"
            if report is None or report.score is None
            else (f"scored {report.score:.2f} of {report.threshold:.2f}")
        )
        return f"It did not pass ({score})."
    return None if allowed is not None else "The request does not say that it may be published."


def _width(privacy: Privacy) -> int:
    return _FROM_NARROW_TO_WIDE.index(privacy)
