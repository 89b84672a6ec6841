"""Motion between frames: flow, how much, how smooth."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from video_agent.media.measure.planes import Plane, mean_difference

Flow = npt.NDArray[np.float32]
"""Displacement in pixels, shape (height, width, 2): across, down."""

MIN_FLOW_SIDE = 32
_TOP_SHARE = 0.95
_SAMPLE_STEP = 4


def _no_flow() -> cv2.DISOpticalFlow:
    return cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)


@dataclass(slots=True)
class FlowField:
    """Dense inverse search flow (Kroeger et al.

    2016) for pictures of one size; keeps its buffers between calls.
    """

    width: int
    height: int
    _flow: cv2.DISOpticalFlow = field(default_factory=_no_flow)
    _across: npt.NDArray[np.float32] = field(init=False)
    _down: npt.NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        self._across, self._down = np.meshgrid(
            np.arange(self.width, dtype=np.float32), np.arange(self.height, dtype=np.float32)
        )

    def between(self, first: Plane, second: Plane) -> Flow:
        """Flow that carries `first` to `second`."""
        empty = np.zeros((self.height, self.width, 2), np.float32)
        return np.asarray(self._flow.calc(first, second, empty), np.float32)

    def interpolation_error(self, first: Plane, middle: Plane, last: Plane, flow: Flow) -> float:
        """VBench's motion smoothness, raw: mean |predicted - real| middle frame in levels.

        Lower is smoother.

        VBench predicts the dropped frame with AMT; here both neighbours are carried half way along
        the flow and averaged. VBench's value is (255 - this) / 255.
        """
        half_across, half_down = flow[..., 0] * 0.5, flow[..., 1] * 0.5
        early = cv2.remap(
            first, self._across - half_across, self._down - half_down, cv2.INTER_LINEAR
        )
        late = cv2.remap(last, self._across + half_across, self._down + half_down, cv2.INTER_LINEAR)
        return mean_difference(cv2.addWeighted(early, 0.5, late, 0.5, 0), middle)


def top_speed(flow: Flow, frames: int, fps: float) -> float:
    """VBench's dynamic degree, raw.

    Mean of the fastest 5 % of flow vectors, here in picture heights a second.

    VBench calls a clip dynamic when enough pairs at 8 fps exceed 6 px at a 256 px short side: 0.19
    heights a second.

    Args:
        flow: Flow between two frames.
        frames: How many frames lie between them (1 for neighbours).
        fps: Frames a second.
    """
    sample = flow[2::_SAMPLE_STEP, 2::_SAMPLE_STEP]
    speed = np.hypot(sample[..., 0], sample[..., 1]).ravel() * (fps / frames / flow.shape[0])
    place = int(speed.size * _TOP_SHARE)
    return float(np.partition(speed, place)[place:].mean())
