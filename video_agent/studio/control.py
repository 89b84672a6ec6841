"""The studio's own endpoints: who it is, what it saw, which faults are to come."""

import asyncio
import json
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from video_agent.studio.config import NAME, VERSION
from video_agent.studio.faults import OF_KIND, Fault, Faults
from video_agent.studio.reading import as_fields, as_number, as_text
from video_agent.studio.storage import Storage
from video_agent.studio.traffic import Traffic

LookUp = Callable[[str], list[dict[str, object]]]
TOKEN_HEADER = "x-studio-token"  # noqa: S105 - the header's name, not a secret


class Control:
    """The endpoints under /studio."""

    def __init__(
        self,
        token: str,
        storage: Storage,
        faults: Faults,
        traffic: Traffic,
        lookups: Sequence[LookUp],
    ) -> None:
        self._token = token
        self._storage = storage
        self._faults = faults
        self._traffic = traffic
        self._lookups = lookups
        self._started_at = datetime.now(UTC).isoformat()

    async def about(self, _request: Request) -> Response:
        """GET /studio/about."""
        return JSONResponse(
            {"name": NAME, "version": VERSION, "started_at": self._started_at, "charges": False}
        )

    async def find(self, request: Request) -> Response:
        """GET /studio/interactions?label.generation=ID: what was started with this label.

        Interactions and Veo operations; `id` is the name to ask for it by.
        """
        label = request.query_params.get("label.generation", "")
        if not label:
            return _problem(400, "say which: ?label.generation=ID")
        found = [
            entry for look_up in self._lookups for entry in await asyncio.to_thread(look_up, label)
        ]
        return JSONResponse({"found": found, "started_at": self._started_at})

    async def statistics(self, request: Request) -> Response:
        """GET /studio/statistics."""
        if refusal := self._unknown_caller(request):
            return refusal
        paid = await asyncio.to_thread(self._storage.counter, "paid_starts")
        waiting = self._faults.waiting()
        return JSONResponse({"paid_starts": paid, **self._traffic.summary(), "faults": waiting})

    async def faults(self, request: Request) -> Response:
        """GET lists what is to come, POST orders a fault, DELETE takes back all or one (`?id=`)."""
        if refusal := self._unknown_caller(request):
            return refusal
        if request.method == "POST":
            return self._order(await request.body())
        if request.method == "DELETE":
            self._take_back(request.query_params.get("id", ""))
        return JSONResponse({"faults": self._faults.waiting(), "kinds": OF_KIND})

    def _order(self, content: bytes) -> Response:
        try:
            fields = as_fields(json.loads(content))
            fault = self._faults.add(
                Fault(
                    kind=as_text(fields.get("kind")),
                    name=as_text(fields.get("name")),
                    times=int(as_number(fields.get("times", 1)) or 0),
                    seconds=as_number(fields.get("seconds", 5.0)) or 0.0,
                    role=as_text(fields.get("role")),
                    at_byte=int(as_number(fields.get("at_byte", -1)) or 0),
                )
            )
        except ValueError as error:
            return _problem(400, str(error))
        return JSONResponse({"id": fault.id}, status_code=201)

    def _take_back(self, fault_id: str) -> None:
        if fault_id.isdigit():
            self._faults.remove(int(fault_id))
        else:
            self._faults.clear()

    def _unknown_caller(self, request: Request) -> Response | None:
        given = request.headers.get(TOKEN_HEADER, "")
        if secrets.compare_digest(given.encode(), self._token.encode()):
            return None
        return _problem(403, "this needs the header X-Studio-Token")


def _problem(status: int, message: str) -> Response:
    return JSONResponse({"error": {"code": status, "message": message}}, status_code=status)
