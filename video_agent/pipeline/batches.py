"""Batches: many requests under one cap, let in together or not at all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from video_agent.errors import BudgetError, InvalidRequestError, NotFoundError, VideoAgentError
from video_agent.ledger.budget import ZERO, dollars
from video_agent.media.readiness import check_output_folder
from video_agent.models import BatchResult, JobStatus, JobTerms, VideoRequest
from video_agent.pipeline.batch_file import (
    BatchFile,
    InvalidBatchError,
    RowProblem,
    problem_of,
)
from video_agent.pipeline.batch_standing import look_at_batch
from video_agent.pipeline.ordering import Order, Orders
from video_agent.store.batches import change_cap, create_batch, requests_of_batch
from video_agent.store.column_types import nano_dollars
from video_agent.store.job_tables import BatchRow
from video_agent.store.tables import JobRow

_ID_DIGITS = 16
_JOB_DIGITS = 8


@dataclass(frozen=True, kw_only=True)
class PlannedBatch:
    """A batch that can be begun, or gone on with. Nothing is stored yet.

    Args:
        id: Follows from its content, its backend, its user and its name: the same again is the
            same batch.
        file: The requests.
        name: What people call it.
        user_id: Whose it is.
        cap_usd: What all rows together may cost; None: each row's own budget is the only limit.
        orders: What each row comes to; empty when it was begun earlier.
        earlier: How it stands, when it was.
    """

    id: str
    file: BatchFile
    name: str
    user_id: str
    cap_usd: Decimal | None
    orders: tuple[Order, ...] = ()
    earlier: BatchResult | None = None

    @property
    def one_attempt_usd(self) -> Decimal:
        """One attempt of every row."""
        return sum((order.priced.one_attempt_usd for order in self.orders), ZERO)

    def needs_approval(self, limit_usd: Decimal | None) -> bool:
        """Whether it may cost more than may be spent without asking, and nobody was asked yet."""
        return limit_usd is not None and self.earlier is None and self.most_usd > limit_usd

    @property
    def most_usd(self) -> Decimal:
        """All attempts of every row, within the cap."""
        most = sum((order.priced.most_usd for order in self.orders), ZERO)
        return most if self.cap_usd is None else min(most, self.cap_usd)


class Batches:
    """Plans and stores batches.

    Args:
        orders: Prices and checks single requests, and makes their jobs.
    """

    def __init__(self, orders: Orders) -> None:
        prices = orders.prices()  # one day's prices for all rows
        self._orders = replace(orders, prices=lambda: prices)
        self._database = orders.database

    async def plan(
        self,
        file: BatchFile,
        *,
        cap_usd: Decimal | None = None,
        name: str | None = None,
        user_id: str = "local",
    ) -> PlannedBatch:
        """Check and price every row, and whether the money is there. Nothing is stored.

        A batch that was begun earlier is let in again as it was.

        Args:
            file: The requests.
            cap_usd: What all rows together may cost.
            name: Another name makes another batch of the same requests.
            user_id: Whose batch it is.

        Raises:
            InvalidBatchError: Rows cannot be made; each is named.
            BudgetError: The cap does not cover one attempt of every row.
            CapError: The caps of the day or of all time do not; the message names the one.
            InvalidRequestError: It was begun earlier with other options.
        """
        if cap_usd is not None and cap_usd <= 0:
            raise InvalidRequestError(f"the cap is {cap_usd}; allowed: more than 0 dollars")
        planned = PlannedBatch(
            id=self._id(file, name, user_id),
            file=file,
            name=name or file.name,
            user_id=user_id,
            cap_usd=None if cap_usd is None else nano_dollars(cap_usd),
        )
        try:
            earlier = await look_at_batch(self._database, planned.id)
        except NotFoundError:
            return await self._let_in(planned)
        await self._check_same(planned)
        cap = planned.cap_usd if planned.cap_usd is not None else earlier.cap_usd
        return replace(planned, earlier=earlier, cap_usd=cap)

    async def store(
        self, planned: PlannedBatch, *, queued: bool, approved: bool = False
    ) -> BatchResult:
        """Store a planned batch with all its jobs at once; one that is there gets the new cap.

        Args:
            planned: What was let in.
            queued: Whether workers do the jobs; else this process, one after the other.
            approved: A person has agreed to what it may cost. Otherwise, when that is more than
                may be spent without asking, its jobs wait until somebody does.

        Raises:
            StoreError: The database refused; nothing is stored.
        """
        made = planned.earlier is None and await create_batch(
            self._database,
            self._row(planned),
            self._jobs(planned, queued=queued, approved=approved),
            [entry.request.model_dump(mode="json") for entry in planned.file.rows],
        )
        if not made and planned.cap_usd is not None:
            await change_cap(self._database, planned.id, planned.cap_usd)
        return await look_at_batch(self._database, planned.id)

    # ------------------------------------------------------------------ inside

    def _id(self, file: BatchFile, name: str | None, user_id: str) -> str:
        orders = self._orders
        parts = (file.digest, orders.backend, str(orders.charged), user_id, name or "")
        return f"b-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:_ID_DIGITS]}"

    async def _let_in(self, planned: PlannedBatch) -> PlannedBatch:
        orders: list[Order] = []
        problems: list[RowProblem] = []
        for entry in planned.file.rows:
            try:
                orders.append(await self._orders.price(entry.request))
            except VideoAgentError as error:
                problems.append(problem_of(entry.number, entry.line, error))
        if problems:
            raise InvalidBatchError(planned.file.name, problems)
        planned = replace(planned, orders=tuple(orders))
        await self._check_money(planned)
        if self._database.is_sqlite:
            await check_output_folder(self._orders.settings.output_folder)
        return planned

    async def _check_money(self, planned: PlannedBatch) -> None:
        count = len(planned.orders)
        what = f"one attempt of each of {count} rows" if count > 1 else "one attempt of its row"
        needed, cap = planned.one_attempt_usd, planned.cap_usd
        if cap is not None and needed > cap:
            most = sum((order.priced.most_usd for order in planned.orders), ZERO)
            raise BudgetError(
                f"{what} needs {dollars(needed)} (all their attempts up to {dollars(most)}), but "
                f"the cap is {dollars(cap)}; nothing was begun",
                hint=f"allow at least {dollars(needed)}, or hand in fewer rows",
            )
        needs = [(order.request.user_id, order.priced.one_attempt_usd) for order in planned.orders]
        await self._orders.headroom.check(needs, what)

    async def _check_same(self, planned: PlannedBatch) -> None:
        """Refuse other options for rows that were begun: their jobs would not have them."""
        begun = await requests_of_batch(self._database, planned.id)
        for entry, request in zip(planned.file.rows, begun, strict=False):
            if VideoRequest.model_validate(request) != entry.request:
                raise InvalidRequestError(
                    f"{planned.name} was begun earlier (batch {planned.id}) with other options; "
                    f"row {entry.number} differs",
                    hint="use the same options, or another --name for another batch of it",
                )

    def _row(self, planned: PlannedBatch) -> BatchRow:
        return BatchRow(
            id=planned.id, name=planned.name, user_id=planned.user_id, cap_usd=planned.cap_usd
        )

    def _jobs(self, planned: PlannedBatch, *, queued: bool, approved: bool) -> Sequence[JobRow]:
        limit = self._orders.settings.approval_above_usd
        waits = not approved and planned.needs_approval(limit)
        jobs: list[JobRow] = []
        for number, order in enumerate(planned.orders, 1):
            terms = JobTerms(idempotency_key=job_id(planned.id, number), batch_id=planned.id)
            row = self._orders.job(order, terms, approved=approved)
            row.queued = queued
            if waits:
                row.status = JobStatus.WAITING_FOR_APPROVAL.value
            jobs.append(row)
        return jobs


def job_id(batch_id: str, number: int) -> str:
    """The id of a row's job: it follows from the batch, so that a row can have one job only.

    It ends in random-looking digits, by which jobs and their files are told apart.
    """
    digits = hashlib.sha256(f"{batch_id}/{number}".encode()).hexdigest()[:_JOB_DIGITS]
    return f"{batch_id}-{number:05d}-{digits}"
