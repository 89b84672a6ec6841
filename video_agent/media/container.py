"""Opening media files safely.

Local regular files of formats that hold their media themselves: nothing that refers to other files
or addresses.
"""

import errno
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from video_agent.errors import MediaError
from video_agent.media.limits import DEFAULT_LIMITS, MediaLimits

_HEAD_BYTES = 512
_MP4_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})
_HEADS = (
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"FLV\x01", "flv"),
    (b"OggS", "ogg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_SYNC, _TS_PACKETS = 0x47, (188, 192)
_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".3gp", ".webm", ".mkv", ".avi", ".flv", ".ogv", ".ogg", ".wmv"}
    | {".asf", ".mpg", ".mpeg", ".vob", ".ts", ".mts", ".m2ts", ".gif", ".part", ".tmp", ""}
)
_ALLOWED = "allowed: local mp4, mov, webm, mkv, avi, mpeg, ts, flv, ogg, wmv and gif files"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def open_media(path: Path, limits: MediaLimits = DEFAULT_LIMITS) -> Generator[InputContainer]:
    """Open a local media file for reading.

    The demuxer is chosen from the file's first bytes, never guessed by FFmpeg, and may only read
    through the `file` protocol, so playlists, ffconcat lists and network addresses cannot be
    reached, whatever the file is called.

    Raises:
        MediaError: Not a regular file, empty, too large, of another format, or damaged so that it
            cannot be opened. Errors of the decoder inside the block are translated too; a full disk
            is not the file's fault and goes on as it is, to be told by `replacing`.
    """
    kind = sniff(path, limits)
    try:
        with av.open(
            f"file:{path.resolve()}",
            mode="r",
            format=kind,
            timeout=limits.open_seconds,
            container_options={"protocol_whitelist": "file"},
        ) as container:
            for stream in container.streams.video:
                _bound_pixels(stream, limits)
            yield container
    except av.error.FFmpegError as error:
        if error.errno in _NO_ROOM:
            raise
        reason = error.strerror or type(error).__name__
        raise MediaError(
            f"{path.name} cannot be decoded: {reason}", hint="the file is damaged; make it again"
        ) from error


def _bound_pixels(stream: VideoStream, limits: MediaLimits) -> None:
    """Stop the decoder before it makes room for a picture that the header did not announce.

    Twice the limit, since coders round sizes up; the exact one is checked on the header.
    """
    stream.codec_context.options = {"max_pixels": str(2 * limits.max_pixels)}


def sniff(path: Path, limits: MediaLimits = DEFAULT_LIMITS) -> str:
    """The demuxer's name (`mp4`, `matroska`, ...) by the first bytes.

    Raises:
        MediaError: Not a regular file, empty, too large or of another format.
    """
    text = str(path)
    if "://" in text or text.startswith(("http:", "https:", "file:", "concat:", "pipe:")):
        raise MediaError(f"{text!r} is an address, not a file", hint=_ALLOWED)
    try:
        if not path.is_file():
            raise MediaError(f"{path} is not a file", hint=_ALLOWED)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}") from error
    if size == 0:
        raise MediaError(f"{path.name} is empty", hint="make or download it again")
    if size > limits.max_bytes:
        raise MediaError(
            f"{path.name} has {size / 1e6:,.0f} MB; allowed: {limits.max_bytes / 1e6:,.0f} MB"
        )
    if path.suffix.lower() not in _SUFFIXES:
        raise MediaError(f"{path.name} is not a video file by its name", hint=_ALLOWED)
    return _kind(path, head)


def _kind(path: Path, head: bytes) -> str:
    if head[4:8] in _MP4_BOXES:
        return "mp4"
    for beginning, kind in _HEADS:
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if any(_is_transport_stream(head, size) for size in _TS_PACKETS):
        return "mpegts"
    raise MediaError(f"{path.name} is not a video file by its content", hint=_ALLOWED)


def _is_transport_stream(head: bytes, size: int) -> bool:
    """Whether packets of this size begin where they should; 192 have a time stamp in front."""
    starts = range(size - 188, len(head), size)
    return len(head) >= 2 * size and all(head[start] == _SYNC for start in starts)
