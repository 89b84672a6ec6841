"""VBench's definitions, to the letter (Huang et al. 2024, `temporal_flickering`, `dynamic_degree`).

Its optical flow network (RAFT) is replaced by dense inverse search (Kroeger et al. 2016); the
formulas on top of the flow are VBench's own.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from video_agent.media.measure.motion import Flow

_SAMPLE_FPS = 8.0
_TOP_SHARE = 0.05
_SPEED_PIXELS = 6.0
_SPEED_SIDE = 256.0
_PAIRS, _OF_FRAMES = 4, 16


def temporal_flickering(differences: Sequence[float]) -> float:
    """(255 - mean of the mean absolute differences of neighbouring frames) / 255.

    0 to 1, higher is better; meant for static scenes, where every change is a flicker. 1 for a
    single frame.

    Args:
        differences: Mean absolute difference of each pair of neighbours, full-range levels.
    """
    return (255.0 - float(np.mean(differences))) / 255.0 if len(differences) else 1.0


def sample_step(fps: float) -> int:
    """Every how many frames dynamic degree looks: about 8 times a second."""
    return max(1, round(fps / _SAMPLE_FPS))


def pair_speed(flow: Flow) -> float:
    """Mean length of the fastest 5 % of the flow vectors, in pixels of the flow's own size."""
    across, down = np.ascontiguousarray(flow[..., 0]), np.ascontiguousarray(flow[..., 1])
    lengths = np.asarray(cv2.magnitude(across, down)).ravel()
    count = int(lengths.size * _TOP_SHARE)
    if count == 0:
        return 0.0
    return float(np.partition(lengths, lengths.size - count)[lengths.size - count :].mean())


def speed_threshold(short_side: int, fps: float) -> float:
    """The speed in pixels from which a pair counts: 6 * short side / 256.

    More where the clip has fewer than 8 frames a second.
    """
    return max(1.0, _SAMPLE_FPS / fps) * _SPEED_PIXELS * short_side / _SPEED_SIDE


def is_dynamic(speeds: Sequence[float], frames: int, threshold: float) -> bool:
    """Whether enough pairs are faster than the threshold: 4 for every 16 sampled frames.

    Args:
        speeds: `pair_speed` of each pair of sampled neighbours.
        frames: How many frames were sampled.
        threshold: See `speed_threshold`.
    """
    needed = round(_PAIRS * frames / _OF_FRAMES)
    return bool(speeds) and sum(speed > threshold for speed in speeds) >= needed
