"""Still pictures: a clip's thumbnail, its contact sheet with times, pictures side by side."""

import io
import math
from collections.abc import Sequence
from pathlib import Path

from av.video.frame import VideoFrame
from PIL import Image, ImageDraw, ImageFont, ImageOps

from video_agent.errors import MediaError
from video_agent.media.best_frame import best_frame
from video_agent.media.container import open_media
from video_agent.media.decode import picture_at, pictures_at
from video_agent.media.limits import DEFAULT_LIMITS, MediaLimits
from video_agent.media.probe import read_facts
from video_agent.media.replacing import replacing

_QUALITY = 85
_GAP = 8
_CAPTION_HEIGHT = 22
_PAPER, _INK = (18, 20, 24), (230, 232, 236)


def write_thumbnail(
    source: Path,
    target: Path,
    *,
    at_seconds: float | None = None,
    width: int = 640,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Path:
    """Write one frame as JPEG: the best one (see `best_frame`) unless a time is given.

    Never larger than the source.

    Returns:
        `target`.

    Raises:
        MediaError: The clip cannot be read or the file cannot be written.
    """
    with open_media(source, limits) as container:
        facts = read_facts(source, container, limits)
        if at_seconds is None:
            frame = best_frame(source, container, facts, limits)
        else:
            frame = picture_at(source, container, at_seconds, limits)
        image = small_image(frame, width)
    _save(image, target)
    return target


def write_contact_sheet(
    source: Path,
    target: Path,
    *,
    frames: int = 12,
    columns: int = 4,
    width: int = 1280,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Path:
    """Write evenly spaced frames with their times as one JPEG of the given width.

    Returns:
        `target`.

    Raises:
        MediaError: The clip cannot be read or the file cannot be written.
    """
    cell = (width - _GAP * (columns + 1)) // columns
    with open_media(source, limits) as container:
        facts = read_facts(source, container, limits)
        count = max(1, min(frames, facts.frame_count))
        moments = [facts.duration_seconds * (index + 0.5) / count for index in range(count)]
        found = pictures_at(source, container, moments, limits)
        images = [small_image(frame, cell) for frame in found]
    if not images:
        raise MediaError(f"{source.name}: no frame decodes")
    captions = [f"{moment:.2f} s" for moment in moments[: len(images)]]
    _save(_sheet(images, captions, columns, cell), target)
    return target


def write_picture_sheet(
    pictures: Sequence[tuple[Path, str]],
    target: Path,
    *,
    columns: int = 3,
    width: int = 1280,
) -> Path:
    """Write image files side by side, each over its caption, as one JPEG of this width at most.

    Returns:
        `target`.

    Raises:
        MediaError: There is no picture, one cannot be read, or the file cannot be written.
    """
    if not pictures:
        raise MediaError("there is no picture to show")
    columns = min(columns, len(pictures))
    cell = (width - _GAP * (columns + 1)) // columns
    images = [_picture(path, cell) for path, _ in pictures]
    _save(_sheet(images, [caption for _, caption in pictures], columns, cell), target)
    return target


def _picture(path: Path, width: int) -> Image.Image:
    """An image file as it is to be seen, at most as wide and not higher than wide."""
    try:
        with Image.open(path) as image:
            image.draft("RGB", (width, width))  # a large JPEG is decoded smaller
            turned = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise MediaError(f"{path.name} cannot be read as a picture: {error}") from error
    turned.thumbnail((width, width))
    return turned


def small_image(frame: VideoFrame, width: int, *, larger: bool = False) -> Image.Image:
    """A frame of at most this width, in its own shape; made smaller before it becomes RGB.

    Four times as high as wide at most. With `larger` a smaller frame is made as wide.
    """
    factor = min(math.inf if larger else 1.0, width / frame.width, 4 * width / frame.height)
    size = (max(1, round(frame.width * factor)), max(1, round(frame.height * factor)))
    return frame.to_image(width=size[0], height=size[1], interpolation="AREA")


def _sheet(
    images: Sequence[Image.Image], captions: Sequence[str], columns: int, cell: int
) -> Image.Image:
    columns = min(columns, len(images))
    tall = max(image.height for image in images) + _CAPTION_HEIGHT + _GAP
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * (cell + _GAP) + _GAP, rows * tall + _GAP), _PAPER)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(15)
    for index, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left = _GAP + index % columns * (cell + _GAP) + (cell - image.width) // 2
        top = _GAP + index // columns * tall
        sheet.paste(image, (left, top))
        pen.text((left + 2, top + image.height + 2), caption, fill=_INK, font=font)
    return sheet


def _save(image: Image.Image, target: Path) -> None:
    memory = io.BytesIO()
    image.convert("RGB").save(memory, "JPEG", quality=_QUALITY, optimize=True)
    with replacing(target) as partial:
        try:
            partial.write_bytes(memory.getvalue())
        except OSError as error:
            raise MediaError(f"{target} cannot be written: {error.strerror}") from error
