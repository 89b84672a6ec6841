"""Anything may happen to a ledger in any order, by several processes that may die at any statement.

A walk does what people, workers and crashes do to two jobs of one user under a shared cap. After
each step the books must be true: at most one paid request for a generation, none without a durable
claim, sums as they should be, no limit exceeded, one event for each change of state.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.ledger.crashing import (
    PRICE,
    TIMES_PASSED,
    Answering,
    Process,
    Provider,
    check_books,
    open_job,
    wish,
)
from video_agent.errors import OutcomeUnknownError, RejectedError, VideoAgentError
from video_agent.ids import new_id
from video_agent.ledger import Caps, ChargeIntent
from video_agent.ledger.rows import to_generation
from video_agent.ledger.sweeping import (
    Realm,
    look_up_lost,
    lose_stale_claims,
    withdraw_orphans,
)
from video_agent.models import Generation, GenerationState, JobStatus, TokenUsage
from video_agent.ports import Finding
from video_agent.store import Database
from video_agent.store.jobs import update_job

State, HERE = GenerationState, Realm(backend="studio", charged=False)
CAP = 3 * PRICE + Decimal("0.05")
CAPS = Caps(user_day_usd=CAP, total_usd=CAP)
Work = Callable[[Process], Awaitable[object]]

jobs, processes = st.integers(0, 1), st.integers(0, 2)
SEED = 3
kills = st.integers(0, 40).map(lambda at: at if at <= 14 else 0)
costs = st.sampled_from([None, Decimal(0), Decimal("0.004")])
MEANWHILE = (
    "nothing",
    "nothing",
    "another sends",
    "another takes it for dead",
    "another withdraws it",
)
answers = st.sampled_from(["started", "started", "refused", "lost", "never arrived"])


class Ignorant:
    """A look-up that cannot tell."""

    async def find(self, generation_id: str, *, output_uri: str | None = None) -> Finding:
        del generation_id, output_uri
        return Finding(verdict="cannot_tell")


class LedgerWalk(RuleBasedStateMachine):
    """Two jobs, three processes, one database, one provider."""

    template: ClassVar[Path]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        file = self.folder / f"{new_id()}.db"
        shutil.copy(self.template, file)
        self._runner = asyncio.Runner()
        self._witness = Database(f"sqlite:///{file}")
        self._provider = Provider(self._witness)
        url = self._witness.url
        # Only one that comes when everybody else is gone may believe that something is absent.
        self._processes = [Process(url, None, CAPS) for _ in range(3)]
        self._latecomer = Process(url, TIMES_PASSED, CAPS)
        self._jobs: list[str] = []
        self._generations: list[Generation] = []

    @initialize()
    def two_jobs(self) -> None:
        for budget_usd in ("1.30", "0.50"):
            self._jobs.append(self._runner.run(open_job(self._latecomer.database, budget_usd)))
        for job_id in self._jobs:
            self._runner.run(self._latecomer.ledger.intend(wish(job_id)))
        self._runner.run(self._check())

    def teardown(self) -> None:
        for process in (*self._processes, self._latecomer):
            self._runner.run(process.end())
        self._runner.run(self._witness.close())
        self._runner.close()

    # -------------------------------------------------------------- what may happen

    @rule(
        job=jobs,
        number=st.integers(1, 4),
        process=processes,
        wanting=kills,
        sending=kills,
        answer=answers,
        meanwhile=st.sampled_from(MEANWHILE),
    )
    def an_attempt_is_made(
        self,
        job: int,
        number: int,
        process: int,
        wanting: int,
        sending: int,
        answer: str,
        meanwhile: str,
    ) -> None:
        proposal = wish(self._jobs[job], number)
        self._do(process, wanting, lambda one: one.ledger.intend(proposal))
        self._runner.run(self._check())
        for generation in [one for one in self._generations if one.state is State.INTENDED]:
            others: dict[str, Work] = {
                "another sends": self._sending(generation.id, "started"),
                "another takes it for dead": _recovering(generation.job_id),
                "another withdraws it": _withdrawing(generation.id),
            }
            work = self._sending(generation.id, answer)
            if meanwhile in others:
                self._together(work, others[meanwhile])
            else:
                self._do(process, sending, work)

    @rule(first=st.integers(1, 4), second=st.integers(1, 4))
    def both_jobs_want_a_clip_at_once(self, first: int, second: int) -> None:
        one, two = wish(self._jobs[0], first), wish(self._jobs[1], second)
        self._together(
            lambda process: process.ledger.intend(one), lambda process: process.ledger.intend(two)
        )

    @rule(process=processes, kill_at=kills, cancelled=st.booleans())
    def what_runs_ends(self, process: int, kill_at: int, *, cancelled: bool) -> None:
        for generation in self._generations:
            self._do(process, kill_at, self._following(generation, cancelled=cancelled))

    @rule(kill_at=kills, how=st.sampled_from(["asks", "asks in vain", "sweeps"]))
    def somebody_comes_later(self, kill_at: int, how: str) -> None:
        """All who might still be sending are gone by then."""
        reconciler = Ignorant() if how == "asks in vain" else self._provider

        async def look(by: Process) -> None:
            if how == "sweeps":
                await lose_stale_claims(by.database, HERE, older_than_seconds=-1)
                await look_up_lost(by.database, by.ledger, reconciler, HERE)
                await withdraw_orphans(by.database, by.ledger, HERE)
            for generation in self._generations:
                await by.ledger.reconcile(generation.id, reconciler)

        self._run(self._latecomer, kill_at, look)

    @rule(process=processes, kill_at=kills, decides=st.booleans())
    def a_person_decides(self, process: int, kill_at: int, *, decides: bool) -> None:
        """People tell the truth here: for a lie they answer themselves."""
        for generation in self._generations:
            started = generation.id in self._provider.accepted
            truth = f"op-{generation.id}" if started else None
            self._do(process, kill_at, _deciding(generation.id, truth, decides=decides))

    @rule(job=jobs, process=processes, begun=kills, answered=kills, cost_usd=costs)
    def a_model_is_asked(
        self, job: int, process: int, begun: int, answered: int, cost_usd: Decimal | None
    ) -> None:
        intent = ChargeIntent(self._jobs[job], "judge", "gemini", Decimal("0.02"))
        usage = TokenUsage(model="gemini", cost_usd=cost_usd)
        calls: list[str] = []

        async def begin(by: Process) -> None:
            calls.append(await by.ledger.begin_charge(intent, "judging"))

        self._do(process, begun, begin)
        for charge_id in calls:
            self._do(process, answered, _settling(charge_id, usage))

    @rule(job=jobs, ended=st.sampled_from([False, False, True]))
    def a_job_ends_or_is_taken_up_again(self, job: int, *, ended: bool) -> None:
        status = JobStatus.STOPPED if ended else JobStatus.RUNNING
        end = partial(update_job, self._latecomer.database, self._jobs[job], status=status)
        self._runner.run(end())

    # -------------------------------------------------------------- what must hold

    @invariant()
    def the_books_are_true(self) -> None:
        self._runner.run(self._check())

    async def _check(self) -> None:
        self._generations = []
        for job_id in self._jobs:
            rows = await check_books(self._witness, self._provider, job_id)
            self._generations += map(to_generation, rows)
        committed = await self._latecomer.ledger.spend_today(charged=False, user_id="anna")
        assert committed <= CAP, "the cap is exceeded"

    # -------------------------------------------------------------- how it is done

    def _sending(self, generation_id: str, answer: str) -> Work:
        lost, refused = OutcomeUnknownError("cut"), RejectedError("no")
        generator = {
            "started": self._provider,
            "refused": Answering(self._provider, refused, accepts=False),
            "lost": Answering(self._provider, lost, accepts=True),
            "never arrived": Answering(self._provider, lost, accepts=False),
        }[answer]
        return lambda process: process.ledger.dispatch(generation_id, generator)

    def _following(self, generation: Generation, *, cancelled: bool) -> Work:
        async def follow(by: Process) -> None:
            if cancelled:
                await by.ledger.cancel(generation.id, self._provider)
            elif generation.provider_id is not None:
                update = await self._provider.poll(generation.provider_id, model="m")
                await by.ledger.record_progress(generation.id, 0.5)
                await by.ledger.finish(generation.id, update)

        return follow

    def _do(self, process: int, kill_at: int, work: Work) -> None:
        self._run(self._processes[process], kill_at, work)

    def _run(self, process: Process, kill_at: int, work: Work) -> None:
        async def willing(by: Process) -> None:
            with suppress(VideoAgentError):  # refusals are part of the walk
                await work(by)

        self._runner.run(process.run(willing, kill_at))

    def _together(self, *works: Work) -> None:
        async def both() -> None:
            pairs = zip(self._processes, works, strict=False)
            done = await asyncio.gather(
                *(work(process) for process, work in pairs), return_exceptions=True
            )
            for one in done:
                if isinstance(one, BaseException) and not isinstance(one, VideoAgentError):
                    raise one

        self._runner.run(both())


def _recovering(job_id: str) -> Work:
    return lambda by: by.ledger.recover(job_id)


def _withdrawing(generation_id: str) -> Work:
    return lambda by: by.ledger.withdraw(generation_id)


def _deciding(generation_id: str, truth: str | None, *, decides: bool) -> Work:
    if decides:
        return lambda by: by.ledger.resolve(generation_id, truth, by="anna")
    return lambda by: by.ledger.mark_unresolved(generation_id, "nobody can tell")


def _settling(charge_id: str, usage: TokenUsage) -> Work:
    return lambda by: by.ledger.settle_charge(charge_id, usage)


def test_no_walk_leads_to_a_double_payment_a_lost_one_or_a_wrong_sum(
    sqlite_template: Path, tmp_path: Path
) -> None:
    class Walk(LedgerWalk):
        template, folder = sqlite_template, tmp_path

    run_state_machine_as_test(
        seed(SEED)(Walk),
        settings=settings(
            max_examples=16,
            stateful_step_count=14,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
