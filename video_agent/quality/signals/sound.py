"""How it sounds. None of these applies where no sound was asked for."""

from video_agent.media.measures import ClipMeasures, Interval, SoundMeasures
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.metric import Metric, Reading, metric, ramp

_TARGET_LUFS = -16.0
_SILENT_LUFS = -60.0
_GAP = 0.1
_CLEAN = "ask for clean, natural sound without distortion"


def _wanted(clip: ClipMeasures, expected: ExpectedClip) -> SoundMeasures | None:
    return clip.sound if expected.audio else None


def _heard(clip: ClipMeasures, expected: ExpectedClip) -> SoundMeasures | None:
    """Sound that was asked for and is not silent."""
    sound = _wanted(clip, expected)
    return None if sound is None or sound.loudness_lufs <= _SILENT_LUFS else sound


@metric(
    name="loudness",
    unit="LUFS",
    value_range=(-70.0, 10.0),
    direction="range",
    good=_TARGET_LUFS,
    bad=-38.0,
    source="EBU R128 (ITU-R BS.1770-4)",
    dimension="technical_sound",
    weight=0.8,
    complaint="the sound is far too quiet or too loud",
    advice="ask for sound at a natural, even level",
    also_called=("loud", "quiet", "volume"),
)
def loudness(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Distance from -16 LUFS; 6 LU are free."""
    sound = _wanted(clip, expected)
    if sound is None:
        return None
    distance = abs(sound.loudness_lufs - _TARGET_LUFS)
    return Reading(sound.loudness_lufs, score=1.0 - ramp(distance, 6.0, 22.0))


@metric(
    name="distortion",
    unit="LU",
    value_range=(0.0, 60.0),
    direction="higher",
    good=8.0,
    bad=2.0,
    source="peak-to-loudness ratio (EBU R128, EBU Tech 3341)",
    dimension="technical_sound",
    weight=0.8,
    complaint="the sound is distorted",
    advice=_CLEAN,
    also_called=("distort", "clipp", "crackl", "true peak"),
)
def distortion(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """How squashed the signal is: driven into its limits, peaks are hardly above the rest.

    Peaks above full scale count as full scale: nobody hears them.
    """
    sound = _heard(clip, expected)
    if sound is None:
        return None
    return Reading(min(0.0, sound.true_peak_dbfs) - sound.loudness_lufs)


@metric(
    name="clipping",
    unit="share",
    value_range=(0.0, 1.0),
    direction="lower",
    good=0.0002,
    bad=0.004,
    source="share of samples at full scale (0.999 and more)",
    dimension="technical_sound",
    weight=0.8,
    complaint="the sound is clipped",
    advice=_CLEAN,
    also_called=("clipp", "overdriv", "overload", "distort"),
)
def clipping(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """How much of the track is cut off at full scale."""
    sound = _heard(clip, expected)
    return Reading(sound.clipping_share, where=sound.clipping_intervals) if sound else None


@metric(
    name="true_peak",
    unit="dBTP",
    value_range=(-120.0, 20.0),
    direction="lower",
    good=0.3,
    bad=3.0,
    source="true peak by oversampling (ITU-R BS.1770-4 annex 2); EBU R128 allows -1",
    dimension="technical_sound",
    weight=0.4,
    complaint="the sound peaks above full scale",
    advice=_CLEAN,
    also_called=("true peak", "clipp", "distort"),
)
def true_peak(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """The highest peak between the samples; what is above 0 distorts when it is played."""
    sound = _heard(clip, expected)
    return Reading(sound.true_peak_dbfs, where=sound.peak_intervals) if sound else None


@metric(
    name="hiss",
    unit="LU",
    value_range=(-60.0, 120.0),
    direction="higher",
    good=20.0,
    bad=4.0,
    source="loudness above the white noise of the quieter parts, after Immerkaer 1996; own",
    dimension="technical_sound",
    weight=0.5,
    complaint="the sound hisses",
    advice=_CLEAN,
    also_called=("hiss", "background noise", "static noise"),
)
def hiss(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """How far the sound stands above its noise; loud rain is near 21 LU and no fault."""
    sound = _heard(clip, expected)
    return Reading(sound.loudness_lufs - sound.hiss_db) if sound else None


@metric(
    name="silence",
    unit="share",
    value_range=(0.0, 1.0),
    direction="lower",
    good=0.25,
    bad=0.9,
    source="share of 0.1 s blocks under -50 dBFS",
    dimension="technical_sound",
    weight=1.0,
    complaint="the sound is silent for long stretches",
    advice="name the ambient sound that is heard all the time",
    also_called=("silen",),
)
def silence(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """How much of the track is silent."""
    sound = _wanted(clip, expected)
    if sound is None:
        return None
    return Reading(sound.silence_share, where=sound.silent_intervals)


@metric(
    name="sound_length",
    unit="s",
    value_range=(0.0, 900.0),
    direction="lower",
    good=0.12,
    bad=1.0,
    source="the larger of |end of sound - end of picture| and the sound's late start",
    dimension="technical_sound",
    weight=0.8,
    complaint="sound and picture do not begin and end together",
    advice="ask for sound that lasts for the whole clip",
    also_called=("sound length", "sound ends", "audio ends"),
)
def sound_length(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """How long one of the two is alone, with where that is."""
    sound = _wanted(clip, expected)
    if sound is None:
        return None
    late, missing = sound.start_seconds, sound.end_gap_seconds
    picture_end = clip.facts.duration_seconds
    ends = sorted((min(sound.end_seconds, picture_end), max(sound.end_seconds, picture_end)))
    gaps = (Interval(0.0, late, late), Interval(ends[0], ends[1], missing))
    longest = sorted(gaps, key=lambda gap: -gap.strength)
    return Reading(max(late, missing), where=tuple(gap for gap in longest if gap.strength > _GAP))


@metric(
    name="dc_offset",
    unit="full scale",
    value_range=(0.0, 1.0),
    direction="lower",
    good=0.01,
    bad=0.1,
    source="largest mean of a channel",
    dimension="technical_sound",
    weight=0.3,
    complaint="the sound has a constant offset",
    advice=_CLEAN,
)
def dc_offset(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Mean of the samples."""
    sound = _wanted(clip, expected)
    return Reading(sound.dc_offset, where=sound.offset_intervals) if sound else None


SOUND_SIGNALS: tuple[Metric, ...] = (
    loudness, true_peak, clipping, distortion, hiss, silence, sound_length, dc_offset,
)  # fmt: skip
