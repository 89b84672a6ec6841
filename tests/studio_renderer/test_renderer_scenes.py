"""Every place, subject, light and camera can be drawn, and the picture follows the words."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from video_agent.studio.renderer import understand
from video_agent.studio.renderer.camera import MOVES
from video_agent.studio.renderer.settings import SETTINGS
from video_agent.studio.renderer.sprites import SPRITES

Make = Callable[..., Any]
PLACES = {
    "ocean": "the open sea",
    "city": "a city street",
    "space": "outer space",
    "forest": "a forest",
    "underwater": "a coral reef",
    "mountain": "a mountain valley",
    "desert": "the desert",
    "plain": "a meadow",
    "interior": "a kitchen",
}


def test_every_place_is_covered_here() -> None:
    assert set(PLACES) == set(SETTINGS)


@pytest.mark.parametrize("setting", PLACES)
def test_every_place_gives_a_picture_with_contrast_and_colour(
    make_clip: Make, setting: str
) -> None:
    text = f"An orb floats in {PLACES[setting]} at noon"
    assert understand(text).setting == setting
    frame = make_clip(text, seconds=0.2).frames[2].astype(int)
    assert frame.mean(axis=2).std() > 12
    assert (frame.max(axis=2) - frame.min(axis=2)).mean() > 8


@pytest.mark.parametrize("subject", sorted(SPRITES))
def test_every_subject_can_be_drawn(make_clip: Make, subject: str) -> None:
    prompt = f"a {subject} in a meadow by day, wide shot"
    assert understand(prompt).subject == subject
    assert make_clip(prompt, seconds=0.1, width=256, height=144).frames[0].std() > 10


@pytest.mark.parametrize("time", ["dawn", "noon", "sunset", "dusk", "midnight"])
def test_night_is_darker_than_the_other_times(make_clip: Make, time: str) -> None:
    night = make_clip("a mountain lake at midnight", seconds=0.1).frames[0].mean()
    other = make_clip(f"a mountain lake at {time}", seconds=0.1).frames[0].mean()
    assert other >= night - 1


@pytest.mark.parametrize("move", [m for m in MOVES if m not in ("static", "drift")])
def test_a_moving_camera_shifts_the_far_picture_more_than_a_static_one(
    make_clip: Make, move: str
) -> None:
    words = {
        "pan": "camera pans slowly",
        "dolly": "slow dolly in",
        "orbit": "slow orbit shot",
        "track": "tracking shot",
        "crane": "aerial crane shot",
        "handheld": "handheld camera",
    }

    def change(camera: str) -> float:
        frames = make_clip(f"a tree in a meadow by day, {camera}", seconds=1.0).frames
        near_start = frames[2].astype(int) - frames[14]
        return float(np.abs(near_start).mean())

    assert change(words[move]) > change("static camera on a tripod")


@pytest.mark.parametrize("weather", ["rain", "snow", "fog", "a thunderstorm"])
def test_weather_changes_the_picture(make_clip: Make, weather: str) -> None:
    plain = make_clip("a house in a meadow", seconds=0.1).frames[0].astype(int)
    wet = make_clip(f"a house in a meadow in {weather}", seconds=0.1).frames[0].astype(int)
    assert np.abs(plain - wet).mean() > 4


def test_styles_look_different(make_clip: Make) -> None:
    looks = [
        make_clip(f"{style} style, a fox in a forest", seconds=0.1).frames[0].astype(int)
        for style in ("cinematic", "animated", "documentary")
    ]
    for first, second in ((0, 1), (1, 2), (0, 2)):
        assert np.abs(looks[first] - looks[second]).mean() > 3


def test_a_close_up_shows_the_subject_larger_than_a_wide_shot(make_clip: Make) -> None:
    def dyed(size: str) -> int:
        pictures = [
            make_clip(f"{size} of a {c} car in a city street by day", seconds=0.1).frames[0]
            for c in ("red", "blue")
        ]
        change = np.abs(pictures[0].astype(int) - pictures[1]).sum(axis=2)
        return int((change > 120).sum())

    assert dyed("close-up") > 2 * dyed("wide shot")
