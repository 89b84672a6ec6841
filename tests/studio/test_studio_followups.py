"""What a person says next: earlier words are kept, small talk costs nothing."""

from collections.abc import Callable
from typing import Any

import pytest

NewChat = Callable[..., Any]


@pytest.mark.parametrize(
    ("first", "said", "prompt"),
    [
        ("fox in the snow", "try again with rain", "fox in the snow with rain"),
        ("a boat in the fog", "with sunshine instead", "a boat with sunshine"),
        ("a lighthouse in a storm", "add fog", "a lighthouse in a storm with fog"),
        ("a lighthouse with fog", "remove the fog", "a lighthouse"),
        ("a street", "without people", "a street without people"),
        ("a red boat at sunset", "in green", "a green boat at sunset"),
        ("a cat on a sofa", "Can you make the cat black?", "a black cat on a sofa"),
        ("a cat sleeps on a sofa", "what about a dog instead?", "a dog sleeps on a sofa"),
        ("a dragon over a castle", "replace the dragon with a bird", "a bird over a castle"),
        ("a boat at sunset", "same but at dawn", "a boat at dawn"),
        ("ein Hund am Strand", "nochmal mit Regen", "ein Hund am Strand, mit Regen"),
        ("a boat", "a completely different one: a rocket launch", "a rocket launch"),
        ("a boat", "forget it, make a cat instead", "a cat"),
        ("quiero un video de un zorro", "otra vez", "un zorro"),
    ],
)
def test_a_change_is_folded_into_the_earlier_words(
    chat: NewChat, first: str, said: str, prompt: str
):
    talk = chat().say(first).say(said)

    assert talk.calls[0][1]["prompt"] == prompt


@pytest.mark.parametrize(
    ("said", "settings"),
    [
        ("make it longer", {"duration_seconds": 9, "aspect_ratio": "9:16"}),
        ("shorter", {"duration_seconds": 4, "aspect_ratio": "9:16"}),
        ("horizontal please", {"duration_seconds": 6, "aspect_ratio": "16:9"}),
        ("cheaper", {"duration_seconds": 6, "aspect_ratio": "9:16", "tier": "draft"}),
        ("now the final version in 1080p",
         {"duration_seconds": 6, "aspect_ratio": "9:16", "tier": "final", "resolution": "1080p"}),
        ("Looks good, now do the final one",
         {"duration_seconds": 6, "aspect_ratio": "9:16", "tier": "final"}),
    ],
)  # fmt: skip
def test_a_setting_is_changed_and_the_prompt_stays(
    chat: NewChat, said: str, settings: dict[str, object]
):
    talk = chat().say("vertical 6 second clip of a lighthouse").say(said)

    assert talk.calls[0][1]["prompt"] == "a lighthouse"
    assert {k: v for k, v in talk.calls[1][1].items() if k != "prompt"} == settings


@pytest.mark.parametrize("said", ["it's too dark", "I don't like the colours", "too slow"])
def test_a_complaint_is_feedback_not_a_prompt(chat: NewChat, said: str):
    talk = chat().say("a dragon").say(said)

    assert talk.calls[0][1] == {"prompt": "a dragon", "feedback": said}


@pytest.mark.parametrize(
    "said", ["nice, thank you very much", "danke", "perfect!", "stop", "what can you do?"]
)
def test_small_talk_starts_nothing(chat: NewChat, said: str):
    talk = chat().say("a dragon").say(said)

    assert talk.names == []
    assert talk.text


@pytest.mark.parametrize("said", ["make it longer", "cheaper", "yes", "?", "again", "shorter"])
def test_a_change_of_nothing_asks_for_a_request(chat: NewChat, said: str):
    talk = chat().say(said)

    assert talk.names == []
    assert "Describe the video" in talk.text
