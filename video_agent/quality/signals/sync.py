"""Whether what is heard is heard when it is seen, where an impact is clear."""

from video_agent.media.measure.impacts import offset, seen_impacts
from video_agent.media.measures import ClipMeasures, Interval
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.metric import Metric, NotMeasured, Reading, metric, ramp

_EARLY_MS, _LATE_MS = (45.0, 135.0), (125.0, 245.0)
"""From unnoticed to ruinous; in the middle the limits of what is accepted, 90 and 185."""
_DEFAULT_FPS = 24.0
UNCLEAR = "sync of sound and picture (no clear impact)"


@metric(
    name="av_sync",
    unit="ms",
    value_range=(-500.0, 500.0),
    direction="range",
    good=0.0,
    bad=_LATE_MS[1],
    source="onsets of sound against jumps of motion energy; limits of ITU-R BT.1359-1; own",
    dimension="technical_sound",
    weight=0.6,
    complaint="what is heard does not fit what is seen at that moment",
    advice='tie each sound to its cause ("a thud as the ball lands")',
    also_called=("sync", "out of time", "audio lag", "sound lag", "lip sync"),
)
def av_sync(clip: ClipMeasures, expected: ExpectedClip) -> Reading | NotMeasured | None:
    """How much later than seen impacts are heard (negative: earlier); none without a clear one."""
    if clip.sound is None or not expected.audio:
        return None
    fps = clip.facts.fps or _DEFAULT_FPS
    line, cuts = clip.timeline, clip.steadiness.cuts_seconds
    seen = seen_impacts(line.seconds, line.difference, cuts, fps)
    found = offset(seen, clip.sound.impacts_seconds, fps)
    if found is None:
        return NotMeasured(UNCLEAR)
    apart = found.seconds * 1000
    loss = ramp(apart, *_LATE_MS) if apart >= 0 else ramp(-apart, *_EARLY_MS)
    ends = (tuple(sorted((time, time + found.seconds))) for time in found.seen_seconds)
    places = tuple(Interval(start, end, apart) for start, end in ends)
    return Reading(apart, score=1.0 - loss, where=places)


SYNC_SIGNALS: tuple[Metric, ...] = (av_sync,)
