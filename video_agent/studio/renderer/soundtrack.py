"""The sound of a clip: music, place and subject, mixed and brought to a loudness."""

from __future__ import annotations

import math

import av
import av.filter
import numpy as np
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Finished

from video_agent.studio.renderer.ambience import place_sound, subject_sound
from video_agent.studio.renderer.pixels import Field
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.synth import RATE, add_at, pad_chord, pluck, swell

LOUDNESS_TARGET_LUFS = -16.0
# AAC overshoots a little: the limit before encoding lies under the -1 dBTP that is promised.
PEAK_LIMIT_DBTP = -2.0
_SILENCE_LUFS = -60.0
_BLOCK = 4800
_ROOTS = {
    "sunset": 220.0,
    "golden": 220.0,
    "dawn": 261.63,
    "day": 293.66,
    "dusk": 196.0,
    "night": 196.0,
}
_MAJOR = ((0, 4, 7, 11), (-3, 0, 4, 7), (5, 9, 12, 16))
_MINOR = ((0, 3, 7, 10), (-4, 0, 3, 7), (-2, 2, 5, 9))
_MAJOR_SCALE, _MINOR_SCALE = (0, 2, 4, 7, 9, 12), (0, 3, 5, 7, 10, 12)


def _music(stage: Stage) -> Field:
    scene, rng, seconds = stage.scene, stage.rng("music"), stage.seconds
    minor = (
        scene.mood in ("dark", "tense")
        or scene.weather == "storm"
        or (scene.time_of_day == "night" and scene.mood != "bright")
    )
    root = _ROOTS.get(scene.time_of_day, 220.0)
    track = np.zeros((2, round(seconds * RATE)), np.float32)
    times = np.arange(track.shape[1], dtype=np.float32) / RATE
    chords = _MINOR if minor else _MAJOR
    bars = max(3, round(seconds / 2.4))
    length = seconds / bars
    for bar in range(bars):
        first = max(0, int((bar * length - 0.5) * RATE))
        last = min(times.size, int(((bar + 1) * length + 1.0) * RATE))
        part = times[first:last]
        shape = swell(part, bar * length - 0.5, (bar + 1) * length + 1.0, 1.1, 1.2)
        for side in (0, 1):
            chord = pad_chord(part, root, chords[bar % 3], (side - 0.5) * 0.0016)
            track[side, first:last] += chord * shape * np.float32(0.15)
    tempo = {"tense": 3.0, "bright": 2.2}.get(scene.mood, 1.5)
    scale = _MINOR_SCALE if minor else _MAJOR_SCALE
    for beat in range(int(seconds * tempo)):
        if rng.random() < 0.78:
            pitch = 2 * root * 2 ** (int(rng.choice(scale)) / 12)
            add_at(track, pluck(pitch, 1.3), beat / tempo + 0.08, 0.12, rng.uniform(0.3, 0.7))
    return track


def measure_loudness(samples: Field) -> tuple[float, float]:
    """Measure integrated loudness (LUFS, EBU R128) and true peak (dBTP) of ``[2, n]`` at 48 kHz."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="fltp", layout="stereo", channels=2)
    meter = graph.add("ebur128", "metadata=1:peak=true:framelog=quiet")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    values: dict[str, str] = {}
    for start in range(0, samples.shape[1], _BLOCK):
        source.push(audio_frame(samples[:, start : start + _BLOCK], start))
        _collect(sink, values)
    source.push(None)
    _collect(sink, values)
    peaks = [float(value) for key, value in values.items() if "true_peak" in key]
    peak = 20 * math.log10(max([*peaks, 1e-6]))
    return float(values.get("lavfi.r128.I", "-70")), peak


def _collect(sink: av.filter.FilterContext, values: dict[str, str]) -> None:
    while True:
        try:
            frame = sink.pull()
        except (NothingYet, Finished):
            return
        values.update(frame.metadata or {})


def audio_frame(samples: Field, first: int) -> av.AudioFrame:
    """Wrap float32 ``[2, n]`` samples as a frame that starts at sample ``first``."""
    block = np.ascontiguousarray(samples, np.float32)
    frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
    frame.sample_rate = RATE
    frame.pts = first
    return frame


def _limited(samples: Field, limit: float) -> Field:
    """Bend peaks above 70 % of ``limit`` smoothly under it (a soft-knee limiter)."""
    knee = np.float32(0.7 * limit)
    size = np.abs(samples)
    excess = np.maximum(size - knee, 0) / np.float32(limit - knee)
    bent = np.sign(samples) * (knee + np.float32(limit - knee) * np.tanh(excess))
    return np.where(size > knee, bent, samples).astype(np.float32)


def _normalised(samples: Field) -> Field:
    loudness, peak = measure_loudness(samples)
    if loudness < _SILENCE_LUFS:
        return samples
    gain = LOUDNESS_TARGET_LUFS - loudness
    out = samples * np.float32(10 ** (gain / 20))
    if peak + gain > PEAK_LIMIT_DBTP:
        out = _limited(out, 10 ** (PEAK_LIMIT_DBTP / 20))
    return out


def _spoiled(samples: Field, quality: float, rng: np.random.Generator) -> Field:
    """What low fidelity does to sound: hiss, then an overdriven, clipped signal."""
    lack = max(0.0, 0.62 - quality)
    if lack == 0:
        return samples
    hiss = rng.standard_normal(samples.shape, dtype=np.float32) * np.float32(0.035 * lack)
    driven = (samples + hiss) * np.float32(1 + 7 * lack)
    return np.clip(driven, -1.0, 1.0)


def make_soundtrack(stage: Stage) -> Field:
    """Make the sound of a clip: float32 ``[2, n]`` at 48 kHz, about -16 LUFS."""
    scene = stage.scene
    total = np.zeros((2, round(stage.seconds * RATE)), np.float32)
    if scene.music:
        total += _music(stage)
    if scene.ambience:
        total += place_sound(stage)
    if scene.subject_sound:
        total += subject_sound(stage)
    times = np.arange(total.shape[1], dtype=np.float32) / RATE
    edge = min(0.35, stage.seconds / 4)
    fade = np.minimum(1, np.minimum(times / edge, (stage.seconds - times) / (1.3 * edge)))
    total *= np.clip(fade, 0, 1)
    if not total.any():
        return total
    return _spoiled(_normalised(total), stage.quality, stage.rng("hiss"))
