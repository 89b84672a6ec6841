"""How far a damaged file can be read."""

from pathlib import Path

from av.video.frame import VideoFrame

from video_agent.errors import MediaError
from video_agent.media.container import open_media
from video_agent.media.decode import frames, refuse_broken_frames
from video_agent.media.limits import DEFAULT_LIMITS, MediaLimits


def readable_seconds(path: Path, limits: MediaLimits = DEFAULT_LIMITS) -> float | None:
    """The time of the last picture before the first damage; None when nothing decodes.

    Blocking; call it in a thread.
    """
    reached: float | None = None
    try:
        with open_media(path, limits) as container:
            refuse_broken_frames(container)
            for frame in frames(path, container, limits=limits):
                if isinstance(frame, VideoFrame) and frame.pts is not None:
                    reached = max(reached or 0.0, float(frame.time))
    except MediaError:
        return reached
    return reached
