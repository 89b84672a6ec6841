"""Sound building blocks: tones, chords, plucks and shaped noise, as float32 arrays at 48 kHz."""

from __future__ import annotations

import numpy as np

from video_agent.studio.renderer.pixels import Field, smoothstep

RATE = 48_000
_TWO_PI = np.float32(2 * np.pi)


def clock(seconds: float) -> Field:
    """Sample times of a stretch, in seconds."""
    return (np.arange(int(seconds * RATE)) / RATE).astype(np.float32)


def shaped_noise(
    rng: np.random.Generator, count: int, corner: float, slope: float, floor: float = 30.0
) -> Field:
    """Noise that falls off above ``corner`` Hz with the given slope; RMS 1, no rumble."""
    spectrum = np.fft.rfft(rng.standard_normal(count, dtype=np.float32))
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    spectrum *= (frequency > floor) / (1 + (frequency / corner) ** slope)
    noise = np.fft.irfft(spectrum, count).astype(np.float32)
    return noise / (noise.std() + 1e-9)


def band_noise(rng: np.random.Generator, count: int, low: float, high: float) -> Field:
    """Noise between two frequencies in Hz; RMS 1."""
    spectrum = np.fft.rfft(rng.standard_normal(count, dtype=np.float32))
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    spectrum *= np.exp(-((np.log2(np.maximum(frequency, 1) / np.sqrt(low * high))) ** 2)
                       / (0.5 * np.log2(high / low)) ** 2)  # fmt: skip
    noise = np.fft.irfft(spectrum, count).astype(np.float32)
    return noise / (noise.std() + 1e-9)


def pad_chord(times: Field, root: float, steps: tuple[int, ...], detune: float) -> Field:
    """A soft chord: sines with two overtones; ``steps`` are semitones above ``root`` Hz."""
    total = np.zeros_like(times)
    for voice, step in enumerate(steps):
        pitch = root * 2 ** (step / 12) * (1 + detune)
        phase = _TWO_PI * np.float32(pitch) * times + np.float32(voice)
        sine, cosine = np.sin(phase), np.cos(phase)
        tone = sine + np.float32(0.6) * sine * cosine + np.float32(0.10) * (3 * sine - 4 * sine**3)
        slow = np.float32(1.7) * times + np.float32(voice + 40 * detune)
        total += tone * (np.float32(0.8) + np.float32(0.2) * np.sin(slow))
    return total / len(steps)


def swell(times: Field, start: float, end: float, rise: float, fall: float) -> Field:
    """Envelope that rises from ``start`` and falls towards ``end``, both in seconds."""
    up = smoothstep(start, start + rise, times)
    return (up * (1 - smoothstep(end - fall, end, times))).astype(np.float32)


def pluck(pitch: float, seconds: float, decay: float = 4.5) -> Field:
    """A struck string or bell: decaying sine with a bright start."""
    times = clock(seconds)
    phase = _TWO_PI * np.float32(pitch) * times
    tone = np.sin(phase) + 0.35 * np.exp(-9 * times) * np.sin(2 * phase)
    attack = np.minimum(1, times / 0.006)
    return (tone * np.exp(-decay * times) * attack).astype(np.float32)


def chirp(start: float, end: float, seconds: float) -> Field:
    """A gliding whistle with a soft envelope, as birds make."""
    times = clock(seconds)
    share = times / max(seconds, 1e-3)
    pitch = start * (end / start) ** share
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    return (np.sin(phase) * np.sin(np.pi * share) ** 1.2).astype(np.float32)


def add_at(track: Field, sound: Field, start: float, level: float, side: float = 0.5) -> None:
    """Mix a mono sound into a stereo track ``[2, n]`` in place; ``side`` 0 is left, 1 right."""
    first = int(start * RATE)
    count = min(sound.size, track.shape[1] - first)
    if count <= 0 or first < 0:
        return
    part = sound[:count] * level
    track[0, first : first + count] += part * np.sqrt(1 - side)
    track[1, first : first + count] += part * np.sqrt(side)
