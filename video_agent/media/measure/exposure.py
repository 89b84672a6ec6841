"""Brightness and contrast from the luma histogram."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from video_agent.media.measure.planes import Plane

HISTOGRAM_BINS = 64
DARK_LEVEL = 24
BRIGHT_LEVEL = 232
BLACK_SHARE = 0.98


@dataclass(frozen=True, slots=True)
class Exposure:
    """One frame's brightness.

    Attributes:
        mean: Mean luma in levels, 0 to 255. Neither direction is better.
        deviation: Standard deviation of luma in levels: contrast, higher is better up to about 60.
        dark_share: Share of pixels under level 24 (crushed), 0 to 1, lower is better.
        bright_share: Share of pixels from level 232 up (blown out), 0 to 1, lower is better.
        histogram: 64 shares that sum to 1.
    """

    mean: float
    deviation: float
    dark_share: float
    bright_share: float
    histogram: npt.NDArray[np.float32]

    @property
    def is_black(self) -> bool:
        """Whether more than 98 % of the pixels are dark (the idea of FFmpeg's blackdetect.

        With a lower level).
        """
        return self.dark_share > BLACK_SHARE


def exposure(luma: Plane) -> Exposure:
    """Measure one frame."""
    counts = cv2.calcHist([luma], [0], None, [HISTOGRAM_BINS], [0, 256])
    histogram = np.asarray(counts, np.float32).ravel() / np.float32(luma.size)
    mean, deviation = cv2.meanStdDev(luma)
    width = 256 // HISTOGRAM_BINS
    return Exposure(
        mean=float(mean[0, 0]),
        deviation=float(deviation[0, 0]),
        dark_share=float(histogram[: DARK_LEVEL // width].sum()),
        bright_share=float(histogram[BRIGHT_LEVEL // width :].sum()),
        histogram=histogram,
    )


def histogram_distance(first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]) -> float:
    """Half the sum of absolute differences of two histograms: 0 (same) to 1 (nothing in common)."""
    return float(np.abs(first - second).sum()) / 2
