"""What a prompt is taken to mean."""

import pytest

from video_agent.studio.renderer import understand


@pytest.mark.parametrize(
    ("prompt", "subject", "setting"),
    [
        ("a boat", "boat", "ocean"),
        ("a red sports car drives through a neon city at night", "car", "city"),
        ("a clownfish swims over a coral reef", "fish", "underwater"),
        ("an astronaut floats in space", "astronaut", "space"),
        ("a grey wolf runs through a pine forest", "wolf", "forest"),
        ("an eagle soars over a mountain valley", "bird", "mountain"),
        ("a steam train crosses the prairie", "train", "plain"),
        ("a cup of coffee on a table", "cup", "interior"),
        ("a camel caravan in the Sahara desert", "orb", "desert"),
        ("waves crashing on a rocky shore at dawn", "landscape", "ocean"),
        ("a whale breaches in the ocean", "whale", "ocean"),
        ("a whale swims in the ocean", "whale", "underwater"),
        ("Two butterflies in a garden", "butterfly", "plain"),
        ("A sailboat. Sails slowly. The sound of waves and distant gulls.", "boat", "ocean"),
        ("", "landscape", "plain"),
        ("!!! ??? ...", "landscape", "plain"),
    ],
)  # fmt: skip
def test_subject_and_place_are_found(prompt: str, subject: str, setting: str) -> None:
    scene = understand(prompt)
    assert (scene.subject, scene.setting) == (subject, setting)


def test_an_unknown_thing_becomes_a_luminous_orb_not_a_random_animal() -> None:
    assert understand("a glorp wandering through the misty forest").subject == "orb"
    assert understand("a banana spinning").subject == "orb"


@pytest.mark.parametrize(
    ("prompt", "colour"),
    [
        ("a red balloon", "d8261f"),
        ("a small blue boat on a green lake", "2456d6"),
        ("a boat with a red sail", "d8261f"),
        ("a car painted yellow in the city", "f4cf1f"),
        ("a balloon in a blue sky", None),
    ],
)
def test_colours_belong_to_their_nouns(prompt: str, colour: str | None) -> None:
    assert understand(prompt).subject_colour == colour


def test_a_coloured_sky_is_not_a_coloured_subject() -> None:
    scene = understand("a boat under a purple sky")
    assert scene.subject_colour is None
    assert scene.sky_colour == "7d3fb8"


@pytest.mark.parametrize(
    ("prompt", "camera", "direction"),
    [
        ("a boat, slow pan to the left", "pan", -1),
        ("a boat. Camera: slow dolly in", "dolly", 1),
        ("a boat, the camera pulls back", "dolly", -1),
        ("a boat, aerial drone shot", "crane", 1),
        ("a boat, static camera on a tripod", "static", 1),
        ("a boat, no camera movement", "static", 1),
        ("a boat", "drift", 1),
    ],
)
def test_camera_words_move_the_camera(prompt: str, camera: str, direction: int) -> None:
    scene = understand(prompt)
    assert (scene.camera, scene.camera_direction) == (camera, direction)


def test_negations_are_not_read_as_wishes() -> None:
    scene = understand("a street in the city by day, no rain, without music or snow, no people")
    assert scene.weather == "clear"
    assert not scene.music
    assert scene.ambience
    assert scene.subject != "person"


def test_a_list_of_things_to_avoid_is_no_wish_list() -> None:
    scene = understand("A fox in a forest. Negative: rain, night, city, car, text.")
    assert (scene.subject, scene.setting, scene.weather, scene.time_of_day) == (
        "fox", "forest", "clear", "day",
    )  # fmt: skip


@pytest.mark.parametrize("words", ["silent", "no sound", "without sound", "no audio"])
def test_silence_can_be_asked_for(words: str) -> None:
    scene = understand(f"a boat on the sea, {words}")
    assert (scene.music, scene.ambience, scene.subject_sound) == (False, False, False)


def test_no_music_keeps_the_sound_of_the_place() -> None:
    scene = understand("a boat on the sea. No music.")
    assert not scene.music
    assert scene.ambience


@pytest.mark.parametrize(
    ("prompt", "subject", "setting", "time"),
    [
        ("Un velero rojo navega en el mar al atardecer", "boat", "ocean", "sunset"),
        ("Ein Hund läuft in der Stadt bei Nacht", "dog", "city", "night"),
        ("Un renard court dans la forêt sous la neige", "fox", "forest", "day"),
        ("一只狗在海边奔跑，日落", "dog", "ocean", "sunset"),
        ("夜の街を走る赤い車", "car", "city", "night"),
        ("🌊⛵🌅", "boat", "ocean", "sunset"),
        ("🌃🚗", "car", "city", "night"),
        ("🐕 running 🏔️", "dog", "mountain", "day"),
    ],
)
def test_other_languages_and_emoji_are_understood(
    prompt: str, subject: str, setting: str, time: str
) -> None:
    scene = understand(prompt)
    assert (scene.subject, scene.setting, scene.time_of_day) == (subject, setting, time)


def test_colours_work_in_other_languages() -> None:
    assert understand("Ein roter Ballon über den Bergen").subject_colour == "d8261f"
    assert understand("赤い気球").subject_colour == "d8261f"


@pytest.mark.parametrize(
    "prompt", ["Γάτα στον ήλιο που κοιμάται", "قطة تنام في الشمس", "Кошка спит"]
)
def test_an_unknown_script_gives_a_graceful_scene(prompt: str) -> None:
    scene = understand(prompt)
    assert scene.subject == "landscape"
    assert 0.3 <= scene.fidelity <= 0.5


def test_a_very_long_prompt_is_read_without_trouble() -> None:
    assert understand("a boat on the sea " * 2000).subject == "boat"


@pytest.mark.parametrize(
    ("prompt", "colour"),
    [
        ("a butterfly in a meadow. Calm mood with a palette of green and warm gold tones.", None),
        ("a camel in the desert by day. A palette of ochre and pale blue tones.", "2456d6"),
        ("a boat at sunset. A palette of teal and amber tones.", "f0a02a"),
        ("a meadow under a green sky", "2f9a3f"),
    ],
)
def test_a_palette_colours_the_sky_only_as_a_sky_can_be(prompt: str, colour: str | None) -> None:
    assert understand(prompt).sky_colour == colour


def test_flowers_beside_the_subject_have_their_own_colour() -> None:
    scene = understand("A butterfly lands on a pink flower in a meadow.")

    assert (scene.subject, scene.flower_colour) == ("butterfly", "f07aa8")
