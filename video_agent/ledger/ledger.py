"""`Ledger`: every way in which a paid generation may begin, go on and end."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from random import Random

from video_agent.errors import StoreError
from video_agent.ledger import (
    cancellation,
    decisions,
    endings,
    intents,
    reconcile,
    recovery,
    submit,
)
from video_agent.ledger.accounts import Accounts
from video_agent.ledger.caps import Caps
from video_agent.ledger.intents import Intent, Proposal
from video_agent.ledger.latencies import BracketingPoll, LatencyBook, LatencyKey
from video_agent.ledger.polling import PollingPolicy, watch
from video_agent.ledger.reconcile import SettleTimes
from video_agent.ledger.rows import read, read_all, to_generation
from video_agent.models import (
    Generation,
    GenerationInputs,
    GenerationOrder,
    GenerationState,
    GenerationUpdate,
    utc_now,
)
from video_agent.ports import Clock, Generator, Reconciler
from video_agent.store.database import Database


class Ledger(Accounts):
    """The books of all jobs in one database. Share one object in a process.

    Args:
        database: Where the rows are.
        clock: For the waits of polling and reconciliation.
        caps: What may be spent beyond the budgets of single jobs; None: no caps.
        settle_times: When a look-up's answer is believed.
        cancel_grace_seconds: How long a cancelled submit may still wait for the provider's id.
        abandoned_after_seconds: How old an intent must be before nobody is believed to send it.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        caps: Caps | None = None,
        settle_times: SettleTimes | None = None,
        cancel_grace_seconds: float = 5.0,
        abandoned_after_seconds: float = 2.0,
    ) -> None:
        super().__init__(database, caps)
        self._clock = clock
        self.settle_times = settle_times or SettleTimes()
        self._cancel_grace_seconds = cancel_grace_seconds
        self._abandoned_after_seconds = abandoned_after_seconds
        self._latencies = LatencyBook(database)
        self._sending: dict[str, asyncio.Task[Generation]] = {}

    # ------------------------------------------------------------------ before the request

    async def intend(self, proposal: Proposal) -> Intent:
        """Commit the intent to pay for one generation, or find the one the attempt already has.

        Idempotent: whatever is proposed for an attempt that has a generation (other than
        `rejected` or `not_started`) gets that one, with `created` False.

        Raises:
            NotFoundError: No such job.
            AttemptLimitError: All attempts are used.
            BudgetError, CapError: Says what is needed, spent and left.
        """
        return (await self.intend_round([proposal]))[0]

    async def intend_round(self, proposals: Sequence[Proposal]) -> list[Intent]:
        """`intend` for attempts side by side, in one transaction: as many as the limits allow."""
        async with self._database.write(durable=True) as session:
            return await intents.intend_round(session, proposals, self._caps)

    async def submit(
        self, intent: Intent, generator: Generator, *, inputs: GenerationInputs | None = None
    ) -> Generation:
        """Send an intent at once; see `dispatch`."""
        return await self.dispatch(intent.generation.id, generator, inputs=inputs)

    async def dispatch(
        self, generation_id: str, generator: Generator, *, inputs: GenerationInputs | None = None
    ) -> Generation:
        """Send an intent: exactly one request, by the one caller that claims it, once.

        An intent that nobody has claimed was certainly never sent, so anybody may claim it, also
        after a crash. Whoever comes later gets the generation as it stands: a claimed intent that
        nobody is sending belongs to a process that died, so it becomes `outcome_unknown`; it is
        never sent again.

        Raises:
            RejectedError, QuotaError, AuthError, ContentBlockedError: Nothing was started; the row
                is `rejected`.
            OutcomeUnknownError: It may have started; the row is `outcome_unknown`.
        """
        generation = await self.get(generation_id)
        if generation.state is not GenerationState.INTENDED or generation.submitted_at is not None:
            return await self._as_it_stands(generation_id)
        order = GenerationOrder(
            generation_id=generation.id,
            job_id=generation.job_id,
            model=generation.model,
            prompt=generation.prompt,
            settings=generation.settings,
            inputs=inputs or GenerationInputs(),
        )
        work = asyncio.ensure_future(self._claim_and_send(generator, order))
        self._sending[generation.id] = work
        work.add_done_callback(lambda _: self._sending.pop(generation.id, None))
        return await submit.run_with_grace(work, self._cancel_grace_seconds)

    # ------------------------------------------------------------------ after the request

    async def follow(
        self,
        generation_id: str,
        generator: Generator,
        policy: PollingPolicy,
        *,
        rng: Random | None = None,
        reconciler: Reconciler | None = None,
        keep_progress: bool = True,
    ) -> AsyncGenerator[GenerationUpdate, None]:
        """Poll a submitted generation, yield every update, and write progress and end down.

        Polls come at the times learned from earlier generations of the same backend, model and
        tier, where the policy learns. Ends with a terminal update (`failed` also when the service
        denies it again and again), or with `running` when the deadline has passed: the generation
        is kept and can be followed again at any time. A `reconciler` that knows where else the clip
        may lie is asked before it is given up. `keep_progress` False writes no row for a poll.

        Raises:
            StoreError: The generation is not `submitted`.
            BackendError: The service did not answer for too long (`retryable`).
        """
        generation, key = await self._followed(generation_id)
        rng = rng or Random()  # noqa: S311 - jitter
        policy = await self._latencies.informed(policy, key, rng)
        age = utc_now() - (generation.submitted_at or generation.intended_at)
        age_seconds = max(0.0, age.total_seconds())
        patience = policy.patience_seconds
        ask = endings.believing_poll(generator, generation, self._clock, patience, reconciler)
        poll = BracketingPoll(ask, policy, self._clock, age_seconds)
        updates = watch(poll, policy, self._clock, rng=rng, age_seconds=age_seconds)
        async with aclosing(updates):
            async for update in updates:
                if update.status == "running" and keep_progress:
                    await self.record_progress(generation_id, update.progress)
                elif update.status != "running":
                    await self.finish(generation_id, update)
                if update.status == "succeeded" and policy.catalog_latency is not None:
                    await self._latencies.note(generation_id, key, poll)
                yield update

    async def record_progress(self, generation_id: str, progress: float | None) -> None:
        """Note how far a running generation is; None and steps back are ignored."""
        await endings.record_progress(self._database, generation_id, progress)

    async def finish(self, generation_id: str, outcome: GenerationUpdate) -> Generation:
        """Write down how a generation ended and settle its cost.

        The cost is the reported one; a success without a report costs the catalog's estimate, or
        its share when samples were filtered out.
        Idempotent for the same end.

        Raises:
            StoreError: It is not `submitted`, or ended otherwise.
            InvalidRequestError: `outcome` is `running`.
        """
        return await endings.finish(self._database, generation_id, outcome)

    async def cancel(self, generation_id: str, generator: Generator) -> Generation:
        """Have the service stop a generation, and write down what became of it.

        `cancelled` at the reported cost; without a report its estimate keeps counting: it may be
        billed. One that had ended already is booked as it ended.

        Raises:
            StoreError: It is not `submitted`.
            InvalidRequestError: The service cannot stop it; it runs on and can be followed.
            BackendError: The service did not answer; it may run on and can be followed.
        """
        return await cancellation.cancel(self._database, await self.get(generation_id), generator)

    # ------------------------------------------------------------------ lost answers

    async def recover(self, job_id: str) -> list[Generation]:
        """After a restart: every claimed intent that nobody sends becomes `outcome_unknown`.

        Intents that nobody claimed stay: they were never sent, and may be.

        Returns:
            All generations of the job, oldest first.
        """
        for generation in await self.generations(job_id):
            if generation.state is GenerationState.INTENDED:
                await self._as_it_stands(generation.id)
        return await self.generations(job_id)

    async def reconcile(
        self, generation_id: str, reconciler: Reconciler, *, wait: bool = False
    ) -> Generation:
        """Find out what became of a generation whose answer was lost; never sends anything.

        Args:
            generation_id: The generation; other states than `outcome_unknown` and `unresolved` are
                returned as they are.
            reconciler: Who can look it up.
            wait: Wait out the settle time when the provider does not (yet) know it.
        """
        await self._as_it_stands(generation_id)
        clock = self._clock if wait else None
        return await reconcile.reconcile(
            self._database, generation_id, reconciler, self.settle_times, clock
        )

    async def withdraw(self, generation_id: str, *, reason: str = "not needed") -> Generation:
        """Take an intent back that nobody has claimed: `rejected`, it is never sent.

        Never races with a claim: one of the two wins. What is claimed, or is no intent any more, is
        returned as it stands.
        """
        return await decisions.withdraw(self._database, generation_id, reason)

    async def unknown(self, limit: int = 100) -> list[Generation]:
        """Generations whose outcome nobody knows yet, `unresolved` ones too, oldest first."""
        return await decisions.unknown(self._database, limit)

    async def mark_unresolved(self, generation_id: str, note: str) -> Generation:
        """Hand an unknown outcome to a person; it keeps counting as spent."""
        return await decisions.mark_unresolved(self._database, generation_id, note)

    async def resolve(
        self, generation_id: str, provider_id: str | None, *, by: str = "a person"
    ) -> Generation:
        """A person's decision about an unknown outcome: the provider's id, or None for "nothing".

        With an id it is followed again, also when its job ended. None permits a new submit of the
        attempt: the person answers for that.

        Raises:
            StoreError: Its outcome is not unknown.
        """
        return await decisions.resolve(self._database, generation_id, provider_id, by)

    # ------------------------------------------------------------------ reading

    async def get(self, generation_id: str) -> Generation:
        """One generation.

        Raises:
            NotFoundError: There is none.
        """
        return to_generation(await read(self._database, generation_id))

    async def generations(self, job_id: str) -> list[Generation]:
        """All generations of a job, oldest first."""
        return [to_generation(row) for row in await read_all(self._database, job_id)]

    # ------------------------------------------------------------------ inside

    async def _followed(self, generation_id: str) -> tuple[Generation, LatencyKey]:
        row = await read(self._database, generation_id)
        if row.state != GenerationState.SUBMITTED or row.provider_id is None:
            raise StoreError(f"generation {generation_id} is {row.state}: nothing to poll")
        return to_generation(row), LatencyKey.of(row)

    async def _claim_and_send(self, generator: Generator, order: GenerationOrder) -> Generation:
        if not await submit.claim(self._database, order.generation_id):
            return await recovery.as_it_stands(
                self._database, order.generation_id, self._clock, self._abandoned_after_seconds
            )
        return await submit.send(self._database, generator, order)

    async def _as_it_stands(self, generation_id: str) -> Generation:
        work = self._sending.get(generation_id)
        if work is not None and work.get_loop() is asyncio.get_running_loop():
            await asyncio.wait([work])  # another task of ours is sending it right now
        return await recovery.as_it_stands(
            self._database, generation_id, self._clock, self._abandoned_after_seconds
        )
