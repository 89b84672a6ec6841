"""Collects the sound measures of a clip, block by block, in constant memory a second."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from video_agent.media.loudness import LoudnessMeter
from video_agent.media.measure.cadence import runs
from video_agent.media.measure.sound import (
    SILENCE_DB,
    Samples,
    clipped_count,
    level_db,
)
from video_agent.media.measures import Interval, SoundMeasures

_MIN_SILENCE_SECONDS = 0.5


@dataclass(slots=True)
class SoundTrack:
    """Feed every decoded sound frame to `add`, then ask for `result`."""

    stream: AudioStream
    _meter: LoudnessMeter = field(init=False)
    _levels: list[float] = field(default_factory=list[float])
    _clipped: list[int] = field(default_factory=list[int])
    _sizes: list[int] = field(default_factory=list[int])
    _sum: Samples | None = None
    _end_seconds: float = 0.0

    def __post_init__(self) -> None:
        self._meter = LoudnessMeter(self.stream)

    def add(self, frame: AudioFrame) -> None:
        """Take one frame."""
        rate = frame.sample_rate or self.stream.rate
        start = frame.time if frame.time is not None else self._end_seconds
        self._end_seconds = max(self._end_seconds, start + frame.samples / rate)
        for block in self._meter.push(frame):
            self._take(block)

    def _take(self, block: Samples) -> None:
        self._levels.append(level_db(block))
        self._clipped.append(clipped_count(block))
        self._sizes.append(block.shape[0])
        total = block.sum(axis=0)
        self._sum = total if self._sum is None else self._sum + total

    def result(self, picture_seconds: float) -> SoundMeasures:
        """What the track is like, beside a picture of this length."""
        for block in self._meter.push(None):
            self._take(block)
        loudness = self._meter.result()
        count = max(1, sum(self._sizes))
        silent = np.array(self._levels) < SILENCE_DB
        mean = 0.0 if self._sum is None else float(np.abs(self._sum).max()) / count
        return SoundMeasures(
            loudness_lufs=loudness.integrated_lufs,
            loudness_range_lu=loudness.range_lu,
            true_peak_dbfs=loudness.true_peak_dbfs,
            clipping_share=sum(self._clipped) / count,
            silence_share=float(silent.mean()) if silent.size else 1.0,
            silent_intervals=tuple(
                item
                for item in self._intervals(silent)
                if item.length_seconds >= _MIN_SILENCE_SECONDS
            ),
            clipping_intervals=self._intervals(np.array(self._clipped) > 0),
            dc_offset=mean,
            end_seconds=self._end_seconds,
            end_gap_seconds=abs(self._end_seconds - picture_seconds),
        )

    def _intervals(self, mask: npt.NDArray[np.bool_]) -> tuple[Interval, ...]:
        edges = np.concatenate(([0], np.cumsum(self._sizes))) / max(1, self.stream.rate)
        found: list[Interval] = []
        for first, last in runs(mask):
            size = max(1, sum(self._sizes[first : last + 1]))
            strength = sum(self._clipped[first : last + 1]) / size
            found.append(Interval(float(edges[first]), float(edges[last + 1]), strength))
        return tuple(found)
