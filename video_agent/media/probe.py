"""What a file is: `probe`."""

from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from video_agent.errors import MediaError
from video_agent.media.container import open_media
from video_agent.media.limits import DEFAULT_LIMITS, MediaLimits
from video_agent.models import MediaFacts

_MICROSECONDS = 1_000_000


def probe(path: Path, limits: MediaLimits = DEFAULT_LIMITS) -> MediaFacts:
    """Open a file and read its header.

    Raises:
        MediaError: Not a video file that may be opened: see `open_media`; no picture; larger or
            longer than the limits.
    """
    with open_media(path, limits) as container:
        return read_facts(path, container, limits)


def read_facts(path: Path, container: InputContainer, limits: MediaLimits) -> MediaFacts:
    """The facts of an open container.

    Raises:
        MediaError: No picture, or beyond the limits.
    """
    if not container.streams.video:
        raise MediaError(f"{path.name} has no picture", hint="a video track is needed")
    video = container.streams.video[0]
    fps = float(video.average_rate or video.guessed_rate or 0)
    duration = _duration(container, video)
    _check(path, video, fps, duration, limits)
    sound = container.streams.audio[0] if container.streams.audio else None
    return MediaFacts(
        duration_seconds=duration,
        width=video.width,
        height=video.height,
        fps=fps,
        frame_count=video.frames or round(duration * fps),
        video_codec=video.codec_context.name,
        pixel_format=video.codec_context.pix_fmt or "",
        audio_codec=sound.codec_context.name if sound else None,
        audio_duration_seconds=_duration(container, sound) if sound else None,
        sample_rate=sound.rate if sound else None,
        channels=sound.channels if sound else None,
        size_bytes=path.stat().st_size,
    )


def _duration(container: InputContainer, stream: VideoStream | AudioStream) -> float:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / _MICROSECONDS


def _check(
    path: Path, video: VideoStream, fps: float, duration: float, limits: MediaLimits
) -> None:
    pixels = video.width * video.height
    if pixels == 0 or pixels > limits.max_pixels:
        raise MediaError(
            f"{path.name} is {video.width} x {video.height}; "
            f"allowed: up to {limits.max_pixels:,} pixels"
        )
    if fps > limits.max_fps:
        raise MediaError(f"{path.name} has {fps:g} frames a second; allowed: {limits.max_fps:g}")
    if duration > limits.max_duration_seconds:
        raise MediaError(
            f"{path.name} lasts {duration:,.0f} s; allowed: {limits.max_duration_seconds:,.0f} s"
        )
