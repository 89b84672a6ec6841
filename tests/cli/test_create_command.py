"""`video-agent create`: one sentence in, a judged MP4 out."""

from pathlib import Path

import av

from tests.cli.conftest import SMALL, Run
from video_agent.studio.server import Studio

PROMPT = "a red sailboat glides across a calm bay at sunset"


def test_create_delivers_a_judged_video_and_prints_one_json_object(run: Run) -> None:
    done = run("create", PROMPT, *SMALL, "--threshold", "0.3", "--json")

    assert done.code == 0, done.err
    result = done.json
    assert result["status"] == "succeeded"
    assert result["stopped_because"] == "passed"
    assert result["passed"] is True
    assert result["score"] >= result["threshold"] == 0.3
    assert result["attempts"] == 1
    assert 0.069 <= result["cost_usd"] < 0.2
    assert result["charged"] is False
    with av.open(result["path"]) as clip:
        assert {stream.codec_context.name for stream in clip.streams} == {"h264", "aac"}
    for step in ("plan", "enhance", "generate", "poll", "signals", "judge", "score", "decision"):
        assert f"{step:>8}" in done.err
    assert "studio" in done.err
    assert "nothing is charged" in done.err


def test_without_json_the_closing_card_says_path_score_cost_attempts_and_what_next(
    run: Run, studio: Studio
) -> None:
    done = run("create", PROMPT, *SMALL, "--max-attempts", "1", "--threshold", "1.0")

    assert done.code == 0, done.err
    for word in (".mp4", "score", "below the threshold", "cost", "attempts  1 of 1", "next"):
        assert word in done.out
    assert studio.paid_starts == 1


def test_jobs_and_show_know_what_create_did(run: Run, studio: Studio) -> None:
    created = run("create", PROMPT, *SMALL, "--max-attempts", "1", "--json").json

    listed = run("jobs", "--json").json["jobs"]
    assert [job["job_id"] for job in listed] == [created["job_id"]]
    shown = run("show", created["job_id"][-8:], "--json").json
    assert shown == created
    text = run("show", created["job_id"])
    assert text.code == 0
    assert "attempt 1" in text.out
    card = run("show", created["job_id"], "--html")
    assert "<video" in card.out
    ended = run("resume", created["job_id"], "--json").json
    assert ended == created
    assert studio.paid_starts == 1


def test_a_first_frame_from_a_file_starts_the_clip(
    run: Run, studio: Studio, tmp_path: Path
) -> None:
    import cv2
    import numpy as np

    image = tmp_path / "green.png"
    cv2.imwrite(str(image), np.full((360, 640, 3), (40, 160, 40), np.uint8))
    done = run(
        "create", "the meadow in the wind", *SMALL, "--first-frame", str(image),
        "--max-attempts", "1", "--json",
    )  # fmt: skip

    assert done.code == 0, done.err
    with av.open(Path(done.json["path"])) as clip:
        frame = next(clip.decode(video=0)).to_ndarray(format="rgb24")
    red, green, blue = (float(value) for value in frame.reshape(-1, 3).mean(0))
    assert green > red + 20
    assert green > blue + 20


def test_sound_can_be_switched_off(run: Run, studio: Studio) -> None:
    done = run("create", PROMPT, *SMALL, "--no-audio", "--max-attempts", "1", "--json")

    assert done.code == 0, done.err
    assert "removed locally" in done.err
    with av.open(done.json["path"]) as clip:
        assert not clip.streams.audio


def test_prompts_in_any_language_and_emoji_work(run: Run, studio: Studio) -> None:
    done = run("create", "海辺の夕日 🌊⛵", *SMALL, "--max-attempts", "1", "--json")

    assert done.code == 0, done.err
    assert done.json["prompt"] == "海辺の夕日 🌊⛵"
