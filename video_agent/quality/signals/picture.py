"""How the single picture looks: sharpness, detail."""

from video_agent.media.measures import ClipMeasures
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.metric import Metric, Reading, metric, ramp

_FEW_TONES = (0.14, 0.45)
_LOST_TO_STEPS = 0.6


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
    """Geometric mean of the contrast-free ratio and the noise-corrected Laplacian (2.5 to 13).

    The steps between the few tones of a posterised picture are not detail and count less.
    """
    if clip.detail is None:
        return None
    detail = clip.detail
    clean = detail.laplacian_deviation * (
        1 - detail.noise_deviation / (detail.noise_deviation + 12)
    )
    ratio = ramp(detail.sharpness_ratio, 0.28, 0.62)
    real = 1 - _LOST_TO_STEPS * ramp(detail.tone_gaps or 0.0, *_FEW_TONES)
    return Reading(detail.sharpness_ratio, score=real * (ratio * ramp(clean, 2.5, 13.0)) ** 0.5)


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


PICTURE_SIGNALS: tuple[Metric, ...] = (sharpness, detail)
