"""Collects the picture measures of a clip, frame by frame.

Keeps three small frames and a few numbers a frame.
"""

from collections import deque
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from video_agent.media.decode import Picture
from video_agent.media.measure.artefacts import banding, blocking, noise_deviation
from video_agent.media.measure.bars import NO_BARS, bars, inside
from video_agent.media.measure.camera import CameraFit, CameraStep
from video_agent.media.measure.colour import Colour, colour
from video_agent.media.measure.cuts import structure_change
from video_agent.media.measure.exposure import Exposure, exposure, histogram_distance
from video_agent.media.measure.flicker import middle_residual
from video_agent.media.measure.lettering import LetteringLooks
from video_agent.media.measure.motion import MIN_FLOW_SIDE, FlowField, top_speed
from video_agent.media.measure.planes import (
    Plane,
    analysis_size,
    halve,
    mean_difference,
    shrink,
)
from video_agent.media.measure.sharpness import (
    blur_effect,
    detail_share,
    fine_detail,
    laplacian_deviation,
)
from video_agent.media.measure.tones import Counts, tone_counts
from video_agent.media.measure.vbench import pair_speed, sample_step

_WINDOW_PLACES = ((0.0, 0.0), (1.0, 1.0), (0.5, 0.5), (0.0, 1.0), (1.0, 0.0))
_MIN_WINDOW_SIDE = 64
_GRID = 8
_FLOW_SPAN = 2
_BLOCK_SCALE = 8


@dataclass(slots=True)
class FrameSeries:
    """Numbers of every frame, in order.

    Differences start at the second frame, residuals belong to inner frames.
    """

    seconds: list[float] = field(default_factory=list[float])
    means: list[float] = field(default_factory=list[float])
    deviations: list[float] = field(default_factory=list[float])
    dark: list[float] = field(default_factory=list[float])
    bright: list[float] = field(default_factory=list[float])
    black: list[bool] = field(default_factory=list[bool])
    differences: list[float] = field(default_factory=list[float])
    histogram_distances: list[float] = field(default_factory=list[float])
    structure_changes: list[float] = field(default_factory=list[float])
    block_residuals: list[float] = field(default_factory=list[float])
    brightest: Plane | None = None
    _small: Plane | None = None
    _histogram: npt.NDArray[np.float32] | None = None
    _blocks: deque[Plane] = field(default_factory=lambda: deque[Plane](maxlen=3))

    def add(self, seconds: float, small: Plane) -> None:
        """Take one frame's small luma picture."""
        light = exposure(small)
        self._add_light(seconds, light)
        if self._small is not None and self._histogram is not None:
            self.differences.append(mean_difference(small, self._small))
            self.histogram_distances.append(histogram_distance(light.histogram, self._histogram))
        self._blocks.append(_blocks_of(small))
        if len(self._blocks) > 1:
            self.structure_changes.append(structure_change(self._blocks[-1], self._blocks[-2]))
        if len(self._blocks) == 3:
            before, middle, after = self._blocks
            self.block_residuals.append(middle_residual(before, middle, after))
        self.brightest = small if self.brightest is None else cv2.max(self.brightest, small)
        self._small, self._histogram = small, light.histogram

    def _add_light(self, seconds: float, light: Exposure) -> None:
        self.seconds.append(seconds)
        self.means.append(light.mean)
        self.deviations.append(light.deviation)
        self.dark.append(light.dark_share)
        self.bright.append(light.bright_share)
        self.black.append(light.is_black)


def _blocks_of(small: Plane) -> Plane:
    size = (max(1, small.shape[1] // _BLOCK_SCALE), max(1, small.shape[0] // _BLOCK_SCALE))
    return cv2.resize(halve(small), size, interpolation=cv2.INTER_AREA)


@dataclass(slots=True)
class DetailLooks:
    """Native-resolution measures on a window of half the size that visits five places in turn."""

    noise: list[float] = field(default_factory=list[float])
    ratio: list[float] = field(default_factory=list[float])
    laplacian: list[float] = field(default_factory=list[float])
    blur: list[float] = field(default_factory=list[float])
    blocking: list[float] = field(default_factory=list[float])
    banding: list[float] = field(default_factory=list[float])
    texture: list[float] = field(default_factory=list[float])
    colours: list[Colour] = field(default_factory=list[Colour])
    quantisers: list[float] = field(default_factory=list[float])
    tones: Counts = field(default_factory=lambda: np.zeros(256))
    _looks: int = 0

    def add(self, picture: Picture, small: Plane) -> None:
        """Look at one frame."""
        self.colours.append(colour(picture.luma, picture.blue_difference, picture.red_difference))
        window = _window(picture.luma, self._looks)
        self._looks += 1
        if min(window.shape[:2]) < _MIN_WINDOW_SIDE:
            return
        noise = noise_deviation(window)
        ratio = fine_detail(window, noise).ratio
        if ratio is not None:
            self.ratio.append(ratio)
        self.noise.append(noise)
        self.laplacian.append(laplacian_deviation(small))
        self.blur.append(blur_effect(window))
        self.blocking.append(blocking(window))
        self.banding.append(banding(window))
        self.tones += tone_counts(window)
        self.texture.append(detail_share(small, noise))


def _window(luma: Plane, look: int) -> Plane:
    """Half the frame, starting on the 8-pixel grid.

    The whole frame when half would be too small.
    """
    height, width = luma.shape[:2]
    tall, wide = height // 2 // _GRID * _GRID, width // 2 // _GRID * _GRID
    if min(tall, wide) < _MIN_WINDOW_SIDE:
        return luma
    down, across = _WINDOW_PLACES[look % len(_WINDOW_PLACES)]
    top = int(down * (height - tall)) // _GRID * _GRID
    left = int(across * (width - wide)) // _GRID * _GRID
    return luma[top : top + tall, left : left + wide]


@dataclass(slots=True)
class FlowLooks:
    """Motion and camera from the flow over every second pair of frames."""

    width: int
    height: int
    fps: float
    speeds: list[float] = field(default_factory=list[float])
    errors: list[float] = field(default_factory=list[float])
    changes: list[float] = field(default_factory=list[float])
    steps: list[CameraStep] = field(default_factory=list[CameraStep])
    _field: FlowField = field(init=False)
    _camera: CameraFit = field(init=False)
    _frames: list[Plane] = field(default_factory=list[Plane])

    def __post_init__(self) -> None:
        self._field = FlowField(self.width, self.height)
        self._camera = CameraFit(self.width, self.height)

    def add(self, half: Plane) -> None:
        """Take one frame at half the analysis size."""
        self._frames.append(half)
        if len(self._frames) <= _FLOW_SPAN:
            return
        first, middle, last = self._frames
        flow = self._field.between(first, last)
        self.errors.append(self._field.interpolation_error(first, middle, last, flow))
        self.changes.append(mean_difference(first, last))
        self.speeds.append(top_speed(flow, _FLOW_SPAN, self.fps))
        step = self._camera.step(flow, first, _FLOW_SPAN, self.fps)
        if step is not None:
            self.steps.append(step)
        self._frames = [last]


@dataclass(slots=True)
class DynamicLooks:
    """Speeds for VBench's dynamic degree, about 8 times a second."""

    width: int
    height: int
    fps: float
    frames: int = 0
    speeds: list[float] = field(default_factory=list[float])
    _field: FlowField = field(init=False)
    _last: Plane | None = None
    _seen: int = 0

    def __post_init__(self) -> None:
        self._field = FlowField(self.width, self.height)

    def add(self, half: Plane) -> None:
        """Take one frame at half the analysis size; most are passed over."""
        if self._seen % sample_step(self.fps) == 0:
            if self._last is not None:
                self.speeds.append(pair_speed(self._field.between(self._last, half)))
            self._last, self.frames = half, self.frames + 1
        self._seen += 1


@dataclass(slots=True)
class PictureTrack:
    """Feed every decoded picture to `add`.

    The series and looks then hold everything `summary` needs.

    Args:
        width: Of the source, pixels.
        height: Of the source, pixels.
        fps: Frames a second.
        looks_per_second: How often the native-resolution measures run.
        flow: Whether to measure motion and camera.
    """

    width: int
    height: int
    fps: float
    looks_per_second: float
    flow: bool
    series: FrameSeries = field(default_factory=FrameSeries)
    detail: DetailLooks = field(default_factory=DetailLooks)
    lettering: LetteringLooks = field(default_factory=LetteringLooks)
    motion: FlowLooks | None = field(init=False, default=None)
    dynamics: DynamicLooks | None = field(init=False, default=None)
    _size: tuple[int, int] = field(init=False)
    _every: int = field(init=False)

    def __post_init__(self) -> None:
        self._size = analysis_size(self.width, self.height)
        self._every = max(1, round(self.fps / self.looks_per_second))
        half_width, half_height = self._size[0] // 2, self._size[1] // 2
        if self.flow and min(half_width, half_height) >= MIN_FLOW_SIDE:
            self.motion = FlowLooks(half_width, half_height, self.fps)
            self.dynamics = DynamicLooks(half_width, half_height, self.fps)

    def add(self, picture: Picture) -> bool:
        """Take one frame.

        Returns:
            Whether it was looked at closely.
        """
        small = shrink(picture.luma, *self._size)
        if small is picture.luma or small.base is not None:
            small = small.copy()  # the decoder reuses the frame's memory
        number = len(self.series.seconds)
        self.series.add(picture.seconds, small)
        if self.motion is not None and self.dynamics is not None:
            half = halve(small)
            self.motion.add(half)
            self.dynamics.add(half)
        if number % self._every:
            return False
        frame = bars(self.series.brightest) if self.series.brightest is not None else NO_BARS
        framed = replace(
            picture,
            luma=inside(picture.luma, frame),
            blue_difference=inside(picture.blue_difference, frame),
            red_difference=inside(picture.red_difference, frame),
        )
        self.detail.add(framed, inside(small, frame))
        self.lettering.add(picture.seconds, small)
        return True
