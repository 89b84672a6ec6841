"""Proof that a file is whole.

Every frame decodes, the facts are as expected, and its fingerprint.
"""

from dataclasses import dataclass
from pathlib import Path

from av.video.frame import VideoFrame

from video_agent.errors import MediaError
from video_agent.media.container import open_media
from video_agent.media.decode import frames, refuse_broken_frames
from video_agent.media.digest import sha256_of
from video_agent.media.limits import DEFAULT_LIMITS, MediaLimits
from video_agent.media.probe import read_facts
from video_agent.models import MediaFacts


@dataclass(frozen=True, slots=True)
class VerifiedFile:
    """A file that decoded from end to end.

    `facts.frame_count` is counted, not read from the header.
    """

    facts: MediaFacts
    sha256: str


def verify(
    path: Path,
    *,
    expected_duration_seconds: float | None = None,
    tolerance_seconds: float = 0.5,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> VerifiedFile:
    """Decode everything once. Blocking; call it in a thread.

    Args:
        path: A local mp4, mov, webm or mkv file.
        expected_duration_seconds: When given, a file that is shorter by more than the tolerance is
            refused (cut off).
        tolerance_seconds: See above.
        limits: What may be opened.

    Raises:
        MediaError: The file cannot be opened, a frame does not decode, frames are missing, or it is
            too short.
    """
    with open_media(path, limits) as container:
        facts = read_facts(path, container, limits)
        refuse_broken_frames(container)
        count = sum(
            isinstance(frame, VideoFrame) for frame in frames(path, container, limits=limits)
        )
        announced = container.streams.video[0].frames
    _check_whole(path, facts, count, announced)
    if (
        expected_duration_seconds is not None
        and facts.duration_seconds < expected_duration_seconds - tolerance_seconds
    ):
        raise MediaError(
            f"{path.name} lasts {facts.duration_seconds:.2f} s, "
            f"not {expected_duration_seconds:g} s",
            hint="the file is cut off; download it again",
        )
    return VerifiedFile(facts.model_copy(update={"frame_count": count}), sha256_of(path))


def _check_whole(path: Path, facts: MediaFacts, count: int, announced: int) -> None:
    if count == 0:
        raise MediaError(f"{path.name}: no frame decodes", hint="the file is damaged")
    if announced and count < announced:
        raise MediaError(
            f"{path.name}: {announced - count} of {announced} frames are missing",
            hint="the file is cut off; download it again",
        )
    if not announced and count < round(facts.duration_seconds * facts.fps) - 2:
        raise MediaError(f"{path.name}: it ends early", hint="download it again")
