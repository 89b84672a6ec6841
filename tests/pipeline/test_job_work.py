"""A job as the workflows do it: turns that end where they would wait, generations beside them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.plain_flow import PlainFlow
from tests.planner.house import House
from video_agent.errors import MediaError, OutcomeUnknownError
from video_agent.ids import new_id
from video_agent.jobs.workflows import run_job
from video_agent.models import Job, JobStatus, JobTerms, MediaSource, StopReason, utc_now
from video_agent.pipeline.job_work import JobWork
from video_agent.planner import APP_NAME, Planner
from video_agent.store import SQLModelSessionService
from video_agent.store.events import events_of
from video_agent.store.jobs import create_job, new_job, queue, update_job
from video_agent.store.queueing import queue_again
from video_agent.testing import FakeGenerator

MakeHouse = Callable[..., House]


async def queued_job(made: House, **changes: Any) -> Job:
    row = new_job(
        made.request(**changes),
        app_name=APP_NAME,
        session_id=new_id(),
        backend=made.services.backend,
        charged=made.services.charged,
    )
    await create_job(made.database, queue(row, JobTerms()))
    return (await made.services.look(row.id))[0]


def workers_part(made: House, **parts: Any) -> JobWork:
    services = replace(made.services, queued=True, **parts)
    planner = Planner(services, model=made.model, sessions=SQLModelSessionService(made.database))
    return JobWork(services, planner)


async def run(made: House, job: Job, work: JobWork | None = None) -> tuple[Job, PlainFlow]:
    work = work or workers_part(made)
    flow = PlainFlow(work)
    await run_job(flow, work, job.id)
    return (await made.services.look(job.id))[0], flow


async def test_a_job_is_turned_generated_and_judged_to_its_end(house: MakeHouse) -> None:
    made = house(scores=[0.5, 0.9])
    done, flow = await run(made, await queued_job(made))
    assert (done.status, done.stopped_because) == (JobStatus.SUCCEEDED, StopReason.PASSED)
    assert len(done.attempts) == len(made.generator.orders) == 2
    rounds = ["turn", "settled", "send", "bring_home"]
    assert flow.steps[:9] == [*rounds, *rounds, "turn"]


async def test_the_events_tell_the_whole_story_in_order(house: MakeHouse) -> None:
    made = house(scores=[0.9])
    done, _ = await run(made, await queued_job(made))
    told = [item.event for item in await events_of(made.database, done.id)]
    states = [item.data["state"] for item in told if item.kind == "status"]
    assert states == ["queued", "running", "succeeded"]
    states = [item.data["state"] for item in told if item.kind == "generation"]
    assert states == ["intended", "submitted", "succeeded"]
    assert "poll" not in {item.kind for item in told}


async def test_a_turn_that_is_repeated_after_a_crash_starts_nothing_twice(house: MakeHouse) -> None:
    made = house(scores=[0.9])
    job, work = await queued_job(made), workers_part(made)
    first = await work.turn(job.id)
    again = await workers_part(made).turn(job.id)
    assert first == again
    assert len(first.waiting) == 1
    await work.send(first.waiting[0].generation_id)
    await work.send(first.waiting[0].generation_id)
    done, _ = await run(made, job)
    assert done.status is JobStatus.SUCCEEDED
    assert made.generator.paid_starts == 1


async def test_a_job_cancelled_before_its_generation_is_sent_pays_nothing(house: MakeHouse) -> None:
    made = house(scores=[0.9])
    job, work = await queued_job(made), workers_part(made)
    await work.turn(job.id)
    await update_job(made.database, job.id, cancel_requested_at=utc_now())
    done, _ = await run(made, job, work)
    assert (done.status, done.stopped_because) == (JobStatus.CANCELLED, StopReason.CANCELLED)
    assert made.generator.orders == []


async def test_a_lost_answer_that_nobody_can_look_up_waits_for_a_person(house: MakeHouse) -> None:
    made = house(scores=[0.9], submit_errors=[OutcomeUnknownError("cut")]).without_lookup()
    done, _ = await run(made, await queued_job(made))
    assert done.status is JobStatus.NEEDS_ATTENTION
    assert done.unknown_cost
    assert done.cost_usd > 0


class OnFullDisk(FakeGenerator):
    """Its downloads find no room."""

    full = True

    async def download(self, source: MediaSource, target: Path) -> None:
        if self.full:
            raise MediaError(f"cannot write {target.name}: No space left on device")
        await super().download(source, target)


async def test_a_clip_that_cannot_be_stored_parks_its_job_until_there_is_room(
    house: MakeHouse, clip: Path
) -> None:
    made, disk = house(scores=[0.9]), OnFullDisk(clip)
    job, work = await queued_job(made), workers_part(made, generator=disk)
    parked, flow = await run(made, job, work)
    assert (parked.status, parked.stopped_because) == (JobStatus.PARKED, StopReason.ERROR)
    assert "No space left" in str(parked.error)
    assert flow.steps[-1] == "turn"
    disk.full = False
    await queue_again(made.database, job.id)
    done, _ = await run(made, job, work)
    assert done.status is JobStatus.SUCCEEDED
    assert disk.paid_starts == 1


@pytest.mark.parametrize("status", [JobStatus.CANCELLED, JobStatus.WAITING_FOR_APPROVAL])
async def test_a_job_that_rests_is_left_alone(house: MakeHouse, status: JobStatus) -> None:
    made = house(scores=[0.9])
    job = await queued_job(made)
    await update_job(made.database, job.id, status=status)
    done, flow = await run(made, job)
    assert done.status is status
    assert flow.steps == ["turn"]
