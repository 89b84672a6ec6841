"""videos.insert: a resumable upload that ends in exactly one video."""

import asyncio
import base64
import hashlib
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from video_agent.studio.chunk_receiver import ChunkReceiver
from video_agent.studio.connection import base_url
from video_agent.studio.digests import digest
from video_agent.studio.faults import Fault
from video_agent.studio.multipart_related import read_object
from video_agent.studio.reading import Fields, as_fields, as_text
from video_agent.studio.reasoned_refusal import ReasonedRefusal
from video_agent.studio.resumable import ResumableUploads, Session
from video_agent.studio.youtube.answers import describe_video
from video_agent.studio.youtube.channel_store import ChannelStore, VideoRow
from video_agent.studio.youtube.metadata import READ_PARTS, read_metadata, read_parts
from video_agent.studio.youtube.refusals import bad_request

SERVICE = "youtube"
MAX_BYTES = 256 * 1024**3
ANY_BYTES = "application/octet-stream"


class VideoUploads:
    """The endpoints under /upload/youtube/v3/videos."""

    def __init__(self, store: ChannelStore, uploads: ResumableUploads, lag_seconds: float) -> None:
        self._store = store
        self._uploads = uploads
        self._lag_seconds = lag_seconds
        self.chunks = ChunkReceiver(SERVICE, uploads, self._finish, self._describe)

    async def open(self, request: Request, _fault: Fault | None) -> Response:
        """POST ?uploadType=resumable&part=snippet,status with the video resource.

        Raises:
            ReasonedRefusal: 400.
        """
        query, headers = request.query_params, request.headers
        if query.get("uploadType") != "resumable":
            message = "Only resumable uploads are supported by this studio."
            raise bad_request(message, "badRequest", "uploadType")
        parts = read_parts(query, READ_PARTS)
        content_type = headers.get("x-upload-content-type", ANY_BYTES)
        if not (content_type.startswith("video/") or content_type == ANY_BYTES):
            message = f"Media type '{content_type}' is not supported. Valid media types: [video/*"
            raise ReasonedRefusal(400, f"{message}, {ANY_BYTES}]", "badContent")
        body = read_object(await request.body())
        wish = {
            "parts": parts,
            "content_type": content_type,
            "notify_subscribers": query.get("notifySubscribers", "true") != "false",
            **read_metadata(body, parts, updating=False),
        }
        session = await asyncio.to_thread(self._uploads.open, SERVICE, wish, _length(headers))
        request.state.accepted = True
        link = f"{base_url(request)}{request.url.path}?{request.url.query}"
        return Response(
            headers={
                "Location": f"{link}&upload_id={session.id}",
                "X-GUploader-UploadID": session.id,
            }
        )

    def _finish(self, session: Session, _headers: Mapping[str, str]) -> Fields:
        """The video's id follows from the session, so that a second time finds the first."""
        mark = hashlib.sha256(session.id.encode()).digest()
        video_id = base64.urlsafe_b64encode(mark).decode()[:11]
        target = self._store.path_of(video_id)
        shutil.copyfile(self._uploads.path_of(session), target)
        found, wish = digest(target), session.request
        row = VideoRow(
            id=video_id,
            sha256=found.sha256,
            size=found.size,
            content_type=as_text(wish.get("content_type")),
            snippet=as_fields(wish.get("snippet")),
            status=as_fields(wish.get("status")),
            file=_look_into(target),
            fate=session.fate,
            notify_subscribers=bool(wish.get("notify_subscribers")),
            uploaded_at=time.time(),
        )
        self._store.add_video(row)
        return {"video_id": video_id, "parts": wish.get("parts")}

    def _describe(self, facts: Fields, _base: str) -> dict[str, object]:
        video_id, parts = as_text(facts.get("video_id")), facts.get("parts")
        row = self._store.video(video_id)
        if row is None:  # deleted since: the session still knows what it made
            return {"kind": "youtube#video", "id": video_id}
        names = [str(part) for part in parts] if isinstance(parts, list) else []
        return describe_video(row, names, self._lag_seconds)


def _length(headers: Mapping[str, str]) -> int | None:
    value = headers.get("x-upload-content-length")
    if value is None:
        return None
    if not value.isdecimal() or not 0 < int(value) <= MAX_BYTES:
        raise ReasonedRefusal(400, "Invalid X-Upload-Content-Length header.", "badRequest")
    return int(value)


def _look_into(path: Path) -> dict[str, object]:
    """What the service finds in the file; nothing when it is no video."""
    from video_agent.media.container import MediaError  # noqa: PLC0415 - heavy: loads on first use
    from video_agent.media.probe import probe  # noqa: PLC0415 - heavy: loads on first use

    try:
        facts = probe(path)
    except MediaError:
        return {}
    video = {
        "widthPixels": facts.width,
        "heightPixels": facts.height,
        "frameRateFps": facts.fps,
        "codec": facts.video_codec,
    }
    return {
        "container": "mp4",
        "videoStreams": [video],
        "durationMs": str(round(facts.duration_seconds * 1000)),
    }
