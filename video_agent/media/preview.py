"""A small copy of a clip for notebooks and web pages."""

from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from video_agent.media.container import open_media
from video_agent.media.decode import frames
from video_agent.media.limits import DEFAULT_LIMITS, MediaLimits
from video_agent.media.probe import read_facts
from video_agent.media.replacing import replacing
from video_agent.models import MediaFacts

_CRF = "28"
_SAMPLE_RATE = 48_000
_SOUND_BITS = 96_000
_DEFAULT_FPS = 24


def write_preview(
    source: Path,
    target: Path,
    *,
    short_side: int = 360,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Path:
    """Write a proxy MP4 (H.264 crf 28, AAC) with the given short side in pixels.

    Never larger than the source. Blocking.

    Returns:
        `target`.

    Raises:
        MediaError: The source cannot be read or the target cannot be written.
    """
    with replacing(target) as partial, open_media(source, limits) as container:
        facts = read_facts(source, container, limits)
        options = {"movflags": "+faststart"}
        with av.open(f"file:{partial}", "w", format="mp4", container_options=options) as proxy:
            _encode(source, container, proxy, _picture_track(proxy, facts, short_side), limits)
    return target


def _picture_track(proxy: OutputContainer, facts: MediaFacts, short_side: int) -> VideoStream:
    factor = min(1.0, short_side / min(facts.width, facts.height))
    rate = Fraction(facts.fps or _DEFAULT_FPS).limit_denominator(1001)
    track = proxy.add_stream("libx264", rate=rate, options={"preset": "veryfast", "crf": _CRF})
    track.width = max(2, round(facts.width * factor / 2) * 2)
    track.height = max(2, round(facts.height * factor / 2) * 2)
    track.pix_fmt = "yuv420p"
    return track


def _sound_track(proxy: OutputContainer) -> AudioStream:
    track = proxy.add_stream("aac", rate=_SAMPLE_RATE, layout="stereo")
    track.bit_rate = _SOUND_BITS
    return track


def _encode(
    source: Path,
    container: InputContainer,
    proxy: OutputContainer,
    picture: VideoStream,
    limits: MediaLimits,
) -> None:
    sound = _sound_track(proxy) if container.streams.audio else None
    resampler = AudioResampler(format="fltp", layout="stereo", rate=_SAMPLE_RATE)
    for frame in frames(source, container, limits=limits):
        if isinstance(frame, VideoFrame):
            small = frame.reformat(picture.width, picture.height, "yuv420p")
            small.pict_type = 0  # let the encoder choose: the source's key frames mean nothing here
            proxy.mux(picture.encode(small))
        elif sound is not None:
            _encode_sound(proxy, sound, resampler, frame)
    proxy.mux(picture.encode(None))
    if sound is not None:
        _encode_sound(proxy, sound, resampler, None)
        proxy.mux(sound.encode(None))


def _encode_sound(
    proxy: OutputContainer,
    sound: AudioStream,
    resampler: AudioResampler,
    frame: AudioFrame | None,
) -> None:
    for part in resampler.resample(frame):
        proxy.mux(sound.encode(part))
