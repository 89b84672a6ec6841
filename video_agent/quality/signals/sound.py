"""How it sounds. None of these applies where no sound was asked for."""

from video_agent.media.measures import ClipMeasures, SoundMeasures
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.metric import Metric, Reading, metric, ramp

_TARGET_LUFS = -16.0
_SILENT_LUFS = -60.0


def _wanted(clip: ClipMeasures, expected: ExpectedClip) -> SoundMeasures | None:
    return clip.sound if expected.audio else None


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
    source="peak-to-loudness ratio (EBU R128) and share of full-scale samples",
    dimension="technical_sound",
    weight=1.0,
    complaint="the sound is distorted",
    advice="ask for clean, natural sound without distortion",
    also_called=("distort", "clipp", "crackl"),
)
def distortion(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """The worst of a squashed signal, full-scale samples and true peaks above full scale."""
    sound = _wanted(clip, expected)
    if sound is None or sound.loudness_lufs <= _SILENT_LUFS:
        return None
    loss = max(
        ramp(sound.peak_to_loudness_lu, 8.0, 2.0),
        ramp(sound.clipping_share, 0.0002, 0.004),
        ramp(sound.true_peak_dbfs, 0.3, 3.0),
    )
    return Reading(sound.peak_to_loudness_lu, score=1.0 - loss, where=sound.clipping_intervals)


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
    source="|end of sound - end of picture|",
    dimension="technical_sound",
    weight=0.8,
    complaint="sound and picture do not end together",
    advice="ask for sound that lasts for the whole clip",
    also_called=("sound length", "sound ends", "audio ends"),
)
def sound_length(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Difference of the two lengths."""
    sound = _wanted(clip, expected)
    return Reading(sound.end_gap_seconds) if sound else None


@metric(
    name="dc_offset",
    unit="full scale",
    value_range=(0.0, 1.0),
    direction="lower",
    good=0.01,
    bad=0.1,
    source="largest mean of a channel",
    dimension="technical_sound",
    weight=0.2,
    complaint="the sound has a constant offset",
    advice="ask for clean, natural sound without distortion",
)
def dc_offset(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Mean of the samples."""
    sound = _wanted(clip, expected)
    return Reading(sound.dc_offset) if sound else None


SOUND_SIGNALS: tuple[Metric, ...] = (loudness, distortion, silence, sound_length, dc_offset)
