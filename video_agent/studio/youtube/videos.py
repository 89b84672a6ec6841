"""videos.list, update, delete and what hangs on a video: thumbnails.set, captions.insert, list."""

import asyncio
import secrets
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from video_agent.studio.faults import Fault
from video_agent.studio.multipart_related import read_object, split_multipart
from video_agent.studio.reading import Fields, as_fields, as_text
from video_agent.studio.reasoned_refusal import ReasonedRefusal
from video_agent.studio.youtube.answers import (
    describe_caption,
    describe_list,
    describe_video,
    thumbnails,
)
from video_agent.studio.youtube.channel_store import CaptionRow, ChannelStore, VideoRow
from video_agent.studio.youtube.metadata import LANGUAGE, READ_PARTS, read_metadata, read_parts
from video_agent.studio.youtube.refusals import bad_request, not_found

MAX_IDS = 50
MAX_THUMBNAIL_BYTES = 50 * 1024**2
MAX_CAPTION_BYTES = 100 * 1024**2
MAX_CAPTION_NAME = 150
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class Videos:
    """The endpoints on videos that are there."""

    def __init__(self, store: ChannelStore, lag_seconds: float) -> None:
        self._store = store
        self._lag_seconds = lag_seconds

    async def list(self, request: Request, _fault: Fault | None) -> Response:
        """GET /youtube/v3/videos?id=...; ids that are not there are left out.

        Raises:
            ReasonedRefusal: 400.
        """
        query = request.query_params
        parts = read_parts(query, READ_PARTS)
        wanted = [one for value in query.getlist("id") for one in value.split(",") if one]
        if not wanted:
            message = "No filter selected. Expected one of: chart, id, myRating"
            raise bad_request(message, "missingRequiredParameter", "parameters")
        if len(wanted) > MAX_IDS:
            raise bad_request("Too many ids.", "invalidFilters", "id")
        rows = {row.id: row for row in await asyncio.to_thread(self._store.videos)}
        items = [
            describe_video(rows[one], parts, self._lag_seconds) for one in wanted if one in rows
        ]
        page = {"pageInfo": {"totalResults": len(items), "resultsPerPage": len(items)}}
        return JSONResponse(describe_list("video", items, page))

    async def update(self, request: Request, _fault: Fault | None) -> Response:
        """PUT /youtube/v3/videos: each part that is named is replaced as a whole.

        Raises:
            ReasonedRefusal: 400 or 404.
        """
        parts = read_parts(request.query_params, READ_PARTS)
        body = read_object(await request.body())
        row = await self._find(as_text(body.get("id")), "body.id")
        changes = read_metadata(body, parts, updating=True)
        await asyncio.to_thread(self._store.change_video, row.id, changes)
        changed = await self._find(row.id, "body.id")
        return JSONResponse(describe_video(changed, parts, self._lag_seconds))

    async def delete(self, request: Request, _fault: Fault | None) -> Response:
        """DELETE /youtube/v3/videos?id=.

        Raises:
            ReasonedRefusal: 404.
        """
        row = await self._find(request.query_params.get("id", ""), "id")
        await asyncio.to_thread(self._store.delete_video, row.id)
        return Response(status_code=204)

    async def set_thumbnail(self, request: Request, _fault: Fault | None) -> Response:
        """POST /upload/youtube/v3/thumbnails/set?videoId= with a JPEG or PNG as the body.

        Raises:
            ReasonedRefusal: 400, 404 or 413.
        """
        row = await self._find(request.query_params.get("videoId", ""), "videoId")
        content = await request.body()
        if not content:
            message = "The request does not include the image content."
            raise ReasonedRefusal(400, message, "mediaBodyRequired", domain="youtube.thumbnail")
        if len(content) > MAX_THUMBNAIL_BYTES:
            raise ReasonedRefusal(413, "Media larger than the limit.", "uploadTooLarge")
        kind = next((PICTURES[start] for start in PICTURES if content.startswith(start)), "")
        if not kind:
            message = "The provided image content is invalid."
            raise ReasonedRefusal(400, message, "invalidImage", domain="youtube.thumbnail")
        await asyncio.to_thread(self._store.set_thumbnail, row.id, kind, content)
        items = [thumbnails(row.id)]
        return JSONResponse({"kind": "youtube#thumbnailSetResponse", "items": items})

    async def insert_caption(self, request: Request, _fault: Fault | None) -> Response:
        """POST /upload/youtube/v3/captions?uploadType=multipart&part=snippet.

        Raises:
            ReasonedRefusal: 400, 404, 409 or 413.
        """
        read_parts(request.query_params, ("id", "snippet"))
        content_type = request.headers.get("content-type", "")
        about, _, content = split_multipart(content_type, await request.body())
        track = _read_track(as_fields(about.get("snippet")), content)
        await self._find(track.video_id, "body.snippet.videoId")
        if not await asyncio.to_thread(self._store.add_caption, track):
            message = "The specified video already has a caption track with this name and language."
            raise ReasonedRefusal(409, message, "captionExists", domain="youtube.caption")
        return JSONResponse(describe_caption(track))

    async def list_captions(self, request: Request, _fault: Fault | None) -> Response:
        """GET /youtube/v3/captions?videoId=.

        Raises:
            ReasonedRefusal: 400 or 404.
        """
        read_parts(request.query_params, ("id", "snippet"))
        row = await self._find(request.query_params.get("videoId", ""), "videoId")
        tracks = await asyncio.to_thread(self._store.captions, row.id)
        return JSONResponse(describe_list("caption", [describe_caption(one) for one in tracks], {}))

    async def _find(self, video_id: str, name: str) -> VideoRow:
        row = await asyncio.to_thread(self._store.video, video_id)
        if row is None:
            raise not_found("video", name)
        return row


def _read_track(snippet: Fields, content: bytes) -> CaptionRow:
    language, name = as_text(snippet.get("language")), snippet.get("name")
    if (
        not LANGUAGE.fullmatch(language)
        or not isinstance(name, str)
        or len(name) > MAX_CAPTION_NAME
    ):
        message = "The request contains invalid metadata values."
        raise ReasonedRefusal(400, message, "invalidMetadata", domain="youtube.caption")
    if not content.strip():
        message = "The request must contain the caption track content."
        raise ReasonedRefusal(400, message, "contentRequired", domain="youtube.caption")
    if len(content) > MAX_CAPTION_BYTES:
        raise ReasonedRefusal(413, "Media larger than the limit.", "uploadTooLarge")
    return CaptionRow(
        id=secrets.token_urlsafe(24),
        video_id=as_text(snippet.get("videoId")),
        language=language,
        name=as_text(name),
        is_draft=snippet.get("isDraft") is True,
        content=content,
        created_at=time.time(),
    )
