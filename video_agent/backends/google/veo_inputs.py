"""The files of an order for Veo: read and checked before anything is paid."""

import asyncio
from pathlib import Path

from video_agent.backends.google.pictures import read_picture
from video_agent.backends.google.veo_wire import InputImage, InputMedia
from video_agent.errors import InvalidRequestError
from video_agent.models import GenerationInputs, GenerationSettings, SourceClip

LARGEST_INPUTS_BYTES = 15_000_000
"""Of all files together: requests to Agent Platform end at 20 MB, and base64 makes four bytes of
three."""
_NAMES = {
    "first_frame": "a first frame",
    "last_frame": "a last frame",
    "references": "reference images",
    "source": "an earlier clip",
}
_NEEDED = {
    "image_to_video": ("first_frame",),
    "first_and_last_frame": ("first_frame", "last_frame"),
    "reference_to_video": ("references",),
    "extend": ("source",),
}


async def read_inputs(settings: GenerationSettings, inputs: GenerationInputs) -> InputMedia:
    """Read what the order starts from.

    Raises:
        InvalidRequestError: A file is missing, cannot be read, is too large or of another kind,
            or what is given does not belong to the task.
    """
    _check_task(settings, inputs)
    uri, content = await _source(inputs.source)
    media = InputMedia(
        first_frame=await _image(inputs.first_frame),
        last_frame=await _image(inputs.last_frame),
        references=tuple([InputImage(*await read_picture(path)) for path in inputs.references]),
        source_uri=uri,
        source_content=content,
    )
    _check_size(media)
    return media


def _check_task(settings: GenerationSettings, inputs: GenerationInputs) -> None:
    needed = _NEEDED.get(settings.task, ())
    for name, words in _NAMES.items():
        given = bool(getattr(inputs, name))
        if given != (name in needed):
            verb = "cannot start from" if given else "needs"
            raise InvalidRequestError(f"{settings.task} {verb} {words}")
    if len(inputs.references) != settings.reference_count:
        raise InvalidRequestError(
            f"{len(inputs.references)} reference images given, {settings.reference_count} announced"
        )


async def _image(path: Path | None) -> InputImage | None:
    return None if path is None else InputImage(*await read_picture(path))


async def _source(source: SourceClip | None) -> tuple[str | None, bytes | None]:
    """Where the service itself can read the clip, else its bytes."""
    if source is None:
        return None, None
    if source.uri and source.uri.startswith("gs://"):
        return source.uri, None
    try:
        return None, await asyncio.to_thread(source.path.read_bytes)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidRequestError(f"{source.path.name} cannot be read: {reason}") from error


def _check_size(media: InputMedia) -> None:
    frames = (media.first_frame, media.last_frame, *media.references)
    size = sum(len(frame.content) for frame in frames if frame is not None)
    if size + len(media.source_content or b"") > LARGEST_INPUTS_BYTES:
        raise InvalidRequestError(
            f"the files together are larger than {LARGEST_INPUTS_BYTES // 1_000_000} MB",
            hint="save pictures smaller or as JPEG; a clip may lie in Cloud Storage",
        )
