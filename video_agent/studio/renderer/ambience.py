"""What a place and its subject sound like."""

from __future__ import annotations

import numpy as np

from video_agent.studio.renderer.pixels import Field
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.synth import (
    RATE,
    add_at,
    band_noise,
    chirp,
    clock,
    pluck,
    shaped_noise,
)

# setting: corner of the noise in Hz, slope, level, swell in Hz
_BEDS = {
    "ocean": (520, 1.7, 0.110, 0.16),
    "city": (210, 1.5, 0.065, 0.05),
    "space": (95, 2.2, 0.055, 0.07),
    "forest": (900, 1.6, 0.028, 0.10),
    "underwater": (150, 2.2, 0.085, 0.12),
    "mountain": (380, 1.6, 0.050, 0.11),
    "desert": (330, 1.6, 0.048, 0.09),
    "plain": (700, 1.6, 0.030, 0.12),
    "interior": (240, 1.7, 0.022, 0.04),
}
_BIRDS = {"forest": 2.4, "plain": 1.8, "mountain": 0.7}


def _bed(stage: Stage, track: Field, rng: np.random.Generator) -> None:
    corner, slope, level, tempo = _BEDS[stage.scene.setting]
    times = np.arange(track.shape[1], dtype=np.float32) / RATE
    for side in (0, 1):
        noise = shaped_noise(rng, times.size, corner, slope)
        wave = 0.62 + 0.38 * np.sin(2 * np.pi * tempo * times + 0.5 * side)
        track[side] += noise * wave * level


def _rain(track: Field, rng: np.random.Generator, level: float) -> None:
    for side in (0, 1):
        track[side] += band_noise(rng, track.shape[1], 1800, 9000) * level


def _birds(stage: Stage, track: Field, rng: np.random.Generator, rate: float) -> None:
    night = stage.palette.dark
    for _ in range(int(rate * stage.seconds * (0.4 if night else 1.0))):
        start, side = rng.uniform(0, max(0.1, stage.seconds - 0.5)), rng.uniform(0.1, 0.9)
        pitch = rng.uniform(2300, 4600)
        for note in range(int(rng.integers(1, 4))):
            glide = chirp(pitch, pitch * rng.uniform(0.75, 1.35), rng.uniform(0.06, 0.14))
            add_at(track, glide, start + 0.15 * note, rng.uniform(0.012, 0.035), side)


def _crickets(track: Field, rng: np.random.Generator) -> None:
    times = np.arange(track.shape[1], dtype=np.float32) / RATE
    for side, pitch in ((0, 4150.0), (1, 4420.0)):
        pulse = np.clip(np.sin(2 * np.pi * 15 * times), 0, 1) ** 2
        group = np.clip(np.sin(2 * np.pi * (0.9 + 0.1 * side) * times + rng.uniform(0, 6)), 0, 1)
        track[side] += 0.014 * np.sin(2 * np.pi * pitch * times) * pulse * group


def _thunder(stage: Stage, track: Field, rng: np.random.Generator) -> None:
    length = min(2.6, stage.seconds)
    noise = shaped_noise(rng, int(length * RATE), 90, 2.0)
    times = clock(length)[: noise.size]
    start = rng.uniform(0.1, 0.4) * stage.seconds
    add_at(track, noise * np.exp(-1.6 * times) * np.minimum(1, times / 0.05), start, 0.22)


def place_sound(stage: Stage) -> Field:
    """The sound of setting and weather: float32 ``[2, n]``."""
    rng = stage.rng("ambience")
    track = np.zeros((2, round(stage.seconds * RATE)), np.float32)
    _bed(stage, track, rng)
    scene = stage.scene
    indoors = scene.setting in ("space", "underwater", "interior")
    if scene.weather in ("rain", "storm") and not indoors:
        _rain(track, rng, 0.040 if scene.weather == "rain" else 0.060)
    if scene.weather == "storm" and not indoors:
        _thunder(stage, track, rng)
    if scene.setting in _BIRDS and scene.weather not in ("rain", "storm", "snow"):
        _birds(stage, track, rng, _BIRDS[scene.setting])
        if stage.palette.dark:
            _crickets(track, rng)
    if scene.setting == "underwater":
        for _ in range(int(3 * stage.seconds)):
            glide = chirp(rng.uniform(280, 520), rng.uniform(700, 1300), rng.uniform(0.03, 0.09))
            add_at(track, glide, rng.uniform(0, stage.seconds), 0.03, rng.uniform(0.2, 0.8))
    return track


def _motor(track: Field, pitch: float, level: float) -> None:
    times = np.arange(track.shape[1], dtype=np.float32) / RATE
    wobble = 1 + 0.02 * np.sin(2 * np.pi * 0.4 * times)
    phase = 2 * np.pi * pitch * np.cumsum(wobble) / RATE
    tone = sum(np.sin(k * phase) / k for k in (1, 2, 3, 4.02))
    rough = 0.75 + 0.25 * np.sin(2 * np.pi * 17 * times)
    track += (tone * rough * level * 0.5).astype(np.float32)[None]


def _steps(stage: Stage, track: Field, rng: np.random.Generator, rate: float, level: float) -> None:
    for number in range(int(rate * stage.seconds)):
        noise = shaped_noise(rng, int(0.09 * RATE), 420, 1.6)
        hit = noise * np.exp(-45 * clock(0.09)[: noise.size])
        add_at(track, hit, number / rate + rng.uniform(0, 0.02), level, 0.45 + 0.1 * (number % 2))


def _lapping(stage: Stage, track: Field, rng: np.random.Generator) -> None:
    for _ in range(int(1.4 * stage.seconds) + 1):
        noise = band_noise(rng, int(0.5 * RATE), 380, 1500)
        shape = np.sin(np.linspace(0, np.pi, noise.size)) ** 2
        add_at(track, noise * shape, rng.uniform(0, stage.seconds), 0.030, rng.uniform(0.3, 0.7))


def _rumble(track: Field, rng: np.random.Generator, level: float) -> None:
    for side in (0, 1):
        track[side] += shaped_noise(rng, track.shape[1], 130, 1.8) * level


def _calls(stage: Stage, track: Field, rng: np.random.Generator, low: float, high: float) -> None:
    for _ in range(max(1, int(stage.seconds / 2.2))):
        length = float(rng.uniform(0.25, 0.6))
        call = chirp(low, high, length) + 0.4 * chirp(2 * low, 2 * high, length)
        add_at(track, call, rng.uniform(0.1, max(0.2, stage.seconds - 0.7)), 0.06)


_MOTORS = {"car": (62, 0.085), "bus": (44, 0.09), "plane": (96, 0.07), "ship": (38, 0.07)}
_FOOTFALLS = {  # steps a second, level
    "horse": (5.2, 0.10),
    "person": (1.9, 0.06),
    "dog": (3.4, 0.035),
    "robot": (1.6, 0.09),
    "elephant": (1.3, 0.12),
    "deer": (3.0, 0.04),
    "bear": (1.6, 0.07),
    "train": (4.4, 0.10),
}
_CALLS = {  # from and to, in Hz
    "whale": (160, 320),
    "dolphin": (1800, 3600),
    "dragon": (220, 110),
    "wolf": (420, 560),
    "bird": (2900, 1900),
}
_RUMBLES = {"rocket": 0.11, "balloon": 0.03, "train": 0.05}


def subject_sound(stage: Stage) -> Field:
    """The sound the subject makes: float32 ``[2, n]``, silence for quiet ones."""
    rng = stage.rng("voice")
    track = np.zeros((2, round(stage.seconds * RATE)), np.float32)
    subject = stage.scene.subject
    if subject in _MOTORS:
        _motor(track, *_MOTORS[subject])
    if subject in _FOOTFALLS:
        _steps(stage, track, rng, *_FOOTFALLS[subject])
    if subject in _CALLS:
        _calls(stage, track, rng, *_CALLS[subject])
    if subject in _RUMBLES:
        _rumble(track, rng, _RUMBLES[subject])
    if subject == "boat":
        _lapping(stage, track, rng)
    if subject == "orb":
        for number in range(int(stage.seconds * 1.5)):
            add_at(track, pluck(1046 * 2 ** (number % 5 / 5), 1.2), number / 1.5, 0.03)
    return track
