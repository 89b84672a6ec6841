"""The state machine: random walks can only take the legal ways, and money always adds up."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from tests.ledger.conftest import ScriptedGenerator, ScriptedReconciler, SteppingClock
from video_agent.errors import OutcomeUnknownError, RejectedError, StoreError, VideoAgentError
from video_agent.ledger import LEGAL_MOVES, OPEN_STATES, TERMINAL_STATES, Ledger, Proposal
from video_agent.ledger.reconcile import SettleTimes
from video_agent.ledger.rows import change, load, move
from video_agent.models import GenerationState as State
from video_agent.models import GenerationUpdate
from video_agent.ports import Finding
from video_agent.store import Database
from video_agent.store.events import events_of

ENDS = ("succeeded", "blocked", "failed")
FINDINGS = (
    Finding(verdict="found", provider_id="op-2"),
    Finding(verdict="absent"),
    Finding(verdict="cannot_tell"),
)
OUTCOMES = ("op-1", RejectedError("no"), OutcomeUnknownError("cut"))


def test_every_state_is_in_the_table_and_the_ends_are_the_designs() -> None:
    assert set(LEGAL_MOVES) == set(State)
    ends = {"succeeded", "blocked", "failed", "cancelled", "rejected", "not_started"}
    assert {state.value for state in TERMINAL_STATES} == ends
    assert set(State) == OPEN_STATES | TERMINAL_STATES


async def test_only_moves_of_the_table_are_possible(
    database: Database, ledger: Ledger, proposal: Proposal
) -> None:
    generation_id = (await ledger.intend(proposal)).generation.id
    for current in State:
        async with database.write() as session:
            await change(session, await load(session, generation_id), state=current.value)
        for target in set(State) - LEGAL_MOVES[current]:
            with pytest.raises(StoreError, match="cannot become"):
                async with database.write() as session:
                    await move(session, await load(session, generation_id), target)
        assert (await ledger.get(generation_id)).state is current


async def test_who_read_an_older_version_loses_the_race(
    database: Database, ledger: Ledger, proposal: Proposal
) -> None:
    generation_id = (await ledger.intend(proposal)).generation.id
    async with database.read() as session:
        stale = await load(session, generation_id)
    async with database.write() as session:
        await move(session, await load(session, generation_id), State.OUTCOME_UNKNOWN)
    with pytest.raises(StoreError, match="somebody else") as caught:
        async with database.write() as session:
            await change(session, stale, progress=0.5)
    assert caught.value.retryable


Happening = Callable[[Ledger, str], Awaitable[object]]
SUCCESS = GenerationUpdate(status="succeeded", cost_usd=Decimal("0.1"))
FAILURE = GenerationUpdate(status="failed", reason="no")
UNCERTAIN = (State.OUTCOME_UNKNOWN, State.UNRESOLVED)


def looked_up(finding: Finding) -> Happening:
    return lambda ledger, one: ledger.reconcile(one, ScriptedReconciler(finding))


# What may happen, what it changes, and where it is refused; all other states stay as they are.
HAPPENINGS: dict[str, tuple[Happening, dict[State, State], set[State]]] = {
    "dispatched": (
        lambda ledger, one: ledger.dispatch(one, ScriptedGenerator()),
        {State.INTENDED: State.SUBMITTED},
        set(),
    ),
    "withdrawn": (
        lambda ledger, one: ledger.withdraw(one),
        {State.INTENDED: State.REJECTED},
        set(),
    ),
    "succeeds": (
        lambda ledger, one: ledger.finish(one, SUCCESS),
        {State.SUBMITTED: State.SUCCEEDED},
        set(State) - {State.SUBMITTED, State.SUCCEEDED},
    ),
    "fails": (
        lambda ledger, one: ledger.finish(one, FAILURE),
        {State.SUBMITTED: State.FAILED},
        set(State) - {State.SUBMITTED, State.FAILED, State.CANCELLED},
    ),
    "is blocked": (
        lambda ledger, one: ledger.finish(one, GenerationUpdate(status="blocked", reason="no")),
        {State.SUBMITTED: State.BLOCKED},
        set(State) - {State.SUBMITTED, State.BLOCKED},
    ),
    "still runs": (
        lambda ledger, one: ledger.finish(one, GenerationUpdate(status="running")),
        {},
        set(State),
    ),
    "makes progress": (
        lambda ledger, one: ledger.record_progress(one, 0.5),
        {},
        set(),
    ),
    "cancelled": (
        lambda ledger, one: ledger.cancel(one, ScriptedGenerator()),
        {State.SUBMITTED: State.CANCELLED},
        set(State) - {State.SUBMITTED},
    ),
    "found": (looked_up(FINDINGS[0]), dict.fromkeys(UNCERTAIN, State.SUBMITTED), set()),
    "absent": (looked_up(FINDINGS[1]), dict.fromkeys(UNCERTAIN, State.NOT_STARTED), set()),
    "cannot be told": (
        looked_up(FINDINGS[2]),
        {State.OUTCOME_UNKNOWN: State.UNRESOLVED},
        set(),
    ),
    "given up": (
        lambda ledger, one: ledger.mark_unresolved(one, "?"),
        {State.OUTCOME_UNKNOWN: State.UNRESOLVED},
        set(State) - {State.OUTCOME_UNKNOWN},
    ),
    "adopted by a person": (
        lambda ledger, one: ledger.resolve(one, "op-9"),
        dict.fromkeys(UNCERTAIN, State.SUBMITTED),
        set(State) - set(UNCERTAIN),
    ),
    "declared not started": (
        lambda ledger, one: ledger.resolve(one, None),
        dict.fromkeys(UNCERTAIN, State.NOT_STARTED),
        set(State) - set(UNCERTAIN),
    ),
}
CLAIMED: dict[str, State] = {
    # Nobody sends it: whoever looks calls it unknown, and a look-up goes on from there.
    "dispatched": State.OUTCOME_UNKNOWN,
    "found": State.SUBMITTED,
    "absent": State.NOT_STARTED,
    "cannot be told": State.UNRESOLVED,
}


@pytest.fixture
def impatient(database: Database) -> Ledger:
    times = SettleTimes(absent_after=0, unresolved_after=0)
    return Ledger(database, SteppingClock(), settle_times=times, abandoned_after_seconds=0)


@pytest.mark.parametrize("name", HAPPENINGS)
async def test_whatever_happens_to_a_generation_in_any_state(
    database: Database, impatient: Ledger, proposal: Proposal, name: str
) -> None:
    happening, changed, refused = HAPPENINGS[name]
    one = (await impatient.intend(proposal)).generation.id
    for state in State:
        await put_into(database, one, state, claimed=state is not State.INTENDED)
        told_before = await told(database, proposal.job_id)
        if state in refused:
            with pytest.raises(VideoAgentError):
                await happening(impatient, one)
        else:
            await happening(impatient, one)
        after = (await impatient.get(one)).state
        assert after is changed.get(state, state), f"{state} -> {after}"
        news = (await told(database, proposal.job_id))[len(told_before) :]
        assert news == ([after.value] if after is not state else [])
    await put_into(database, one, State.INTENDED, claimed=True)
    with suppress(VideoAgentError):
        await happening(impatient, one)
    assert (await impatient.get(one)).state is CLAIMED.get(name, State.INTENDED)


@pytest.mark.parametrize(
    ("current", "target"),
    [(current, target) for current, targets in LEGAL_MOVES.items() for target in sorted(targets)],
)
async def test_every_move_of_the_table_is_made_once_and_told_once(
    database: Database, ledger: Ledger, proposal: Proposal, current: State, target: State
) -> None:
    one = (await ledger.intend(proposal)).generation.id
    await put_into(database, one, current, claimed=True)
    async with database.read() as session:
        seen = await load(session, one)
    async with database.write() as session:
        moved = await move(session, await load(session, one), target, note="a note")
    assert moved.state is target
    with pytest.raises(StoreError):  # who saw the same and comes second
        async with database.write() as session:
            await move(session, seen, target)
    assert (await told(database, proposal.job_id))[1:] == [target.value]


async def put_into(database: Database, one: str, state: State, *, claimed: bool) -> None:
    provider_id = "op-1" if state in (State.SUBMITTED, State.CANCELLED) else None
    async with database.write() as session:
        row = await load(session, one)
        moment = row.intended_at if claimed else None
        await change(session, row, state=state.value, provider_id=provider_id, submitted_at=moment)


async def told(database: Database, job_id: str) -> list[str]:
    events = [one.event for one in await events_of(database, job_id)]
    return [str(event.data["state"]) for event in events if event.kind == "generation"]


async def step(ledger: Ledger, proposal: Proposal, rng: Random) -> list[State]:
    """One random thing that may happen to the job's newest generation."""
    before = await ledger.generations(proposal.job_id)
    newest = before[-1].id if before else ""
    generator = ScriptedGenerator()
    generator.submit_outcome = rng.choice(OUTCOMES)
    number = rng.randint(1, 4)
    happenings: list[Callable[[], Awaitable[object]]] = [
        lambda: ledger.intend(replace(proposal, attempt_number=number)),
        lambda: submit(ledger, replace(proposal, attempt_number=number), generator),
        lambda: ledger.recover(proposal.job_id),
    ]
    if newest:
        end = GenerationUpdate(status=rng.choice(ENDS), cost_usd=rng.choice([None, Decimal("0.1")]))
        happenings += [
            lambda: ledger.reconcile(newest, ScriptedReconciler(rng.choice(FINDINGS))),
            lambda: ledger.finish(newest, end),
            lambda: ledger.record_progress(newest, rng.random()),
            lambda: ledger.cancel(newest, generator),
            lambda: ledger.mark_unresolved(newest, "?"),
            lambda: ledger.resolve(newest, rng.choice([None, "op-3"])),
        ]
    # Refusals are part of the walk; what matters is what is left in the books.
    with suppress(VideoAgentError):
        await rng.choice(happenings)()
    after = {one.id: one for one in await ledger.generations(proposal.job_id)}
    for one in before:
        check_walked(one.state, after[one.id].state)
    return [one.state for one in after.values()]


async def submit(ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator) -> None:
    await ledger.submit(await ledger.intend(proposal), generator)


def check_walked(before: State, after: State) -> None:
    """`after` can be reached from `before` by legal moves."""
    reachable, edge = {before}, {before}
    while edge:
        edge = {target for state in edge for target in LEGAL_MOVES[state]} - reachable
        reachable |= edge
    assert after in reachable


@pytest.mark.parametrize("seed", range(5))
async def test_random_walks_stay_legal_and_inside_the_budget(
    database: Database, proposal: Proposal, seed: int
) -> None:
    times = SettleTimes(absent_after=0, unresolved_after=0)
    ledger = Ledger(database, SteppingClock(), settle_times=times, abandoned_after_seconds=0)
    rng = Random(seed)  # noqa: S311 - a walk that can be repeated
    for _ in range(25):
        await step(ledger, proposal, rng)
        rows = await ledger.generations(proposal.job_id)
        live = [one for one in rows if one.state not in (State.REJECTED, State.NOT_STARTED)]
        assert len({one.attempt_number for one in live}) == len(live) <= 3
        spend = await ledger.spent(proposal.job_id)
        counted = sum((count(one.state, one.cost_usd) for one in live), Decimal(0))
        assert spend.committed_usd == counted <= spend.budget_usd


def count(state: State, cost_usd: Decimal | None) -> Decimal:
    if cost_usd is not None:
        return cost_usd
    return Decimal(0) if state is State.BLOCKED else Decimal("0.42")
