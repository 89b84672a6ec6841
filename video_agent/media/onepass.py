"""All measures of a clip from one decode of its picture and sound."""

from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame

from video_agent.errors import MediaError
from video_agent.media.container import open_media
from video_agent.media.decode import (
    frames,
    picture,
    refuse_broken_frames,
    use_one_pixel_thread,
)
from video_agent.media.limits import DEFAULT_LIMITS, MediaLimits
from video_agent.media.measure.camera import camera_motion
from video_agent.media.measures import ClipMeasures, Profile
from video_agent.media.picture_track import PictureTrack
from video_agent.media.probe import read_facts
from video_agent.media.quantiser import ask_for_quantisers, quantiser_of
from video_agent.media.sound_track import SoundTrack
from video_agent.media.summary import (
    bars_of,
    cadence_measures,
    colour_measures,
    cuts_of,
    detail_measures,
    lettering_of,
    light_measures,
    motion_measures,
    steadiness_measures,
    timeline_of,
)
from video_agent.models import MediaFacts

_LOOKS_PER_SECOND: dict[Profile, float] = {"full": 2.0, "fast": 1.0}
_DEFAULT_FPS = 24.0


def measure_clip(
    path: Path, *, profile: Profile = "full", limits: MediaLimits = DEFAULT_LIMITS
) -> ClipMeasures:
    """Measure a clip. Blocking; call it in a thread.

    Memory does not grow with length beyond a few numbers a frame.

    Args:
        path: A local mp4, mov, webm or mkv file.
        profile: `full`, or `fast` without flow (no motion, no camera) and with half as many detail
            looks.
        limits: What may be opened.

    Raises:
        MediaError: The file cannot be opened, is beyond the limits, is damaged or holds no frame.
    """
    use_one_pixel_thread()
    with open_media(path, limits) as container:
        facts = read_facts(path, container, limits)
        fps = facts.fps or _DEFAULT_FPS
        track = PictureTrack(
            facts.width,
            facts.height,
            fps,
            looks_per_second=_LOOKS_PER_SECOND[profile],
            flow=profile == "full",
        )
        refuse_broken_frames(container)
        ask_for_quantisers(container)
        announced = container.streams.video[0].frames
        sound = _read(path, container, track, fps, limits)
        if not track.series.seconds:
            raise MediaError(f"{path.name}: no frame decodes", hint="the file is damaged")
        missing = max(0, announced - len(track.series.seconds))
        return _summarise(facts, profile, track, sound, missing)


def _read(
    path: Path, container: InputContainer, track: PictureTrack, fps: float, limits: MediaLimits
) -> SoundTrack | None:
    sound = SoundTrack(container.streams.audio[0]) if container.streams.audio else None
    for number, frame in enumerate(frames(path, container, limits=limits)):
        if isinstance(frame, VideoFrame):
            looked = track.add(picture(frame, number, fps))
            if looked and (quantiser := quantiser_of(frame)) is not None:
                track.detail.quantisers.append(quantiser)
        elif sound is not None:
            sound.add(frame)
    return sound


def _summarise(
    facts: MediaFacts, profile: Profile, track: PictureTrack, sound: SoundTrack | None, missing: int
) -> ClipMeasures:
    series, looks = track.series, track.motion
    fps = facts.fps or _DEFAULT_FPS
    cuts, frame = cuts_of(series), bars_of(series)
    measured = facts.model_copy(update={"frame_count": len(series.seconds)})
    return ClipMeasures(
        facts=measured,
        missing_frames=missing,
        profile=profile,
        light=light_measures(series, frame, fps),
        detail=detail_measures(track.detail),
        steadiness=steadiness_measures(series, cuts, fps),
        cadence=cadence_measures(series, cuts, fps),
        motion=motion_measures(looks, track.dynamics, cuts),
        camera=camera_motion(looks.steps) if looks else None,
        colour=colour_measures(track.detail),
        bars=frame,
        sound=sound.result(facts.duration_seconds) if sound else None,
        timeline=timeline_of(series),
        lettering=lettering_of(track.lettering, series.seconds[-1] + 1 / fps),
    )
