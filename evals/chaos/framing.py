"""Just enough of HTTP/1.1 to pass messages on one by one, byte for byte."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

_PIECE = 65_536
_BODILESS = frozenset({204, 304})


class ClosedError(ConnectionError):
    """The other side has gone, between messages or in one."""


@dataclass(frozen=True)
class Head:
    """The start line and headers of one message. `raw` ends with the empty line."""

    raw: bytes
    start: tuple[str, str, str]
    headers: dict[str, str]

    @property
    def method(self) -> str:
        return self.start[0]

    @property
    def path(self) -> str:
        return self.start[1].partition("?")[0]

    @property
    def status(self) -> int:
        return int(self.start[1])

    @property
    def chunked(self) -> bool:
        return "chunked" in self.headers.get("transfer-encoding", "").lower()

    @property
    def length(self) -> int | None:
        """How many bytes follow; None when that is not said."""
        value = self.headers.get("content-length")
        return None if value is None else int(value)


async def read_head(reader: asyncio.StreamReader) -> Head:
    """Read up to the empty line.

    Raises:
        ClosedError: The connection ended.
    """
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise ClosedError from error
    first, *lines = raw[:-4].decode("latin-1").split("\r\n")
    one, two, *rest = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Head(raw, (one, two, rest[0] if rest else ""), headers)


async def request_body(reader: asyncio.StreamReader, head: Head) -> AsyncGenerator[bytes]:
    """The raw bytes of a request's body, framing included."""
    if head.chunked:
        async for piece in _chunks(reader):
            yield piece
    elif head.length:
        async for piece in _counted(reader, head.length):
            yield piece


async def answer_body(
    reader: asyncio.StreamReader, head: Head, method: str
) -> AsyncGenerator[bytes]:
    """The raw bytes of an answer's body, framing included."""
    if method == "HEAD" or head.status in _BODILESS or 100 <= head.status < 200:
        return
    if head.chunked:
        async for piece in _chunks(reader):
            yield piece
    elif head.length is not None:
        async for piece in _counted(reader, head.length):
            yield piece
    else:
        while piece := await reader.read(_PIECE):
            yield piece


async def _counted(reader: asyncio.StreamReader, count: int) -> AsyncGenerator[bytes]:
    while count:
        piece = await reader.read(min(count, _PIECE))
        if not piece:
            raise ClosedError
        count -= len(piece)
        yield piece


async def _chunks(reader: asyncio.StreamReader) -> AsyncGenerator[bytes]:
    try:
        while True:
            line = await reader.readuntil(b"\r\n")
            size = int(line.split(b";")[0], 16)
            yield line
            yield await reader.readexactly(size + 2)  # with the line's end after the data
            if size == 0:
                return
    except asyncio.IncompleteReadError as error:
        raise ClosedError from error
