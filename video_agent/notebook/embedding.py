"""Files inside a page, as data URIs: nothing is asked of any server."""

import base64
from pathlib import Path
from tempfile import TemporaryDirectory

MAX_EMBEDDED_BYTES = 12_000_000
"""A clip of more is replaced by a small preview."""


def data_uri(content: bytes, media_type: str) -> str:
    """Bytes as a link that contains them."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def clip_bytes(path: Path) -> tuple[bytes, bool]:
    """What to embed of a clip, and whether that is the clip itself or a small preview. Blocking.

    Raises:
        MediaError: A preview was needed and cannot be made.
        OSError: The file cannot be read.
    """
    if path.stat().st_size <= MAX_EMBEDDED_BYTES:
        return path.read_bytes(), True
    from video_agent.media.preview import write_preview

    with TemporaryDirectory() as folder:
        return write_preview(path, Path(folder) / "preview.mp4").read_bytes(), False
