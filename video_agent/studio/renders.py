"""The render queue: draws accepted generations in the background, and again after a restart."""

import hashlib
import logging
import secrets
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from video_agent.studio.buckets import BucketError, Buckets, split_uri
from video_agent.studio.config import StudioConfig, StudioError
from video_agent.studio.deliveries import object_uri, video_uri
from video_agent.studio.drawings import Drawing, MadeClips, drawing_of
from video_agent.studio.reading import as_fields, as_items, as_text
from video_agent.studio.safety import refused_word
from video_agent.studio.source_clips import made_by
from video_agent.studio.storage import FileRow, InteractionRow, Storage
from video_agent.studio.webhooks import Ending, WebhookConfig, Webhooks

logger = logging.getLogger(__name__)
BLOCKED_AFTER_SECONDS = 0.05
ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
ENDS = ("failed", "incomplete", "cancelled", "requires_action", "requires_continuation",
        "budget_exceeded")  # fmt: skip
INTERNAL = "The generation failed because of an internal error."
NEVER = "never_finishes"


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

    def __init__(
        self, config: StudioConfig, storage: Storage, buckets: Buckets, made: MadeClips
    ) -> None:
        self._config = config
        self._storage = storage
        self._buckets = buckets
        self._made = made
        self._webhooks = Webhooks()
        self.signatures = self._webhooks.signatures
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
        self._webhooks.stop()

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
        except BucketError as error:
            self._end(row, "failed", error=error.message)
        except Exception as error:
            logger.warning("render of %s failed", row.id, exc_info=error)
            self._end(row, "failed", error=f"{type(error).__name__}: {error}")

    def _play(self, row: InteractionRow) -> None:
        if row.fate == "blocked" or refused_word(as_text(row.request.get("prompt"))):
            self._stopping.wait(BLOCKED_AFTER_SECONDS)
            self._end(row, "completed", fate="blocked")
        elif row.fate in ENDS:
            self._end(row, row.fate, error=INTERNAL if row.fate == "failed" else "")
        elif row.fate == "done_without_video":
            self._end(row, "completed")
        elif row.fate != NEVER:
            file_id = self._draw(row)
            if not self._end(row, "completed", file_id=file_id):
                self._discard(row, file_id)

    def _discard(self, row: InteractionRow, file_id: str) -> None:
        self._storage.delete_file(file_id)
        if uri := object_uri(row):
            self._buckets.delete(*split_uri(uri))

    def _end(self, row: InteractionRow, status: str, **facts: str) -> bool:
        no_earlier_than = row.accepted_at + self._config.latency_seconds
        ended_at = max(time.time(), no_earlier_than)
        ended = self._storage.finish(row.id, status, finished_at=ended_at, **facts)
        webhook = as_fields(row.request.get("webhook"))
        if ended and webhook:
            uris = tuple(as_text(uri) for uri in as_items(webhook.get("uris")))
            file_id = facts.get("file_id", "")
            self._webhooks.tell(
                WebhookConfig(uris, as_fields(webhook.get("user_metadata"))),
                Ending(row.id, status, row.model, ended_at, video_uri(row, file_id), bool(file_id)),
            )
        return ended

    def _draw(self, row: InteractionRow) -> str:
        from video_agent.studio.renderer import render  # noqa: PLC0415 - heavy

        drawing = drawing_of(as_fields(row.request.get("drawing")))
        if drawing is None:
            message = f"the interaction {row.id} has no drawing"
            raise StudioError(message)
        gcs_uri = as_text(row.request.get("gcs_uri"))
        if gcs_uri:
            self._buckets.list(split_uri(gcs_uri)[0])  # refuses before anything is drawn
        draft = self._storage.folder / "drafts" / f"{row.number}.mp4"
        settings = drawing.settings(self._storage.folder / "inputs")
        if row.fate == "half_length":
            settings = replace(settings, duration_seconds=settings.duration_seconds / 2)
        render(drawing.prompt, settings, draft, progress=self._watch(row.id))
        return self._keep(row, drawing, draft)

    def _keep(self, row: InteractionRow, drawing: Drawing, draft: Path) -> str:
        """Put a finished clip where the request wants it; the studio always keeps its own copy."""
        content = draft.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        self._made.add(sha256, made_by(row) or drawing)
        if uri := object_uri(row):
            self._buckets.put(*split_uri(uri), content, content_type="video/mp4")
        file_id, now = new_file_id(), time.time()
        draft.replace(self._storage.path_of(file_id))
        if as_text(row.request.get("surface")) != "agent_platform":
            self._storage.add_file(
                FileRow(
                    id=file_id,
                    display_name="",
                    mime_type="video/mp4",
                    size=len(content),
                    sha256=sha256,
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
