"""Where the endpoints of YouTube stand, and which tokens they take."""

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from video_agent.studio.accounts.grants import YOUTUBE, Grants
from video_agent.studio.chunk_receiver import step_of
from video_agent.studio.entrance import Endpoint, Entrance, Handler
from video_agent.studio.faults import Fault
from video_agent.studio.resumable import ResumableUploads
from video_agent.studio.youtube.channel import Channel
from video_agent.studio.youtube.channel_store import ChannelStore
from video_agent.studio.youtube.refusals import refusal_on_order, unauthenticated, without_scope
from video_agent.studio.youtube.uploads import VideoUploads
from video_agent.studio.youtube.videos import Videos

FORCE = f"{YOUTUBE}.force-ssl"
TO_UPLOAD = frozenset({YOUTUBE, FORCE, f"{YOUTUBE}.upload"})
TO_READ = frozenset({YOUTUBE, FORCE, f"{YOUTUBE}.readonly"})
TO_WRITE = frozenset({YOUTUBE, FORCE})
TO_CAPTION = frozenset({FORCE})


def youtube_routes(
    entrance: Entrance,
    grants: Grants,
    store: ChannelStore,
    resumable: ResumableUploads,
    lag_seconds: float,
) -> list[BaseRoute]:
    """All routes, and the studio's own list of what was uploaded."""
    uploads = VideoUploads(store, resumable, lag_seconds)
    videos, channel = Videos(store, lag_seconds), Channel(store)
    door = partial(_door, entrance, grants)
    write, read = "youtube.write", "youtube.read"
    root, upload = "/youtube/v3", "/upload/youtube/v3"
    opened = door("youtube.open", uploads.open, TO_UPLOAD)
    send = _for_live_tokens(grants, uploads.chunks.take)
    sent = entrance.wrap("youtube.send", send, role_of=step_of, check=_anybody, streams=True)
    thumbnail = door(write, videos.set_thumbnail, TO_UPLOAD)
    caption = door(write, videos.insert_caption, TO_CAPTION)
    playlist = door(write, channel.insert_playlist, TO_WRITE)
    item = door(write, channel.insert_item, TO_WRITE)
    return [
        Route(f"{upload}/videos", opened, methods=["POST"]),
        Route(f"{upload}/videos", sent, methods=["PUT"]),
        Route(f"{upload}/thumbnails/set", thumbnail, methods=["POST"]),
        Route(f"{upload}/captions", caption, methods=["POST"]),
        Route(f"{root}/videos", door(read, videos.list, TO_READ)),
        Route(f"{root}/videos", door(write, videos.update, TO_WRITE), methods=["PUT"]),
        Route(f"{root}/videos", door(write, videos.delete, TO_WRITE), methods=["DELETE"]),
        Route(f"{root}/captions", door(read, videos.list_captions, TO_CAPTION)),
        Route(f"{root}/channels", door(read, channel.list, TO_READ)),
        Route(f"{root}/playlists", door(read, channel.list_playlists, TO_READ)),
        Route(f"{root}/playlists", playlist, methods=["POST"]),
        Route(f"{root}/playlistItems", door(read, channel.list_items, TO_READ)),
        Route(f"{root}/playlistItems", item, methods=["POST"]),
        Route("/studio/youtube/videos", partial(_uploaded, store)),
    ]


async def _uploaded(store: ChannelStore, _request: Request) -> Response:
    """GET /studio/youtube/videos: what is on the channel, newest first."""
    rows = await asyncio.to_thread(store.videos)
    return JSONResponse({"videos": [vars(row) for row in rows]})


def _door(
    entrance: Entrance, grants: Grants, kind: str, handler: Handler, scopes: frozenset[str]
) -> Endpoint:
    """An endpoint for tokens with one of these scopes."""

    async def enter(request: Request, fault: Fault | None) -> Response:
        allowed = await asyncio.to_thread(grants.scopes_of, _token(request))
        if allowed is None:
            raise unauthenticated()
        if not allowed & scopes:
            raise without_scope()
        if refusal := refusal_on_order(fault):
            raise refusal
        return await handler(request, fault)

    return entrance.wrap(kind, enter, role_of=None, check=_anybody)


def _for_live_tokens(grants: Grants, handler: Handler) -> Handler:
    """A session address is its own permission, but a dead token beside it is refused."""

    async def enter(request: Request, fault: Fault | None) -> Response:
        token = _token(request)
        if token and await asyncio.to_thread(grants.scopes_of, token) is None:
            raise unauthenticated()
        return await handler(request, fault)

    return enter


def _token(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer").strip()


def _anybody(_request: Request) -> None:
    """The handlers look at the token themselves."""
