"""Loudness brought to one target: one gain, and a true-peak limiter where that gain needs one.

The picture is copied packet by packet; only the sound is encoded anew. Loudness and true peak are
those of ITU-R BS.1770. The gain is fixed: dynamics stay as they are but for peaks over the ceiling.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import av.filter
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from video_agent.media.container import open_media
from video_agent.media.limits import DEFAULT_LIMITS, Deadline, MediaLimits
from video_agent.media.loudness import Loudness, measure_loudness
from video_agent.media.probe import read_facts
from video_agent.media.replacing import replacing

TARGET_LUFS = -14.0
"""Integrated; what the large video services play at."""
CEILING_DBTP = -1.0
"""True peak (EBU R128)."""
TOLERANCE_LU = 0.5
SILENCE_LUFS = -60.0
"""What is quieter is silence, or noise that nobody wants to hear: it is left alone."""

_HEADROOM_DB = 0.2
"""Below the ceiling: the encoder moves peaks a little."""
_MOST_PASSES = 4
_GAIN_INTO_LIMITER = 1.5
"""Decibels for each missing LU: the limiter takes about a third of them away again."""
_OVERSAMPLING = 4
_BITS_A_CHANNEL = 192_000
"""384 kb/s in stereo, as YouTube recommends; with less the encoder moves peaks by decibels."""
_RATES = (32_000, 44_100, 48_000)


@dataclass(frozen=True, slots=True)
class Mastered:
    """A clip whose sound needs nothing more.

    Attributes:
        path: The new file, or the source itself when nothing had to change.
        loudness: Of that file; None without a sound track.
    """

    path: Path
    loudness: Loudness | None


@dataclass(frozen=True, slots=True)
class _Treatment:
    """Decibels: what is added to all samples, and the level that none of them may exceed."""

    gain_db: float
    ceiling_dbfs: float
    limits: bool

    def after(self, heard: Loudness) -> "_Treatment":
        """The treatment that makes up for what this one missed."""
        over = max(0.0, heard.true_peak_dbfs - CEILING_DBTP)
        missing_lu = TARGET_LUFS - heard.integrated_lufs
        return _Treatment(
            gain_db=self.gain_db + missing_lu * (_GAIN_INTO_LIMITER if self.limits else 1.0),
            ceiling_dbfs=self.ceiling_dbfs - over - (_HEADROOM_DB if over else 0.0),
            limits=self.limits or over > 0,
        )


def master_loudness(source: Path, target: Path, limits: MediaLimits = DEFAULT_LIMITS) -> Mastered:
    """Bring a clip to -14 LUFS with true peaks of at most -1 dBTP. Blocking.

    A clip without sound, a silent one (at most -60 LUFS) and one that is within 0.5 LU of the
    target already are left as they are: then `target` is not written. The same source gives the
    same bytes.

    Args:
        source: A local clip; it is only read.
        target: An `.mp4`; it appears whole or not at all.
        limits: What may be opened.

    Raises:
        MediaError: The source cannot be decoded, takes too long, or the target cannot be written.
    """
    heard = measure_loudness(source, limits)
    if heard is None or heard.integrated_lufs <= SILENCE_LUFS or _is_mastered(heard):
        return Mastered(source, heard)
    with replacing(target) as partial:
        return Mastered(target, _treated(source, partial, _first_treatment(heard), limits))


def _first_treatment(heard: Loudness) -> _Treatment:
    gain_db, ceiling_dbfs = TARGET_LUFS - heard.integrated_lufs, CEILING_DBTP - _HEADROOM_DB
    return _Treatment(gain_db, ceiling_dbfs, heard.true_peak_dbfs + gain_db > ceiling_dbfs)


def _treated(
    source: Path, target: Path, treatment: _Treatment, limits: MediaLimits
) -> Loudness | None:
    """Write the target until it measures right; of several misses the least.

    One pass does for most sounds. Limiting takes loudness away, and the encoder moves peaks: what a
    pass missed is made up for in the next. Lone clicks can be brought to no loudness at all.
    """
    tried: list[tuple[_Treatment, Loudness]] = []
    for _ in range(_MOST_PASSES):
        _write(source, target, treatment, limits)
        heard = measure_loudness(target, limits)
        if heard is None or _is_mastered(heard):
            return heard
        tried.append((treatment, heard))
        treatment = treatment.after(heard)
    best, heard = min(tried, key=lambda item: _miss(item[1]))
    _write(source, target, best, limits)
    return heard


def _miss(heard: Loudness) -> tuple[bool, float]:
    """How far off it is; a peak over the ceiling is worse than any loudness."""
    return heard.true_peak_dbfs > CEILING_DBTP, abs(heard.integrated_lufs - TARGET_LUFS)


def _is_mastered(heard: Loudness) -> bool:
    over, distance_lu = _miss(heard)
    return not over and distance_lu <= TOLERANCE_LU


def _write(source: Path, target: Path, treatment: _Treatment, limits: MediaLimits) -> None:
    with open_media(source, limits) as container:
        read_facts(source, container, limits)
        options = {"movflags": "+faststart+use_metadata_tags"}
        with av.open(f"file:{target}", "w", format="mp4", container_options=options) as copy:
            copy.metadata.update(container.metadata)
            _transfer(container, copy, treatment, Deadline(limits.work_seconds), source.name)


def _transfer(
    container: InputContainer,
    copy: OutputContainer,
    treatment: _Treatment,
    deadline: Deadline,
    name: str,
) -> None:
    picture, sound = container.streams.video[0], container.streams.audio[0]
    picture_copy: VideoStream = copy.add_stream_from_template(picture)
    rate = sound.rate if sound.rate in _RATES else max(_RATES)
    sound_copy = copy.add_stream("aac", rate=rate, layout=sound.layout.name)
    sound_copy.bit_rate = _BITS_A_CHANNEL * sound.layout.nb_channels
    chain = _Chain(sound, rate, treatment)
    for packet in container.demux([picture, sound]):
        deadline.check(name)
        if packet.stream is not picture:
            for frame in packet.decode():
                if isinstance(frame, AudioFrame):
                    _encode(copy, sound_copy, chain.push(frame))
        elif packet.dts is not None:  # None: the demuxer's flush packet
            packet.stream = picture_copy
            copy.mux(packet)
    _encode(copy, sound_copy, chain.push(None))
    copy.mux(sound_copy.encode(None))


def _encode(copy: OutputContainer, track: AudioStream, frames: Iterator[AudioFrame]) -> None:
    for frame in frames:
        copy.mux(track.encode(frame))


class _Chain:
    """The filters: gain, then the limiter on samples four times as dense, which sees true peaks."""

    def __init__(self, stream: AudioStream, rate: int, treatment: _Treatment) -> None:
        self._graph = av.filter.Graph()
        steps = [("volume", f"{treatment.gain_db:.4f}dB:precision=double")]
        if stream.duration is not None and stream.time_base is not None:
            end = (stream.start_time or 0) + stream.duration  # what follows fills the last packet
            steps.insert(0, ("atrim", f"end={float(end * stream.time_base):.6f}"))
        if treatment.limits:
            level = 10 ** (treatment.ceiling_dbfs / 20)
            steps += [
                ("aresample", str(_OVERSAMPLING * rate)),
                ("alimiter", f"limit={level:.6f}:attack=5:release=50:level=0:latency=1"),
            ]
        layout = stream.layout.name
        steps.append(("aformat", f"sample_fmts=fltp:sample_rates={rate}:channel_layouts={layout}"))
        last = self._graph.add_abuffer(template=stream)
        for name, arguments in steps:
            following = self._graph.add(name, arguments)
            last.link_to(following)
            last = following
        last.link_to(self._graph.add("abuffersink"))
        self._graph.configure()

    def push(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        """Feed a frame (None at the end) and take what is ready."""
        self._graph.push(frame)
        while True:
            try:
                block = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            if isinstance(block, AudioFrame):
                yield block
