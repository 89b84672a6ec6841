"""A paid look at a file that no job made is on the books as any other: a job of its own, no video.

The job exists before the call and carries its reservation; caps of the day and of all time hold in
the transaction that reserves. A process that dies in between leaves it running with its money
counted in full.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal

from video_agent.backends.clock import SystemClock
from video_agent.errors import VideoAgentError
from video_agent.ids import new_id
from video_agent.ledger import ChargeIntent, Ledger
from video_agent.ledger.belonging import LOOKS
from video_agent.ledger.headroom import Caps
from video_agent.models import Analysis, JobStatus, StopReason, TokenUsage, parse_request
from video_agent.store import Database
from video_agent.store.jobs import create_job, new_job, update_job
from video_agent.store.tables import JobRow
from video_agent.store.uncancelled import finish

_CHARGE_KIND = "judge"


@dataclass(frozen=True)
class Look:
    """One look at a file that is about to be paid.

    Args:
        prompt: What the file should show.
        threshold: The score, 0 to 1, from which it passes.
        model: The judge.
        most_usd: What all judgements together may cost.
        backend: The backend's name as jobs carry it.
        charged: Whether that is real money.
    """

    prompt: str
    threshold: float
    model: str
    most_usd: Decimal
    backend: str
    charged: bool


@dataclass
class Booking:
    """The look under way. Whoever takes it says what was found; else its cost stays unknown."""

    found: Analysis | None = None

    def keep(self, found: Analysis) -> Analysis:
        """Remember what was found, and hand it on."""
        self.found = found
        return found


@asynccontextmanager
async def booked(database: Database, caps: Caps, look: Look) -> AsyncGenerator[Booking]:
    """Around one paid look: its job and its reservation before it, its cost after it.

    Raises:
        InvalidRequestError: The prompt is empty or too long; nothing is written.
        BudgetError: A cap has no room; the look may not be taken.
        StoreError: The database refused.
    """
    job_id = (await create_job(database, _row(look))).id
    ledger, booking = Ledger(database, SystemClock(), caps=caps), Booking()
    used, error = TokenUsage(model=look.model), None
    try:
        charge_id = await ledger.begin_charge(
            ChargeIntent(job_id, _CHARGE_KIND, look.model, look.most_usd), "judging"
        )
    except VideoAgentError as refusal:
        await finish(_close(database, job_id, booking, refusal))
        raise
    try:
        yield booking
    except VideoAgentError as failure:
        error = failure
        used = TokenUsage(model=look.model, cost_usd=failure.cost_usd)
        raise
    finally:
        if booking.found is not None:
            used = TokenUsage(model=look.model, cost_usd=booking.found.cost_usd)
        await finish(ledger.settle_charge(charge_id, used))
        await finish(_close(database, job_id, booking, error))


def _row(look: Look) -> JobRow:
    """The job that pays for a look."""
    wishes = {"prompt": look.prompt, "quality_threshold": look.threshold, "max_attempts": 1}
    return new_job(
        parse_request({**wishes, "budget_usd": look.most_usd}),
        app_name=LOOKS,
        session_id=f"{LOOKS}-{new_id()}",
        backend=look.backend,
        charged=look.charged,
    )


async def _close(
    database: Database, job_id: str, booking: Booking, error: VideoAgentError | None
) -> None:
    """A verdict, also a bad one, is what was ordered."""
    found = booking.found
    if found is not None and found.score is not None:
        reason = StopReason.PASSED if found.passed else None
        await update_job(
            database,
            job_id,
            status=JobStatus.SUCCEEDED,
            stopped_because=reason,
            best_score=found.score,
        )
        return
    words = error.message if error else "the judge gave no usable answer"
    await update_job(
        database,
        job_id,
        status=JobStatus.FAILED,
        stopped_because=StopReason.ERROR,
        error={"type": type(error).__name__ if error else "AnswerError", "message": words},
    )
