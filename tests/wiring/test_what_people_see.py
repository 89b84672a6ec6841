"""One stored and examined job, as people see it: result, card, terminal, JSON."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from video_agent.cli.job_json import job_as_json
from video_agent.cli.results import print_job, print_jobs
from video_agent.models import VideoRequest
from video_agent.notebook import VideoResult
from video_agent.studio.server import Studio, StudioConfig
from video_agent.wiring import VideoAgent

REQUEST: dict[str, Any] = {
    "duration_seconds": 3,
    "resolution": "360p",
    "quality_threshold": 0.1,
    "max_attempts": 1,
}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path_factory.mktemp("studio"))) as running:
        yield running


@pytest.fixture
def settings(studio: Studio) -> dict[str, Any]:
    return {
        "backend": "gemini",
        "google_api_key": "a-users-key",
        "gemini_base_url": studio.url,
        "buckets": "gs://first-bucket/videos,gs://second-bucket",
        "public_url_prefix": "https://cdn.example.com/{bucket}",
        "video_intelligence": True,
    }


async def made(settings: dict[str, Any]) -> VideoResult:
    async with VideoAgent(**settings) as agent:
        return await agent.create("a fox trots through the snow", **REQUEST)


async def test_a_stored_video_is_shown_with_its_place_its_link_and_what_was_recognised(
    settings: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    job = await made(settings)
    assert job.best is not None
    assert job.best.video is not None
    uri = job.best.video.storage_uri or ""
    link = uri.replace("gs://", "https://cdn.example.com/")
    assert uri.endswith(f"{job.best.video.sha256}.mp4")

    shown = job_as_json(job)
    assert (shown["storage_uri"], shown["public_url"]) == (uri, link)
    assert shown["task"] == "text_to_video"
    card = job._repr_html_()  # pyright: ignore[reportPrivateUsage] - what Jupyter calls
    print_job(job)
    text = capsys.readouterr().out
    for place in (card, text):
        assert uri in place
        assert link in place
        assert "explicit content" in place

    # Looking needs neither the service nor Google's credentials, and finds the same.
    agent = VideoAgent(**settings)
    found = await agent.find(job.id)
    estimate = await agent.estimate(VideoRequest(prompt="make it night", edits=job.id))
    planned = await agent.plan_upload(job.id)
    await agent.close()
    assert found.public_urls == job.public_urls == {job.best.video.id: link}
    # An edit is priced by its source, and its clip shown as such.
    assert (estimate.duration_seconds, estimate.resolution) == (3, "360p")
    assert any("analyzer takes $0.20" in note for note in estimate.notes)
    # A studio made the clip, whatever wire it spoke: it goes to the studio's channel.
    assert "studio" in planned.place


async def test_what_a_link_says_cannot_become_script(settings: dict[str, Any]) -> None:
    job = await made(settings)
    assert job.best is not None
    assert job.best.video is not None
    wicked = job.model_copy(update={"public_urls": {job.best.video.id: "javascript:alert(1)"}})

    card = wicked._repr_html_()  # pyright: ignore[reportPrivateUsage] - what Jupyter calls
    assert "javascript:" not in card


async def test_a_list_of_jobs_fits_a_terminal_and_names_each_by_an_end_that_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with VideoAgent() as agent:
        job = await agent.create("a paper boat\non a pond", **REQUEST)
        monkeypatch.setenv("COLUMNS", "80")
        print_jobs([job])
        header, row = capsys.readouterr().out.rstrip().splitlines()
        assert max(len(header), len(row)) <= 80
        assert "prompt" in header
        assert "a paper boat on" in row
        assert (await agent.find(row.split()[0])).id == job.id
