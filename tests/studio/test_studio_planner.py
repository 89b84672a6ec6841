"""The planner's policy through Google's client: it decides from tools and turns alone."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

Args = Mapping[str, object]
Answer = Callable[[Args], dict[str, object]]
NewChat = Callable[..., Any]
ROUND = ["enhance_prompt", "generate_video", "poll_generation", "analyze_video"]


def test_a_request_goes_through_every_step_with_the_persons_wishes(chat: NewChat):
    talk = chat().say("Make me an 8 second vertical clip of a red sailboat at sunset in 1080p")

    assert talk.names == ROUND
    assert talk.calls[0][1] == {"prompt": "a red sailboat at sunset"}
    assert talk.calls[1][1] == {
        "prompt": "fine a red sailboat at sunset",
        "duration_seconds": 8, "resolution": "1080p", "aspect_ratio": "9:16",
    }  # fmt: skip
    assert talk.calls[2][1] == {"generation_id": "g1"}
    assert talk.calls[3][1] == {"video_id": "v1"}
    assert "/out/v1.mp4" in talk.text
    assert "0.90" in talk.text


def test_a_prompt_under_its_heading_is_kept_word_for_word_and_settings_come_from_beside_it(
    chat: NewChat,
):
    prompt = "a clock counts down 10 seconds, don't upload, show the end"
    settings = "## Settings\n6 seconds, 720p"
    talk = chat().say(f"Make this video.\n\n## Request\n{prompt}\n\n{settings}")

    assert talk.calls[0][1] == {"prompt": prompt}
    assert talk.calls[1][1]["duration_seconds"] == 6


def test_a_clip_is_not_gone_on_with_by_making_another_one(chat: NewChat):
    talk = chat().say("a red sailboat at sunset").say("extend it by 4 seconds")

    assert talk.names == []
    assert "new clips" in talk.text


def test_a_clip_that_does_not_pass_is_made_again_with_the_feedback(chat: NewChat):
    scores = iter([0.5, 0.7, 0.86])

    def analyze(_: Args) -> dict[str, object]:
        score = next(scores)
        return {"score": score, "passed": score > 0.8, "threshold": 0.8, "feedback": "too dark"}

    talk = chat(answers={"analyze_video": analyze}).say("a cat sleeps")

    assert talk.names == ROUND * 3
    assert talk.calls[4][1] == {"prompt": "a cat sleeps", "feedback": "too dark"}
    assert "3 attempts" in talk.text


@pytest.mark.parametrize(
    ("missing", "names"),
    [
        (["enhance_prompt"], ROUND[1:]),
        (["analyze_video"], ROUND[:3]),
        (["poll_generation"], ROUND[:2]),
        (["enhance_prompt", "analyze_video"], ROUND[1:3]),
    ],
)
def test_a_removed_tool_is_done_without(chat: NewChat, missing: list[str], names: list[str]):
    talk = chat(*missing).say("a cat sleeps")
    assert talk.names == names
    assert talk.text


def test_without_a_generator_it_says_so_and_calls_nothing(chat: NewChat):
    talk = chat("generate_video").say("a cat sleeps")
    assert talk.names == []
    assert "cannot generate" in talk.text


def test_renamed_tools_are_known_by_their_meaning_and_get_their_own_parameters(
    chat: NewChat, declare: Callable[..., Any]
):
    tools = [
        declare("get_weather", "Get the weather report for a city.", city="string"),
        declare("polish", "Rewrites your idea to read better.", idea="string", notes="string"),
        declare(
            "film_it", "Shoots a clip from a text; gives you a ticket.",
            text="string", seconds="integer", orientation={"enum": ["16:9", "9:16"]},
        ),
        declare("await_clip", "Waits until the render behind a ticket is ready.", ticket="string"),
        declare("critique", "Watches a clip and grades it.", clip="string"),
    ]  # fmt: skip
    answers: dict[str, Answer] = {
        "polish": lambda args: {"text": f"nicer {args['idea']}"},
        "film_it": lambda _: {"ticket": "t-7"},
        "await_clip": lambda _: {"status": "done", "clip": "c-7"},
        "critique": lambda _: {"score": 0.9},
    }

    talk = chat(tools=tools, answers=answers).say(
        "please make a portrait video of two dogs, 5 seconds"
    )

    assert talk.calls == [
        ("polish", {"idea": "two dogs"}),
        ("film_it", {"text": "nicer two dogs", "seconds": 5, "orientation": "9:16"}),
        ("await_clip", {"ticket": "t-7"}),
        ("critique", {"clip": "c-7"}),
    ]


def test_a_chat_goes_on_with_changes_cheaper_and_questions(chat: NewChat):
    talk = chat().say("Make me a vertical clip of a red sailboat at sunset")

    talk.say("try again with rain")
    assert talk.calls[0][1] == {"prompt": "a red sailboat at sunset with rain"}
    assert talk.calls[1][1]["aspect_ratio"] == "9:16"
    talk.say("make it night")
    assert talk.calls[0][1] == {"prompt": "a red sailboat with rain at night"}
    talk.say("make it blue")
    assert talk.calls[0][1] == {"prompt": "a blue sailboat with rain at night"}
    talk.say("cheaper")
    assert talk.calls[0][1] == {"prompt": "a blue sailboat with rain at night"}
    assert talk.calls[1][1]["tier"] == "draft"
    assert talk.say("show me the attempts").names == []
    assert "Attempt 5: generation g1" in talk.text
    talk.say("what did it cost?")
    assert (talk.names, talk.text) == ([], "It cost $2.10 so far.")
    assert talk.say("thanks!").names == []
