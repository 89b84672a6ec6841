"""Jobs as a person names and lists them. Reads only, and loads nothing heavy."""

from collections.abc import Collection

from video_agent.errors import InvalidRequestError, NotFoundError
from video_agent.ledger.facts import load_all_facts, load_facts
from video_agent.models import Job, JobStatus
from video_agent.store import Database
from video_agent.store.job_lists import job_ids_like
from video_agent.store.jobs import list_jobs

_SHORTEST_PART = 4


async def find_job(database: Database, name: str) -> Job:
    """The one job whose id is or begins or ends with `name` (then at least 4 characters).

    Raises:
        NotFoundError: There is none.
        InvalidRequestError: There are several.
    """
    return (await load_facts(database, await find_job_id(database, name))).job


async def find_job_id(database: Database, name: str) -> str:
    """See `find_job`.

    Raises:
        NotFoundError: There is none.
        InvalidRequestError: There are several.
    """
    near = await job_ids_like(database, name)
    if name in near:
        return name
    if not near or len(name) < _SHORTEST_PART:
        raise NotFoundError(f"there is no job {name}", hint="video-agent jobs lists them")
    if len(near) > 1:
        raise InvalidRequestError(
            f"{len(near)} jobs fit {name}", hint="give more of the id; its end tells best"
        )
    return near[0]


async def newest_jobs(
    database: Database,
    *,
    user_id: str | None = None,
    statuses: Collection[JobStatus] | None = None,
    limit: int = 50,
) -> list[Job]:
    """Jobs with everything they led to, newest first."""
    rows = await list_jobs(database, user_id=user_id, statuses=statuses, limit=limit)
    facts = await load_all_facts(database, [row.id for row in rows])
    return [one.job for one in facts]
