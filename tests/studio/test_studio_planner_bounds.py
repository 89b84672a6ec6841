"""The planner's policy where things go wrong, stop short or come out of order."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

Args = Mapping[str, object]
Answer = Callable[[Args], dict[str, object]]
NewChat = Callable[..., Any]
ROUND = ["enhance_prompt", "generate_video", "poll_generation", "analyze_video"]


def test_it_ends_even_if_no_clip_ever_passes(chat: NewChat):
    never: dict[str, Answer] = {"analyze_video": lambda _: {"score": 0.4, "passed": False}}

    assert chat(answers=never).say("a cat").names.count("generate_video") == 6
    limited = chat(answers=never, system="Attempts: 0 of 2 used.").say("a cat")
    assert limited.names.count("generate_video") == 2


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("analyze video abc", ("analyze_video", {"video_id": "abc"})),
        ("poll generation xyz-1", ("poll_generation", {"generation_id": "xyz-1"})),
        ("just enhance this prompt: a cat on a roof",
         ("enhance_prompt", {"prompt": "a cat on a roof"})),
        ("only generate a clip of a cat", ("generate_video", {"prompt": "a cat"})),
    ],
)  # fmt: skip
def test_a_single_step_out_of_order_is_the_only_call(
    chat: NewChat, words: str, call: tuple[str, dict[str, object]]
):
    talk = chat().say(words)
    assert talk.calls == [call]
    assert talk.text


def test_it_uploads_only_when_asked_and_as_privately_as_asked(chat: NewChat):
    assert "upload_to_youtube" not in chat().say("a person uploading files").names
    talk = chat().say("a fox jumps over a fence, then upload it unlisted to youtube")

    assert talk.names == [*ROUND, "upload_to_youtube"]
    assert talk.calls[0][1] == {"prompt": "a fox jumps over a fence"}
    assert talk.calls[-1][1] == {
        "video_id": "v1", "title": "A fox jumps over a fence", "privacy": "unlisted",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tool_name", "answer", "tail"),
    [
        ("generate_video", {"status": "refused", "error": "BudgetError", "message": "too dear"},
         ["generate_video"]),
        ("generate_video", {"status": "error", "message": "slow down", "retryable": True},
         ["generate_video", "generate_video"]),
        ("generate_video", {"status": "outcome_unknown", "generation_id": "g9"},
         ["generate_video", "poll_generation", "analyze_video"]),
        ("poll_generation", {"status": "outcome_unknown", "message": "lost"},
         ["generate_video", "poll_generation", "poll_generation"]),
        ("poll_generation", {"status": "blocked", "message": "unsafe"},
         ["generate_video", "poll_generation", "enhance_prompt", "generate_video",
          "poll_generation"]),
        ("enhance_prompt", {"status": "error", "message": "no"}, ROUND[1:]),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_handled_without_a_loop(
    chat: NewChat, tool_name: str, answer: dict[str, object], tail: list[str]
):
    def wrong(_: Args) -> dict[str, object]:
        return answer

    talk = chat(answers={tool_name: wrong}).say("a cat sleeps")

    assert talk.names[1:] == tail
    assert talk.text


def test_a_nudge_continues_the_job_and_a_resumed_one_follows_its_state(chat: NewChat):
    poor: dict[str, Answer] = {
        "analyze_video": lambda _: {"score": 0.5, "passed": False, "feedback": "dull"}
    }
    talk = chat(answers=poor, system="Attempts: 0 of 1 used.").say("a cat sleeps")
    assert talk.names == ROUND

    talk.say(
        "The job is not finished: it passes at 0.80, 2 attempts are left. Call enhance_prompt."
    )
    assert talk.names == ROUND
    assert talk.calls[0][1] == {"prompt": "a cat sleeps", "feedback": "dull"}

    state = "The request, word for word: 'a dog'\nNext: poll_generation with generation_id g-42."
    first = chat(system=state).say("continue").calls[0]
    assert first == ("poll_generation", {"generation_id": "g-42"})
