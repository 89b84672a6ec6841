"""Drawing the samples of an operation, and putting them where the request wants them."""

import tempfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from video_agent.catalog import frame_size
from video_agent.media.mux import remove_audio
from video_agent.studio.buckets import BucketError, Buckets, split_uri
from video_agent.studio.config import StudioError
from video_agent.studio.reading import as_fields, as_number, as_text
from video_agent.studio.storage import Storage
from video_agent.studio.veo.endings import FORBIDDEN, NOT_FOUND, WRONG, Result, held_back
from video_agent.studio.veo.instance import FIRST, LAST, REFERENCE, SOURCE
from video_agent.studio.veo.operations import OperationRow

if TYPE_CHECKING:
    from video_agent.studio.renderer import RenderSettings

CODES = {400: WRONG, 403: FORBIDDEN, 404: NOT_FOUND}
Progress = Callable[[float], None]


class EndsInError(StudioError):
    """The operation ends with an error.

    Args:
        code: A google.rpc code.
        message: What Google would say.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def sample_seed(seed: int, sample: int) -> int:
    """The seed of one sample: the operation's own for the first, derived ones for the others."""
    return seed if sample == 0 else zlib.crc32(f"{seed}:{sample}".encode())


class Drawing:
    """Makes the clips of operations."""

    def __init__(self, storage: Storage, buckets: Buckets) -> None:
        self._storage = storage
        self._buckets = buckets
        self.clips = storage.folder / "veo"
        self.clips.mkdir(exist_ok=True)

    def input_path(self, number: int, role: str) -> Path:
        """Where an input that came inside the request is kept."""
        return self._storage.folder / "inputs" / f"veo-{number}-{role}"

    def result(self, row: OperationRow, progress: Progress) -> Result:
        """Draw what is not filtered and deliver it.

        Raises:
            EndsInError: An input cannot be used or the storage refuses.
        """
        try:
            return self._result(row, progress)
        except BucketError as error:
            raise EndsInError(CODES.get(error.status, WRONG), error.message) from error

    def _result(self, row: OperationRow, progress: Progress) -> Result:
        samples = round(as_number(row.request.get("samples")) or 1)
        reasons = held_back(row, samples)
        if uri := as_text(row.request.get("storage_uri")):
            self._buckets.list(split_uri(uri)[0])  # refuses a bucket before anything is drawn
        inputs = {role: self._input(row, role) for role in as_fields(row.request.get("inputs"))}
        videos = [
            self._deliver(row, sample, self._draw(row, sample, inputs, progress))
            for sample in range(samples - len(reasons))
        ]
        return {"videos": videos, "reasons": reasons}

    def _input(self, row: OperationRow, role: str) -> bytes:
        uri = as_text(as_fields(row.request.get("inputs")).get(role))
        if not uri:
            return self.input_path(row.number, role).read_bytes()
        content = self._buckets.read(*split_uri(uri))
        if content is None:
            raise EndsInError(NOT_FOUND, f"The object {uri} was not found.")
        return content

    def _draw(
        self, row: OperationRow, sample: int, inputs: Mapping[str, bytes], progress: Progress
    ) -> Path:
        from video_agent.studio.renderer import RenderError, render  # noqa: PLC0415 - heavy

        target = self.clips / f"{row.number}-{sample}.mp4"
        with tempfile.TemporaryDirectory(prefix="studio-veo-") as folder:
            try:
                settings = _settings(row, sample, inputs, Path(folder))
                render(_prompt(row), settings, target, progress=progress)
            except RenderError as error:
                raise EndsInError(WRONG, f"Unable to process the input: {error}") from error
        if row.request.get("audio") is False:
            remove_audio(target, target)
        return target

    def _deliver(self, row: OperationRow, sample: int, clip: Path) -> dict[str, str]:
        uri = as_text(row.request.get("storage_uri"))
        if not uri:
            return {"file": clip.name}
        bucket, prefix = split_uri(uri)
        folder = f"{prefix.rstrip('/')}/" if prefix.rstrip("/") else ""
        name = f"{folder}{row.number}/sample_{sample}.mp4"
        stored = self._buckets.put(bucket, name, clip, content_type="video/mp4")
        clip.unlink()
        return {"uri": stored.uri}


def _prompt(row: OperationRow) -> str:
    """The prompt as the renderer reads it, with what must not appear."""
    prompt, negative = as_text(row.request.get("prompt")), as_text(row.request.get("negative"))
    return f"{prompt.rstrip('. ')}. Negative: {negative}" if negative else prompt


def _settings(
    row: OperationRow, sample: int, inputs: Mapping[str, bytes], folder: Path
) -> "RenderSettings":
    """What the renderer needs; a source clip is put into the folder.

    Raises:
        RenderError: The source clip cannot be read.
    """
    from video_agent.studio.renderer import RenderSettings  # noqa: PLC0415 - heavy
    from video_agent.studio.renderer.footage import Footage  # noqa: PLC0415 - heavy

    width, height = frame_size(
        as_text(row.request.get("resolution")), as_text(row.request.get("aspect_ratio"))
    )
    settings = RenderSettings(
        width=width,
        height=height,
        duration_seconds=as_number(row.request.get("duration_seconds")) or 0.0,
        seed=sample_seed(row.seed, sample),
        first_frame=inputs.get(FIRST),
        last_frame=inputs.get(LAST),
        references=tuple(inputs[role] for role in sorted(inputs) if role.startswith(REFERENCE)),
    )
    if SOURCE not in inputs:
        return settings
    source = folder / "source.mp4"
    source.write_bytes(inputs[SOURCE])
    with Footage(source, (width, height), settings.fps) as footage:
        return replace(
            settings,
            source=source,
            source_use="come_alive",
            source_seconds=footage.seconds,
            duration_seconds=footage.seconds + settings.duration_seconds,
        )
