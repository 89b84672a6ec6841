"""The Files API: resumable upload, look, list, delete, download."""

import asyncio
import base64
import hashlib
import json
import mimetypes
import re
import time
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from video_agent.studio.config import StudioConfig
from video_agent.studio.connection import CutBody, base_url
from video_agent.studio.deliveries import GOOGLE_FILES
from video_agent.studio.faults import BAD_FILES, Fault
from video_agent.studio.interaction_answers import stamp
from video_agent.studio.media_sources import MediaSources
from video_agent.studio.reading import as_fields, as_items, as_text, pick
from video_agent.studio.refusals import Refusal
from video_agent.studio.renders import new_file_id
from video_agent.studio.storage import FileRow, Storage, UploadRow

MAX_FILE_BYTES = 2 * 1024**3
DEFAULT_PAGE = 10
MAX_PAGE = 100
FILE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Files:
    """The endpoints over storage."""

    def __init__(self, config: StudioConfig, storage: Storage, sources: MediaSources) -> None:
        self._config = config
        self._storage = storage
        self._sources = sources

    # ---- upload

    async def upload(self, request: Request, _fault: Fault | None) -> Response:
        """POST /upload/v1beta/files: `start`, then `upload` chunks, the last with `finalize`.

        Raises:
            Refusal: 400 for a broken protocol, 404 for an unknown upload.
        """
        command = request.headers.get("x-goog-upload-command", "")
        if "start" in command:
            return await asyncio.to_thread(self._start, request, await request.body())
        upload = await asyncio.to_thread(
            self._storage.upload, request.query_params.get("upload_id", "")
        )
        if upload is None:
            raise Refusal(404, "The upload session was not found.")
        return await asyncio.to_thread(self._go_on, request, upload, command, await request.body())

    def _start(self, request: Request, content: bytes) -> Response:
        headers = request.headers
        if headers.get("x-goog-upload-protocol") != "resumable":
            raise Refusal(400, "Only the resumable upload protocol is supported by this studio.")
        size = headers.get("x-goog-upload-header-content-length", "")
        if not size.isdigit() or int(size) > MAX_FILE_BYTES:
            raise Refusal(400, "Invalid X-Goog-Upload-Header-Content-Length.")
        about = as_fields(_object(content).get("file"))
        mime_type = as_text(pick(about, "mimeType")) or "application/octet-stream"
        row = UploadRow(
            id=as_text(about.get("name")).removeprefix("files/") or new_file_id(),
            display_name=as_text(pick(about, "displayName")),
            mime_type=headers.get("x-goog-upload-header-content-type", mime_type),
            size=int(size),
        )
        if not FILE_ID.fullmatch(row.id):
            raise Refusal(400, "A file name has 1 to 40 characters of a-z, 0-9 and -.")
        if self._storage.upload(row.id) or self._storage.file(row.id):
            raise Refusal(409, f"The file name files/{row.id} is already used.")
        self._storage.add_upload(row)
        self._draft(row).write_bytes(b"")
        link = (
            f"{base_url(request)}/upload/v1beta/files?upload_id={row.id}&upload_protocol=resumable"
        )
        return Response(
            headers={
                "X-Goog-Upload-URL": link,
                "X-Goog-Upload-Control-URL": link,
                "X-Goog-Upload-Status": "active",
                "X-Goog-Upload-Chunk-Granularity": "262144",
            }
        )

    def _draft(self, upload: UploadRow) -> Path:
        return self._storage.folder / "uploads" / upload.id

    def _go_on(self, request: Request, upload: UploadRow, command: str, chunk: bytes) -> Response:
        draft = self._draft(upload)
        received = draft.stat().st_size if draft.exists() else 0
        state = {"X-Goog-Upload-Status": "active", "X-Goog-Upload-Size-Received": str(received)}
        if "query" in command:
            return Response(headers=state)
        if "upload" in command:
            offset = request.headers.get("x-goog-upload-offset", "0")
            if offset != str(received):
                raise Refusal(
                    400, f"The upload stands at {received} bytes, not at offset {offset}."
                )
            with draft.open("ab") as target:
                target.write(chunk)
            received += len(chunk)
        if "finalize" not in command:
            return Response(headers={**state, "X-Goog-Upload-Size-Received": str(received)})
        if received != upload.size:
            raise Refusal(400, f"{received} of {upload.size} bytes were uploaded.")
        row = self._finish(upload, draft)
        return JSONResponse({"file": describe(row)}, headers={"X-Goog-Upload-Status": "final"})

    def _finish(self, upload: UploadRow, draft: Path, source: str = "UPLOADED") -> FileRow:
        now = time.time()
        row = FileRow(
            id=upload.id,
            display_name=upload.display_name,
            mime_type=upload.mime_type,
            size=upload.size,
            sha256=hashlib.sha256(draft.read_bytes()).hexdigest(),
            source=source,
            created_at=now,
            active_at=now + self._config.file_lag_seconds,
        )
        draft.replace(self._storage.path_of(upload.id))
        self._storage.add_file(row)
        self._storage.end_upload(upload.id)
        return row

    async def register(self, request: Request, _fault: Fault | None) -> Response:
        """POST /files:register: objects in buckets that the caller may use as files from now on.

        Raises:
            Refusal: 400, 403 or 404.
        """
        fields = _object(await request.body())
        uris = [as_text(uri) for uri in as_items(fields.get("uris"))]
        if not uris:
            raise Refusal(400, "The list of uris is empty.")
        rows = [await asyncio.to_thread(self._registered, uri) for uri in uris]
        return JSONResponse({"files": [describe(row) for row in rows]})

    def _registered(self, uri: str) -> FileRow:
        content = self._sources.register(uri)
        draft = self._storage.folder / "uploads" / new_file_id()
        draft.write_bytes(content)
        mime_type = mimetypes.guess_type(uri)[0] or "application/octet-stream"
        upload = UploadRow(draft.name, uri.rpartition("/")[2], mime_type, len(content))
        return self._finish(upload, draft, source="REGISTERED")

    # ---- look, list, delete

    async def get(self, request: Request, _fault: Fault | None) -> Response:
        """GET /files/{id}.

        Raises:
            Refusal: 404.
        """
        return JSONResponse(describe(await self._find(request.path_params["file_id"])))

    async def list(self, request: Request, _fault: Fault | None) -> Response:
        """GET /files, newest first, with `pageSize` and `pageToken`."""
        query = request.query_params
        wanted, token = query.get("pageSize", ""), query.get("pageToken", "")
        size = min(int(wanted), MAX_PAGE) if wanted.isdigit() else DEFAULT_PAGE
        start = int(token) if token.isdigit() else 0
        rows = await asyncio.to_thread(self._storage.files)
        body: dict[str, object] = {"files": [describe(row) for row in rows[start : start + size]]}
        if start + size < len(rows):
            body["nextPageToken"] = str(start + size)
        return JSONResponse(body)

    async def delete(self, request: Request, _fault: Fault | None) -> Response:
        """DELETE /files/{id}.

        Raises:
            Refusal: 404.
        """
        row = await self._find(request.path_params["file_id"])
        await asyncio.to_thread(self._storage.delete_file, row.id)
        return JSONResponse({})

    async def _find(self, file_id: str) -> FileRow:
        row = await asyncio.to_thread(self._storage.file, file_id)
        if row is None:
            raise Refusal(404, f"The File {file_id} does not exist or has expired.")
        return row

    # ---- download

    async def download(self, request: Request, fault: Fault | None) -> Response:
        """GET /files/{id}:download?alt=media.

        Raises:
            Refusal: 404 for an unknown file, 400 for one that was uploaded.
        """
        row = await self._find(request.path_params["file_id"])
        if row.source != "GENERATED":
            raise Refusal(400, "Only generated files can be downloaded.")
        if fault and fault.name == "redirect":
            return RedirectResponse(
                f"{base_url(request)}/download/v1beta/files/{row.id}:download?alt=media", 302
            )
        content = await asyncio.to_thread(self._storage.path_of(row.id).read_bytes)
        if fault and fault.name in BAD_FILES:
            content = b"" if fault.name == "no_bytes" else _damaged(content)
        kind = CutBody if fault and fault.name == "cut_body" else Response
        return kind(content, media_type=row.mime_type)

    async def redirected(self, request: Request) -> Response:
        """GET /download/...: where a redirected download leads; it asks for no key.

        Raises:
            Refusal: 404.
        """
        row = await self._find(request.path_params["file_id"])
        content = await asyncio.to_thread(self._storage.path_of(row.id).read_bytes)
        return Response(content, media_type=row.mime_type)


def _damaged(content: bytes) -> bytes:
    """Of the right length, whole at both ends, and noise in between."""
    third = len(content) // 3
    return content[:third] + bytes(third) + content[2 * third :]


def describe(row: FileRow) -> dict[str, object]:
    """A file as Google describes it."""
    body: dict[str, object] = {
        "name": f"files/{row.id}",
        "mimeType": row.mime_type,
        "sizeBytes": str(row.size),
        "createTime": stamp(row.created_at),
        "updateTime": stamp(row.created_at),
        "expirationTime": stamp(row.expires_at),
        "sha256Hash": base64.b64encode(row.sha256.encode()).decode(),
        "uri": f"{GOOGLE_FILES}/{row.id}",
        "state": "ACTIVE" if row.active else "PROCESSING",
        "source": row.source,
    }
    if row.display_name:
        body["displayName"] = row.display_name
    if row.source == "GENERATED":
        body["downloadUri"] = f"{GOOGLE_FILES}/{row.id}:download?alt=media"
    return body


def _object(content: bytes) -> dict[str, object]:
    try:
        return as_fields(json.loads(content or b"{}"))
    except ValueError:
        raise Refusal(400, "Invalid JSON payload received.") from None
