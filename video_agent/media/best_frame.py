"""The one frame that stands for a clip: sharp, well exposed, and like the rest of it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame

from video_agent.errors import MediaError
from video_agent.media.decode import picture, pictures_at
from video_agent.media.limits import DEFAULT_LIMITS, MediaLimits
from video_agent.media.measure.exposure import Exposure, exposure, histogram_distance
from video_agent.media.measure.planes import analysis_size, shrink
from video_agent.media.measure.sharpness import laplacian_deviation
from video_agent.models import MediaFacts

_LOOKS = 12
_EDGE_SHARE = 0.06
"""Of the clip at either end: fades, and the first frame that starts from nothing."""


def best_frame(
    path: Path, container: InputContainer, facts: MediaFacts, limits: MediaLimits = DEFAULT_LIMITS
) -> VideoFrame:
    """The best of twelve frames spread over the clip; the earlier one among equals.

    Own measure: detail (standard deviation of the Laplacian, Pech-Pacheco 2000) x share of pixels
    that are neither crushed nor blown out x likeness of the histogram to the clip's mean one.

    Raises:
        MediaError: Nothing decodes, or it takes too long.
    """
    inside = facts.duration_seconds * (1 - 2 * _EDGE_SHARE)
    first = facts.duration_seconds * _EDGE_SHARE
    moments = [first + inside * (index + 0.5) / _LOOKS for index in range(_LOOKS)]
    frames = list(pictures_at(path, container, moments, limits))
    if not frames:
        raise MediaError(f"{path.name}: no frame decodes")
    return frames[_best(frames, facts)]


def _best(frames: Sequence[VideoFrame], facts: MediaFacts) -> int:
    size = analysis_size(facts.width, facts.height)
    planes = [shrink(picture(frame, 0, facts.fps).luma, *size) for frame in frames]
    exposures = [exposure(plane) for plane in planes]
    usual = np.stack([one.histogram for one in exposures]).sum(axis=0) / np.float32(len(exposures))
    scores = [
        laplacian_deviation(plane) * _usable(seen) * (1 - histogram_distance(seen.histogram, usual))
        for plane, seen in zip(planes, exposures, strict=True)
    ]
    return int(np.argmax(scores))


def _usable(seen: Exposure) -> float:
    return 1 - seen.dark_share - seen.bright_share
