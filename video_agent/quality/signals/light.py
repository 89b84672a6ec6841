"""Light and colour: exposure, contrast, dull and garish colours."""

from video_agent.media.measures import ClipMeasures
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.metric import Metric, Reading, metric, ramp

_MIDDLE_LUMA = 115.0


@metric(
    name="exposure",
    unit="levels",
    value_range=(0.0, 255.0),
    direction="range",
    good=_MIDDLE_LUMA,
    bad=230.0,
    source="mean luma, shares under level 24, over 232 and with a channel at its end",
    dimension="technical_picture",
    weight=1.5,
    complaint="the picture is too dark or too bright",
    advice='say where the light comes from and how strong it is ("soft key light")',
    also_called=("underexpos", "overexpos", "dark", "too bright"),
)
def exposure(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """The worst of crushed shadows, blown highlights, clipped channels and a mean far off.

    Clipped channels tell a mild overexposure before the luma does.
    """
    light = clip.light
    loss = max(
        ramp(light.dark_share, 0.45, 0.9),
        ramp(light.bright_share, 0.08, 0.4),
        ramp(clip.colour.clipped_share, 0.08, 0.5),
        ramp(abs(light.luma_mean - _MIDDLE_LUMA), 75.0, 112.0),
    )
    return Reading(light.luma_mean, score=1.0 - loss)


@metric(
    name="contrast",
    unit="levels",
    value_range=(0.0, 128.0),
    direction="higher",
    good=40.0,
    bad=4.0,
    source="standard deviation of luma",
    dimension="technical_picture",
    weight=0.8,
    complaint="the picture is flat",
    advice="ask for directional light with clear highlights and shadows",
    also_called=("flat",),
)
def contrast(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Spread of brightness."""
    return Reading(clip.light.contrast)


@metric(
    name="colourfulness",
    unit="",
    value_range=(0.0, 200.0),
    direction="higher",
    good=14.0,
    bad=1.0,
    source="Hasler, Suesstrunk 2003",
    dimension="technical_picture",
    weight=0.4,
    complaint="the colours are dull",
    advice="name two or three colours that matter",
    also_called=("colour", "color", "dull", "desaturat"),
)
def colourfulness(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """How vivid."""
    return Reading(clip.colour.colourfulness)


@metric(
    name="saturation",
    unit="levels",
    value_range=(0.0, 181.0),
    direction="lower",
    good=45.0,
    bad=75.0,
    source="mean distance of chroma from grey",
    dimension="technical_picture",
    weight=0.8,
    complaint="the colours are garish",
    advice="ask for natural, restrained colours",
    also_called=("oversaturat", "garish", "gaudy"),
    rare=True,
)
def saturation(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """How far from grey on average; vivid scenes stay under 45."""
    return Reading(clip.colour.saturation)


LIGHT_SIGNALS: tuple[Metric, ...] = (exposure, contrast, colourfulness, saturation)
