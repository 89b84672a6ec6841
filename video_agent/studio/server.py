"""The studio as an object to embed (`Studio`) and as a foreground server (`serve`)."""

import asyncio
import secrets
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import TracebackType

import uvicorn

from video_agent.studio.application import StudioParts, assemble
from video_agent.studio.buckets import Buckets
from video_agent.studio.config import StudioConfig, StudioError, StudioFolderBusyError
from video_agent.studio.connection import CuttableProtocol
from video_agent.studio.faults import Fault
from video_agent.studio.folder_lock import FolderLock
from video_agent.studio.traffic import RequestRecord
from video_agent.studio.youtube.channel_store import VideoRow

__all__ = ["Studio", "StudioConfig", "StudioError", "StudioFolderBusyError", "serve"]

STOP_SECONDS = 20.0


class Studio:
    """A studio in this process, on its own thread and event loop.

    Use it as a context manager, or call `start` and `stop`. `url` is known once it runs.
    """

    def __init__(self, config: StudioConfig) -> None:
        self.config = config
        self.token = secrets.token_urlsafe(24)
        self._lock = FolderLock(config.folder)
        self._running: _Running | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Studio":
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def start(self) -> "Studio":
        """Serve on a thread; returns when it listens. Unfinished renders of the folder go on.

        Raises:
            StudioFolderBusyError: Another studio uses the folder; the error carries its address.
            OSError: The port is taken.
        """
        running = self._open()
        self._thread = threading.Thread(target=running.run, name="studio", daemon=True)
        self._thread.start()
        running.listening.wait(STOP_SECONDS)
        return self

    def stop(self) -> None:
        """Stop serving and rendering, and give the folder back. Harmless when it does not run."""
        if self._running is None:
            return
        self._running.server.should_exit = True
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)
            self._thread = None
        self._close()

    def stop_serving(self) -> None:
        """Ask a studio in the foreground to end; `serve` then returns."""
        self._need().server.should_exit = True

    async def serve(self, on_ready: Callable[["Studio"], None] | None = None) -> None:
        """Serve in the running event loop until a signal or cancellation ends it.

        Args:
            on_ready: Called once it listens; `url` and `token` are then known.

        Raises:
            StudioFolderBusyError: Another studio uses the folder.
            OSError: The port is taken.
        """
        running = await asyncio.to_thread(self._open)
        try:
            if on_ready:
                on_ready(self)
            await running.server.serve(sockets=[running.socket])
        finally:
            await asyncio.to_thread(self._close)

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return self._need().url

    @property
    def paid_starts(self) -> int:
        """How many generations this folder's studios ever accepted."""
        return self._need().parts.storage.counter("paid_starts")

    @property
    def paid_posts(self) -> tuple[RequestRecord, ...]:
        """Every paid POST (to Omni and Veo) since the start, accepted or not."""
        return self._need().parts.traffic.paid_posts

    @property
    def youtube_videos(self) -> tuple[VideoRow, ...]:
        """What is on its YouTube channel, newest first."""
        return tuple(self._need().parts.channel.videos())

    @property
    def buckets(self) -> Buckets:
        """The objects of its Cloud Storage."""
        return self._need().parts.buckets

    def requests(self, kind: str) -> int:
        """How many requests of a kind (`files.get`), role (`planner`) or step came so far.

        A step is part of a kind: `storage.upload.chunk`, `youtube.send.probe`.
        """
        return self._need().parts.traffic.count(kind)

    @contextmanager
    def fault(
        self,
        kind: str,
        name: str,
        *,
        times: int = 1,
        seconds: float = 5.0,
        role: str = "",
        at_byte: int = -1,
    ) -> Generator[None]:
        """Let the next requests of a kind go wrong while the block runs (see `faults.OF_KIND`).

        Raises:
            ValueError: No such fault; the message says which there are.
        """
        faults = self._need().parts.faults
        fault = Fault(kind, name, times=times, seconds=seconds, role=role, at_byte=at_byte)
        ordered = faults.add(fault)
        try:
            yield
        finally:
            faults.remove(ordered.id)

    def _need(self) -> "_Running":
        if self._running is None:
            message = "the studio does not run: call start() first"
            raise StudioError(message)
        return self._running

    def _open(self) -> "_Running":
        if self._running is not None:
            message = "the studio runs already"
            raise StudioError(message)
        self._lock.acquire()
        try:
            listener = _listen(self.config.host, self.config.port)
            running = _Running(listener, assemble(self.config, self.token), self.config.host)
        except BaseException:
            self._lock.release()
            raise
        running.parts.renders.start()
        running.parts.veo.start()
        running.parts.analyses.start()
        self._lock.publish(running.url)
        self._running = running
        return running

    def _close(self) -> None:
        if self._running is None:
            return
        parts = self._running.parts
        parts.renders.stop()
        parts.veo.stop()
        parts.analyses.stop()
        parts.storage.close()
        self._running.socket.close()
        self._lock.release()
        self._running = None


async def serve(config: StudioConfig, on_ready: Callable[[Studio], None] | None = None) -> None:
    """Run a studio in the foreground until a signal ends it.

    Args:
        config: Its settings.
        on_ready: Called once it listens, with the studio (for its `url` and `token`).

    Raises:
        StudioFolderBusyError: Another studio uses the folder; the error carries its address.
        OSError: The port is taken.
    """
    await Studio(config).serve(on_ready)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


class _Running:
    """What exists only while a studio runs."""

    def __init__(self, listener: socket.socket, parts: StudioParts, host: str) -> None:
        self.socket = listener
        self.parts = parts
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{listener.getsockname()[1]}"
        self.listening = threading.Event()
        self.server = uvicorn.Server(
            uvicorn.Config(
                parts.app,
                http=CuttableProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=1,
                timeout_keep_alive=75,
            )
        )

    def run(self) -> None:
        """The thread's body."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        # The socket listens already: a client that comes early waits in its backlog.
        asyncio.get_running_loop().call_soon(self.listening.set)
        await self.server.serve(sockets=[self.socket])
