"""The clip that an edit or an extension starts from: an earlier generation's, or a given one."""

import hashlib
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from video_agent.studio.drawings import Drawing, MadeClips, drawing_of
from video_agent.studio.interaction_fields import invalid
from video_agent.studio.places import Place
from video_agent.studio.reading import as_fields, as_text
from video_agent.studio.storage import InteractionRow, Storage

UNKNOWN_ID = "Invalid interaction name."


@dataclass(frozen=True)
class Clip:
    """A clip with its size in pixels and its length; `drawing` when it was made here."""

    content: bytes = field(repr=False)
    width: int
    height: int
    seconds: float
    drawing: Drawing | None = None


class SourceClips:
    """Finds and measures clips to work on."""

    def __init__(self, storage: Storage, made: MadeClips) -> None:
        self._storage = storage
        self._made = made

    def given(self, content: bytes) -> Clip:
        """A clip that came with the request.

        Raises:
            Refusal: 400, it cannot be read.
        """
        return _measured(content, self._made.find(hashlib.sha256(content).hexdigest()))

    def earlier(self, interaction_id: str, place: Place) -> Clip:
        """The clip of an earlier interaction.

        Raises:
            Refusal: 400, there is no such interaction here, it runs, or it holds no clip.
        """
        row = self._storage.interaction(interaction_id)
        if row is None or not belongs(row, place):
            raise invalid(UNKNOWN_ID)
        status = "in_progress" if (row.finished_at or 0.0) > time.time() else row.status
        if status != "completed":
            raise invalid(f"The previous interaction is not completed, its status: {status}.")
        path = self._storage.path_of(row.file_id) if row.file_id else None
        if path is None or not path.exists():
            raise invalid("The previous interaction holds no video, or it has expired.")
        return _measured(path.read_bytes(), made_by(row))


def belongs(row: InteractionRow, place: Place) -> bool:
    """Whether an interaction was made at this place; others cannot be seen from it."""
    surface = as_text(row.request.get("surface")) or "gemini_api"
    return surface == place.surface and as_text(row.request.get("project")) == place.project


def made_by(row: InteractionRow) -> Drawing | None:
    """How the clip of an interaction can be told as a drawing."""
    return drawing_of(as_fields(row.request.get("made")) or as_fields(row.request.get("drawing")))


def _measured(content: bytes, drawing: Drawing | None) -> Clip:
    from video_agent.media.probe import probe  # noqa: PLC0415 - heavy: loads on first use

    with tempfile.TemporaryDirectory(prefix="studio-source-") as folder:
        path = Path(folder) / "source.mp4"
        path.write_bytes(content)
        try:
            facts = probe(path)
        except Exception as error:
            # Whatever the decoder cannot do is the client's fault here, as it is upstream.
            raise invalid("Unable to process input video.") from error
    seconds = facts.frame_count / facts.fps if facts.fps else facts.duration_seconds
    return Clip(content, facts.width // 2 * 2, facts.height // 2 * 2, seconds, drawing)
