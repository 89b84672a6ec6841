"""`VideoAgent.submit`: ordered, stored and handed in, in milliseconds, and nothing is started."""

import asyncio
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from video_agent import VideoAgent
from video_agent.errors import BudgetError, InvalidRequestError, MediaError
from video_agent.jobs.embedded import open_engine
from video_agent.jobs.handing_in import resubmit_lost, ticket_of
from video_agent.models import JobStatus, JobTerms, VideoRequest
from video_agent.pipeline.ordering import Orders
from video_agent.settings import Settings, load_settings
from video_agent.store import Database
from video_agent.store.jobs import get_job, list_jobs
from video_agent.wiring.prices import price_list
from video_agent.wiring.working import open_work

SMALL: dict[str, Any] = {"duration_seconds": 3, "resolution": "360p", "max_attempts": 1}
PROMPT = "a paper boat crosses a puddle"


@pytest.fixture
def settings(prepared_url: str) -> Settings:
    return load_settings(database_url=prepared_url, engine="auto")


@pytest.fixture
def lite(prepared_sqlite_url: str) -> Settings:
    return load_settings(database_url=prepared_sqlite_url, engine="auto")


async def test_a_job_is_stored_as_queued_with_its_terms_and_its_event(settings: Settings) -> None:
    async with VideoAgent(settings) as agent:
        job = await agent.submit(
            PROMPT, **SMALL, priority=1, delay_seconds=60, deadline_seconds=600, batch_id="b-1"
        )
        (event,) = await agent.past_events(job.id)
        again = await agent.find(job.id)

    assert (job.status, job.priority, job.batch_id) == (JobStatus.QUEUED, 1, "b-1")
    assert job.not_before is not None
    assert job.deadline_at is not None
    assert 539 < (job.deadline_at - job.not_before).total_seconds() < 541
    assert again.model_dump(include={"id", "status"}) == job.model_dump(include={"id", "status"})
    assert (event.event.kind, event.event.data["state"]) == ("status", "queued")


def test_nothing_of_what_makes_videos_is_loaded_or_started(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from video_agent import VideoAgent\n"
        "async def main():\n"
        f"    async with VideoAgent(engine='auto') as agent:\n"
        f"        await agent.submit({PROMPT!r}, duration_seconds=3, resolution='360p')\n"
        "asyncio.run(main())\n"
        "heavy = ('google.adk', 'google.genai', 'av', 'cv2', 'numpy', 'video_agent.studio')\n"
        "sys.exit(' '.join(name for name in heavy if name in sys.modules) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "home" / "studio").exists()


async def test_the_same_key_fifty_times_at_once_is_one_job(settings: Settings) -> None:
    async with VideoAgent(settings) as one, VideoAgent(settings) as other:
        agents = [one, other] * 25
        jobs = await asyncio.gather(
            *(agent.submit(PROMPT, **SMALL, idempotency_key="order-17") for agent in agents)
        )
        stored = await one.jobs()

    assert {job.id for job in jobs} == {job.id for job in stored} == {"order-17"}
    assert len(stored) == 1


async def test_the_same_key_from_two_processes_is_one_job(lite: Settings) -> None:
    command = [
        *(sys.executable, "-m", "video_agent", "create", PROMPT, "--no-wait", "--quiet"),
        *("--duration", "3", "--resolution", "360p", "--key", "order-18"),
        *("--database", lite.resolved_database_url),
    ]
    started = [
        await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    told = [(await process.communicate())[0].decode().strip() for process in started]

    assert told == ["order-18", "order-18"]
    async with VideoAgent(lite) as agent:
        assert [job.id for job in await agent.jobs()] == ["order-18"]


async def test_a_key_with_another_request_is_refused(lite: Settings) -> None:
    async with VideoAgent(lite) as agent:
        await agent.submit(PROMPT, **SMALL, idempotency_key="order-19")
        with pytest.raises(InvalidRequestError, match="another request"):
            await agent.submit("a whale", **SMALL, idempotency_key="order-19")
        with pytest.raises(InvalidRequestError, match="another request"):
            await agent.submit(PROMPT, **SMALL, idempotency_key="order-19", user_id="eve")
        assert len(await agent.jobs()) == 1


async def test_what_create_refuses_submit_refuses_too_and_nothing_is_stored(
    lite: Settings, tmp_path: Path
) -> None:
    broken = tmp_path / "no.png"
    broken.write_bytes(b"not a picture")
    async with VideoAgent(lite) as agent:
        with pytest.raises(BudgetError, match="one attempt needs"):
            await agent.submit(PROMPT, budget_usd="0.01")
        with pytest.raises(InvalidRequestError, match="there is no field colour"):
            await agent.submit(PROMPT, colour="red")
        with pytest.raises(MediaError, match=r"no\.png"):
            await agent.submit(PROMPT, first_frame=broken)
        with pytest.raises(InvalidRequestError, match="priority is 0; allowed: 1"):
            await agent.submit(PROMPT, priority=0)
        with pytest.raises(InvalidRequestError, match="idempotency_key is 'a b'; allowed: 4 to"):
            await agent.submit(PROMPT, idempotency_key="a b")
        assert await agent.jobs() == []


async def test_one_that_may_cost_much_waits_for_approval(lite: Settings) -> None:
    dear = lite.model_copy(update={"approval_above_usd": Decimal("0.05")})
    async with VideoAgent(dear) as agent:
        waiting = await agent.submit(PROMPT, **SMALL)
        agreed = await agent.submit(PROMPT, **SMALL, approved=True)

    assert waiting.status is JobStatus.WAITING_FOR_APPROVAL
    assert agreed.status is JobStatus.QUEUED


async def test_pictures_are_named_so_that_another_process_finds_them(
    lite: Settings, tmp_path: Path
) -> None:
    from PIL import Image

    Image.new("RGB", (64, 64), "green").save(tmp_path / "green.png")
    async with VideoAgent(lite) as agent:
        job = await agent.submit(PROMPT, **SMALL, first_frame=Path("green.png"))
        assert job.request.first_frame == Path.cwd() / "green.png"


async def test_a_row_without_a_ticket_is_handed_in_by_whoever_comes_next(
    settings: Settings,
) -> None:
    database = Database(settings.resolved_database_url)
    orders = Orders(
        settings=settings,
        database=database,
        prices=lambda: price_list(settings),
        backend="studio",
        charged=False,
    )
    order = await orders.check(VideoRequest.model_validate({"prompt": PROMPT, **SMALL}))
    lost, _ = await orders.store(orders.job(order, JobTerms()))  # and here the process died
    engine = await open_engine(
        settings, "studio", lambda: open_work(settings), mode="client", database=database
    )
    ticket = ticket_of(lost)
    assert await engine.known((ticket,)) == frozenset()

    found = [await resubmit_lost(database, engine, "studio") for _ in range(2)]

    assert found == [1, 0]
    assert await engine.active((ticket,)) == {ticket.workflow_id}
    assert (await get_job(database, lost.id)).runs == 1
    assert len(await list_jobs(database)) == 1
    await engine.close()
    await database.close()
