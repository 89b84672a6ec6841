"""What coding and processing leave: noise, blocks, bands, few tones, coarse quantisers."""

from video_agent.media.measures import ClipMeasures
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.metric import Metric, Reading, metric


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
    unit="levels",
    value_range=(0.0, 14.0),
    direction="lower",
    good=0.2,
    bad=0.8,
    source="height of contours between plateaus in smooth areas, after CAMBI 2021; own",
    dimension="technical_picture",
    weight=0.7,
    complaint="gradients break into bands",
    advice="ask for soft, natural light with fine tonal gradation",
    also_called=("band",),
)
def banding(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Contours in gradients, whichever way they run; the higher the worse."""
    return Reading(clip.detail.banding_levels) if clip.detail else None


@metric(
    name="posterising",
    unit="share",
    value_range=(0.0, 1.0),
    direction="lower",
    good=0.14,
    bad=0.45,
    source="pixels missing at unused levels between used ones; own",
    dimension="technical_picture",
    weight=0.7,
    complaint="the picture has few tones, as if posterised",
    advice="ask for soft, natural light with fine tonal gradation",
    also_called=("posteri", "few tones"),
    rare=True,
)
def posterising(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """The comb in the histogram; soft pictures show it too."""
    gaps = clip.detail.tone_gaps if clip.detail else None
    return None if gaps is None else Reading(gaps)


@metric(
    name="compression",
    unit="QP",
    value_range=(0.0, 51.0),
    direction="lower",
    good=30.0,
    bad=46.0,
    source="mean H.264 quantiser, from the decoder",
    dimension="technical_picture",
    weight=0.5,
    complaint="the picture is coded too coarsely",
    advice="ask for a calm background and smooth movement, or a higher resolution",
    also_called=("compress", "bit rate", "bitrate", "mushy", "smear"),
    rare=True,
)
def compression(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Detail lost in coding, also where a deblocking filter hides the blocks."""
    coarse = clip.detail.quantiser if clip.detail else None
    return None if coarse is None else Reading(coarse)


CODING_SIGNALS: tuple[Metric, ...] = (noise, blocking, banding, posterising, compression)
