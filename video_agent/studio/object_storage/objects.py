"""Objects and buckets: look, list, change, delete."""

import asyncio
import base64
import binascii
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from video_agent.studio.buckets import Buckets, ObjectRow
from video_agent.studio.connection import base_url
from video_agent.studio.faults import Fault
from video_agent.studio.multipart_related import read_object
from video_agent.studio.object_storage.answers import (
    PROPERTIES,
    describe_bucket,
    describe_object,
    no_such_object,
)
from video_agent.studio.object_storage.conditions import read_conditions
from video_agent.studio.object_storage.names import check_bucket
from video_agent.studio.reading import Fields, as_fields, as_text
from video_agent.studio.reasoned_refusal import ReasonedRefusal

MAX_RESULTS = 1000


class Objects:
    """The endpoints under /storage/v1/b."""

    def __init__(self, buckets: Buckets) -> None:
        self._buckets = buckets

    async def bucket(self, request: Request, _fault: Fault | None) -> Response:
        """GET /storage/v1/b/{bucket}.

        Raises:
            BucketError: The bucket cannot be used.
        """
        name = request.path_params["bucket"]
        check_bucket(name)
        return JSONResponse(describe_bucket(name, base_url(request)))

    async def get(self, request: Request, _fault: Fault | None) -> Response:
        """GET /storage/v1/b/{bucket}/o/{object}.

        Raises:
            ReasonedRefusal: 404 or 412.
            BucketError: The bucket cannot be used.
        """
        row = await find_object(self._buckets, request)
        if read_conditions(request.query_params).unchanged(row):
            return Response(status_code=304)
        return JSONResponse(describe_object(row, base_url(request)))

    async def list(self, request: Request, _fault: Fault | None) -> Response:
        """GET /storage/v1/b/{bucket}/o with prefix, delimiter, maxResults and pageToken.

        Raises:
            ReasonedRefusal: 400, the page token or the number is wrong.
            BucketError: The bucket cannot be used.
        """
        query = request.query_params
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        rows = await asyncio.to_thread(self._buckets.list, request.path_params["bucket"], prefix)
        entries = _entries(rows, prefix, delimiter)
        after = _read_token(query.get("pageToken", ""))
        waiting = [key for key in entries if key.encode() > after]
        page, rest = waiting[: (size := _page_size(query))], waiting[size:]
        items = [row for key in page if (row := entries[key])]
        body: dict[str, object] = {"kind": "storage#objects"}
        if items:
            body["items"] = [describe_object(row, base_url(request)) for row in items]
        if prefixes := [key for key in page if entries[key] is None]:
            body["prefixes"] = prefixes
        if rest:
            body["nextPageToken"] = base64.urlsafe_b64encode(page[-1].encode()).decode()
        return JSONResponse(body)

    async def patch(self, request: Request, _fault: Fault | None) -> Response:
        """PATCH /storage/v1/b/{bucket}/o/{object}: metadata and other fields; null removes one.

        Raises:
            ReasonedRefusal: 400, 404 or 412.
            BucketError: The bucket cannot be used.
        """
        before = await find_object(self._buckets, request)
        fields = read_object(await request.body())
        row = await asyncio.to_thread(
            self._buckets.change,
            before.bucket,
            before.name,
            lambda found: _changed(found, fields),
            read_conditions(request.query_params).check,
        )
        if row is None:
            raise no_such_object(before.bucket, before.name)
        return JSONResponse(describe_object(row, base_url(request)))

    async def delete(self, request: Request, _fault: Fault | None) -> Response:
        """DELETE /storage/v1/b/{bucket}/o/{object}.

        Raises:
            ReasonedRefusal: 404 or 412.
            BucketError: The bucket cannot be used.
        """
        row = await find_object(self._buckets, request)
        check = read_conditions(request.query_params).check
        if not await asyncio.to_thread(self._buckets.delete, row.bucket, row.name, check):
            raise no_such_object(row.bucket, row.name)
        return Response(status_code=204)


async def find_object(buckets: Buckets, request: Request) -> ObjectRow:
    """The object that a request names, in the generation that it names.

    Raises:
        ReasonedRefusal: 404.
        BucketError: The bucket cannot be used.
    """
    bucket, name = request.path_params["bucket"], request.path_params["object"]
    row = await asyncio.to_thread(buckets.find, bucket, name)
    if row is None or request.query_params.get("generation", row.generation) not in {
        row.generation,
        str(row.generation),
    }:
        raise no_such_object(bucket, name)
    return row


def _entries(rows: Sequence[ObjectRow], prefix: str, delimiter: str) -> dict[str, ObjectRow | None]:
    """What a list shows, in order: rows by name, and None by common prefix."""
    entries: dict[str, ObjectRow | None] = {}
    for row in rows:
        folder, found, _ = row.name[len(prefix) :].partition(delimiter or "\0")
        if delimiter and found:
            entries[prefix + folder + delimiter] = None
        else:
            entries[row.name] = row
    return entries


def _page_size(query: Mapping[str, str]) -> int:
    value = query.get("maxResults", str(MAX_RESULTS))
    if not value.isdecimal() or int(value) == 0:
        raise ReasonedRefusal(
            400, f"Invalid value for maxResults: '{value}'", location=("parameter", "maxResults")
        )
    return min(int(value), MAX_RESULTS)


def _read_token(token: str) -> bytes:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ReasonedRefusal(
            400, f"Invalid value for pageToken: '{token}'", location=("parameter", "pageToken")
        ) from None


def _changed(row: ObjectRow, fields: Fields) -> ObjectRow:
    metadata = dict(row.metadata)
    if "metadata" in fields:
        changes = fields["metadata"]
        metadata = {} if changes is None else {**metadata, **as_fields(changes)}
    properties = {**row.properties, **{key: fields[key] for key in PROPERTIES if key in fields}}
    return replace(
        row,
        content_type=as_text(fields.get("contentType")) or row.content_type,
        metadata={key: str(value) for key, value in metadata.items() if value is not None},
        properties={key: str(value) for key, value in properties.items() if value is not None},
        metageneration=row.metageneration + 1,
        updated_at=time.time(),
    )
