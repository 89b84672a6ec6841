"""The planner's policy where one call orders several clips, and where a finished one goes out."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

Args = Mapping[str, object]
Answer = Callable[[Args], dict[str, object]]
NewChat = Callable[..., Any]
LOOK = ["poll_generation", "analyze_video"]


def several(scores: Mapping[str, float], **ends: str) -> dict[str, Answer]:
    """A generator of two clips a call, numbered on; `ends` says which of them do not succeed."""
    numbers = itertools.count(1)

    def generate(_: Args) -> dict[str, object]:
        ids = [f"g{next(numbers)}", f"g{next(numbers)}"]
        return {"generation_id": ids[0], "generation_ids": ids, "cost_usd": "0.84"}

    def poll(args: Args) -> dict[str, object]:
        handle = str(args["generation_id"])
        status = ends.get(handle, "succeeded")
        if status != "succeeded":
            return {"status": status, "reason": "no"}
        return {"status": status, "video_id": handle.replace("g", "v"), "path": f"/{handle}.mp4"}

    def analyze(args: Args) -> dict[str, object]:
        score = scores[str(args["video_id"])]
        feedback = f"about {args['video_id']}"
        return {"score": score, "passed": score >= 0.8, "threshold": 0.8, "feedback": feedback}

    return {"generate_video": generate, "poll_generation": poll, "analyze_video": analyze}


def test_each_of_a_round_is_awaited_and_judged_and_the_best_one_teaches(chat: NewChat):
    answers = several({"v1": 0.7, "v2": 0.5, "v3": 0.4, "v4": 0.9})
    talk = chat(answers=answers).say("a cat sleeps")

    turn = ["enhance_prompt", "generate_video", *LOOK, *LOOK]
    assert talk.names == [*turn, *turn]
    polled = [args["generation_id"] for name, args in talk.calls if name == "poll_generation"]
    assert polled == ["g1", "g2", "g3", "g4"]
    assert talk.calls[6][1] == {"prompt": "a cat sleeps", "feedback": "about v1"}
    assert "4 attempts, $1.68 in all" in talk.text
    assert "/g4.mp4" in talk.text
    talk.say("show me the attempts")
    assert "Attempt 2: generation g2, $0.84, succeeded /g2.mp4, score 0.50" in talk.text


def test_a_round_ends_when_one_passes(chat: NewChat):
    talk = chat(answers=several({"v1": 0.9})).say("a cat sleeps")
    assert talk.names == ["enhance_prompt", "generate_video", *LOOK]


def test_a_clip_that_fails_leaves_the_others_of_its_round(chat: NewChat):
    talk = chat(answers=several({"v2": 0.9}, g1="blocked")).say("a cat sleeps")
    assert talk.names == ["enhance_prompt", "generate_video", "poll_generation", *LOOK]

    last = several({"v1": 0.6, "v3": 0.9}, g2="failed")
    talk = chat(answers=last).say("a cat sleeps")
    assert talk.names[:5] == ["enhance_prompt", "generate_video", *LOOK, "poll_generation"]
    assert talk.calls[5] == ("enhance_prompt", {"prompt": "a cat sleeps", "feedback": "about v1"})


def test_clips_that_came_home_meanwhile_are_not_asked_for_again(chat: NewChat):
    answers = several({"v1": 0.6, "v2": 0.9})
    awaited = answers["poll_generation"]
    answers["poll_generation"] = lambda _: {"status": "running", "reason": "kept"}
    talk = chat(answers=answers, system="Attempts: 0 of 2 used.").say("a cat sleeps")
    assert set(talk.names) == {"enhance_prompt", "generate_video", "poll_generation"}

    talk.answers["poll_generation"] = awaited
    talk.say("The job is not finished. Now call analyze_video with video_id v1.")
    assert talk.calls == [
        ("analyze_video", {"video_id": "v1"}),
        ("poll_generation", {"generation_id": "g2"}),
        ("analyze_video", {"video_id": "v2"}),
    ]


def test_a_finished_video_is_published_when_it_says_so_and_as_it_says(chat: NewChat):
    wish = "## Afterwards\nUpload the video that passed to YouTube, unlisted."
    talk = chat("upload_to_youtube").say(f"## Request\na fox on a public square\n\n{wish}")
    assert talk.names[-1] == "analyze_video"

    talk = chat().say(f"## Request\na fox on a public square\n\n{wish}")
    again = chat()
    again.contents = [*talk.contents[:-4]]
    again.say(
        "The video passed and is ready to be published. The request, word for word: 'a fox on a "
        "public square'\nUpload it now: call upload_to_youtube with video_id v-7, a fitting title "
        "and description, and privacy unlisted."
    )
    title = "A fox on a public square"
    upload = {"video_id": "v-7", "title": title, "privacy": "unlisted"}
    assert again.calls == [("upload_to_youtube", upload)]
