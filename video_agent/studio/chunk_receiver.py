"""The chunks of a resumable upload, as Google's upload server takes them for every service.

308 with a `Range` of what is kept while bytes are missing; the final answer once, and the same
answer to every later request. A request that comes in while an older one of the same upload still
sends takes over: the older one is cut off.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from video_agent.studio.connection import CutConnection, base_url
from video_agent.studio.content_range import (
    GRANULARITY,
    ContentRange,
    check_against,
    read_content_range,
)
from video_agent.studio.faults import UPLOAD_FATES, Fault
from video_agent.studio.incoming import IncomingBody
from video_agent.studio.reading import Fields
from video_agent.studio.reasoned_refusal import ReasonedRefusal
from video_agent.studio.refusals import Refusal
from video_agent.studio.resumable import CANCELLED, DONE, GONE, LOST, ResumableUploads, Session

Finish = Callable[[Session, Mapping[str, str]], Fields]
"""Does what a complete upload was for; gets the last request's headers, gives the facts. Blocks.

It may be called again after a studio was killed inside it, and must then give the same facts.
"""
Describe = Callable[[Fields, str], Mapping[str, object]]
"""Makes the service's resource of the facts and the address of this studio."""
ENDS = {
    GONE: (410, "The upload session is gone. Start a new one."),
    LOST: (404, "The upload session was not found."),
    CANCELLED: (499, "The upload was cancelled by the client."),
}
STATUS_OF_FAULT = {"session_gone": GONE, "session_lost": LOST}


async def step_of(request: Request) -> str:
    """`probe` for a request that only asks how far the upload is, else `chunk`."""
    value = request.headers.get("content-range", "")
    return "probe" if value.replace(" ", "").startswith("bytes*/") else "chunk"


class ChunkReceiver:
    """Takes the PUT requests of one service's uploads."""

    def __init__(
        self, service: str, uploads: ResumableUploads, finish: Finish, describe: Describe
    ) -> None:
        self._service = service
        self._uploads = uploads
        self._finish = finish
        self._describe = describe
        self._turns: dict[str, int] = defaultdict(int)
        self._finishing: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(self, request: Request, fault: Fault | None) -> Response:
        """PUT on a session URI: a chunk or a probe.

        Raises:
            Refusal: 400 for a broken protocol, 404, 410 or 499 for a session that has ended, 503
                for a gap, or what the service says to the complete upload.
        """
        session = await self._session(request, fault)
        if session.answer is not None:
            return JSONResponse(self._describe(session.answer, base_url(request)))
        self._turns[session.id] += 1
        length = request.headers.get("content-length", "")
        found = read_content_range(
            request.headers.get("content-range"), int(length) if length.isdigit() else None
        )
        check_against(found, self._uploads.received(session), session.total)
        if found.total is not None and session.total is None:
            await asyncio.to_thread(self._uploads.set_total, session, found.total)
        if found.first is not None and not await self._append(request, session, found, fault):
            return CutConnection()
        return await self._answer(session.id, request)

    async def cancel(self, request: Request, _fault: Fault | None) -> Response:
        """DELETE on a session URI: 499, as Google answers.

        Raises:
            Refusal: 404, 410 or 499 for a session that has ended.
        """
        session = await self._session(request, None)
        self._turns[session.id] += 1
        await asyncio.to_thread(self._uploads.end, session, CANCELLED)
        return Response(status_code=499)

    async def _session(self, request: Request, fault: Fault | None) -> Session:
        upload_id = request.query_params.get("upload_id", "")
        session = await asyncio.to_thread(self._uploads.find, self._service, upload_id)
        if session is None:
            raise ReasonedRefusal(*ENDS[LOST])
        status = session.status
        if fault and fault.name in STATUS_OF_FAULT and status != DONE:
            status = STATUS_OF_FAULT[fault.name]
            await asyncio.to_thread(self._uploads.end, session, status)
        elif fault and fault.name in UPLOAD_FATES:
            await asyncio.to_thread(self._uploads.set_fate, session, fault.name)
        if status in ENDS:
            raise ReasonedRefusal(*ENDS[status])
        return session

    async def _append(
        self, request: Request, session: Session, found: ContentRange, fault: Fault | None
    ) -> bool:
        """Keep the bytes that are new; False when the connection broke or has to be cut."""
        limit = found.length
        if fault and fault.name == "cut_mid_chunk":
            limit = min(limit, fault.at_byte) if fault.at_byte >= 0 else limit // 2
        body: IncomingBody = request.state.incoming
        turn = self._turns[session.id]
        start = self._uploads.received(session)
        position = found.first or 0
        with await asyncio.to_thread(self._uploads.path_of(session).open, "ab", 0) as target:
            async for block in body.blocks():
                if self._turns[session.id] != turn:
                    return False
                room = limit - (position - (found.first or 0))
                new = block[max(0, start - position) : room]
                target.write(new)
                position += len(block)
                if room < len(block) or (limit < found.length and room == len(block)):
                    break
            complete = not body.broken and limit == found.length
            if complete and not found.final:
                kept = max(start, (found.first or 0) + limit // GRANULARITY * GRANULARITY)
                target.truncate(kept)
        return complete

    async def _answer(self, upload_id: str, request: Request) -> Response:
        async with self._finishing[upload_id]:
            session = await asyncio.to_thread(self._uploads.find, self._service, upload_id)
            if session is None or session.status in ENDS:
                raise ReasonedRefusal(*ENDS[session.status if session else LOST])
            received = self._uploads.received(session)
            if session.status != DONE and received != session.total:
                span = {"Range": f"bytes=0-{received - 1}"} if received else {}
                return Response(status_code=308, headers=span)
            facts = session.answer
            if facts is None:
                facts = await asyncio.to_thread(self._complete, session, request.headers)
            return JSONResponse(self._describe(facts, base_url(request)))

    def _complete(self, session: Session, headers: Mapping[str, str]) -> Fields:
        try:
            facts = self._finish(session, headers)
        except Refusal as refusal:
            if refusal.status == 400:  # the bytes are wrong: no later request can mend that
                self._uploads.end(session, GONE)
            raise
        self._uploads.finish(session, facts)
        return facts
