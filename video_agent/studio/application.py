"""The studio's routes."""

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from video_agent.catalog import load_catalog
from video_agent.studio.accounts.endpoints import account_routes
from video_agent.studio.accounts.grants import Grants
from video_agent.studio.agent_platform import agent_platform_routes
from video_agent.studio.buckets import Buckets
from video_agent.studio.config import StudioConfig
from video_agent.studio.control import Control
from video_agent.studio.entrance import Entrance, Handler, LoopbackOnly
from video_agent.studio.faults import Faults
from video_agent.studio.files import Files
from video_agent.studio.gemini import make_gemini
from video_agent.studio.interactions import Interactions
from video_agent.studio.language_models import LanguageModels
from video_agent.studio.object_storage.routes import signed_url_route, storage_routes
from video_agent.studio.refusals import Refusal, refuse
from video_agent.studio.renders import Renders
from video_agent.studio.resumable import ResumableUploads
from video_agent.studio.signatures import JWKS_PATH
from video_agent.studio.storage import Storage
from video_agent.studio.traffic import Traffic
from video_agent.studio.veo.queue import Queue
from video_agent.studio.veo.service import Veo
from video_agent.studio.video_intelligence.service import VideoIntelligence
from video_agent.studio.video_intelligence.work import Work
from video_agent.studio.youtube.channel_store import ChannelStore
from video_agent.studio.youtube.routes import youtube_routes

VERSIONS = ("v1beta", "v1")


@dataclass(frozen=True)
class StudioParts:
    """What one running studio is made of."""

    storage: Storage
    renders: Renders
    veo: Queue
    analyses: Work
    faults: Faults
    traffic: Traffic
    buckets: Buckets
    channel: ChannelStore
    app: Starlette


def assemble(config: StudioConfig, token: str) -> StudioParts:
    """Open the folder's state and build the application; `renders.start()` begins to draw."""
    catalog = load_catalog()
    storage = Storage(config.folder)
    faults, traffic, buckets = Faults(), Traffic(), Buckets(storage)
    gemini = make_gemini(config, catalog, storage, buckets)
    interactions = gemini.interactions
    veo = Veo(config, catalog, storage, buckets)
    analyses = VideoIntelligence(storage, buckets)
    control = Control(token, storage, faults, traffic, (interactions.labelled, veo.labelled))
    entrance = Entrance(faults, traffic)
    routes = _control_routes(control)
    routes.append(Route(JWKS_PATH, gemini.renders.signatures.publish))
    for version in VERSIONS:
        routes += _interaction_routes(f"/{version}", entrance, interactions)
        routes += _file_routes(version, entrance, gemini.files)
        routes += _model_routes(f"/{version}", entrance, gemini.models)
    every_method = ["GET", "POST", "PUT", "DELETE", "PATCH"]
    channel = ChannelStore(storage)
    routes += _upload_routes(config, storage, entrance, buckets, channel)
    routes += [*veo.routes(entrance), *analyses.routes(entrance)]
    routes += agent_platform_routes(entrance, interactions, gemini.models)
    routes.append(Route("/{path:path}", _nowhere, methods=every_method))
    app = Starlette(
        routes=routes,
        middleware=[Middleware(LoopbackOnly, allowed_hosts=config.allowed_hosts)],
        exception_handlers={Refusal: refuse},
    )
    renders, queue, work = gemini.renders, veo.queue, analyses.work
    return StudioParts(storage, renders, queue, work, faults, traffic, buckets, channel, app)


def _upload_routes(
    config: StudioConfig,
    storage: Storage,
    entrance: Entrance,
    buckets: Buckets,
    channel: ChannelStore,
) -> list[BaseRoute]:
    resumable, grants = ResumableUploads(storage), Grants(storage)
    lag_seconds = config.youtube_lag_seconds
    return [
        *storage_routes(entrance, buckets, resumable),
        signed_url_route(entrance, buckets),
        *account_routes(entrance, grants),
        *youtube_routes(entrance, grants, channel, resumable, lag_seconds),
    ]


def _control_routes(control: Control) -> list[BaseRoute]:
    return [
        Route("/studio/about", control.about),
        Route("/studio/interactions", control.find),
        Route("/studio/statistics", control.statistics),
        Route("/studio/faults", control.faults, methods=["GET", "POST", "DELETE"]),
    ]


def _interaction_routes(
    root: str, entrance: Entrance, interactions: Interactions
) -> list[BaseRoute]:
    def route(path: str, kind: str, handler: Handler, method: str) -> Route:
        endpoint = entrance.wrap(kind, handler, role_of=None)
        return Route(f"{root}/interactions{path}", endpoint, methods=[method])

    one = "/{interaction_id}"
    return [
        route("", "interactions.create", interactions.create, "POST"),
        route(one, "interactions.get", interactions.get, "GET"),
        route(one, "interactions.delete", interactions.delete, "DELETE"),
        route(f"{one}/cancel", "interactions.cancel", interactions.cancel, "POST"),
    ]


def _file_routes(version: str, entrance: Entrance, files: Files) -> list[BaseRoute]:
    def route(path: str, kind: str, handler: Handler, method: str = "GET") -> Route:
        return Route(path, entrance.wrap(kind, handler, role_of=None), methods=[method])

    one = f"/{version}/files/{{file_id}}"
    return [
        route(f"/upload/{version}/files", "files.upload", files.upload, "POST"),
        route(f"/{version}/files", "files.list", files.list),
        route(f"/{version}/files:register", "files.upload", files.register, "POST"),
        route(f"{one}:download", "files.download", files.download),
        Route(f"/download/{version}/files/{{file_id}}:download", files.redirected),
        route(one, "files.get", files.get),
        route(one, "files.delete", files.delete, "DELETE"),
    ]


def _model_routes(root: str, entrance: Entrance, models: LanguageModels) -> list[BaseRoute]:
    one = f"{root}/models/{{model}}"
    generate = entrance.wrap("generate_content", models.generate, role_of=models.role_of)
    stream = entrance.wrap("generate_content", models.stream, role_of=models.role_of)
    count = entrance.wrap("count_tokens", models.count, role_of=None)
    return [
        Route(f"{one}:generateContent", generate, methods=["POST"]),
        Route(f"{one}:streamGenerateContent", stream, methods=["POST"]),
        Route(f"{one}:countTokens", count, methods=["POST"]),
        Route(f"{root}/models", entrance.wrap("models", models.list, role_of=None)),
        Route(one, entrance.wrap("models", models.get, role_of=None)),
    ]


async def _nowhere(request: Request) -> Response:
    raise Refusal(404, f"Requested entity was not found: {request.method} {request.url.path}")
