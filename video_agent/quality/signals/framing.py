"""What lies over or around the picture: black bars, burnt-in text."""

from video_agent.media.measures import ClipMeasures, Interval
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.metric import Metric, Reading, metric, ramp


@metric(
    name="bars",
    unit="share",
    value_range=(0.0, 1.0),
    direction="lower",
    good=0.02,
    bad=0.2,
    source="rows and columns that never rise above level 30",
    dimension="technical_picture",
    weight=0.8,
    complaint="black bars frame the picture",
    advice="ask for a full-frame picture in the chosen aspect ratio, no letterbox",
    also_called=("black bar", "letterbox", "pillarbox"),
)
def bars(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """The widest black bar; none counts where bars were asked for."""
    found = clip.bars
    if expected.bars:
        return None
    if found.widest == 0:
        return Reading(0.0)
    flat = max(found.top, found.bottom) >= max(found.left, found.right)
    where = (Interval(0.0, clip.picture_seconds),)
    return Reading(found.widest, where=where, label="letterbox" if flat else "pillarbox")


@metric(
    name="burnt_in_text",
    unit="share",
    value_range=(0.0, 1.0),
    direction="lower",
    good=0.0,
    bad=0.04,
    source="rows of strokes of one height that stay in place from look to look; own",
    dimension="technical_picture",
    weight=0.8,
    complaint="text is burnt into the picture",
    advice='add "no text, no captions, no watermark"',
    also_called=("text", "caption", "subtitle", "watermark", "lettering", "logo"),
    rare=True,
)
def burnt_in_text(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """How much of the picture it covers, averaged over the clip; a little is already a fault."""
    if expected.text:
        return None
    found = clip.lettering
    loss = ramp(found.share, 0.0, 0.04) ** 0.5
    return Reading(found.share, score=1.0 - loss, where=found.intervals)


FRAMING_SIGNALS: tuple[Metric, ...] = (bars, burnt_in_text)
