"""The render queue: draws accepted generations in the background, and again after a restart."""

import hashlib
import logging
import secrets
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from video_agent.catalog import frame_size
from video_agent.studio.config import StudioConfig, StudioError
from video_agent.studio.reading import as_number, as_text
from video_agent.studio.safety import refused_word
from video_agent.studio.storage import FileRow, InteractionRow, Storage

logger = logging.getLogger(__name__)
BLOCKED_AFTER_SECONDS = 0.05
ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class _AbandonedError(StudioError):
    """The clip that is being drawn is not wanted any more."""


def new_file_id() -> str:
    """Twelve small letters and digits, as Google's file ids look."""
    return "".join(secrets.choice(ID_LETTERS) for _ in range(12))


def derived_seed(base_seed: int, prompt: str, number: int) -> int:
    """The seed of a request that names none: the same order of requests gives the same clips."""
    return zlib.crc32(f"{base_seed}:{zlib.crc32(prompt.encode())}:{number}".encode())


class Renders:
    """Draws clips on its own threads from `start` to `stop`."""

    def __init__(self, config: StudioConfig, storage: Storage) -> None:
        self._config = config
        self._storage = storage
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(config.renders_at_once, thread_name_prefix="studio-render")

    def start(self) -> None:
        """Take up what an earlier run left unfinished: same ids, same seeds."""
        for row in self._storage.unfinished():
            self.add(row)

    def stop(self) -> None:
        """Give up what is being drawn; it stays unfinished and is taken up at the next start."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def add(self, row: InteractionRow) -> None:
        """Put an accepted generation in line."""
        self._pool.submit(self._run, row.id)

    def _run(self, interaction_id: str) -> None:
        row = self._storage.interaction(interaction_id)
        if row is None or row.status != "in_progress" or self._stopping.is_set():
            return
        try:
            self._play(row)
        except _AbandonedError:
            return
        except Exception as error:
            logger.warning("render of %s failed", row.id, exc_info=error)
            self._end(row, "failed", error=f"{type(error).__name__}: {error}")

    def _play(self, row: InteractionRow) -> None:
        prompt = as_text(row.request.get("prompt"))
        if row.fate == "blocked" or refused_word(prompt):
            self._stopping.wait(BLOCKED_AFTER_SECONDS)
            self._end(row, "completed", fate="blocked")
        elif row.fate in ("failed", "incomplete"):
            self._end(row, row.fate, error="The generation failed because of an internal error.")
        elif row.fate == "done_without_video":
            self._end(row, "completed")
        else:
            file_id = self._draw(row, prompt)
            if not self._end(row, "completed", file_id=file_id):
                self._storage.delete_file(file_id)

    def _end(self, row: InteractionRow, status: str, **facts: str) -> bool:
        no_earlier_than = row.accepted_at + self._config.latency_seconds
        return self._storage.finish(
            row.id, status, finished_at=max(time.time(), no_earlier_than), **facts
        )

    def _draw(self, row: InteractionRow, prompt: str) -> str:
        from video_agent.studio.renderer import RenderSettings, render  # noqa: PLC0415 - heavy

        width, height = frame_size(
            as_text(row.request.get("resolution")), as_text(row.request.get("aspect_ratio"))
        )
        first_frame = self._storage.folder / "inputs" / str(row.number)
        settings = RenderSettings(
            width=width,
            height=height,
            duration_seconds=as_number(row.request.get("duration_seconds")) or 0.0,
            seed=row.seed,
            first_frame=first_frame.read_bytes() if first_frame.exists() else None,
        )
        draft = self._storage.folder / "drafts" / f"{row.number}.mp4"
        render(prompt, settings, draft, progress=self._watch(row.id))
        file_id = new_file_id()
        content = draft.read_bytes()
        draft.replace(self._storage.path_of(file_id))
        now = time.time()
        self._storage.add_file(
            FileRow(
                id=file_id,
                display_name="",
                mime_type="video/mp4",
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                source="GENERATED",
                created_at=now,
                active_at=now + self._config.file_lag_seconds,
            )
        )
        return file_id

    def _watch(self, interaction_id: str) -> Callable[[float], None]:
        """A progress callback that breaks a render off on stop, cancel or delete."""
        looked_at = time.monotonic()

        def progress(_fraction: float) -> None:
            nonlocal looked_at
            if self._stopping.is_set():
                raise _AbandonedError
            if time.monotonic() - looked_at > 0.5:
                looked_at = time.monotonic()
                row = self._storage.interaction(interaction_id)
                if row is None or row.status != "in_progress":
                    raise _AbandonedError

        return progress
