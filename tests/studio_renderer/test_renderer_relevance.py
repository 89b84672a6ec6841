"""What is not said of the shot does not count, however much it sounds like film."""

import pytest

from video_agent.studio.renderer import understand

SHOTS = [
    "a boat",
    "fox in the snow",
    "A red sailboat glides across a calm sea at sunset.",
    "a purple dragon glides above a castle valley at dawn",
    "🚗 🌃",
    "ein Hund läuft am Strand",
    "Animated cartoon style. A small orange fish swims slowly over a coral reef underwater. Slow "
    "tracking shot following alongside, medium shot at eye level, 35mm lens.",
]
IRRELEVANT = [
    "The committee approved the budget. Camera shops sell lenses. He likes golden hour bulbs.",
    "My uncle sold a dolly to the wide lens company. They heard music in the elevator.",
    "The museum shop sells posters of sunset over the ocean. The sound of the fax bored me.",
    "The lens cap was lost. Slow pan pizza tastes good. Cinematic film tickets are expensive.",
    "Did you know that a 35mm lens with shallow depth of field costs two hundred dollars?",
    "Warm light from the side is a phrase in textbooks. The sound of waves is a meditation app.",
    "Tracking shot put is a sport. Our meeting at sunset was about the medium shot of espresso.",
    "Jazz music was invented in New Orleans. Wide angle lenses distort faces.",
    "Cinematographers love golden hour. Directors prefer a slow dolly in. Editors add soft music.",
    "Photography students practice slow dolly moves at sunrise in soft light.",
    "The studio bought a new 50mm lens with shallow depth of field and soft side light.",
    "Golden hour is popular among wedding photographers. Noise cancelling headphones muffle sound.",
]
ABOUT_THE_SHOT = [
    " The camera lingers on the deck. Soft pale light spills across the water.",
    " Slow dolly in. Wide shot on a 35mm lens.",
    " Steam rises in shafts of morning light.",
    " Calm mood with a palette of amber and teal.",
    " The sound of lapping waves and creaking timbers.",
    " Shot on 35mm film, slow pan to the right.",
]


def fidelity(prompt: str) -> float:
    return understand(prompt).fidelity


@pytest.mark.parametrize("irrelevant", IRRELEVANT)
def test_irrelevant_sentences_do_not_help(irrelevant: str) -> None:
    for shot in SHOTS:
        assert fidelity(f"{shot}. {irrelevant}") <= fidelity(shot) + 1e-9
        assert fidelity(f"{irrelevant} {shot}.") <= fidelity(shot) + 1e-9


def test_all_irrelevant_sentences_together_do_not_help() -> None:
    for shot in SHOTS:
        assert fidelity(f"{shot}. {' '.join(IRRELEVANT)}") < fidelity(shot)


@pytest.mark.parametrize("irrelevant", IRRELEVANT)
def test_irrelevant_sentences_do_not_change_what_is_drawn(irrelevant: str) -> None:
    plain = understand("A red sailboat glides across a calm sea at noon.")
    padded = understand(f"A red sailboat glides across a calm sea at noon. {irrelevant}")

    assert padded.key == plain.key
    assert padded.subject_colour == plain.subject_colour


@pytest.mark.parametrize("said", ABOUT_THE_SHOT)
def test_sentences_about_the_shot_help(said: str) -> None:
    shot = "A small wooden boat drifts slowly on a lake."

    assert fidelity(shot + said) > fidelity(shot) + 0.01


@pytest.mark.parametrize("shot", ["my cat sleeps on the sofa", "our dog runs on the beach"])
def test_a_person_may_speak_of_their_own(shot: str) -> None:
    assert understand(shot).subject in ("cat", "dog")


DENIALS = [
    " There is no sound at all, only loud music.",
    " There is no boat.",
    " The boat is not visible.",
    " The scene is empty.",
    " The boat is blue.",
    " It does not snow. It snows heavily.",
    " Everything is black and white with rainbow colours.",
]


@pytest.mark.parametrize("denial", DENIALS)
def test_taking_back_what_was_said_lowers_it(denial: str) -> None:
    shot = "A small red boat drifts slowly across a calm lake. Slow dolly in. The sound of waves."

    assert fidelity(shot + denial) < fidelity(shot) - 0.04
