"""The intent: one row, committed durably before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.errors import BudgetError
from video_agent.ledger.accounts import spend_in
from video_agent.ledger.budget import AttemptLimitError
from video_agent.ledger.caps import Caps, take_turns
from video_agent.ledger.fingerprint import fingerprint
from video_agent.ledger.rows import load_job, rows_of, tell, to_generation
from video_agent.ledger.states import RESUBMITTABLE
from video_agent.models import Generation, GenerationSettings, GenerationState
from video_agent.store.column_types import nano_dollars
from video_agent.store.tables import GenerationRow, JobRow


@dataclass(frozen=True)
class Proposal:
    """One paid generation that somebody wants.

    Args:
        job_id: Its job; budget and number of attempts come from the job's row.
        attempt_number: 1..n within the job.
        model: The model's id.
        prompt: The rendered prompt.
        settings: What to deliver; its sha256 fields stand for the input files.
        estimate_usd: The list price; it is reserved until the cost is known.
        backend: The name of the backend that would be paid.
    """

    job_id: str
    attempt_number: int
    model: str
    prompt: str
    settings: GenerationSettings
    estimate_usd: Decimal
    backend: str

    @property
    def fingerprint(self) -> str:
        """See `ledger.fingerprint`."""
        return fingerprint(
            job_id=self.job_id,
            attempt_number=self.attempt_number,
            model=self.model,
            prompt=self.prompt,
            settings=self.settings,
        )


@dataclass(frozen=True)
class Intent:
    """A committed intent.

    `created` is True for the one caller whose call made the row: only that caller may send it. It
    is False when the attempt already had a generation, which then is `generation`.
    """

    generation: Generation
    created: bool


async def intend(session: AsyncSession, proposal: Proposal, caps: Caps) -> Intent:
    """Find the attempt's generation or make it, inside a writing transaction.

    Raises:
        NotFoundError: No such job.
        AttemptLimitError, BudgetError, CapError: Refused; nothing is written.
    """
    await take_turns(session, caps, proposal.job_id)
    job = await load_job(session, proposal.job_id, lock=True)
    rows = await rows_of(session, proposal.job_id)
    counting = [row for row in rows if GenerationState(row.state) not in RESUBMITTABLE]
    for row in counting:
        if row.attempt_number == proposal.attempt_number:
            return Intent(to_generation(row), created=False)
    _check_attempts(job, len(counting))
    spend = await spend_in(session, job, caps)
    estimate = nano_dollars(proposal.estimate_usd)
    spend.check(estimate, f"attempt {proposal.attempt_number}")
    row = GenerationRow(
        job_id=proposal.job_id,
        attempt_number=proposal.attempt_number,
        fingerprint=proposal.fingerprint,
        state=GenerationState.INTENDED.value,
        model=proposal.model,
        backend=proposal.backend,
        prompt=proposal.prompt,
        settings=proposal.settings.model_dump(mode="json"),
        estimate_usd=estimate,
        reserved_usd=estimate,
    )
    session.add(row)
    await session.flush()
    generation = to_generation(row)
    await tell(session, generation, proposal.backend)
    return Intent(generation, created=True)


async def intend_round(
    session: AsyncSession, proposals: Sequence[Proposal], caps: Caps
) -> list[Intent]:
    """The same for attempts side by side: as many as attempts and money allow, one at least.

    Raises:
        NotFoundError: No such job.
        AttemptLimitError, BudgetError, CapError: Not even the first; nothing is written.
    """
    intents: list[Intent] = []
    for proposal in proposals:
        try:
            intents.append(await intend(session, proposal, caps))
        except BudgetError:
            if not intents:
                raise
            break
    return intents


def _check_attempts(job: JobRow, used: int) -> None:
    allowed = job.request.get("max_attempts")
    if isinstance(allowed, int) and used >= allowed:
        raise AttemptLimitError(
            f"all {allowed} attempts of the job are used", hint="raise max_attempts to go on"
        )
