"""Tracks in and out of a file without touching what is in them."""

from pathlib import Path

import av

from video_agent.errors import MediaError
from video_agent.media.container import open_media
from video_agent.media.limits import DEFAULT_LIMITS, MediaLimits
from video_agent.media.replacing import replacing

_FORMATS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".webm": "webm", ".mkv": "matroska"}


def remove_audio(source: Path, target: Path, *, limits: MediaLimits = DEFAULT_LIMITS) -> Path:
    """Copy the picture track alone, bit for bit, tags included.

    `target` may be `source`; it appears whole or not at all.

    Returns:
        `target`.

    Raises:
        MediaError: The source cannot be read or has no picture, or the target cannot be written.
    """
    kind = _FORMATS.get(target.suffix.lower())
    if kind is None:
        raise MediaError(f"{target.name}: unknown kind of file", hint=", ".join(_FORMATS))
    with replacing(target) as partial:
        _copy_picture(source, partial, kind, limits)
    return target


def _copy_picture(source: Path, target: Path, kind: str, limits: MediaLimits) -> None:
    with open_media(source, limits) as container:
        if not container.streams.video:
            raise MediaError(f"{source.name} has no picture")
        video = container.streams.video[0]
        options = {"movflags": "+faststart+use_metadata_tags"} if kind in {"mp4", "mov"} else {}
        with av.open(f"file:{target}", "w", format=kind, container_options=options) as copy:
            copy.metadata.update(container.metadata)
            track = copy.add_stream_from_template(video)
            for packet in container.demux(video):
                if packet.dts is None:
                    continue  # the demuxer's flush packet
                packet.stream = track
                copy.mux(packet)
