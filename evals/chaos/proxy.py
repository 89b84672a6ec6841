"""The harness between the workers and the studio: it sees paid POSTs, and strikes at them.

Each worker has a listening port of its own, so that the proxy knows whose request it holds. A paid
POST is held as a whole: passed on, answered by the studio (which has accepted it then), and only
afterwards its fate decides what the worker gets to see of that. Everything else passes.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from evals.chaos.framing import Head, answer_body, read_head, request_body
from evals.chaos.incidents import KILLS, Fate, Incidents, Post
from evals.chaos.processes import Child

PAID = re.compile(r"(/interactions|:predictLongRunning)$")
LOOK_UP = "/studio/interactions"
_UNAVAILABLE = json.dumps(
    {"error": {"code": 503, "message": "The service is currently unavailable.",
               "status": "UNAVAILABLE"}}
).encode()  # fmt: skip
_NOT_FOUND = b'{"error": {"code": 404, "message": "not here", "status": "NOT_FOUND"}}'
Strike = Callable[[Post, Child | None], None]
"""Kills the sender of a paid POST, if it still lives."""


@dataclass
class Door:
    """One listening port. `behind` is the process that uses it now."""

    role: str
    incidents: Incidents
    target: tuple[str, int]
    strike: Strike
    url: str = ""
    behind: Child | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a worker."""
        sender = self.behind
        there: asyncio.StreamWriter | None = None
        with suppress(ConnectionError):
            back, there = await asyncio.open_connection(*self.target)
            line = Line(reader, writer, back, there)
            while await self._exchange(line, sender):
                pass
        for end in (writer, there):
            if end is not None:
                end.close()

    async def _exchange(self, line: "Line", sender: Child | None) -> bool:
        """One request and its answer; whether the connection lives on."""
        head = await read_head(line.reader)
        if head.path == LOOK_UP:  # Google has no such thing: the product must do without
            return await line.answer(404, _NOT_FOUND)
        if head.method == "POST" and PAID.search(head.path):
            return await self._paid(line, head, sender)
        await line.pass_request(head)
        return await line.pass_answer(head.method)

    async def _paid(self, line: "Line", head: Head, sender: Child | None) -> bool:
        body = b"".join([piece async for piece in request_body(line.reader, head)])
        post = self.incidents.post(label_of(body), sender.pid if sender else None)
        if post.fate is Fate.REFUSE:
            return await line.answer(503, _UNAVAILABLE)
        line.there.write(head.raw + body)
        await line.there.drain()
        answer = await read_head(line.back)
        content = b"".join([piece async for piece in answer_body(line.back, answer, "POST")])
        post.accepted = answer.status == 200
        return await self._deliver(line, post, answer.raw + content, sender)

    async def _deliver(self, line: "Line", post: Post, answer: bytes, sender: Child | None) -> bool:
        if post.fate is Fate.GATEWAY and post.accepted:
            return await line.answer(503, _UNAVAILABLE)
        if post.fate is Fate.CUT:
            line.writer.transport.abort()
            return False
        if post.fate is Fate.KILL_BEFORE:
            await asyncio.sleep(post.delay_seconds)
            self.strike(post, sender)
            return False
        line.writer.write(answer)
        await line.writer.drain()
        post.delivered = True
        if post.fate in KILLS:
            await asyncio.sleep(post.delay_seconds)
            self.strike(post, sender)
        return True


@dataclass(frozen=True)
class Line:
    """One connection: from the worker (`reader`, `writer`) and to the studio (`back`, `there`)."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    back: asyncio.StreamReader
    there: asyncio.StreamWriter

    async def pass_request(self, head: Head) -> None:
        """Pass a request on."""
        self.there.write(head.raw)
        async for piece in request_body(self.reader, head):
            self.there.write(piece)
            await self.there.drain()
        await self.there.drain()

    async def pass_answer(self, method: str) -> bool:
        """Pass the answer back; whether the connection may be used again."""
        head = await read_head(self.back)
        self.writer.write(head.raw)
        async for piece in answer_body(self.back, head, method):
            self.writer.write(piece)
            await self.writer.drain()
        await self.writer.drain()
        if 100 <= head.status < 200:
            return await self.pass_answer(method)
        framed = head.chunked or head.length is not None or method == "HEAD"
        return framed and head.headers.get("connection", "").lower() != "close"

    async def answer(self, status: int, content: bytes) -> bool:
        """Answer in the studio's place, and close."""
        head = (
            f"HTTP/1.1 {status} -\r\ncontent-type: application/json\r\n"
            f"content-length: {len(content)}\r\nconnection: close\r\n\r\n"
        )
        self.writer.write(head.encode() + content)
        await self.writer.drain()
        return False


def label_of(body: bytes) -> str:
    """The generation's id that a paid request carries; empty when there is none."""
    try:
        document = cast("dict[str, object]", json.loads(body))
    except ValueError:
        return ""
    labels = document.get("labels")
    return str(cast("dict[str, object]", labels).get("generation", "")) if labels else ""


@asynccontextmanager
async def open_door(
    role: str, target_url: str, incidents: Incidents, strike: Strike
) -> AsyncGenerator[Door]:
    """A listening port to the studio, closed at the end."""
    parts = urlsplit(target_url)
    door = Door(role, incidents, (parts.hostname or "", parts.port or 0), strike)
    server = await asyncio.start_server(door.serve, "127.0.0.1", 0)
    door.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield door
    finally:
        server.close()
