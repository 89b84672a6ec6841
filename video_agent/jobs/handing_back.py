"""What an executor held goes back to its queues, unless it has outlived too many executors."""

from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.errors import StoreError
from video_agent.jobs.client import EngineClient, Pending
from video_agent.ledger.rows import error_document
from video_agent.models import RESTING_STATUSES, JobStatus, StopReason, utc_now
from video_agent.store.events import append_event
from video_agent.store.jobs import status_event
from video_agent.store.tables import GenerationRow, JobRow

_ROUNDS = 5
_MOST_DEATHS = 100
_DEADLY = "workers have died while they had it under way, which a defect may be the reason of"


@dataclass
class HandedBack:
    """What became of an executor's workflows.

    Args:
        count: How many went back to their queues.
        hopeless: Those that did not: so many executors had them when they died.
    """

    count: int
    hopeless: list[Pending]


def hand_back(client: EngineClient, executor_id: str, queue: str, *, died: bool) -> HandedBack:
    """Hand back until its list is empty: what a dying one took last is found too. Blocking.

    Args:
        client: The engine's.
        executor_id: Who held them.
        queue: For those that were on none.
        died: It did not end by itself: counted with each workflow, as the engine's own count of
            attempts starts anew.

    Raises:
        StoreError: The engine's database refused, or the executor goes on taking jobs.
    """
    done = HandedBack(0, [])
    for _ in range(_ROUNDS):
        held = client.pending(executor_id=executor_id)
        if not held:
            return done
        hopeless = [one for one in held if died and one.deaths + 1 >= _MOST_DEATHS]
        client.stop([one.workflow_id for one in hopeless])
        others = [one for one in held if one not in hopeless]
        client.hand_back(others, queue, died=died)
        done.count += len(others)
        done.hopeless += hopeless
    raise StoreError(f"worker {executor_id} keeps taking jobs", retryable=True)


async def leave_to_a_person(session: AsyncSession, workflow: Pending) -> None:
    """Write down, in a transaction, that its job needs attention; it can be resumed."""
    name = workflow.workflow_id.partition(":")[0]
    generation = await session.get(GenerationRow, name)
    job_id = name if generation is None else generation.job_id
    query = select(JobRow).where(col(JobRow.id) == job_id).with_for_update()
    job = (await session.exec(query)).one_or_none()
    if job is None or JobStatus(job.status) in RESTING_STATUSES:
        return
    job.status, job.stopped_because = JobStatus.NEEDS_ATTENTION.value, StopReason.ERROR.value
    job.error = error_document(StoreError(f"{workflow.deaths + 1} {_DEADLY}"))
    job.updated_at = utc_now()
    event = status_event(JobStatus.NEEDS_ATTENTION, StopReason.ERROR)
    await append_event(session, job_id, event)
