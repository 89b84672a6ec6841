"""A network between client and server: it counts, it throttles, it cuts."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

_PIECE = 16 * 1024


class Link:
    """What went over the line; the limits may be changed while it runs.

    `bytes_per_second` bounds the way up (a token bucket); `cut_after` hangs up once, as soon as so
    many more bytes have gone up.
    """

    def __init__(self) -> None:
        self.url = ""
        self.bytes_up = 0
        self.connections = 0
        self.bytes_per_second: float | None = None
        self.cut_after: int | None = None
        self._free_at = 0.0

    async def carry_up(self, size: int) -> bool:
        """Let a piece pass when its time has come; False when the line is cut here."""
        self.bytes_up += size
        if self.bytes_per_second is not None:
            now = asyncio.get_running_loop().time()
            self._free_at = max(now, self._free_at) + size / self.bytes_per_second
            await asyncio.sleep(self._free_at - now)
        if self.cut_after is None:
            return True
        self.cut_after -= size
        if self.cut_after > 0:
            return True
        self.cut_after = None
        return False


@asynccontextmanager
async def link_to(url: str) -> AsyncGenerator[Link]:
    """A line to a server on this machine."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    link = Link()
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link.connections += 1
        far_reader, far_writer = await asyncio.open_connection(host, port)
        ends = (writer, far_writer)
        ways = [
            asyncio.create_task(_pump(reader, far_writer, ends, link)),
            asyncio.create_task(_pump(far_reader, writer, ends, None)),
        ]
        for task in ways:
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    link.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield link
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    counted: Link | None,
) -> None:
    try:
        while piece := await reader.read(_PIECE):
            if counted is not None and not await counted.carry_up(len(piece)):
                break
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass  # either side may hang up
    finally:
        for end in ends:
            end.close()
