"""Uploads of objects: media, multipart and resumable."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from video_agent.studio.buckets import Buckets, NewObject, ObjectRow
from video_agent.studio.chunk_receiver import ChunkReceiver
from video_agent.studio.connection import base_url
from video_agent.studio.digests import Digests, digest
from video_agent.studio.faults import Fault
from video_agent.studio.multipart_related import read_object, split_multipart
from video_agent.studio.object_storage.answers import PROPERTIES, describe_object
from video_agent.studio.object_storage.conditions import Conditions, read_conditions
from video_agent.studio.object_storage.names import check_bucket, check_name
from video_agent.studio.reading import Fields, as_fields, as_text
from video_agent.studio.reasoned_refusal import ReasonedRefusal
from video_agent.studio.resumable import ResumableUploads, Session

SERVICE = "storage"
DEFAULT_TYPE = "application/octet-stream"
WRONG_CHECKSUM = "wrong_checksum"


@dataclass(frozen=True)
class Wish:
    """What an upload is to make, as it can be written down."""

    bucket: str
    name: str
    content_type: str
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    properties: Mapping[str, str] = field(default_factory=dict[str, str])
    conditions: Mapping[str, int] = field(default_factory=dict[str, int])
    hashes: Mapping[str, str] = field(default_factory=dict[str, str])


class Uploads:
    """The endpoints under /upload/storage/v1."""

    def __init__(self, buckets: Buckets, uploads: ResumableUploads) -> None:
        self._buckets = buckets
        self._uploads = uploads
        self.chunks = ChunkReceiver(SERVICE, uploads, self._finish, _describe)

    async def step_of(self, request: Request) -> str:
        """`open` for the start of a resumable upload, `single` for a whole one."""
        resumable = request.query_params.get("uploadType") == "resumable"
        return "open" if resumable else "single"

    async def post(self, request: Request, fault: Fault | None) -> Response:
        """POST /upload/storage/v1/b/{bucket}/o?uploadType=media|multipart|resumable.

        Raises:
            Refusal: 400, 403, 404 or 412.
            BucketError: The bucket or the name cannot be used.
        """
        kind = request.query_params.get("uploadType", "")
        headers, body = request.headers, await request.body()
        if kind == "resumable":
            return await self._open(request, body)
        if kind == "media":
            about, media_type, content = {}, headers.get("content-type", ""), body
        elif kind == "multipart":
            about, media_type, content = split_multipart(headers.get("content-type", ""), body)
        else:
            raise ReasonedRefusal(
                400, f"Invalid upload type: '{kind}'", location=("parameter", "uploadType")
            )
        wish = _read_wish(request, about, media_type)
        if fault and fault.name == WRONG_CHECKSUM:
            content = damage(content)
        row = await asyncio.to_thread(self._put, wish, content)
        return JSONResponse(describe_object(row, base_url(request)))

    def _put(
        self, wish: Wish, content: bytes | Path, *, spoil: bool = False, bytes_id: str = ""
    ) -> ObjectRow:
        conditions = Conditions(wish.conditions)
        check_bucket(wish.bucket)
        check_name(wish.name)
        conditions.check(self._buckets.find(wish.bucket, wish.name))
        _check_hashes(wish.hashes, digest(content))
        if spoil:  # after the check: only the client can notice
            content = damage(content if isinstance(content, bytes) else content.read_bytes())
        new = NewObject(
            wish.bucket,
            wish.name,
            content,
            wish.content_type,
            wish.metadata,
            wish.properties,
            bytes_id,
        )
        return self._buckets.store(new, conditions.check)

    async def _open(self, request: Request, body: bytes) -> Response:
        headers = request.headers
        media_type = headers.get("x-upload-content-type", "")
        wish = _read_wish(request, read_object(body), media_type)
        check_bucket(wish.bucket)
        check_name(wish.name)
        there = await asyncio.to_thread(self._buckets.find, wish.bucket, wish.name)
        Conditions(wish.conditions).check(there)
        size = headers.get("x-upload-content-length", "")
        total = int(size) if size.isdecimal() else None
        session = await asyncio.to_thread(self._uploads.open, SERVICE, asdict(wish), total)
        request.state.accepted = True
        link = f"{base_url(request)}{request.url.path}"
        return Response(
            headers={
                "Location": f"{link}?uploadType=resumable&upload_id={session.id}",
                "X-GUploader-UploadID": session.id,
            }
        )

    def _finish(self, session: Session, headers: Mapping[str, str]) -> Fields:
        wish = Wish(**session.request)  # pyright: ignore[reportArgumentType] - it was one
        bytes_id = hashlib.sha256(session.id.encode()).hexdigest()[:32]
        row = self._buckets.find(wish.bucket, wish.name)
        if row is None or row.bytes_id != bytes_id:
            hashes = {**wish.hashes, **_hashes(headers)}
            row = self._put(
                replace(wish, hashes=hashes),
                self._uploads.path_of(session),
                spoil=session.fate == WRONG_CHECKSUM,
                bytes_id=bytes_id,
            )
        return asdict(row)


def damage(content: bytes) -> bytes:
    """The content with one byte changed, in the middle."""
    middle = len(content) // 2
    return (
        content[:middle]
        + bytes(255 - byte for byte in content[middle : middle + 1])
        + content[middle + 1 :]
    )


def _describe(facts: Fields, base: str) -> dict[str, object]:
    return describe_object(ObjectRow(**facts), base)  # pyright: ignore[reportArgumentType] - ours


def _read_wish(request: Request, about: Fields, media_type: str) -> Wish:
    query = request.query_params
    hashes = {
        "crc32c": as_text(about.get("crc32c")),
        "md5": as_text(about.get("md5Hash")),
        **_hashes(request.headers),
    }
    name = query.get("name") or as_text(about.get("name"))
    if not name:
        raise ReasonedRefusal(400, "Required", "required", location=("parameter", "name"))
    return Wish(
        bucket=request.path_params["bucket"],
        name=name,
        content_type=as_text(about.get("contentType")) or media_type or DEFAULT_TYPE,
        metadata={key: str(value) for key, value in as_fields(about.get("metadata")).items()},
        properties={key: as_text(about[key]) for key in PROPERTIES if about.get(key)},
        conditions=dict(read_conditions(query).wanted),
        hashes={key: value for key, value in hashes.items() if value},
    )


def _hashes(headers: Mapping[str, str]) -> dict[str, str]:
    """The digests that an X-Goog-Hash header promises, by algorithm."""
    found: dict[str, str] = {}
    for part in headers.get("x-goog-hash", "").split(","):
        algorithm, _, value = part.strip().partition("=")
        if algorithm in {"crc32c", "md5"}:
            found[algorithm] = value
    if "content-md5" in headers:
        found.setdefault("md5", headers["content-md5"])
    return found


def _check_hashes(expected: Mapping[str, str], found: Digests) -> None:
    calculated = {"crc32c": found.crc32c_base64, "md5": found.md5_base64}
    for algorithm, value in expected.items():
        if value != calculated[algorithm]:
            name = {"crc32c": "CRC32C", "md5": "MD5 hash"}[algorithm]
            right = calculated[algorithm]
            raise ReasonedRefusal(
                400,
                f'Provided {name} "{value}" doesn\'t match calculated {name} "{right}".',
            )
