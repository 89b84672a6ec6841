"""A TCP proxy that ends the uploader with SIGKILL at one exact point of the conversation."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class Trap:
    """Where it strikes: none of these means never.

    `after_bytes`: once so many bytes of the client were passed on. `at_request`: when the n-th
    request begins, before any byte of it is passed on. `at_answer`: when the n-th answer has come
    from the server, before any byte of it is passed on. Both count from 1.
    """

    after_bytes: int | None = None
    at_request: int | None = None
    at_answer: int | None = None


class KillingProxy:
    """Passes bytes on both ways and counts; `victim` is the process to be killed."""

    def __init__(self, target_url: str) -> None:
        parts = urlsplit(target_url)
        self._target = (parts.hostname or "", parts.port or 0)
        self.url = ""
        self.reset()

    def reset(self, trap: Trap | None = None) -> None:
        self.trap = trap or Trap()
        self.victim: int | None = None
        self.client_bytes = 0
        self.requests = 0
        self.answers = 0
        self.struck = False
        self._waiting_for_answer = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            there, back = await asyncio.open_connection(*self._target)
            await asyncio.gather(self._up(reader, back), self._down(there, writer))
        writer.close()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await _some(reader):
            if not self._waiting_for_answer:
                self.requests += 1
                self._waiting_for_answer = True
                if self.requests == self.trap.at_request:
                    self._strike()
            limit = self.trap.after_bytes
            if limit is not None and self.client_bytes + len(data) >= limit:
                data = data[: limit - self.client_bytes]
                self._strike()
            if self.trap.at_request is not None and self.struck:
                break
            self.client_bytes += len(data)
            writer.write(data)
            await writer.drain()
            if self.struck and limit is not None:
                break
        with suppress(OSError):
            writer.write_eof()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await _some(reader):
            if self._waiting_for_answer:
                self.answers += 1
                self._waiting_for_answer = False
                if self.answers == self.trap.at_answer:
                    self._strike()
            if self.struck:
                break
            with suppress(ConnectionError):
                writer.write(data)
                await writer.drain()
        writer.close()

    def _strike(self) -> None:
        if not self.struck and self.victim is not None:
            os.kill(self.victim, signal.SIGKILL)
        self.struck = True


async def _some(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(65_536)
    except ConnectionError:
        return b""


@asynccontextmanager
async def proxy_to(url: str) -> AsyncGenerator[KillingProxy]:
    proxy = KillingProxy(url)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
