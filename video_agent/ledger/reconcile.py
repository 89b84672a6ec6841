"""Finding out what became of a submit whose answer was lost."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.errors import StoreError
from video_agent.ledger.rows import adopt, load, move, to_generation
from video_agent.models import Generation, GenerationSettings, GenerationState, utc_now
from video_agent.ports import Clock, Finding, Reconciler
from video_agent.store.database import Database
from video_agent.store.tables import GenerationRow

_LOOK_SECONDS = 30.0
_WATCHED_SHARE = 1 / 8
_UNCERTAIN = (GenerationState.OUTCOME_UNKNOWN, GenerationState.UNRESOLVED)


@dataclass(frozen=True)
class SettleTimes:
    """How long to wait before believing, in seconds after the request was sent.

    Args:
        absent_after: From then on "not there" proves that nothing was started. At least the submit
            time-out plus the provider's acceptance delay plus the lag of its look-up: too short a
            time is the one way left to pay twice. The age is told by the clock on the wall, which
            may be set; so who waits also watches for an eighth of it on one that only runs.
        unresolved_after: From then on a provider that cannot tell leaves it to a person; at least
            the longest operation.
    """

    absent_after: float = 75.0
    unresolved_after: float = 900.0


async def reconcile(
    database: Database,
    generation_id: str,
    reconciler: Reconciler,
    times: SettleTimes,
    clock: Clock | None = None,
) -> Generation:
    """Look a lost submit up and move it on if the answer allows it.

    Found: `submitted`. Absent after the settle time, or never sent at all: `not_started`. Cannot
    tell for very long: `unresolved`. Otherwise it stays. Other states are returned as they are.

    Args:
        database: Where the ledger is.
        generation_id: The generation.
        reconciler: Who can look it up.
        times: When an answer is believed.
        clock: When given, "absent" is waited for until it may be believed, and looked up again
            meanwhile.
    """
    row = await _read(database, generation_id)
    if row.state not in _UNCERTAIN:
        return to_generation(row)
    if row.submitted_at is None:
        return await _not_started(database, row)
    output_uri = GenerationSettings.model_validate(row.settings).output_uri
    finding = await reconciler.find(generation_id, output_uri=output_uri)
    age = _age_seconds(row.submitted_at)
    remaining = max(times.absent_after - age, times.absent_after * _WATCHED_SHARE)
    while finding.verdict == "absent" and remaining > 0 and clock is not None:
        pause_seconds = min(remaining, _LOOK_SECONDS)  # what runs may be there long before
        await clock.sleep(pause_seconds)
        remaining -= pause_seconds
        age += pause_seconds
        finding = await reconciler.find(generation_id, output_uri=output_uri)
    return await _act(database, row, finding, times, max(age, _age_seconds(row.submitted_at)))


async def _act(
    database: Database, row: GenerationRow, finding: Finding, times: SettleTimes, age: float
) -> Generation:
    if finding.verdict == "found" and finding.provider_id:
        return await _adopt(database, row, finding.provider_id)
    if finding.verdict == "absent" and age >= times.absent_after:
        return await _not_started(database, row)
    waited_long = age >= times.unresolved_after and row.state == GenerationState.OUTCOME_UNKNOWN
    if finding.verdict == "cannot_tell" and waited_long:
        return await _unresolved(database, row)
    return to_generation(row)


async def _read(database: Database, generation_id: str) -> GenerationRow:
    async with database.read() as session:
        return await load(session, generation_id)


async def _not_started(database: Database, seen: GenerationRow) -> Generation:
    return await _if_unchanged(
        database,
        seen,
        lambda session, row: move(session, row, GenerationState.NOT_STARTED, finished_at=utc_now()),
    )


async def _unresolved(database: Database, seen: GenerationRow) -> Generation:
    return await _if_unchanged(
        database, seen, lambda session, row: move(session, row, GenerationState.UNRESOLVED)
    )


async def _adopt(database: Database, seen: GenerationRow, provider_id: str) -> Generation:
    return await _if_unchanged(
        database, seen, lambda session, row: adopt(session, row, provider_id, "found there")
    )


async def _if_unchanged(
    database: Database,
    seen: GenerationRow,
    act: Callable[[AsyncSession, GenerationRow], Awaitable[Generation]],
) -> Generation:
    """Act on the row as it was looked at; whoever was faster has better news."""
    try:
        async with database.write(durable=True) as session:
            row = await load(session, seen.id)
            if row.version != seen.version:
                return to_generation(row)
            return await act(session, row)
    except StoreError as error:
        if not error.retryable:
            raise
    return to_generation(await _read(database, seen.id))


def _age_seconds(moment: datetime) -> float:
    return max(0.0, (utc_now() - moment).total_seconds())
