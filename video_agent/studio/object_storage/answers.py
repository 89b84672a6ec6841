"""Buckets and objects as Cloud Storage describes them."""

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from video_agent.studio.entrance import Handler
from video_agent.studio.faults import Fault
from video_agent.studio.object_storage.names import BucketError
from video_agent.studio.object_storage.rows import ObjectRow
from video_agent.studio.reasoned_refusal import ReasonedRefusal

PROPERTIES = (
    "cacheControl",
    "contentDisposition",
    "contentEncoding",
    "contentLanguage",
    "customTime",
)
STARTED = "2026-01-01T00:00:00.000Z"


def describe_object(row: ObjectRow, base: str) -> dict[str, object]:
    """An object resource; its links lead to the studio at `base`."""
    path = f"b/{row.bucket}/o/{quote(row.name, safe='')}"
    created = _stamp(row.created_at)
    body: dict[str, object] = {
        "kind": "storage#object",
        "id": f"{row.bucket}/{row.name}/{row.generation}",
        "selfLink": f"{base}/storage/v1/{path}",
        "mediaLink": f"{base}/download/storage/v1/{path}?generation={row.generation}&alt=media",
        "name": row.name,
        "bucket": row.bucket,
        "generation": str(row.generation),
        "metageneration": str(row.metageneration),
        "contentType": row.content_type,
        "storageClass": "STANDARD",
        "size": str(row.size),
        "md5Hash": row.md5_base64,
        "crc32c": row.crc32c_base64,
        "etag": etag(row),
        "timeCreated": created,
        "updated": _stamp(row.updated_at),
        "timeStorageClassUpdated": created,
        "timeFinalized": created,
        **row.properties,
    }
    if row.metadata:
        body["metadata"] = dict(row.metadata)
    return body


def describe_bucket(name: str, base: str) -> dict[str, object]:
    """A bucket resource."""
    return {
        "kind": "storage#bucket",
        "id": name,
        "selfLink": f"{base}/storage/v1/b/{name}",
        "name": name,
        "projectNumber": "1",
        "generation": "1",
        "metageneration": "1",
        "location": "US",
        "locationType": "multi-region",
        "storageClass": "STANDARD",
        "etag": "CAE=",
        "timeCreated": STARTED,
        "updated": STARTED,
        "iamConfiguration": {"uniformBucketLevelAccess": {"enabled": True}},
    }


def etag(row: ObjectRow) -> str:
    """A text that changes with the content and the metadata."""
    return base64.b64encode(f"{row.generation}/{row.metageneration}".encode()).decode()


def media_headers(row: ObjectRow) -> dict[str, str]:
    """The headers of a download."""
    headers = {
        "ETag": etag(row),
        "Last-Modified": datetime.fromtimestamp(row.updated_at, UTC).strftime(
            "%a, %d %b %Y %H:%M:%S GMT"
        ),
        "Accept-Ranges": "bytes",
        "X-Goog-Generation": str(row.generation),
        "X-Goog-Metageneration": str(row.metageneration),
        "X-Goog-Hash": f"crc32c={row.crc32c_base64},md5={row.md5_base64}",
        "X-Goog-Storage-Class": "STANDARD",
        "X-Goog-Stored-Content-Encoding": "identity",
        "X-Goog-Stored-Content-Length": str(row.size),
    }
    named = {"Cache-Control": "cacheControl", "Content-Disposition": "contentDisposition"}
    headers |= {
        header: row.properties[name] for header, name in named.items() if name in row.properties
    }
    return headers


def no_such_object(bucket: str, name: str) -> ReasonedRefusal:
    """404 for an object."""
    return ReasonedRefusal(404, f"No such object: {bucket}/{name}")


def xml_refusal(status: int, code: str, message: str) -> Response:
    """An error in the shape of the XML API, which signed URLs lead to."""
    body = (
        f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code>"
        f"<Message>{escape(message)}</Message></Error>"
    )
    return Response(body, status_code=status, media_type="application/xml; charset=UTF-8")


def in_json(handler: Callable[[Request, Fault | None], Awaitable[Response]]) -> Handler:
    """A handler whose bucket errors are refused in the shape of the JSON API."""

    async def answer(request: Request, fault: Fault | None) -> Response:
        try:
            return await handler(request, fault)
        except BucketError as error:
            raise ReasonedRefusal(error.status, error.message) from None

    return answer


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
