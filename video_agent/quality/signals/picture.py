"""How the single picture looks: sharpness, detail, noise, coding marks, light, colour, bars."""

from video_agent.media.measures import ClipMeasures
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.metric import Metric, Reading, metric, ramp

_MIDDLE_LUMA = 115.0


@metric(
    name="sharpness",
    unit="ratio",
    value_range=(0.0, 2.0),
    direction="higher",
    good=0.65,
    bad=0.28,
    source="std of the Laplacian at 1/2 and 1/4 resolution; with Pech-Pacheco 2000 at 270 lines",
    dimension="technical_picture",
    weight=2.0,
    complaint="the picture is soft",
    advice='name the lens and what is in focus ("35mm lens, subject in crisp focus")',
    also_called=("blur", "soft", "unsharp", "out of focus"),
)
def sharpness(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Geometric mean of the contrast-free ratio and the noise-corrected Laplacian (2.5 to 18)."""
    if clip.detail is None:
        return None
    detail = clip.detail
    clean = detail.laplacian_deviation * (
        1 - detail.noise_deviation / (detail.noise_deviation + 12)
    )
    ratio = ramp(detail.sharpness_ratio, 0.28, 0.62)
    return Reading(detail.sharpness_ratio, score=(ratio * ramp(clean, 2.5, 13.0)) ** 0.5)


@metric(
    name="detail",
    unit="share",
    value_range=(0.0, 1.0),
    direction="higher",
    good=0.95,
    bad=0.05,
    source="share of 16 x 16 blocks with texture above the noise; own",
    dimension="technical_picture",
    weight=1.2,
    complaint="there is little to see: large parts are empty",
    advice="describe the setting, its textures and what is in the foreground and background",
    also_called=("empt", "bare", "little detail"),
)
def detail(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """How much of the frame holds texture."""
    return Reading(clip.detail.detail_share) if clip.detail else None


@metric(
    name="noise",
    unit="levels",
    value_range=(0.0, 60.0),
    direction="lower",
    good=0.2,
    bad=2.8,
    source="Immerkaer 1996, 20th percentile over blocks",
    dimension="technical_picture",
    complaint="the picture is noisy",
    advice="ask for clean, sufficient light and no film grain",
    also_called=("nois", "grain"),
)
def noise(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Noise of the flattest fifth."""
    return Reading(clip.detail.noise_deviation) if clip.detail else None


@metric(
    name="blocking",
    unit="ratio",
    value_range=(0.0, 40.0),
    direction="lower",
    good=1.2,
    bad=4.0,
    source="Wang, Sheikh, Bovik 2002",
    dimension="technical_picture",
    weight=1.5,
    complaint="coding blocks are visible",
    advice="ask for smooth gradients and a calm background, or a higher resolution",
    also_called=("block", "pixelat", "compression"),
)
def blocking(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """The 8 x 8 grid."""
    return Reading(clip.detail.blocking) if clip.detail else None


@metric(
    name="banding",
    unit="share",
    value_range=(0.0, 1.0),
    direction="lower",
    good=0.0005,
    bad=0.022,
    source="lone contours in smooth areas, after CAMBI 2021; own",
    dimension="technical_picture",
    weight=0.7,
    complaint="gradients break into bands",
    advice="ask for soft, natural light with fine tonal gradation",
    also_called=("band", "posteri"),
)
def banding(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Contours in gradients."""
    return Reading(clip.detail.banding_share) if clip.detail else None


@metric(
    name="exposure",
    unit="levels",
    value_range=(0.0, 255.0),
    direction="range",
    good=_MIDDLE_LUMA,
    bad=230.0,
    source="mean luma, shares under level 24 and over 232",
    dimension="technical_picture",
    weight=1.5,
    complaint="the picture is too dark or too bright",
    advice='say where the light comes from and how strong it is ("soft key light")',
    also_called=("underexpos", "overexpos", "dark", "too bright"),
)
def exposure(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """The worst of crushed shadows, blown highlights and a mean far from the middle."""
    light = clip.light
    loss = max(
        ramp(light.dark_share, 0.45, 0.9),
        ramp(light.bright_share, 0.08, 0.4),
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
    name="bars",
    unit="share",
    value_range=(0.0, 1.0),
    direction="lower",
    good=0.02,
    bad=0.25,
    source="rows and columns that never rise above level 30",
    dimension="technical_picture",
    weight=0.8,
    complaint="black bars frame the picture",
    advice="ask for a full-frame picture in the chosen aspect ratio, no letterbox",
    also_called=("black bar", "letterbox", "pillarbox"),
)
def bars(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """The widest black bar."""
    return Reading(clip.bars.widest)


PICTURE_SIGNALS: tuple[Metric, ...] = (
    sharpness, detail, noise, blocking, banding, exposure, contrast, colourfulness, bars,
)  # fmt: skip
