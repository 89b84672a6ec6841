"""How things move."""

from video_agent.media.measures import ClipMeasures
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.metric import Metric, Reading, metric, ramp

_MOVING_HEIGHTS_PER_SECOND = 0.02
_STILL_SHARE = 0.95


@metric(
    name="smoothness",
    unit="ratio",
    value_range=(0.0, 5.0),
    direction="lower",
    good=0.4,
    bad=1.4,
    source="VBench's motion smoothness with optical flow for AMT, relative to the change",
    dimension="technical_motion",
    weight=1.5,
    complaint="motion jumps instead of flowing",
    advice="ask for slow, smooth movement of subject and camera",
    also_called=("judder", "jerk", "jump", "smooth"),
)
def smoothness(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Error of the predicted middle frame.

    Where the error is large enough to see (1 to 6 levels).
    """
    if clip.motion is None:
        return None
    seen = ramp(clip.motion.interpolation_error, 1.0, 6.0)
    loss = ramp(clip.motion.interpolation_relative, 0.4, 1.4) * seen
    return Reading(clip.motion.interpolation_relative, score=1.0 - loss)


@metric(
    name="judder",
    unit="ratio",
    value_range=(0.0, 8.0),
    direction="lower",
    good=0.2,
    bad=2.4,
    source="mean second difference of frame changes / their mean; own",
    dimension="technical_motion",
    weight=1.2,
    complaint="motion stutters",
    advice='ask for a slow, smooth camera move and even motion ("gliding", "steady dolly")',
    also_called=("jerk", "stutter", "jump", "smooth"),
)
def judder(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Unevenness, where there is motion at all."""
    seen = ramp(clip.cadence.mean_difference, 0.15, 0.6)
    loss = ramp(clip.cadence.judder, 0.2, 2.4) * seen
    return Reading(clip.cadence.judder, score=1.0 - loss)


@metric(
    name="freeze",
    unit="s",
    value_range=(0.0, 900.0),
    direction="lower",
    good=0.2,
    bad=1.2,
    source="runs of frames that differ by less than 0.10 levels, after FFmpeg's freezedetect",
    dimension="technical_motion",
    weight=1.5,
    complaint="the picture freezes",
    advice="say what moves during the whole clip, from start to end",
    also_called=("frozen", "still", "stutter", "held", "repeated frame"),
)
def freeze(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Longest standstill; repeated frames count as well when the clip otherwise moves."""
    cadence = clip.cadence
    moving = 1.0
    if clip.motion is not None:
        moving = ramp(clip.motion.dynamic_degree, 0.5 * _MOVING_HEIGHTS_PER_SECOND, 0.03)
    loss = max(
        ramp(cadence.longest_freeze_seconds, 0.2, 1.2),
        ramp(cadence.duplicate_share, 0.05, 0.45) * moving,
    )
    return Reading(cadence.longest_freeze_seconds, score=1.0 - loss, where=cadence.freeze_intervals)


@metric(
    name="dynamics",
    unit="heights/s",
    value_range=(0.0, 20.0),
    direction="higher",
    good=0.03,
    bad=0.002,
    source="VBench's dynamic degree in picture heights a second",
    dimension="technical_motion",
    weight=0.6,
    complaint="hardly anything moves",
    advice="give the subject a clear action and the camera a slow move",
    also_called=("still", "static", "motionless", "no motion"),
)
def dynamics(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Speed of the fastest 5 %; more than enough is not better."""
    return Reading(clip.motion.dynamic_degree) if clip.motion else None


@metric(
    name="repeated_frames",
    unit="share",
    value_range=(0.0, 1.0),
    direction="lower",
    good=0.05,
    bad=0.45,
    source="share of frames that differ from the one before by less than 0.10 levels",
    dimension="technical_motion",
    weight=0.3,
    complaint="frames are repeated again and again",
    advice='ask for even, flowing motion ("gliding")',
    also_called=("repeated frame", "duplicate", "stutter"),
    rare=True,
)
def repeated_frames(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Duplicates anywhere, in a clip that otherwise moves."""
    share = clip.cadence.duplicate_share
    if share >= _STILL_SHARE:
        return None
    return Reading(share, where=clip.cadence.repeat_intervals)


MOTION_SIGNALS: tuple[Metric, ...] = (smoothness, judder, freeze, repeated_frames, dynamics)
