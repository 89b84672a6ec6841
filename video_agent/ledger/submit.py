"""The one paid request: claimed in the database, sent once, its outcome always written down."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import TypeVar

from video_agent.errors import (
    AuthError,
    ConfigurationError,
    ContentBlockedError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
    StoreError,
)
from video_agent.ledger.rows import adopt, change, error_document, load, move, to_generation
from video_agent.models import Generation, GenerationOrder, GenerationState, utc_now
from video_agent.ports import CancelledBeforeSending, Generator
from video_agent.store.database import Database
from video_agent.store.uncancelled import finish

_log = logging.getLogger(__name__)
ResultT = TypeVar("ResultT")
_PAUSES_SECONDS = (0.05, 0.2, 0.8, 3.0, *(5.0,) * 12)
_REFUSALS = (RejectedError, QuotaError, AuthError, ContentBlockedError)


async def claim(database: Database, generation_id: str) -> bool:
    """Take the right to send an intent; exactly one caller ever gets it.

    The claim (`submitted_at` is set, `version` grows) is durable before the request leaves: a row
    still unclaimed after a crash was certainly never sent.
    """
    try:
        async with database.write(durable=True) as session:
            row = await load(session, generation_id)
            if row.state != GenerationState.INTENDED or row.submitted_at is not None:
                return False
            await change(session, row, submitted_at=utc_now())
    except StoreError as error:
        if error.retryable:
            return False
        raise
    return True


async def send(database: Database, generator: Generator, order: GenerationOrder) -> Generation:
    """Send a claimed intent once and write down what became of it, also when cancelled.

    Raises:
        RejectedError, QuotaError, AuthError, ContentBlockedError, CancelledBeforeSending: Nothing
            was started; the row is `rejected`.
        OutcomeUnknownError: Anything else; the row is `outcome_unknown`.
    """
    generation_id = order.generation_id
    try:
        provider_id = await generator.submit(order)
    except (*_REFUSALS, CancelledBeforeSending) as error:
        refusal = error
        await finish(_written(lambda: _refused(database, generation_id, refusal)))
        raise
    except BaseException as error:  # cancelled, or anything else: the request may have been sent
        lost = error
        await finish(_written(lambda: _lost(database, generation_id, lost)))
        if not isinstance(error, Exception) or isinstance(error, OutcomeUnknownError):
            raise
        raise OutcomeUnknownError(
            f"a paid request failed in an unexpected way: {error}", cost_usd=None
        ) from error
    try:
        return await finish(_written(lambda: _started(database, generation_id, provider_id)))
    except StoreError:
        _log.exception("generation %s runs as %s but is not recorded", generation_id, provider_id)
        raise


async def run_with_grace(work: "asyncio.Task[Generation]", grace_seconds: float) -> Generation:
    """Await `work`; when we are cancelled, give it a moment to learn the provider's id first.

    An answer is usually there within a second; losing it would leave a paid generation that nobody
    can find.
    """
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        if not work.done():
            await asyncio.wait([work], timeout=grace_seconds)
        if not work.done():
            work.cancel()
            await asyncio.wait([work])
        if not work.cancelled():
            work.exception()  # it is in the ledger; seen here, so that it is not reported as lost
        raise


async def _written(write: Callable[[], Coroutine[object, object, ResultT]]) -> ResultT:
    """Write the outcome down, also when somebody else moves the row or the database is away.

    Giving up at the first refusal would lose the id of a paid generation; a server that restarts is
    back within a minute.
    """
    for pause_seconds in _PAUSES_SECONDS:
        try:
            return await write()
        except (StoreError, ConfigurationError) as error:
            if not error.retryable:
                raise
        await asyncio.sleep(pause_seconds)
    return await write()


async def _started(database: Database, generation_id: str, provider_id: str) -> Generation:
    async with database.write(durable=True) as session:
        row = await load(session, generation_id)
        if row.state == GenerationState.SUBMITTED and row.provider_id == provider_id:
            return to_generation(row)  # a reconciler was faster
        if row.state == GenerationState.INTENDED:
            return await move(session, row, GenerationState.SUBMITTED, provider_id=provider_id)
        return await adopt(session, row, provider_id, "its answer came late")


async def _refused(database: Database, generation_id: str, error: BaseException) -> None:
    async with database.write(durable=True) as session:
        row = await load(session, generation_id)
        # Somebody may have taken us for dead; then the refusal is the proof that nothing started.
        claimed = row.state == GenerationState.INTENDED
        target = GenerationState.REJECTED if claimed else GenerationState.NOT_STARTED
        await move(session, row, target, error=error_document(error), finished_at=utc_now())


async def _lost(database: Database, generation_id: str, error: BaseException) -> None:
    async with database.write(durable=True) as session:
        row = await load(session, generation_id)
        if row.state == GenerationState.INTENDED:
            await move(session, row, GenerationState.OUTCOME_UNKNOWN, error=error_document(error))
