"""`VideoAgent`, the front door: notebooks, scripts, several loops and processes, PostgreSQL."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from video_agent import VideoAgent, VideoAgentError, tool
from video_agent.errors import ConfigurationError, InvalidRequestError
from video_agent.models import JobStatus, ProgressEvent
from video_agent.notebook import job_html
from video_agent.tools import DEFAULT_TOOLS, Context
from video_agent.wiring.house_studio import HouseStudio

SMALL: dict[str, Any] = {
    "duration_seconds": 3,
    "resolution": "360p",
    "max_attempts": 1,
    "quality_threshold": 0.3,
}
PROMPT = "a red sailboat glides across a calm bay at sunset"


async def test_create_returns_a_job_that_shows_itself() -> None:
    events: list[ProgressEvent] = []

    async def watch(event: ProgressEvent) -> None:
        events.append(event)

    async with VideoAgent() as agent:
        video = await agent.create("<script>alert(1)</script> a boat", on_event=watch, **SMALL)

    assert video.status is JobStatus.SUCCEEDED
    card = video._repr_html_()  # pyright: ignore[reportPrivateUsage] - what Jupyter calls
    assert "data:video/mp4;base64," in card
    assert "<script>" not in card
    assert "prompt_adherence" in card
    assert f"{video.best_score:.2f}" in card
    kinds = [event.kind for event in events]
    for kind in ("backend", "plan", "enhance", "generate", "poll", "signals", "judge", "score"):
        assert kind in kinds
    assert kinds[-1] == "done"
    fractions = [event.fraction for event in events if event.kind == "poll" and event.fraction]
    assert fractions == sorted(fractions)


def test_create_sync_works_twice_and_inside_a_running_loop() -> None:
    agent = VideoAgent()
    first = agent.create_sync(PROMPT, **SMALL)

    async def inside() -> Path | None:
        return agent.create_sync(PROMPT, **SMALL).path

    second = asyncio.run(inside())
    assert first.path is not None
    assert second is not None
    assert first.path != second


async def test_jobs_live_in_postgresql_as_well(postgres_url: str) -> None:
    async with VideoAgent(database_url=postgres_url) as agent:
        video = await agent.create(PROMPT, **SMALL)
        (job,) = await agent.jobs()

    assert job.id == video.id
    assert job.best_score == video.best_score
    assert job.cost_usd == video.cost_usd
    assert job_html(job).startswith("<div")


async def test_a_tool_of_ones_own_is_offered_to_the_planner() -> None:
    @tool
    async def praise(context: Context, words: str) -> dict[str, str]:
        """Say something nice about the job."""
        return {"praise": f"{words} {context.job_id}"}

    async with VideoAgent(tools=[*DEFAULT_TOOLS, praise]) as agent:
        planner = (await agent.parts()).planner
        assert "praise" in {item.name for item in planner.app.root_agent.tools}  # pyright: ignore


async def test_a_wrong_field_is_refused_without_starting_anything(tmp_path: Path) -> None:
    async with VideoAgent() as agent:
        with pytest.raises(InvalidRequestError, match="there is no field colour"):
            await agent.create("a boat", colour="red")
    assert not (tmp_path / "home" / "studio").exists()


def test_wrong_settings_are_one_clear_line() -> None:
    with pytest.raises(ConfigurationError, match="backend"):
        VideoAgent(backend="bing")
    with pytest.raises(ConfigurationError, match="neither https nor loopback"):
        VideoAgent(gemini_base_url="http://example.com")


def test_a_second_process_joins_the_studio_and_takes_over_when_it_ends(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from video_agent.wiring.house_studio import HouseStudio;"
        f"print(HouseStudio(pathlib.Path({str(tmp_path / 'shared')!r})).start(), flush=True);"
        "sys.stdin.read()"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert first.stdout is not None
    url = first.stdout.readline().strip()
    second = HouseStudio(tmp_path / "shared")
    try:
        assert second.start() == url
        first.kill()
        first.wait()
        assert asyncio.run(answers(url))
    finally:
        second.stop()


async def answers(url: str) -> bool:
    import httpx

    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(100):
            try:
                answer = await client.get(f"{url}/studio/about")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return answer.status_code == 200
    return False


async def test_every_error_says_what_happened_what_it_cost_and_what_to_do() -> None:
    async with VideoAgent() as agent:
        with pytest.raises(VideoAgentError) as caught:
            await agent.create("a boat", budget_usd="0.01")
    assert "$" in caught.value.message
    assert caught.value.hint
    assert caught.value.cost_usd == 0
