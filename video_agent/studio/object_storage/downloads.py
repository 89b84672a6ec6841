"""The bytes of objects: by the JSON API and by signed URLs, whole or a range."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from video_agent.studio.buckets import BucketError, Buckets, ObjectRow
from video_agent.studio.connection import CutBody
from video_agent.studio.faults import Fault
from video_agent.studio.object_storage.answers import (
    media_headers,
    no_such_object,
    xml_refusal,
)
from video_agent.studio.object_storage.conditions import read_conditions
from video_agent.studio.object_storage.objects import Objects, find_object
from video_agent.studio.object_storage.uploads import damage
from video_agent.studio.reasoned_refusal import ReasonedRefusal

RANGE = re.compile(r"bytes=(\d*)-(\d*)")
MAX_SIGNED_SECONDS = 7 * 24 * 3600
CODES_OF_STATUS = {400: "InvalidArgument", 403: "AccessDenied", 404: "NoSuchBucket"}


class Downloads:
    """The endpoints that give bytes."""

    def __init__(self, buckets: Buckets, objects: Objects) -> None:
        self._buckets = buckets
        self._objects = objects

    async def media(self, request: Request, fault: Fault | None) -> Response:
        """GET ...?alt=media on an object, or its resource where that was not asked for.

        Raises:
            ReasonedRefusal: 412.
            BucketError: The bucket cannot be used.
        """
        if request.query_params.get("alt") != "media":
            return await self._objects.get(request, fault)
        try:
            row = await find_object(self._buckets, request)
            if read_conditions(request.query_params).unchanged(row):
                return Response(status_code=304)
            return await self._send(row, request, fault)
        except ReasonedRefusal as refusal:
            if refusal.status in {404, 416}:  # Google says these in plain words here
                return PlainTextResponse(refusal.message, refusal.status)
            raise

    async def signed(self, request: Request, fault: Fault | None) -> Response:
        """GET /{bucket}/{object} with a V4 signature; the signature itself is not verified."""
        if problem := _expiry_problem(request.query_params, datetime.now(UTC)):
            return problem
        try:
            row = await find_object(self._buckets, request)
            response = await self._send(row, request, fault)
        except BucketError as error:
            return xml_refusal(error.status, CODES_OF_STATUS[error.status], error.message)
        except ReasonedRefusal as refusal:
            code = "InvalidRange" if refusal.status == 416 else "NoSuchKey"
            return xml_refusal(refusal.status, code, refusal.message)
        query = request.query_params
        for name in ("content-disposition", "content-type"):
            if value := query.get(f"response-{name}"):
                response.headers[name] = value
        return response

    async def _send(self, row: ObjectRow, request: Request, fault: Fault | None) -> Response:
        first, last = read_range(request.headers.get("range", ""), row.size)
        content = await asyncio.to_thread(self._buckets.read, row.bucket, row.name)
        if content is None:
            raise no_such_object(row.bucket, row.name)
        part = content[first : last + 1]
        if fault and fault.name == "wrong_checksum":
            part = damage(part)
        kind = CutBody if fault and fault.name == "cut_body" else Response
        headers = media_headers(row)
        partial = len(part) < row.size
        if partial:
            headers["Content-Range"] = f"bytes {first}-{last}/{row.size}"
        return kind(part, 206 if partial else 200, headers, row.content_type)


def read_range(header: str, size: int) -> tuple[int, int]:
    """The offsets of the first and the last byte that a Range header asks for.

    A header that cannot be read asks for everything (RFC 9110 section 14.2).

    Raises:
        ReasonedRefusal: 416, it lies outside of the object.
    """
    match = RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return 0, size - 1
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
    if start >= size or start > end:
        raise ReasonedRefusal(416, "The requested range cannot be satisfied.")
    return start, end


def _expiry_problem(query: Mapping[str, str], now: datetime) -> Response | None:
    try:
        signed = datetime.strptime(query["X-Goog-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        seconds = int(query["X-Goog-Expires"])
        known = query["X-Goog-Algorithm"].startswith("GOOG4-") and query["X-Goog-Credential"]
    except (KeyError, ValueError):
        known, seconds, signed = "", 0, now
    if not known:
        return xml_refusal(
            400, "AuthenticationRequired", "A required query parameter is missing or wrong."
        )
    if not 0 < seconds <= MAX_SIGNED_SECONDS:
        message = f"X-Goog-Expires must be between 1 and {MAX_SIGNED_SECONDS} seconds."
        return xml_refusal(400, "InvalidArgument", message)
    ends = signed + timedelta(seconds=seconds)
    if now > ends:
        return xml_refusal(400, "ExpiredToken", f"Request signature expired at: {ends.isoformat()}")
    return None
