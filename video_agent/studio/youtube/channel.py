"""channels.list, playlists and their items."""

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from video_agent.studio.faults import Fault
from video_agent.studio.multipart_related import read_object
from video_agent.studio.reading import Fields, as_fields, as_text
from video_agent.studio.reasoned_refusal import ReasonedRefusal
from video_agent.studio.youtube.answers import (
    describe_channel,
    describe_item,
    describe_list,
    describe_playlist,
)
from video_agent.studio.youtube.channel_store import (
    CHANNEL_ID,
    UPLOADS_ID,
    ChannelStore,
    ItemRow,
    PlaylistRow,
)
from video_agent.studio.youtube.metadata import PRIVACIES, read_parts
from video_agent.studio.youtube.refusals import bad_request, not_found

DEFAULT_RESULTS, MAX_RESULTS = 5, 50
CHANNEL_PARTS = ("id", "snippet", "contentDetails", "status", "statistics")
PLAYLIST_PARTS = ("id", "snippet", "status")
ITEM_PARTS = ("id", "snippet", "contentDetails", "status")
MAX_PLAYLIST_TITLE = 150


class Channel:
    """The endpoints on the one channel there is."""

    def __init__(self, store: ChannelStore) -> None:
        self._store = store

    async def list(self, request: Request, _fault: Fault | None) -> Response:
        """GET /youtube/v3/channels?mine=true, or by id.

        Raises:
            ReasonedRefusal: 400.
        """
        query = request.query_params
        parts = read_parts(query, CHANNEL_PARTS)
        ids = query.get("id", "").split(",")
        if query.get("mine") != "true" and not query.get("id"):
            message = "No filter selected. Expected one of: forHandle, forUsername, id, managedByMe"
            raise bad_request(f"{message}, mine", "missingRequiredParameter", "parameters")
        mine = query.get("mine") == "true" or CHANNEL_ID in ids
        items = [describe_channel(parts)] if mine else []
        return JSONResponse(
            describe_list("channel", items, _page_info(len(items), DEFAULT_RESULTS))
        )

    async def list_playlists(self, request: Request, _fault: Fault | None) -> Response:
        """GET /youtube/v3/playlists?mine=true, or by id or channelId.

        Raises:
            ReasonedRefusal: 400.
        """
        query = request.query_params
        parts = read_parts(query, PLAYLIST_PARTS)
        rows = await asyncio.to_thread(self._store.playlists)
        if ids := query.get("id"):
            rows = [row for row in rows if row.id in ids.split(",")]
        elif query.get("mine") != "true" and query.get("channelId") != CHANNEL_ID:
            message = "No filter selected. Expected one of: channelId, id, mine"
            raise bad_request(message, "missingRequiredParameter", "parameters")
        items = [describe_playlist(row, parts) for row in rows]
        return JSONResponse(_paged("playlist", items, query))

    async def insert_playlist(self, request: Request, _fault: Fault | None) -> Response:
        """POST /youtube/v3/playlists.

        Raises:
            ReasonedRefusal: 400.
        """
        parts = read_parts(request.query_params, PLAYLIST_PARTS)
        body = read_object(await request.body())
        snippet, status = as_fields(body.get("snippet")), as_fields(body.get("status"))
        title, privacy = as_text(snippet.get("title")), status.get("privacyStatus", "public")
        if not 0 < len(title) <= MAX_PLAYLIST_TITLE or privacy not in PRIVACIES:
            message = "The request does not specify a valid playlist title or privacy status."
            raise ReasonedRefusal(400, message, "invalidPlaylistSnippet")
        kept: Fields = {"title": title, "description": as_text(snippet.get("description"))}
        row = PlaylistRow(f"PL{secrets.token_hex(16)}", kept, str(privacy), time.time())
        await asyncio.to_thread(self._store.add_playlist, row)
        return JSONResponse(describe_playlist(row, parts))

    async def list_items(self, request: Request, _fault: Fault | None) -> Response:
        """GET /youtube/v3/playlistItems?playlistId=, also of the uploads.

        Raises:
            ReasonedRefusal: 400 or 404.
        """
        query = request.query_params
        parts = read_parts(query, ITEM_PARTS)
        playlist_id = query.get("playlistId", "")
        if not playlist_id:
            message = "No filter selected. Expected one of: id, playlistId"
            raise bad_request(message, "missingRequiredParameter", "parameters")
        items = await asyncio.to_thread(self._items, playlist_id, parts)
        if video_id := query.get("videoId"):
            items = [item for item in items if _video_of(item) == video_id]
        return JSONResponse(_paged("playlistItem", items, query))

    async def insert_item(self, request: Request, _fault: Fault | None) -> Response:
        """POST /youtube/v3/playlistItems: a video at the end of a playlist.

        Raises:
            ReasonedRefusal: 400 or 404.
        """
        parts = read_parts(request.query_params, ITEM_PARTS)
        snippet = as_fields(read_object(await request.body()).get("snippet"))
        resource = as_fields(snippet.get("resourceId"))
        playlist_id, video_id = as_text(snippet.get("playlistId")), as_text(resource.get("videoId"))
        if not playlist_id or resource.get("kind") != "youtube#video":
            name = "snippet.resourceId" if playlist_id else "snippet.playlistId"
            raise bad_request("The request is missing a value.", "playlistIdRequired", name)
        known = await asyncio.to_thread(self._store.playlists)
        if playlist_id not in {row.id for row in known}:
            raise not_found("playlist", "snippet.playlistId")
        if await asyncio.to_thread(self._store.video, video_id) is None:
            raise not_found("video", "snippet.resourceId.videoId")
        row = ItemRow(secrets.token_urlsafe(24), playlist_id, video_id, time.time())
        await asyncio.to_thread(self._store.add_item, row)
        items = await asyncio.to_thread(self._items, playlist_id, [*parts, "id"])
        return JSONResponse(next(item for item in items if item["id"] == row.id))

    def _items(self, playlist_id: str, parts: Sequence[str]) -> Sequence[dict[str, object]]:
        if playlist_id not in {UPLOADS_ID, *(row.id for row in self._store.playlists())}:
            raise not_found("playlist", "playlistId")
        videos = {row.id: row for row in self._store.videos()}
        rows = self._store.items(playlist_id)
        return [
            describe_item(row, videos[row.video_id], position, parts)
            for position, row in enumerate(rows)
        ]


def _video_of(item: Fields) -> object:
    snippet = as_fields(as_fields(item.get("snippet")).get("resourceId"))
    return snippet.get("videoId") or as_fields(item.get("contentDetails")).get("videoId")


def _paged(kind: str, items: Sequence[Fields], query: Mapping[str, str]) -> dict[str, object]:
    size, token = query.get("maxResults", str(DEFAULT_RESULTS)), query.get("pageToken", "0")
    if not size.isdecimal() or not 0 < int(size) <= MAX_RESULTS:
        raise bad_request(f"Invalid value '{size}'.", "invalidParameter", "maxResults")
    if not token.isdecimal():
        raise bad_request("The page token is not valid.", "invalidPageToken", "pageToken")
    start, end = int(token), int(token) + int(size)
    page: dict[str, object] = _page_info(len(items), int(size))
    if end < len(items):
        page["nextPageToken"] = str(end)
    return describe_list(kind, items[start:end], page)


def _page_info(total: int, size: int) -> dict[str, object]:
    return {"pageInfo": {"totalResults": total, "resultsPerPage": size}}
