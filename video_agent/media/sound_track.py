"""Collects the sound measures of a clip, block by block, in constant memory a second."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from video_agent.media.loudness import LoudnessMeter
from video_agent.media.measure.cadence import runs
from video_agent.media.measure.impacts import heard_impacts
from video_agent.media.measure.sound import SILENCE_DB, SoundBlock, sound_block
from video_agent.media.measures import Interval, SoundMeasures

Mask = npt.NDArray[np.bool_]
Series = npt.NDArray[np.float64]

_MIN_SILENCE_SECONDS = 0.3
_OFFSET_BLOCKS = 5
_NOTICED_OFFSET = 0.05
_NO_HISS_DB = -120.0
_QUIETER_SHARE = 20.0
"""Percent: noise is heard in the quieter parts."""


@dataclass(slots=True)
class SoundTrack:
    """Feed every decoded sound frame to `add`, then ask for `result`."""

    stream: AudioStream
    _meter: LoudnessMeter = field(init=False)
    _blocks: list[SoundBlock] = field(default_factory=list[SoundBlock])
    _over: list[bool] = field(default_factory=list[bool])
    _highest: float = 1.0
    _start_seconds: float | None = None
    _end_seconds: float = 0.0

    def __post_init__(self) -> None:
        self._meter = LoudnessMeter(self.stream)

    def add(self, frame: AudioFrame) -> None:
        """Take one frame."""
        rate = frame.sample_rate or self.stream.rate
        start = frame.time if frame.time is not None else self._end_seconds
        if self._start_seconds is None:
            self._start_seconds = max(0.0, start)
        self._end_seconds = max(self._end_seconds, start + frame.samples / rate)
        self._take(frame)

    def _take(self, frame: AudioFrame | None) -> None:
        for block in self._meter.push(frame):
            self._blocks.append(sound_block(block, self.stream.rate))
            highest = self._meter.highest_peak
            self._over.append(highest > self._highest)
            self._highest = max(self._highest, highest)

    def result(self, picture_seconds: float) -> SoundMeasures:
        """What the track is like, beside a picture of this length."""
        self._take(None)
        loudness = self._meter.result()
        levels = np.array([block.level_db for block in self._blocks])
        clipped = np.array([block.clipped for block in self._blocks], np.float64)
        sizes = np.array([block.samples for block in self._blocks], np.float64)
        silent, start = levels < SILENCE_DB, self._start_seconds or 0.0
        steps = np.array([step for block in self._blocks for step in block.steps_db])
        return SoundMeasures(
            loudness_lufs=loudness.integrated_lufs,
            loudness_range_lu=loudness.range_lu,
            true_peak_dbfs=loudness.true_peak_dbfs,
            clipping_share=float(clipped.sum()) / max(1.0, float(sizes.sum())),
            silence_share=float(sizes[silent].sum() / sizes.sum()) if silent.size else 1.0,
            silent_intervals=tuple(
                item
                for item in self._intervals(silent, clipped)
                if item.length_seconds >= _MIN_SILENCE_SECONDS
            ),
            clipping_intervals=self._intervals(clipped > 0, clipped),
            dc_offset=self._offset(),
            end_seconds=self._end_seconds,
            end_gap_seconds=abs(self._end_seconds - picture_seconds),
            start_seconds=start,
            peak_intervals=self._intervals(np.array(self._over, np.bool_), clipped),
            offset_intervals=self._intervals(self._offsets() >= _NOTICED_OFFSET, clipped),
            hiss_db=self._hiss(silent),
            impacts_seconds=heard_impacts(steps, start),
        )

    def _offset(self) -> float:
        """Largest mean of a channel over the whole track."""
        if not self._blocks:
            return 0.0
        total = np.sum([block.sums for block in self._blocks], axis=0)
        return float(np.abs(total).max()) / max(1, sum(block.samples for block in self._blocks))

    def _offsets(self) -> Series:
        """Largest mean of a channel, of each block with its neighbours: low notes cancel."""
        means = np.array([block.sums / max(1, block.samples) for block in self._blocks])
        if means.size == 0:
            return np.zeros(0)
        kernel = np.ones(_OFFSET_BLOCKS) / _OFFSET_BLOCKS
        padded = np.pad(means, ((_OFFSET_BLOCKS // 2, _OFFSET_BLOCKS // 2), (0, 0)), mode="edge")
        smooth = [np.convolve(channel, kernel, mode="valid") for channel in padded.T]
        return np.abs(np.array(smooth)).max(axis=0)

    def _hiss(self, silent: Mask) -> float:
        """White noise of the quieter blocks that are not silent."""
        heard = [
            block.hiss_db for block, hushed in zip(self._blocks, silent, strict=True) if not hushed
        ]
        return float(np.percentile(heard, _QUIETER_SHARE)) if heard else _NO_HISS_DB

    def _intervals(self, mask: Mask, clipped: Series) -> tuple[Interval, ...]:
        sizes = [block.samples for block in self._blocks]
        edges = np.concatenate(([0], np.cumsum(sizes))) / max(1, self.stream.rate)
        edges += self._start_seconds or 0.0
        found: list[Interval] = []
        for first, last in runs(mask):
            size = max(1, sum(sizes[first : last + 1]))
            strength = float(clipped[first : last + 1].sum()) / size
            found.append(Interval(float(edges[first]), float(edges[last + 1]), strength))
        return tuple(found)
