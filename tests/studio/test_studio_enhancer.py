"""The enhancer through Google's client: what it keeps, what it adds, what feedback changes."""

import json

import pytest
from google import genai
from google.genai import types

FIELDS = (
    "subject", "action", "setting", "style", "camera", "composition", "lens", "lighting",
    "ambiance", "audio", "negative",
)  # fmt: skip
SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in FIELDS},
    "required": ["subject"],
}
Shot = dict[str, str]


def enhance(client: genai.Client, text: str, schema: dict[str, object] = SCHEMA) -> Shot:
    answer = client.models.generate_content(
        model="gemini-3.5-flash-lite",
        contents=text,
        config=types.GenerateContentConfig(
            system_instruction="You write shots.",
            response_mime_type="application/json",
            response_json_schema=schema,
        ),
    )
    shot = json.loads(answer.text or "")
    return {name: words for name, words in shot.items() if words}


def again(client: genai.Client, request: str, shot: Shot, feedback: str) -> Shot:
    previous = ". ".join(shot.values())
    return enhance(
        client,
        f"## Request\n{request}\n\n## Previous prompt\n{previous}\n\n## Feedback\n{feedback}",
    )


@pytest.mark.parametrize(
    ("request_text", "subject", "action"),
    [
        ("a red fox runs through a snowy forest at dawn", "a red fox",
         "runs through a snowy forest at dawn"),
        ("huge waves crash on a rocky shore", "huge waves", "crash on a rocky shore"),
        ("two dogs playing on the beach", "two dogs", "playing on the beach"),
    ],
)  # fmt: skip
def test_subject_and_action_stay_word_for_word_whatever_the_feedback(
    client: genai.Client, request_text: str, subject: str, action: str
):
    first = enhance(client, f"## Request\n{request_text}")
    second = again(client, request_text, first, "The subject is wrong, make it a blue whale.")

    for shot in (first, second):
        assert shot["subject"] == subject
        assert shot["action"] == action


def test_the_first_shot_is_incomplete_and_two_rounds_of_feedback_complete_it(client: genai.Client):
    request = "a red sailboat at sunset"
    first = enhance(client, f"## Request\n{request}")
    second = again(client, request, first, "The picture is soft and the movement is jerky.")
    third = again(client, request, second, "Better, but it flickers.")

    assert "lens" not in first
    assert "camera" not in first
    assert "sharp" in second["lens"]
    assert "smooth" in second["camera"]
    assert set(first) < set(second) < set(third)
    assert "constant" in third["lighting"]
    assert third["lens"] == second["lens"]
    assert third == again(client, request, second, "Better, but it flickers.")


def test_style_avoid_and_silence_are_kept(client: genai.Client):
    text = "## Request\na cat\n\n## Style\nanimated\n\n## Avoid\npeople, text\n\n## Sound\nSilent."

    shot = again(client, "a cat", enhance(client, text), "everything is bad, sound, light, camera")
    silent = enhance(client, text + "\n\n## Feedback\nsound, light, camera, lens, mood")

    assert "animated" in enhance(client, text)["style"]
    assert silent["negative"] == "people, text"
    assert "audio" not in silent
    assert "audio" in shot


def test_nothing_is_added_that_nobody_asked_for(client: genai.Client):
    request = "a chef cooks pasta"
    shot = again(client, request, again(client, request, {"a": request}, "dull"), "sound is poor")
    words = " ".join(shot.values()).lower()

    assert not any(word in words for word in ("music", "voice", "caption", "narrat", "text"))


def test_a_blocked_prompt_is_reworded_without_the_refused_word(client: genai.Client):
    text = "## Request\na battle full of gore in a forest\n\n## Feedback\nThe prompt was blocked."

    assert "gore" not in json.dumps(enhance(client, text))


@pytest.mark.parametrize(
    ("request_text", "subject"),
    [
        ("🐶", "a dog"),
        ("x" * 5000, "x" * 5000),
        ("Ein Fuchs im Wald", "a fox"),
        ("一只猫在屋顶上", "a cat, 一只猫在屋顶上"),
        ("Příliš žluťoučký kůň", "Příliš žluťoučký kůň"),
    ],
)
def test_any_text_gives_a_shot_in_english_as_far_as_it_is_understood(
    client: genai.Client, request_text: str, subject: str
):
    assert enhance(client, f"## Request\n{request_text}")["subject"] == subject


@pytest.mark.parametrize(
    ("request_text", "light"),
    [
        ("ein Hund läuft am Strand bei Sonnenuntergang", "setting sun"),
        ("🚗 🌃", "at night"),
        ("un zorro en la nieve por la noche", "moonlight"),
    ],
)
def test_the_light_fits_a_time_named_in_another_language(
    client: genai.Client, request_text: str, light: str
):
    first = enhance(client, f"## Request\n{request_text}")
    second = again(client, request_text, first, "The light flickers.")

    assert light in second["lighting"]


def test_no_music_leaves_open_what_is_heard(client: genai.Client):
    request_text = "an astronaut walks on the moon, no music"
    shot = again(client, request_text, enhance(client, request_text), "The sound is dull.")

    assert shot["audio"].startswith("Ambient noise:")
    assert "No music" in shot["audio"]


def test_it_fills_only_what_the_schema_declares(client: genai.Client):
    schema: dict[str, object] = {
        "type": "object",
        "properties": {
            "subject": {"type": "string"},
            "action": {"type": "string"},
            "camera_movement": {"type": "string"},
            "lighting": {"type": "array", "items": {"type": "string"}},
            "style": {"type": "string", "enum": ["documentary", "cinematic"]},
            "takes": {"type": "integer"},
        },
        "required": ["subject", "takes"],
    }

    shot = enhance(client, "a lighthouse at night, slow dolly in", schema)

    assert set(shot) <= set(schema["properties"])  # type: ignore[arg-type]
    assert shot["style"] == "cinematic"
    assert shot["camera_movement"] == "slow dolly in"
    assert "coast" in shot["action"] or "shore" in shot["action"] or "ocean" in shot["action"]


def test_a_vague_wish_keeps_its_words_and_gets_a_subject_to_look_at(client: genai.Client):
    subject = enhance(client, "## Request\nsomething beautiful")["subject"]

    assert subject.startswith("something beautiful, a ")
