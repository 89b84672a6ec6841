"""`upload_to_youtube`: never wider than the request allows; not configured in this version."""

from datetime import datetime
from typing import Annotated, get_args

from pydantic import Field

from video_agent.errors import ConfigurationError, InvalidRequestError
from video_agent.models import Privacy, Value
from video_agent.toolkit import tool
from video_agent.tools.context import Context

_FROM_NARROW_TO_WIDE: tuple[Privacy, ...] = get_args(Privacy)


class Upload(Value):
    """A published video."""

    youtube_id: str
    url: str
    status: str


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
    del video_id, title, description, tags, publish_at, made_for_kids
    allowed = context.request.publish
    if allowed is None:
        raise InvalidRequestError("the request does not allow an upload", hint="finish without it")
    if _FROM_NARROW_TO_WIDE.index(privacy) > _FROM_NARROW_TO_WIDE.index(allowed):
        raise InvalidRequestError(
            f"the request allows {allowed}, not {privacy}", hint=f"use privacy {allowed}"
        )
    raise ConfigurationError("uploading is not configured", hint="finish without it")
