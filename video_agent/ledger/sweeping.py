"""What crashes and lost answers leave behind, found and put right; called now and then.

Everything here may be done twice, by two processes at once, and while others work on the same rows:
each change is the ledger's own compare-and-set. Nothing is ever sent. Only generations of one
backend, and of one kind of money, are touched: nobody else can be asked about them.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from video_agent.errors import BackendError
from video_agent.ledger.ledger import Ledger
from video_agent.ledger.recovery import abandon
from video_agent.ledger.rows import to_generation
from video_agent.models import (
    ENDED_STATUSES,
    RESTING_STATUSES,
    Generation,
    GenerationState,
    Value,
    utc_now,
)
from video_agent.ports import Reconciler
from video_agent.store.database import Database
from video_agent.store.tables import AttemptRow, GenerationRow, JobRow, VideoRow

MOST_AT_ONCE = 100
_COLLECTED_WITHIN = timedelta(hours=72)
_INLINE_IS_OVER = timedelta(hours=1)


class Realm(Value):
    """Whose generations are swept.

    Args:
        backend: The backend that this process talks to.
        charged: Whether it costs real money there.
    """

    backend: str
    charged: bool

    @property
    def own(self) -> ColumnElement[bool]:
        """What a row and its job must fulfil."""
        same = col(GenerationRow.backend) == self.backend
        return same & col(JobRow.charged).is_(self.charged)


async def lose_stale_claims(
    database: Database, realm: Realm, *, older_than_seconds: float
) -> list[Generation]:
    """Claimed intents whose sender is gone: their outcome is unknown from now on.

    Should a sender live after all, its answer still moves the row on.

    Args:
        database: Where the ledger is.
        realm: Whose.
        older_than_seconds: The age of a claim at which nobody is still sending it: the time-out of
            a submit, and a margin.

    Returns:
        Those that became `outcome_unknown`, oldest first.
    """
    stale = await _find(
        database,
        realm,
        col(GenerationRow.state) == GenerationState.INTENDED.value,
        col(GenerationRow.submitted_at) < utc_now() - timedelta(seconds=older_than_seconds),
    )
    found = [await abandon(database, one.id) for one in stale]
    return [one for one in found if one.state is GenerationState.OUTCOME_UNKNOWN]


async def look_up_lost(
    database: Database, ledger: Ledger, reconciler: Reconciler, realm: Realm
) -> list[Generation]:
    """Ask once more about lost submits that are past their settle time.

    One that cannot be asked about now is left for the next time.

    Returns:
        Those that are no longer `outcome_unknown`: found, proven absent, or left to a person.
    """
    settled = utc_now() - timedelta(seconds=ledger.settle_times.absent_after)
    lost = await _find(
        database,
        realm,
        col(GenerationRow.state) == GenerationState.OUTCOME_UNKNOWN.value,
        func.coalesce(col(GenerationRow.submitted_at), col(GenerationRow.intended_at)) < settled,
    )
    known: list[Generation] = []
    for one in lost:
        try:
            known.append(await ledger.reconcile(one.id, reconciler))
        except BackendError:  # it keeps counting as spent, and is asked about again
            continue
    return [one for one in known if one.state is not GenerationState.OUTCOME_UNKNOWN]


async def left_alone(
    database: Database, realm: Realm, *, untouched_seconds: float
) -> list[Generation]:
    """Paid generations that nobody brings home: started, or succeeded without a stored clip.

    They are to be followed, and their clips collected, whatever became of their jobs. A worker may
    be at it all the same, since following writes nothing down: whoever takes this list leaves out
    what it knows to be under way. A clip that could not be had is listed again after the same time,
    for three days.

    Args:
        database: Where the ledger is.
        realm: Whose.
        untouched_seconds: So long nothing was written down for it. One whose job runs in the
            process that made it is left alone for an hour at least.
    """
    now = utc_now()
    touched = func.coalesce(col(GenerationRow.settled_at), col(GenerationRow.updated_at))
    nobodys = col(JobRow.queued).is_(True) | col(JobRow.status).in_(
        [status.value for status in RESTING_STATUSES]
    )
    return await _find(
        database,
        realm,
        touched < now - timedelta(seconds=untouched_seconds),
        nobodys | (touched < now - _INLINE_IS_OVER),
        (col(GenerationRow.state) == GenerationState.SUBMITTED.value) | _worth_collecting(),
    )


async def withdraw_orphans(database: Database, ledger: Ledger, realm: Realm) -> list[Generation]:
    """Take back intents that nobody claimed and whose jobs have ended.

    Returns:
        Those that are `rejected` now: never sent, and nothing reserved any more.
    """
    orphans = await _find(
        database,
        realm,
        col(GenerationRow.state) == GenerationState.INTENDED.value,
        col(GenerationRow.submitted_at).is_(None),
        col(JobRow.status).in_([status.value for status in ENDED_STATUSES]),
    )
    reason = "its job has ended"
    withdrawn = [await ledger.withdraw(one.id, reason=reason) for one in orphans]
    return [one for one in withdrawn if one.state is GenerationState.REJECTED]


def _worth_collecting() -> ColumnElement[bool]:
    """Whether a success has no clip on the books, and one may still be had."""
    clip = select(VideoRow.id).where(col(VideoRow.generation_id) == col(GenerationRow.id))
    given_up = select(AttemptRow.id).where(
        col(AttemptRow.job_id) == col(GenerationRow.job_id),
        col(AttemptRow.number) == col(GenerationRow.attempt_number),
        col(AttemptRow.finished_at).is_not(None),
    )
    return (
        (col(GenerationRow.state) == GenerationState.SUCCEEDED.value)
        & (col(GenerationRow.intended_at) > utc_now() - _COLLECTED_WITHIN)
        & ~clip.exists()
        & ~given_up.exists()
    )


async def _find(
    database: Database, realm: Realm, *conditions: ColumnElement[bool]
) -> list[Generation]:
    """The oldest generations that fulfil all conditions; the rest waits for the next time."""
    query = (
        select(GenerationRow)
        .join(JobRow, col(JobRow.id) == col(GenerationRow.job_id))
        .where(realm.own, *conditions)
        .order_by(col(GenerationRow.id))
        .limit(MOST_AT_ONCE)
    )
    async with database.read() as session:
        return [to_generation(row) for row in await session.exec(query)]
