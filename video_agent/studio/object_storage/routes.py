"""Where the endpoints of Cloud Storage stand, and who may call them."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from video_agent.studio.buckets import Buckets
from video_agent.studio.chunk_receiver import step_of
from video_agent.studio.entrance import Endpoint, Entrance, Handler, RoleOf
from video_agent.studio.object_storage.answers import in_json
from video_agent.studio.object_storage.downloads import Downloads
from video_agent.studio.object_storage.objects import Objects
from video_agent.studio.object_storage.uploads import Uploads
from video_agent.studio.reasoned_refusal import ReasonedRefusal
from video_agent.studio.resumable import ResumableUploads

SIGNATURE = b"X-Goog-Signature="
DEAD_TOKENS = ("expired", "revoked")
FORBIDDEN_TOKEN = "forbidden"  # noqa: S105 - a made-up token that tests send


def check_token(request: Request) -> None:
    """Let everybody in, also without a token (as Google's own emulators), but for three tokens.

    Raises:
        ReasonedRefusal: 401 for the token `expired` or `revoked`, 403 for `forbidden`.
    """
    token = request.headers.get("authorization", "").removeprefix("Bearer").strip()
    if token in DEAD_TOKENS:
        raise ReasonedRefusal(401, "Invalid Credentials", location=("header", "Authorization"))
    if token == FORBIDDEN_TOKEN:
        raise ReasonedRefusal(
            403,
            "The caller does not have access to the Google Cloud Storage object.",
        )


def storage_routes(
    entrance: Entrance, buckets: Buckets, resumable: ResumableUploads
) -> list[BaseRoute]:
    """All routes but the one for signed URLs."""
    objects, uploads = Objects(buckets), Uploads(buckets, resumable)
    downloads = Downloads(buckets, objects)
    folder, upload = "/storage/v1/b/{bucket}", "/upload/storage/v1/b/{bucket}/o"
    one = f"{folder}/o/{{object:path}}"
    door = partial(_door, entrance)
    give, look = door("storage.download", downloads.media), door("storage.read", objects.get)

    async def get(request: Request) -> Response:
        media = request.query_params.get("alt") == "media"
        return await (give(request) if media else look(request))

    post = door("storage.upload", uploads.post, role_of=uploads.step_of)
    put = door("storage.upload", uploads.chunks.take, role_of=step_of, streams=True)
    return [
        Route(upload, post, methods=["POST"]),
        Route(upload, put, methods=["PUT"]),
        Route(upload, door("storage.upload", uploads.chunks.cancel), methods=["DELETE"]),
        Route(one, get),
        Route(one, door("storage.write", objects.patch), methods=["PATCH"]),
        Route(one, door("storage.delete", objects.delete), methods=["DELETE"]),
        Route(f"{folder}/o", door("storage.read", objects.list)),
        Route(folder, door("storage.read", objects.bucket)),
        Route(f"/download{one}", give),
    ]


def signed_url_route(entrance: Entrance, buckets: Buckets) -> BaseRoute:
    """GET /{bucket}/{object} with a signature in the query; it hides no other route."""
    handler = Downloads(buckets, Objects(buckets)).signed
    endpoint = entrance.wrap("storage.download", handler, role_of=None, check=_anybody)
    return _SignedRoute("/{bucket}/{object:path}", endpoint)


class _SignedRoute(Route):
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if SIGNATURE not in scope.get("query_string", b""):
            return Match.NONE, {}
        return super().matches(scope)


def _anybody(_request: Request) -> None:
    """The signature is the permission."""


def _door(
    entrance: Entrance,
    kind: str,
    handler: Handler,
    *,
    role_of: RoleOf | None = None,
    streams: bool = False,
) -> Endpoint:
    return entrance.wrap(
        kind, in_json(handler), role_of=role_of, check=check_token, streams=streams
    )
