"""YouTube as a `ports.Publisher`: resumable upload by hand, then what belongs around the video.

Protocol by "Resumable Uploads" of the YouTube Data API. One call, one request; `publishing` decides
about repeating.
"""

import secrets
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from pydantic import SecretStr

from video_agent.backends.google.youtube_bodies import (
    JSON_TYPE,
    as_json,
    bytes_of,
    pieces_of,
    related_parts,
)
from video_agent.backends.google.youtube_http import Call, Content, YouTubeHttp
from video_agent.backends.google.youtube_scopes import MANAGE, READ, UPLOAD
from video_agent.backends.google.youtube_wire import (
    JsonObject,
    carries,
    document_of,
    items_of,
    moment_of,
    part,
    received_bytes,
    remote_state,
    text,
    video_resource,
)
from video_agent.errors import BackendError
from video_agent.models import PublicationDetails, RemoteState, UploadStep

CHUNK_MULTIPLE = 256 * 1024
_PAGES = 10
_CLOCK_SLACK = timedelta(minutes=30)
_SESSION_GOOD = frozenset({200, 201, 308, 404, 410})


class YouTube:
    """Implements `ports.Publisher`.

    Args:
        http: The authorised way there.
        target: What publications are filed under: `youtube`, or another name for a stand-in.
        page: What the address of a video's page begins with.
    """

    def __init__(
        self, http: YouTubeHttp, *, target: str = "youtube", page: str = "https://youtu.be/"
    ) -> None:
        self._http = http
        self._target = target
        self._page = page

    @property
    def target(self) -> str:
        """Which service."""
        return self._target

    def url_of(self, remote_id: str) -> str:
        """The video's page."""
        return self._page + quote(remote_id, safe="")

    async def open(self, details: PublicationDetails, *, marker: str, size_bytes: int) -> SecretStr:
        """See `Publisher.open`. Costs one of the day's 100 uploads."""
        call = Call(
            what="opening the upload",
            scope=UPLOAD,
            method="POST",
            url=f"{self._http.base_url}/upload/youtube/v3/videos",
            query={
                "uploadType": "resumable",
                "part": "snippet,status",
                "notifySubscribers": str(details.notify_subscribers).lower(),
            },
            headers={
                "content-type": JSON_TYPE,
                "x-upload-content-type": "video/mp4",
                "x-upload-content-length": str(size_bytes),
            },
            content=as_json(video_resource(details, marker)),
        )
        response = await self._http.send(call)
        address = response.headers.get("location", "")
        if not address:
            raise BackendError(
                "YouTube opened no upload: the answer has no address", retryable=True
            )
        self._http.check_session(address)
        return SecretStr(address)

    async def send(
        self, session: SecretStr, path: Path, *, offset: int, length: int, size_bytes: int
    ) -> UploadStep:
        """See `Publisher.send`. The piece is streamed from disk; memory holds 256 KiB of it.

        All but the last piece must be multiples of 256 KiB long.
        """
        last = offset + length - 1
        headers = {
            "content-type": "video/mp4",
            "content-length": str(length),
            "content-range": f"bytes {offset}-{last}/{size_bytes}",
        }

        def content() -> AsyncIterator[bytes]:
            return pieces_of(path, offset, length)

        return await self._step("sending the video", session, headers, content)

    async def probe(self, session: SecretStr, *, size_bytes: int) -> UploadStep:
        """See `Publisher.probe`."""
        headers = {"content-length": "0", "content-range": f"bytes */{size_bytes}"}
        return await self._step("asking how much has arrived", session, headers, b"")

    async def _step(
        self, what: str, session: SecretStr, headers: Mapping[str, str], content: Content
    ) -> UploadStep:
        address = session.get_secret_value()
        self._http.check_session(address)
        call = Call(
            what=what,
            scope=UPLOAD,
            method="PUT",
            url=address,
            headers=headers,
            content=content,
            good=_SESSION_GOOD,
        )
        response = await self._http.send(call)
        if response.status_code in (404, 410):
            return UploadStep(gone=True)
        if response.status_code == 308:
            return UploadStep(received_bytes=received_bytes(response))
        remote_id = text(document_of(response) or {}, "id")
        if not remote_id:
            raise BackendError(
                "YouTube says that the video is complete, but not under which id", retryable=True
            )
        return UploadStep(remote_id=remote_id)

    async def find(self, marker: str, *, since: datetime) -> str | None:
        """See `Publisher.find`: the channel's uploads, newest first, 50 for two quota units."""
        uploads = await self._uploads_playlist()
        page = ""
        for _ in range(_PAGES):
            query = {"part": "contentDetails,snippet", "playlistId": uploads, "maxResults": "50"}
            query |= {"pageToken": page} if page else {}
            # The list of a channel without any video is "not found".
            answer = await self._list("playlistItems", query, missing_is_empty=True)
            entries = items_of(answer)
            ids = [text(part(item, "contentDetails"), "videoId") for item in entries]
            found = await self._marked(marker, [one for one in ids if one])
            page = text(answer, "nextPageToken")
            if found or not page or _all_older(entries, since - _CLOCK_SLACK):
                return found
        return None

    async def _uploads_playlist(self) -> str:
        answer = await self._list("channels", {"part": "contentDetails", "mine": "true"})
        for channel in items_of(answer):
            uploads = text(part(channel, "contentDetails", "relatedPlaylists"), "uploads")
            if uploads:
                return uploads
        raise BackendError("YouTube does not name the channel's list of uploads", retryable=True)

    async def _marked(self, marker: str, ids: list[str]) -> str | None:
        if not ids:
            return None
        answer = await self._list("videos", {"part": "snippet", "id": ",".join(ids)})
        return next(
            (text(video, "id") for video in items_of(answer) if carries(video, marker)), None
        )

    async def state(self, remote_id: str) -> RemoteState:
        """See `Publisher.state`. One quota unit."""
        answer = await self._list("videos", {"part": "status,processingDetails", "id": remote_id})
        videos = items_of(answer)
        return remote_state(videos[0] if videos else None)

    async def set_thumbnail(self, remote_id: str, image: Path) -> None:
        """See `Publisher.set_thumbnail`. About 50 quota units."""
        data = await bytes_of(image)
        kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
        await self._http.send(
            Call(
                what="setting the thumbnail",
                scope=UPLOAD,
                method="POST",
                url=f"{self._http.base_url}/upload/youtube/v3/thumbnails/set",
                query={"videoId": remote_id, "uploadType": "media"},
                headers={"content-type": kind},
                content=data,
            )
        )

    async def add_captions(
        self, remote_id: str, captions: Path, *, language: str, look_first: bool
    ) -> None:
        """See `Publisher.add_captions`. 400 quota units, 50 more to look first."""
        if look_first:
            answer = await self._list(
                "captions", {"part": "snippet", "videoId": remote_id}, scope=MANAGE
            )
            if any(
                text(part(item, "snippet"), "language") == language for item in items_of(answer)
            ):
                return
        snippet = {"videoId": remote_id, "language": language, "name": "", "isDraft": False}
        boundary = f"captions-{secrets.token_hex(16)}"
        content = related_parts(boundary, {"snippet": snippet}, await bytes_of(captions))
        await self._http.send(
            Call(
                what="adding the captions",
                scope=MANAGE,
                method="POST",
                url=f"{self._http.base_url}/upload/youtube/v3/captions",
                query={"uploadType": "multipart", "part": "snippet"},
                headers={"content-type": f"multipart/related; boundary={boundary}"},
                content=content,
            )
        )

    async def add_to_playlist(self, remote_id: str, playlist_id: str, *, look_first: bool) -> None:
        """See `Publisher.add_to_playlist`. 50 quota units, one more to look first."""
        if look_first:
            query = {"part": "id", "playlistId": playlist_id, "videoId": remote_id}
            if items_of(await self._list("playlistItems", query)):
                return
        resource = {"kind": "youtube#video", "videoId": remote_id}
        await self._http.send(
            Call(
                what="adding it to the playlist",
                scope=MANAGE,
                method="POST",
                url=f"{self._http.base_url}/youtube/v3/playlistItems",
                query={"part": "snippet"},
                headers={"content-type": JSON_TYPE},
                content=as_json({"snippet": {"playlistId": playlist_id, "resourceId": resource}}),
            )
        )

    async def _list(
        self,
        kind: str,
        query: Mapping[str, str],
        *,
        scope: str = READ,
        missing_is_empty: bool = False,
    ) -> JsonObject:
        call = Call(
            what=f"reading {kind}",
            scope=scope,
            method="GET",
            url=f"{self._http.base_url}/youtube/v3/{kind}",
            query=query,
            good=frozenset({200, 404}) if missing_is_empty else frozenset({200}),
        )
        response = await self._http.send(call)
        document = {} if response.status_code == 404 else document_of(response)
        if document is None:
            raise BackendError(f"reading {kind} failed: the answer is not JSON", retryable=True)
        return document


def _all_older(entries: list[JsonObject], since: datetime) -> bool:
    moments = [moment_of(text(part(item, "snippet"), "publishedAt")) for item in entries]
    return bool(moments) and all(moment is not None and moment < since for moment in moments)
