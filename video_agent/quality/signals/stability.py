"""What should stay steady from frame to frame: brightness, the shot itself."""

from video_agent.media.measures import ClipMeasures, Interval
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.metric import Metric, Reading, metric, ramp

_MAX_UNNOTICED_BLACK_SHARE = 0.01


@metric(
    name="flicker",
    unit="levels",
    value_range=(0.0, 128.0),
    direction="lower",
    good=0.0,
    bad=2.5,
    source="alternating steps of mean luma; middle-of-three residual on 8 x 8 blocks",
    dimension="technical_stability",
    weight=2.0,
    complaint="the brightness flickers",
    advice="ask for steady, constant light",
    also_called=("strob", "brightness jump", "unstable light"),
)
def flicker(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """The worse of global flicker and of local flicker that motion does not explain."""
    steady = clip.steadiness
    local = ramp(steady.flicker_relative, 0.25, 0.6) * ramp(steady.flicker_local, 0.4, 3.0)
    loss = max(ramp(steady.flicker_global, 0.0, 2.5), local)
    return Reading(steady.flicker_global, score=1.0 - loss, where=steady.flicker_peaks)


@metric(
    name="cuts",
    unit="cuts",
    value_range=(0.0, 1000.0),
    direction="lower",
    good=0.0,
    bad=1.5,
    source="against the planned shots; FFmpeg's scdet idea against the local 75th percentile",
    dimension="technical_stability",
    weight=1.2,
    complaint="the shot is interrupted by a cut",
    advice='ask for "a single continuous shot, no scene cuts"',
    also_called=("cut", "scene change"),
)
def cuts(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Hard cuts that the plan does not have, and planned ones that are missing."""
    times = clip.steadiness.cuts_seconds
    off = abs(len(times) - (expected.shots - 1))
    where = tuple(Interval(time, time) for time in times) if off else ()
    return Reading(float(len(times)), score=1.0 - ramp(off, 0.0, 1.5), where=where)


@metric(
    name="black_frames",
    unit="share",
    value_range=(0.0, 1.0),
    direction="lower",
    good=0.0,
    bad=0.15,
    source="98 % of the pixels under level 24, after FFmpeg's blackdetect",
    dimension="technical_stability",
    weight=1.0,
    complaint="frames are black",
    advice="ask for a picture from the first to the last moment, no fades",
    also_called=("black frame",),
)
def black_frames(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Share of black frames; one or two of a hundred go unnoticed."""
    share = clip.light.black_share
    seen = max(0.0, share - _MAX_UNNOTICED_BLACK_SHARE)
    return Reading(share, score=1.0 - ramp(seen, 0.0, 0.15), where=clip.light.black_intervals)


STABILITY_SIGNALS: tuple[Metric, ...] = (flicker, cuts, black_frames)
