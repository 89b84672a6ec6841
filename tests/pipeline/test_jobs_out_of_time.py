"""A job whose time is up, or that is to stop, begins nothing new; what was sent is kept."""

from datetime import timedelta

from tests.pipeline.test_job_work import MakeHouse, queued_job, run, workers_part
from video_agent.models import GenerationState, JobStatus, StopReason, utc_now
from video_agent.store.jobs import update_job
from video_agent.store.queueing import queue_again


async def test_at_its_deadline_a_job_is_parked_while_its_clip_goes_on(house: MakeHouse) -> None:
    made = house(scores=[0.9])
    job, work = await queued_job(made), workers_part(made)
    (sent,) = (await work.turn(job.id)).waiting
    await work.send(sent.generation_id)
    await update_job(made.database, job.id, deadline_at=utc_now() - timedelta(seconds=1))

    outcome = await work.turn(job.id)

    assert outcome.waiting == ()
    parked, _ = await made.services.look(job.id)
    assert (parked.status, parked.stopped_because) == (JobStatus.PARKED, StopReason.DEADLINE)
    await work.bring_home(sent.generation_id)
    (attempt,) = (await made.services.look(job.id))[0].attempts
    assert attempt.video is not None

    await queue_again(made.database, job.id)
    done, _ = await run(made, job, work)
    assert done.status is JobStatus.SUCCEEDED
    assert len(made.generator.orders) == 1


async def test_what_was_not_sent_by_then_is_taken_back_and_sent_when_it_goes_on(
    house: MakeHouse,
) -> None:
    made = house(scores=[0.9])
    job, work = await queued_job(made), workers_part(made)
    (unsent,) = (await work.turn(job.id)).waiting
    await update_job(made.database, job.id, deadline_at=utc_now() - timedelta(seconds=1))
    await work.turn(job.id)
    await work.send(unsent.generation_id)
    taken_back = await made.services.ledger.get(unsent.generation_id)
    assert taken_back.state is GenerationState.REJECTED
    assert made.generator.orders == []

    await queue_again(made.database, job.id)
    done, _ = await run(made, job, work)
    assert done.status is JobStatus.SUCCEEDED
    assert len(made.generator.orders) == 1


async def test_a_worker_that_is_about_to_send_sees_that_its_job_is_to_stop(
    house: MakeHouse,
) -> None:
    made = house(scores=[0.9])
    job, work = await queued_job(made), workers_part(made)
    (unsent,) = (await work.turn(job.id)).waiting
    await update_job(made.database, job.id, cancel_requested_at=utc_now())

    await work.send(unsent.generation_id)

    assert made.generator.orders == []
    await work.turn(job.id)
    assert (await made.services.look(job.id))[0].status is JobStatus.CANCELLED
