"""Whatever an enhancer adds or changes, a clip is ordered of what the person asked for."""

import json
from pathlib import Path

import pytest

from video_agent.catalog import load_catalog
from video_agent.models import Defect, Shot, VideoRequest
from video_agent.studio.enhancer.writer import Brief, write_shot
from video_agent.tools.shot_checks import check_shot, missing_words
from video_agent.tools.shot_text import edit_instruction, exclusions, own_words, render

SAILBOAT = "a red sailboat glides across a calm bay at sunset"


def told(prompt: str, **fields: str) -> str:
    """The prompt that is sent for an enhancer's shot."""
    request = VideoRequest(prompt=prompt)
    shot = Shot.model_validate({"subject": prompt, **fields})
    return render(check_shot(shot, request).shot, request)


@pytest.mark.parametrize(
    ("field", "text", "gone"),
    [
        ("audio", "Ambient noise: wind. A warm male voice tells of the sea", "male voice"),
        ("audio", "Ambient noise: wind, with soft orchestral music", "orchestral"),
        ("audio", 'Narrator: "Far out at sea..."', "Far out"),
        ("composition", "wide shot, with a title card at the top", "title card"),
        ("style", "documentary with voice-over narration", "narration"),
        ("ambiance", "calm; a gentle piano song plays", "song"),
    ],
)
def test_speech_captions_and_music_that_nobody_asked_for_are_taken_out(
    field: str, text: str, gone: str
):
    sent = told(SAILBOAT, **{field: text})
    assert gone not in sent
    assert all(f"No {item}." in sent for item in ("captions", "voice-over", "music"))


def test_what_the_person_asked_to_hear_and_read_stays():
    prompt = 'a captain says "land ahead" to soft piano music, with subtitles'
    audio = 'Ambient noise: waves. The captain says: "land ahead". Music: soft piano music'
    sent = told(prompt, audio=audio)
    assert 'The captain says: "land ahead"' in sent
    assert "soft piano music" in sent
    assert not any(f"No {item}" in sent for item in ("captions", "voice-over", "music"))


def test_the_rest_of_a_sentence_with_an_addition_stays():
    sent = told(SAILBOAT, audio="Ambient noise: wind and water. SFX: ropes creak. A song plays")
    assert "Ambient noise: wind and water. SFX: ropes creak." in sent


@pytest.mark.parametrize(
    ("subject", "action"),
    [
        ("a blue speedboat", "it glides across a calm bay"),
        ("a red sailboat", "it burns and sinks in a calm bay"),
        ("a lonely lighthouse", ""),
    ],
)
def test_a_changed_subject_or_action_is_replaced_by_the_persons_own_words(
    subject: str, action: str
):
    request = VideoRequest(prompt=SAILBOAT)
    checked = check_shot(Shot(subject=subject, action=action, camera="slow pan"), request)
    assert checked.shot.subject == SAILBOAT
    assert checked.shot.action == ""
    assert checked.shot.camera == "slow pan"
    assert "put back" in checked.corrections[0]


@pytest.mark.parametrize(
    ("prompt", "subject", "action"),
    [
        (SAILBOAT, "a small red sailboat of varnished wood", "gliding slowly from left to right"),
        ("Make me a video of a fox running", "a red fox", "it runs through deep snow"),
        ("ein rotes Segelboot in der Bucht", "a red sailboat", "it glides across a bay"),
        ("something with a cat", "a grey cat", "it stretches"),
        ("cats", "two tabby cats", "they play"),
    ],
)
def test_a_faithful_shot_is_left_as_it_is(prompt: str, subject: str, action: str):
    shot = Shot(subject=subject, action=action)
    checked = check_shot(shot, VideoRequest(prompt=prompt))
    assert checked.shot == shot
    assert checked.corrections == ()


def test_words_to_be_spoken_or_read_come_back_word_for_word():
    speech = VideoRequest(prompt='a captain shouts "land ahead" from the mast')
    shot = Shot(subject="a captain", action="he shouts from the mast")
    assert 'Dialogue: "land ahead"' in check_shot(shot, speech).shot.audio
    sign = VideoRequest(prompt='a shop sign, "OPEN", in neon')
    assert '"OPEN"' in render(check_shot(Shot(subject="a shop sign"), sign).shot, sign)


def test_exclusions_are_bare_things_and_never_what_the_request_shows():
    shot = Shot(subject="a fox", negative="no people, without logos, fox, don't show text")
    request = VideoRequest(prompt="a fox in the snow", negative="no birds")
    assert exclusions(shot, request) == [
        "birds", "people", "logos", "text", "captions", "voice-over", "music",
    ]  # fmt: skip


def test_exclusions_are_said_in_words_only_to_models_without_a_field_for_them():
    request = VideoRequest(prompt=SAILBOAT, negative="people")
    assert "No people." in render(Shot(subject=SAILBOAT), request)
    assert "No " not in render(Shot(subject=SAILBOAT), request, exclude_in_words=False)


def test_sound_is_noted_as_the_models_know_it():
    assert "Ambient noise: wind in the sails." in told(SAILBOAT, audio="wind in the sails")
    request = VideoRequest(prompt="a band plays jazz music")
    sent = render(Shot(subject="a band", audio="lively jazz music"), request)
    assert "Music: lively jazz music." in sent


def test_a_single_take_is_asked_for_unless_the_person_wants_cuts():
    assert "A single continuous shot without cuts." in told(SAILBOAT)
    assert "single continuous" not in told("a montage of a city waking up")


def test_the_own_words_are_sent_without_rewording_and_an_edit_is_one_short_change():
    limits = load_catalog().generator(None, today=load_catalog().checked)[1]
    assert own_words(VideoRequest(prompt=SAILBOAT), limits).startswith(
        "A red sailboat glides across a calm bay at sunset. A single continuous shot"
    )
    defect = Defect(
        kind="extra_limb", description="a third hand. " * 30, start_seconds=2, end_seconds=3.25
    )
    change = edit_instruction(defect)
    assert change.startswith("Remove the extra limb from 2.0 s to 3.2 s (a third hand.")
    assert change.endswith("Keep everything else the same.")
    assert len(change) < 220


PROMPTS = [
    json.loads(line)["prompt"]
    for line in (Path(__file__).parents[2] / "evals" / "prompts.jsonl").read_text().splitlines()
]


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("feedback", ["", "the picture is soft and the camera jerks"])
def test_an_honest_enhancer_is_not_interfered_with(prompt: str, feedback: str):
    shot = Shot.model_validate(write_shot(Brief(prompt, feedback=feedback)))
    checked = check_shot(shot, VideoRequest(prompt=prompt))
    assert (checked.shot, checked.corrections) == (shot, ())


ENGLISH = [prompt for prompt in PROMPTS if missing_words(Shot(subject="?"), prompt)]


@pytest.mark.parametrize("prompt", ENGLISH)
def test_the_same_enhancer_gone_astray_is_put_right(prompt: str):
    written = write_shot(Brief(prompt, feedback="the sound is quiet"))
    astray = written | {
        "subject": "a dancing penguin",
        "action": "it juggles",
        "audio": f"{written.get('audio', '')}. A deep voice tells the story. Epic music swells",
        "composition": "medium shot, with bold subtitles",
    }
    request = VideoRequest(prompt=prompt)
    assert len(ENGLISH) > 0.7 * len(PROMPTS)
    sent = render(check_shot(Shot.model_validate(astray), request).shot, request)
    assert sent.startswith(prompt[0].upper() + prompt[1:].rstrip("."))
    for added in ("penguin", "juggles", "deep voice", "Epic music", "bold subtitles"):
        assert added not in sent
