"""`video-agent approve` and `video-agent decline`: a person's answer to what it may cost."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.options import AsJson, Backend, Database

if TYPE_CHECKING:
    from video_agent.models import BatchResult, Job
    from video_agent.wiring import VideoAgent

_Name = Annotated[str, Parameter(help="Jobs or batches that wait, each by its id or a part of it.")]


async def approve(
    *names: _Name,
    backend: Backend = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Agree to what jobs, or batches, that wait for approval may cost: they are queued.

    A worker makes them, or `video-agent resume JOB`. Approving twice is approving once.

    - `video-agent approve 0199a7c2`
    - `video-agent approve b-3f9a1c2d4e5f6a7b`
    """
    return await _decide(names, backend, database, agrees=True, as_json=as_json)


async def decline(
    *names: _Name,
    backend: Backend = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Do not agree: jobs, or batches, that wait for approval are cancelled. Nothing was paid.

    - `video-agent decline 0199a7c2`
    """
    return await _decide(names, backend, database, agrees=False, as_json=as_json)


async def _decide(
    names: Sequence[str],
    backend: str | None,
    database: str | None,
    *,
    agrees: bool,
    as_json: bool,
) -> int:
    from video_agent.cli.console import print_json
    from video_agent.cli.opening import open_agent
    from video_agent.errors import InvalidRequestError

    if not names:
        raise InvalidRequestError("which job?", hint="video-agent jobs lists those that wait")
    async with open_agent(backend, None, database) as agent:
        decided = [await _one(agent, name, agrees=agrees) for name in names]
    if as_json:
        print_json({"decided": [_as_json(one) for one in decided]})
    else:
        for one in decided:
            print(_told(one))
    return 0


async def _one(agent: "VideoAgent", name: str, *, agrees: bool) -> "Job | BatchResult":
    from video_agent.errors import NotFoundError

    try:
        batch = await agent.find_batch(name)
    except NotFoundError:
        return await (agent.approve(name) if agrees else agent.decline(name))
    decide = agent.approve_batch if agrees else agent.decline_batch
    return await decide(batch.id)


def _as_json(one: "Job | BatchResult") -> dict[str, object]:
    from video_agent.cli.batch_results import batch_as_json
    from video_agent.models import BatchResult

    if isinstance(one, BatchResult):
        return batch_as_json(one)
    return {"job_id": one.id, "status": one.status.value}


def _told(one: "Job | BatchResult") -> str:
    from video_agent.cli.batch_results import counts_text
    from video_agent.cli.naming import command_name
    from video_agent.models import BatchResult, JobStatus

    if isinstance(one, BatchResult):
        return f"batch {one.id}: {counts_text(one)}"
    words = one.status.value.replace("_", " ")
    if one.status is JobStatus.QUEUED:
        words += f": a worker makes it, or {command_name()} resume {one.id}"
    return f"job {one.id}: {words}"
