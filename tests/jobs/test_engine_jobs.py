"""Jobs on the real engine: the order of their steps, once each, delayed, given up, woken."""

import asyncio
from datetime import timedelta

from tests.jobs.paper_work import PaperWork, hand_in, paper_job, running, ticket
from video_agent.models import JobStatus, utc_now
from video_agent.store.jobs import get_job, update_job


async def test_a_job_goes_through_turns_generations_stages_and_publishing(paper: PaperWork) -> None:
    job = paper_job(generations=2, stages=["loudness", "thumbnail"], publish=True)
    async with running(paper) as engine:
        await hand_in(engine, paper.database, job)
        await paper.until("publish")
    deeds = [deed.what for deed in paper.deeds()]
    assert deeds[0] == "turn"
    assert sorted(deeds[1:9]) == sorted(["sent", "answered", "begun", "home"] * 2)
    assert deeds[9:11] == ["turn", "succeeded"]
    assert set(deeds[11:13]) == {"loudness begun", "thumbnail begun"}  # side by side
    assert deeds[-2:] == ["publish begun", "publish"]


async def test_a_ticket_handed_in_fifty_times_at_once_is_one_run(paper: PaperWork) -> None:
    job = paper_job(generations=0)
    async with running(paper, "client") as client:
        await asyncio.gather(client.submit(ticket(job)), hand_in(client, paper.database, job))
        await asyncio.gather(*(client.submit(ticket(job)) for _ in range(48)))
        assert await client.known((ticket(job), ticket(job, run=2))) == {job.id}
        async with running(paper) as engine:
            await paper.until("succeeded")
            await engine.submit(ticket(job))
            await asyncio.sleep(0.6)
    assert len(paper.done("turn")) == 1


async def test_a_job_may_run_again_and_its_generations_with_it(lite: PaperWork) -> None:
    job = paper_job(generations=1, seconds=0.1)
    async with running(lite) as engine:
        await hand_in(engine, lite.database, job)
        await lite.until("succeeded")
        await engine.submit(ticket(job, run=2))
        await lite.until("succeeded", 2)
    assert len(lite.done("sent")) == 1


async def test_a_delayed_job_starts_no_earlier(lite: PaperWork) -> None:
    job = paper_job(generations=0)
    job.not_before = utc_now() + timedelta(seconds=1)
    async with running(lite) as engine:
        await hand_in(engine, lite.database, job)
        (turn,) = await lite.until("turn")
    assert turn.at >= job.not_before.timestamp()


async def test_a_defect_is_the_end_of_the_job_and_not_of_the_worker(lite: PaperWork) -> None:
    broken, sound = paper_job(trouble="defect"), paper_job(generations=0)
    async with running(lite) as engine:
        await hand_in(engine, lite.database, broken, sound)
        await lite.until("succeeded")
        await lite.until("gave up: a defect")
    assert (await get_job(lite.database, broken.id)).status == JobStatus.NEEDS_ATTENTION


async def test_a_step_that_fails_in_passing_is_tried_again(lite: PaperWork) -> None:
    async with running(lite) as engine:
        await hand_in(engine, lite.database, paper_job(generations=0, trouble="passing"))
        await lite.until("succeeded")
    assert len(lite.done("stumbled")) == 1


async def test_a_waiting_job_goes_on_when_it_is_to_be_cancelled(lite: PaperWork) -> None:
    job = paper_job(seconds=60)
    async with running(lite) as engine:
        await hand_in(engine, lite.database, job)
        await lite.until("begun")
        await update_job(lite.database, job.id, cancel_requested_at=utc_now())
        await status_of(lite, job.id, JobStatus.CANCELLED)


async def test_a_waiting_job_goes_on_at_its_deadline(lite: PaperWork) -> None:
    job = paper_job(seconds=60)
    job.deadline_at = utc_now() + timedelta(seconds=1.5)
    async with running(lite) as engine:
        await hand_in(engine, lite.database, job)
        await status_of(lite, job.id, JobStatus.PARKED)
    assert lite.done("turn")[-1].at >= job.deadline_at.timestamp()


async def status_of(paper: PaperWork, job_id: str, status: JobStatus) -> None:
    """Wait until the job has it."""
    async with asyncio.timeout(60):
        while (await get_job(paper.database, job_id)).status != status:
            await asyncio.sleep(0.02)
