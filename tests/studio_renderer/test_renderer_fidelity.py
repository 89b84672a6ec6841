"""Fidelity follows coherent content, not words, length, fields or markers."""

import random
from itertools import pairwise

import pytest

from video_agent.studio.renderer import understand

VAGUE = ["a boat", "a red balloon", "dog", "a car in the city", "make a video of a fox", "sunset"]
FIRST = [
    "A small sailboat glides across a calm sea at sunset, cinematic style. The camera pans slowly.",
    "Cinematic film style. A red balloon drifts slowly over a mountain valley at dawn. Soft light.",
    "Documentary style. A fox trots through a pine forest. Tracking shot. Soft morning light.",
    "An old car drives slowly through a city street at night, cinematic style, slow tracking shot.",
]
FULL = [
    "Cinematic film look, slow dolly in. A small wooden sailboat with a red sail. Glides slowly "
    "across calm water. On the open ocean at sunset. Wide shot on a 35mm lens with shallow depth "
    "of field. Warm golden light from the side. Calm mood with a palette of amber and teal. "
    "The sound of waves lapping and soft piano music.",
    "Subject: an elderly fisherman. Action: rowing slowly across the lake. Setting: a mountain "
    "lake. Style: documentary. Camera: static tripod shot. Lens: 50mm lens, medium shot. "
    "Lighting: soft dawn light. Mood: calm, muted blue palette, thin fog. Audio: lapping water, "
    "distant birdsong.",
    "Animated cartoon style. A small orange fish swims slowly over a coral reef underwater. Slow "
    "tracking shot following alongside, medium shot at eye level, 35mm lens. Soft volumetric light "
    "rays from above by day. Playful mood with a teal palette. Audio: the sound of bubbles and "
    "music.",
]
FILLER = (
    "very very nice amazing masterpiece 8k best quality, ultra detailed, award-winning, stunning"
)
SALAD = """boat ocean dolly lens sunset cinematic waves piano forest neon wide
handheld golden mist orbit palette 35mm thunder documentary desert glow"""
NONSENSE = "stapler invoice quantum banana forty purple monday spreadsheet algebra tax"


def fidelity(prompt: str) -> float:
    return understand(prompt).fidelity


@pytest.mark.parametrize("prompt", VAGUE)
def test_a_vague_prompt_is_poor(prompt: str) -> None:
    assert 0.18 <= fidelity(prompt) <= 0.36


@pytest.mark.parametrize("prompt", FIRST)
def test_a_first_rewrite_is_middling(prompt: str) -> None:
    assert 0.48 <= fidelity(prompt) <= 0.72


@pytest.mark.parametrize("prompt", FULL)
def test_a_fully_specified_coherent_shot_is_good(prompt: str) -> None:
    assert 0.85 <= fidelity(prompt) <= 1.0


@pytest.mark.parametrize("prompt", [*VAGUE, *FIRST, *FULL])
def test_filler_changes_nothing(prompt: str) -> None:
    for padded in (f"{prompt} {FILLER}", f"{FILLER}. {prompt}", f"{prompt}. {FILLER}. {FILLER}"):
        assert fidelity(padded) <= fidelity(prompt) + 1e-9


@pytest.mark.parametrize("prompt", [*VAGUE, *FIRST, *FULL])
def test_repetition_changes_nothing(prompt: str) -> None:
    assert fidelity(f"{prompt}. {prompt}. {prompt}") <= fidelity(prompt) + 1e-9
    assert fidelity(f"{prompt} " * 3) <= fidelity(prompt) + 0.03


@pytest.mark.parametrize("prompt", [*VAGUE, *FIRST, *FULL])
def test_irrelevant_words_do_not_help(prompt: str) -> None:
    assert fidelity(f"{prompt}. {NONSENSE}") <= fidelity(prompt) + 1e-9
    assert fidelity(f"{prompt} {NONSENSE}") <= fidelity(prompt) + 1e-9


@pytest.mark.parametrize("prompt", [*VAGUE, *FIRST, *FULL])
def test_a_heap_of_fitting_words_does_not_help(prompt: str) -> None:
    for seed in range(8):
        words = SALAD.split()
        random.Random(seed).shuffle(words)  # noqa: S311 - order only
        for heap in (" ".join(words), ", ".join(words), ". ".join(words)):
            assert fidelity(f"{prompt}. {heap}") <= fidelity(prompt) + 1e-9, heap


@pytest.mark.parametrize("prompt", FULL)
def test_the_words_of_a_good_prompt_in_random_order_are_poor(prompt: str) -> None:
    for seed in range(6):
        words = prompt.replace(".", "").replace(",", "").replace(":", "").split()
        random.Random(seed).shuffle(words)  # noqa: S311 - order only
        assert fidelity(" ".join(words)) < fidelity(prompt) - 0.15


CONTRADICTIONS = [
    " At noon, at night.",
    " Static tripod shot, handheld camera, slow orbit.",
    " In the rain, in the snow, under a clear sunny sky.",
    " Documentary style. Animated cartoon style. Cinematic style.",
    " Extreme close-up, wide shot.",
    " Tense, chaotic mood, peaceful mood, gloomy mood, cheerful mood.",
    " In the desert, in a forest, in space, underwater, in a kitchen.",
]


@pytest.mark.parametrize("prompt", [*FIRST, *FULL])
@pytest.mark.parametrize("addition", CONTRADICTIONS)
def test_contradictions_lower_it(prompt: str, addition: str) -> None:
    assert fidelity(prompt + addition) < fidelity(prompt) - 0.04


def test_a_told_change_is_no_contradiction() -> None:
    plain = "A boat drifts slowly across the sea at sunset."
    told = "A boat drifts slowly across the sea as the sunset fades into night."
    assert fidelity(told) >= fidelity(plain) - 0.05


def test_ruling_things_out_is_no_contradiction_and_no_wish() -> None:
    prompt = FULL[0]
    assert fidelity(f"{prompt} No rain, no snow, no night.") == pytest.approx(
        fidelity(prompt), abs=0.01
    )
    assert fidelity("a boat. No music. No captions. No voice-over.") <= fidelity("a boat") + 1e-9


def test_field_labels_alone_are_worth_nothing() -> None:
    labels = "Subject: Action: Setting: Style: Camera: Lens: Lighting: Mood: Audio:"
    assert fidelity(f"a boat. {labels}") <= fidelity("a boat") + 1e-9
    empty = ". ".join(f"{name}: good" for name in ("Camera", "Lens", "Lighting", "Mood", "Audio"))
    assert fidelity(f"a boat. {empty}") <= fidelity("a boat") + 1e-9


def test_length_alone_is_worth_nothing() -> None:
    story = "a boat. " + "It was thought that many of them had been there for some time. " * 12
    assert fidelity(story) <= fidelity("a boat") + 1e-9


def test_an_action_that_fits_is_better_than_one_that_does_not() -> None:
    assert fidelity("a whale swims slowly in the sea") > fidelity(
        "a whale pedals slowly in the sea"
    )


def test_each_element_said_in_a_sentence_helps() -> None:
    steps = [
        "A small sailboat glides slowly.",
        " On the open sea.",
        " Cinematic film style.",
        " Slow dolly in.",
        " Soft warm light at sunset.",
        " Wide shot on a 35mm lens.",
        " Calm mood with an amber palette.",
        " The sound of waves and soft music.",
    ]
    values = [fidelity("".join(steps[: count + 1])) for count in range(len(steps))]
    assert all(later > earlier + 0.02 for earlier, later in pairwise(values))
