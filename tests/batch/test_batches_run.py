"""Batches as they are made: through the real studio, under a cap, resumed, with rows that fail."""

from collections.abc import AsyncGenerator, Callable, Generator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.batch.conftest import ONE_ATTEMPT
from video_agent import VideoAgent
from video_agent.models import BatchResult, JobStatus, StopReason
from video_agent.studio.config import StudioConfig
from video_agent.studio.server import Studio

SMALL: dict[str, Any] = {
    "duration_seconds": 3,
    "resolution": "360p",
    "max_attempts": 1,
    "quality_threshold": 0.3,
}


@pytest.fixture
def studio(tmp_path: Path) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path / "outside-studio")) as running:
        yield running


@pytest.fixture
async def agent_with(studio: Studio) -> AsyncGenerator[Callable[..., VideoAgent]]:
    """Makes agents that use the one studio; closed at the end."""
    opened: list[VideoAgent] = []

    def make(**settings: Any) -> VideoAgent:
        opened.append(VideoAgent(studio_url=studio.url, **settings))
        return opened[-1]

    yield make
    for agent in opened:
        await agent.close()


@pytest.mark.parametrize("engine", ["inline", "auto"])
async def test_a_row_that_fails_stops_no_other_and_the_same_call_makes_nothing_twice(
    agent_with: Callable[..., VideoAgent], studio: Studio, tmp_path: Path, engine: str
) -> None:
    file = tmp_path / "clips.csv"
    file.write_text("prompt\na red boat on a lake\na whale jumps\na fox in the snow\n")
    shown: list[BatchResult] = []

    async def watch(batch: BatchResult) -> None:
        shown.append(batch)

    agent = agent_with(engine=engine)
    with studio.fault("interactions.create", "blocked"):
        made = await agent.batch(file, cap_usd=2, on_change=watch, **SMALL)
    assert (made.delivered, made.failed, made.rests) == (2, 1, True)
    for item in made.items:
        assert item.delivered != item.failed
        assert item.path is None or item.path.is_file()
    (failed,) = [item for item in made.items if item.failed]
    assert (failed.status, failed.stopped_because) == (JobStatus.FAILED, StopReason.BLOCKED)
    assert failed.error
    assert made.cost_usd == sum([(await agent.find(item.job_id)).cost_usd for item in made.items])
    assert shown[-1] == made

    async with agent_with(engine=engine) as another:
        again = await another.batch(file, cap_usd=2, **SMALL)
    assert again == made
    assert studio.paid_starts == 3

    retried = await agent.batch(file, cap_usd=2, retry_failed=True, **SMALL)
    assert retried.delivered == 3
    assert studio.paid_starts == 4
    kept = [item for item in retried.items if item.number != failed.number]
    assert kept == [item for item in made.items if item.number != failed.number]


async def test_the_cap_of_a_batch_holds_whatever_its_rows_would_like(
    agent_with: Callable[..., VideoAgent], studio: Studio
) -> None:
    wishes = [{"prompt": f"a red boat, number {number}"} for number in range(2)]
    hungry: dict[str, Any] = SMALL | {"max_attempts": 4, "quality_threshold": 1.0}
    cap = 2 * ONE_ATTEMPT + Decimal("0.05")
    made = await agent_with().batch(wishes, cap_usd=cap, **hungry)
    assert made.rests
    assert made.cap_usd == cap
    assert 0 < made.cost_usd <= cap
    assert studio.paid_starts < 8
    assert StopReason.BUDGET in {item.stopped_because for item in made.items}


async def test_a_dear_batch_waits_and_runs_once_it_is_approved(
    agent_with: Callable[..., VideoAgent], studio: Studio
) -> None:
    agent = agent_with(approval_above_usd="0.20")
    wishes = [{"prompt": "a red boat"}, {"prompt": "a fox in the snow"}]
    waiting = await agent.batch(wishes, **SMALL)
    assert waiting.counts == {JobStatus.WAITING_FOR_APPROVAL: 2}
    assert studio.paid_starts == 0

    other = await agent.batch([*wishes, {"prompt": "a whale"}], **SMALL)
    declined = await agent.decline_batch(other.id)
    assert declined.counts == {JobStatus.CANCELLED: 3}

    approved = await agent.approve_batch(waiting.id)
    assert approved.counts == {JobStatus.QUEUED: 2}
    made = await agent.batch(wishes, **SMALL)
    assert made.delivered == 2
    assert studio.paid_starts == 2
