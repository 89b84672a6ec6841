"""`video-agent analyze` and `from video_agent import analyze`: any file, no job."""

import asyncio
from pathlib import Path

import av
import pytest

from tests.cli.conftest import Run
from video_agent import VideoAgent, analyze
from video_agent.errors import ConfigurationError, InvalidRequestError, MediaError
from video_agent.ledger.budget import CapError
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.studio.server import Studio


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_pattern(tmp_path / "clip.mp4", Pattern(320, 180, duration_seconds=1.0))


def test_a_file_is_measured_without_a_job_a_key_or_a_database(
    run: Run, clip: Path, tmp_path: Path
) -> None:
    done = run("analyze", str(clip), "--json")

    found = done.json
    assert done.code == 0
    assert {"name", "value", "unit", "passed"} <= set(found["signals"][0])
    for finding in found["findings"]:
        assert {"kind", "start_seconds", "end_seconds", "severity"} <= set(finding)
    assert 0 < found["score"] < 1
    assert found["cost_usd"] == 0
    assert found["judge_model"] is None
    assert not (tmp_path / "home").exists()


def test_people_see_the_score_the_faults_and_every_signal(here: Run, clip: Path) -> None:
    done = here("analyze", str(clip), "--quiet")

    assert "of 0.80" in done.out
    assert "loudness" in done.out
    assert "LUFS" in done.out
    assert "prompt adherence" in done.out.partition("not measured")[2]


def test_with_a_prompt_the_studios_judge_answers_and_nothing_is_charged(
    here: Run, studio: Studio, clip: Path
) -> None:
    done = here("analyze", str(clip), "--prompt", "a red disc drifts past")

    assert done.code == 0
    assert "prompt_adherence" in done.out
    assert "nothing is charged" in done.out
    assert "at most $0." in done.err


def test_real_money_is_asked_for_first(here: Run, clip: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_API_KEY", "a-key")
        patch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
        with pytest.raises(ConfigurationError, match="real money"):
            here("analyze", str(clip), "--prompt", "a red disc")
        with pytest.raises(ConfigurationError, match="nobody agreed"):
            analyze(clip, prompt="a red disc")
        assert analyze(clip).cost_usd == 0  # without a prompt nobody is asked


def test_a_cap_without_room_refuses_the_judge(clip: Path, studio: Studio) -> None:
    with pytest.raises(CapError, match="may ever be spent"):
        analyze(clip, prompt="a red disc", total_budget_usd="0.0001")


def test_what_a_judge_took_is_on_the_books_and_counts_in_the_caps(
    here: Run, clip: Path, studio: Studio
) -> None:
    del studio
    found = here("analyze", str(clip), "--prompt", "a red disc", "--json").json
    (job,) = here("jobs", "--json").json["jobs"]
    assert (job["status"], job["path"]) == ("succeeded", None)
    assert job["cost_usd"] == pytest.approx(found["cost_usd"])
    assert found["cost_usd"] > 0
    shown = here("show", job["job_id"])
    assert shown.code == 0
    assert "a red disc" in shown.out
    with pytest.raises(InvalidRequestError, match="makes no video"):
        here("retry", job["job_id"])
    with pytest.raises(CapError, match="may ever be spent"):
        analyze(clip, prompt="a red disc", total_budget_usd=str(found["cost_usd"] + 0.01))


def test_what_a_judge_cannot_be_shown_leaves_no_job(
    here: Run, clip: Path, tmp_path: Path, studio: Studio
) -> None:
    del studio
    other = tmp_path / "clip.mkv"
    with av.open(str(clip)) as source, av.open(str(other), "w") as file:
        stream = file.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                file.mux(packet)
    with pytest.raises(InvalidRequestError, match="no mp4 or mov"):
        here("analyze", str(other), "--prompt", "a red disc")
    assert here("jobs", "--json").json["jobs"] == []


def test_what_is_no_video_ends_with_one_line_and_its_code(run: Run, tmp_path: Path) -> None:
    done = run("analyze", str(tmp_path / "missing.mp4"), "--json")

    assert done.code == 9
    assert done.json["error"] == "MediaError"
    assert "Traceback" not in done.err


def test_a_folder_or_a_wrong_threshold_is_refused(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="not a file"):
        analyze(tmp_path)
    with pytest.raises(InvalidRequestError, match="allowed: 0 to 1"):
        analyze(clip, threshold=1.5)


async def test_several_clips_are_measured_at_once_beside_a_running_loop(clip: Path) -> None:
    """The synchronous call works where a loop runs; the loop itself is never blocked by ours."""
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    heart = asyncio.ensure_future(beat())
    async with VideoAgent() as agent:
        found = await asyncio.gather(*(agent.analyze(clip) for _ in range(3)))
    heart.cancel()
    assert len({one.score for one in found}) == 1
    assert beats > 3
    assert analyze(clip).score == found[0].score


def test_help_teaches(here: Run) -> None:
    done = here("analyze", "--help")
    assert "video-agent analyze clip.mp4" in done.out
    assert "findings" in done.out
