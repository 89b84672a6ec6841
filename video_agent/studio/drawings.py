"""How a clip of Omni is drawn, as a value that survives a restart, and what follows from it."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from video_agent.studio.reading import Fields, as_items
from video_agent.studio.storage import Storage

if TYPE_CHECKING:
    from video_agent.studio.renderer import RenderSettings, SourceUse

TABLES = """
CREATE TABLE IF NOT EXISTS made_clips (sha256 TEXT PRIMARY KEY, drawing TEXT NOT NULL);
"""
LISTS = ("references", "changes", "later_changes")


@dataclass(frozen=True)
class Drawing:
    """What `renderer.RenderSettings` needs; images and clips by their names in the inputs folder.

    Lengths in seconds, sizes in pixels. `seconds` is the length of the whole clip, `path_seconds`
    that of the part which the camera's way was planned for.
    """

    prompt: str
    seed: int
    width: int
    height: int
    seconds: float
    path_seconds: float
    changes: tuple[str, ...] = ()
    later_changes: tuple[str, ...] = ()
    first_frame: str = ""
    last_frame: str = ""
    references: tuple[str, ...] = ()
    source: str = ""
    source_use: str = ""
    source_seconds: float = 0.0

    @property
    def redrawable(self) -> bool:
        """Whether the scene alone makes the clip, so that it can be drawn again with changes."""
        bound = self.first_frame or self.last_frame
        return not bound and self.source_use in ("", "go_on")

    def edited(self, text: str) -> "Drawing":
        """The same scene drawn again with one more change."""
        changes = (*self.changes, *self.later_changes, text)
        return replace(self, changes=changes, later_changes=(), source="", source_use="")

    def extended(self, text: str, seconds: float) -> "Drawing":
        """The same scene drawn on for some seconds; the text holds from there on."""
        return replace(
            self,
            changes=(*self.changes, *self.later_changes),
            later_changes=(text,) if text else (),
            seconds=self.seconds + seconds,
            source_use="go_on",
            source_seconds=self.seconds,
        )

    def placed(self, number: int, new: Collection[str]) -> "Drawing":
        """With the names of new inputs made unique by the generation's number."""

        def own(name: str) -> str:
            return f"{number}-{name}" if name in new else name

        return replace(
            self,
            first_frame=own(self.first_frame),
            last_frame=own(self.last_frame),
            references=tuple(own(name) for name in self.references),
            source=own(self.source),
        )

    def to_fields(self) -> dict[str, object]:
        """As JSON."""
        return asdict(self)

    def settings(self, inputs: Path) -> "RenderSettings":
        """For the renderer."""
        from video_agent.studio.renderer import RenderSettings  # noqa: PLC0415 - heavy

        def read(name: str) -> bytes | None:
            return (inputs / name).read_bytes() if name else None

        return RenderSettings(
            width=self.width,
            height=self.height,
            duration_seconds=self.seconds,
            seed=self.seed,
            first_frame=read(self.first_frame),
            last_frame=read(self.last_frame),
            references=tuple((inputs / name).read_bytes() for name in self.references),
            changes=self.changes,
            later_changes=self.later_changes,
            path_seconds=self.path_seconds,
            source=inputs / self.source if self.source else None,
            source_use=cast("SourceUse", self.source_use or "go_on"),
            source_seconds=self.source_seconds,
        )


def drawing_of(stored: Fields) -> Drawing | None:
    """A drawing as it was stored; None when there is none."""
    if not stored:
        return None
    names = {field.name for field in fields(Drawing)}
    values: dict[str, Any] = {key: item for key, item in stored.items() if key in names}
    for name in LISTS:
        values[name] = tuple(str(item) for item in as_items(values.get(name)))
    return Drawing(**values)


class MadeClips:
    """The drawings of all clips that were made here, by the digest of their bytes.

    A clip that comes back as an input is known again, wherever it has been meanwhile.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.create_tables(TABLES)

    def add(self, sha256: str, drawing: Drawing) -> None:
        """Remember how a clip was drawn."""
        content = json.dumps(drawing.to_fields())
        with self._storage.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO made_clips VALUES (?,?)", (sha256, content))

    def find(self, sha256: str) -> Drawing | None:
        """How a clip was drawn; None when it was not made here."""
        with self._storage.transaction() as connection:
            row = connection.execute(
                "SELECT drawing FROM made_clips WHERE sha256=?", (sha256,)
            ).fetchone()
        return drawing_of(json.loads(row[0])) if row else None
