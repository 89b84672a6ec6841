"""How a studio is set up, and what can go wrong before it serves."""

from dataclasses import dataclass
from pathlib import Path

NAME = "video-agent studio"
VERSION = "1.0"


@dataclass(frozen=True)
class StudioConfig:
    """The settings of one studio.

    Attributes:
        folder: Where its state lives: operations, files, counters. One running studio a folder.
        host: The address to listen on; loopback unless there is a reason.
        port: 0 picks a free one.
        base_seed: Every render's seed is derived from it when the request names none.
        latency_seconds: The least time a generation takes; 0 means the render time alone.
        renders_at_once: How many clips are drawn at the same time; the others wait in line.
        file_lag_seconds: How long a new file stays PROCESSING before it is ACTIVE.
        youtube_lag_seconds: How long YouTube takes to process a video after its upload.
        allowed_hosts: Names accepted in the Host header besides those of loopback.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 0
    base_seed: int = 0
    latency_seconds: float = 0.0
    renders_at_once: int = 2
    file_lag_seconds: float = 0.15
    youtube_lag_seconds: float = 0.3
    allowed_hosts: tuple[str, ...] = ()


class StudioError(RuntimeError):
    """A studio cannot be started or used as asked."""


class StudioFolderBusyError(StudioError):
    """Another studio runs on this folder.

    Args:
        folder: The folder asked for.
        url: Where the running studio listens; None when it has not said so yet.
    """

    def __init__(self, folder: Path, url: str | None) -> None:
        where = f" at {url}" if url else ""
        super().__init__(f"another studio{where} already uses the folder {folder}")
        self.folder = folder
        self.url = url
