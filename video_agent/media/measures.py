"""What one decode pass finds out about a clip: the values. `onepass.measure_clip` makes them."""

from dataclasses import dataclass, field
from typing import Literal

from video_agent.media.measure.bars import Bars
from video_agent.media.measure.camera import CameraMotion
from video_agent.models import MediaFacts

Profile = Literal["full", "fast"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the clip in seconds.

    `strength` is the measure's own number there (0 when it has none).
    """

    start_seconds: float
    end_seconds: float
    strength: float = 0.0

    @property
    def length_seconds(self) -> float:
        """How long it lasts."""
        return self.end_seconds - self.start_seconds


@dataclass(frozen=True, slots=True)
class LightMeasures:
    """Brightness over the clip. Luma in levels (16 black to 235 white), shares 0 to 1.

    Attributes:
        luma_mean: Mean over all frames.
        contrast: Mean of the frames' standard deviation, levels.
        dark_share: Mean share of pixels under level 24.
        bright_share: Mean share of pixels from level 232 up.
        black_share: Share of frames that are black.
        black_intervals: Where they are.
    """

    luma_mean: float
    contrast: float
    dark_share: float
    bright_share: float
    black_share: float
    black_intervals: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class DetailMeasures:
    """Native-resolution measures.

    Means over about two looks a second (see `media.measure.sharpness` and `.artefacts`).

    Attributes:
        sharpness_ratio: Fine to coarse detail, 0.30 soft to 0.70 crisp; 0 when the picture is flat
            everywhere.
        laplacian_deviation: Levels at the 270-line picture, noise included.
        blur_effect: 0 sharp to 1 blurred.
        noise_deviation: Levels.
        blocking: 1 none to 4.5 strong.
        banding_levels: Height of false contours, 0 none to 1.2 strong.
        detail_share: Share of blocks with texture, 0 to 1.
        tone_gaps: Share of pixels missing at unused levels (`media.measure.tones`), 0 to 1; None
            when hardly anything has a middle tone.
        quantiser: Mean H.264 quantiser, 0 to 51; None for other codecs.
    """

    sharpness_ratio: float
    laplacian_deviation: float
    blur_effect: float
    noise_deviation: float
    blocking: float
    banding_levels: float
    detail_share: float
    tone_gaps: float | None = None
    quantiser: float | None = None


@dataclass(frozen=True, slots=True)
class SteadinessMeasures:
    """Flicker and cuts.

    Attributes:
        flicker_global: Mean back-and-forth of the whole picture's brightness, levels a frame.
        flicker_local: Mean residual on 8 x 8 blocks, levels.
        flicker_relative: `flicker_local` as a share of all change, 0 to 1.
        vbench_flicker: VBench's temporal flickering at 270 lines, 0 to 1, higher is better; means
            something on static scenes only.
        flicker_peaks: The half seconds that flicker most, strongest first, at most five; strength
            in levels.
        cuts_seconds: Times of hard cuts.
    """

    flicker_global: float
    flicker_local: float
    flicker_relative: float
    vbench_flicker: float
    flicker_peaks: tuple[Interval, ...] = ()
    cuts_seconds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class CadenceMeasures:
    """The rhythm of frames.

    Attributes:
        duplicate_share: Share of frames that repeat the one before.
        longest_freeze_seconds: Longest run of repeats.
        freeze_intervals: Runs of 0.25 s and more.
        repeat_intervals: Stretches in which frames are repeated again and again.
        judder: 0 even to 3 strong.
        step_error: Largest relative deviation of a time-stamp step; 0 is a constant frame rate.
        mean_difference: Mean change from frame to frame in levels.
    """

    duplicate_share: float
    longest_freeze_seconds: float
    freeze_intervals: tuple[Interval, ...]
    judder: float
    step_error: float
    mean_difference: float
    repeat_intervals: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class MotionMeasures:
    """Flow measures (profile `full` only).

    Attributes:
        dynamic_degree: Median speed of the fastest 5 %, heights a second (VBench: dynamic above
            0.19).
        interpolation_error: Mean error of the predicted middle frame, levels.
        interpolation_relative: The same / the change over the two frames.
        smoothness: VBench's (255 - error) / 255.
        dynamic: VBench's dynamic degree (`media.measure.vbench`): whether the clip moves.
        dynamic_share: Share of its pairs of frames that are fast enough.
    """

    dynamic_degree: float
    interpolation_error: float
    interpolation_relative: float
    smoothness: float
    dynamic: bool = False
    dynamic_share: float = 0.0


@dataclass(frozen=True, slots=True)
class ColourMeasures:
    """Colours over the clip.

    Attributes:
        colourfulness: 0 grey to 60 vivid and more.
        saturation: Mean chroma in levels.
        hue_shares: Share of all pixels by hue name (`media.measure.colour.HUE_NAMES`), 0 to 1 each;
            the rest is grey.
        warmth: -1 cool to 1 warm.
        clipped_share: Share of light pixels with a colour channel at its end, 0 to 1.
    """

    colourfulness: float
    saturation: float
    hue_shares: dict[str, float]
    warmth: float
    clipped_share: float = 0.0

    @property
    def dominant(self) -> tuple[str, ...]:
        """Hue names with at least 10 % of the pixels, largest first."""
        order = sorted(self.hue_shares.items(), key=lambda item: -item[1])
        return tuple(name for name, share in order if share >= 0.10)


@dataclass(frozen=True, slots=True)
class Lettering:
    """Text that stays in place: the mean share of the picture it covers, 0 to 1, and when."""

    share: float = 0.0
    intervals: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class SoundMeasures:
    """The sound track.

    Attributes:
        loudness_lufs: Integrated loudness (EBU R128), -70 for silence.
        loudness_range_lu: Loudness range.
        true_peak_dbfs: Highest true peak.
        clipping_share: Share of samples at full scale.
        silence_share: Share of 0.1 s blocks under -50 dBFS.
        silent_intervals: Silences of 0.3 s and more.
        clipping_intervals: Stretches with full-scale samples; strength is their share there.
        dc_offset: Largest mean of a channel, full scale 1.
        end_seconds: Where the track ends.
        end_gap_seconds: |end of sound - end of picture|.
        start_seconds: When the track begins.
        peak_intervals: Where the true peak rises above full scale.
        offset_intervals: Where the samples' mean is far from 0.
        hiss_db: Level of white noise in the quieter parts, dBFS (`media.measure.sound.hiss_db`).
        impacts_seconds: When something sounds suddenly and loudly.
    """

    loudness_lufs: float
    loudness_range_lu: float
    true_peak_dbfs: float
    clipping_share: float
    silence_share: float
    silent_intervals: tuple[Interval, ...]
    clipping_intervals: tuple[Interval, ...]
    dc_offset: float
    end_seconds: float
    end_gap_seconds: float
    start_seconds: float = 0.0
    peak_intervals: tuple[Interval, ...] = ()
    offset_intervals: tuple[Interval, ...] = ()
    hiss_db: float = -120.0
    impacts_seconds: tuple[float, ...] = ()

    @property
    def peak_to_loudness_lu(self) -> float:
        """PLR: true peak - loudness.

        Music and nature 9 to 20; under 6 squashed or driven into clipping.
        """
        return self.true_peak_dbfs - self.loudness_lufs


@dataclass(frozen=True, slots=True)
class Timeline:
    """Per-frame series of one length.

    Time, mean luma in levels, change to the frame before (0 for the first).
    """

    seconds: tuple[float, ...]
    luma_mean: tuple[float, ...]
    difference: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ClipMeasures:
    """Everything that one pass over picture and sound measures.

    `facts.frame_count` is counted; `missing_frames` is how many more the header announced. `motion`
    and `camera` are None in the `fast` profile and for pictures too small for flow; `camera` also
    when nothing in the picture has texture. `detail` is None for pictures under 64 pixels. `sound`
    is None when there is no sound track.
    """

    facts: MediaFacts
    missing_frames: int
    profile: Profile
    light: LightMeasures
    detail: DetailMeasures | None
    steadiness: SteadinessMeasures
    cadence: CadenceMeasures
    motion: MotionMeasures | None
    camera: CameraMotion | None
    colour: ColourMeasures
    bars: Bars
    sound: SoundMeasures | None
    timeline: Timeline = field(repr=False)
    lettering: Lettering = field(default_factory=Lettering)

    @property
    def picture_seconds(self) -> float:
        """Measured length of the picture.

        From the first frame's time to the end of the last frame.
        """
        times, fps = self.timeline.seconds, self.facts.fps or 24.0
        return times[-1] - times[0] + 1 / fps

    @property
    def brightness(self) -> Literal["dark", "medium", "bright"]:
        """By mean luma: under 70, 70 to 140, above."""
        if self.light.luma_mean < 70:
            return "dark"
        return "bright" if self.light.luma_mean > 140 else "medium"
