"""Still pictures from outside: frames and references of a clip to be made."""

import io
import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from video_agent.errors import MediaError

MAX_IMAGE_BYTES = 20 * 1024 * 1024
MAX_IMAGE_PIXELS = 40_000_000
MIN_IMAGE_SIDE = 64
_MIME_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_ALLOWED = "allowed: PNG, JPEG or WebP, up to 20 MB and 40 megapixels, at least 64 x 64"


def read_picture(path: Path) -> tuple[bytes, str]:
    """Read and check an image file.

    It is decoded once in full, then its bytes are handed on unchanged.

    Returns:
        The file's bytes and its MIME type (`image/png`, `image/jpeg` or `image/webp`), judged by
        content, not by name.

    Raises:
        MediaError: Not a file, too large, too small, damaged or of another kind; the hint says what
            is allowed.
    """
    data = _read(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(_MIME_TYPES)) as image:
                _check_size(path, image.size)
                kind = image.format or ""
                image.load()
    except UnidentifiedImageError as error:
        raise MediaError(f"{path.name} is not a picture we can read", hint=_ALLOWED) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise MediaError(f"{path.name} has too many pixels", hint=_ALLOWED) from error
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises for damaged data
        raise MediaError(f"{path.name} is damaged: {error}", hint=_ALLOWED) from error
    return data, _MIME_TYPES[kind]


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise MediaError(f"{path} is not a file", hint=_ALLOWED)
        size = path.stat().st_size
        if size > MAX_IMAGE_BYTES:
            raise MediaError(f"{path.name} has {size / 1e6:.1f} MB", hint=_ALLOWED)
        return path.read_bytes()
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror or error}") from error


def _check_size(path: Path, size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_IMAGE_PIXELS or min(width, height) < MIN_IMAGE_SIDE:
        raise MediaError(f"{path.name} is {width} x {height} pixels", hint=_ALLOWED)
