"""Loudness of a sound track by EBU R128."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av.error
import av.filter
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from video_agent.media.container import open_media
from video_agent.media.limits import DEFAULT_LIMITS, Deadline, MediaLimits
from video_agent.media.measure.sound import Samples
from video_agent.media.probe import read_facts

SILENT_LUFS = -70.0
_QUIETEST_PEAK = 1e-6


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS (-70 for silence), loudness range in LU, true peak in dBFS."""

    integrated_lufs: float
    range_lu: float
    true_peak_dbfs: float


@dataclass(slots=True)
class LoudnessMeter:
    """FFmpeg's `ebur128` (BS.1770-4) fed frame by frame.

    Hands the samples back in even blocks of 0.1 s.
    """

    stream: AudioStream
    _metadata: dict[str, str] = field(default_factory=dict[str, str])
    _graph: av.filter.Graph = field(default_factory=av.filter.Graph)

    def __post_init__(self) -> None:
        source = self._graph.add_abuffer(template=self.stream)
        meter = self._graph.add("ebur128", "metadata=1:peak=true:framelog=quiet")
        sink = self._graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        self._graph.configure()

    def push(self, frame: AudioFrame | None) -> Iterator[Samples]:
        """Feed a frame (None at the end) and take what is ready.

        Float64, shape (samples, channels).
        """
        self._graph.push(frame)
        while True:
            try:
                block = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            if not isinstance(block, AudioFrame):
                return
            if block.metadata:
                self._metadata = dict(block.metadata)
            yield _samples(block)

    @property
    def highest_peak(self) -> float:
        """The highest true peak so far, full scale 1."""
        peaks = [float(value) for key, value in self._metadata.items() if "true_peak" in key]
        return max(peaks, default=0.0)

    def result(self) -> Loudness:
        """What was measured so far."""
        return Loudness(
            integrated_lufs=max(SILENT_LUFS, self._number("lavfi.r128.I", SILENT_LUFS)),
            range_lu=self._number("lavfi.r128.LRA", 0.0),
            true_peak_dbfs=20 * math.log10(max(self.highest_peak, _QUIETEST_PEAK)),
        )

    def _number(self, key: str, default: float) -> float:
        value = float(self._metadata.get(key, default))
        return value if math.isfinite(value) else default


def _samples(block: AudioFrame) -> Samples:
    array = block.to_ndarray()
    array = array.T if block.format.is_planar else array.reshape(-1, block.layout.nb_channels)
    return np.asarray(array, np.float64)


def measure_loudness(path: Path, limits: MediaLimits = DEFAULT_LIMITS) -> Loudness | None:
    """Measure a file's first sound track without decoding its picture; None when it has none.

    Raises:
        MediaError: The file cannot be opened or decoded, or it takes too long.
    """
    with open_media(path, limits) as container:
        read_facts(path, container, limits)
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        meter = LoudnessMeter(stream)
        deadline = Deadline(limits.work_seconds)
        for frame in container.decode(stream):
            deadline.check(path.name)
            for _ in meter.push(frame):
                pass
        for _ in meter.push(None):
            pass
        return meter.result()
