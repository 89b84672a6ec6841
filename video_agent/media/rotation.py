"""How a player turns a file's picture."""

from pathlib import Path

from video_agent.errors import MediaError
from video_agent.media.container import open_media
from video_agent.media.limits import DEFAULT_LIMITS, MediaLimits

_RIGHT_ANGLE, _FULL_TURN = 90, 360


def rotation(path: Path, limits: MediaLimits = DEFAULT_LIMITS) -> int:
    """Degrees by which a player turns the picture clockwise: 0, 90, 180 or 270.

    Read from the first frame, since only there the file's display matrix is told. Measures are of
    the picture as it is stored. 0 when no frame decodes. Blocking; call it in a thread.
    """
    try:
        with open_media(path, limits) as container:
            first = next(container.decode(container.streams.video[0]), None)
            turned = -first.rotation if first is not None else 0
    except MediaError:
        return 0
    return round(turned / _RIGHT_ANGLE) * _RIGHT_ANGLE % _FULL_TURN
