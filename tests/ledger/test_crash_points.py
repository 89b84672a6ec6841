"""A process killed at every statement of everything the ledger does: nothing is paid twice or lost.

Each work is begun again and again in a process that dies one statement (or commit) later than the
one before, until one lives to its end. After each death others look after the job as they would:
the books must be true all the while, and nothing that the provider started may be missing.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from typing import NamedTuple

import pytest

from tests.ledger.crashing import (
    PAID,
    PRICE,
    TIMES_PASSED,
    Answering,
    Killed,
    Process,
    Provider,
    check_books,
    open_job,
    succeeded,
    wish,
)
from video_agent.errors import OutcomeUnknownError, RejectedError
from video_agent.ledger import Caps, ChargeIntent
from video_agent.ledger.submit import claim
from video_agent.ledger.sweeping import Realm, lose_stale_claims, withdraw_orphans
from video_agent.models import GenerationState, JobStatus, TokenUsage
from video_agent.store import Database
from video_agent.store.jobs import update_job

State = GenerationState
CAPS = Caps(user_day_usd=Decimal(1_000), day_usd=Decimal(1_000), total_usd=Decimal(1_000))
HERE = Realm(backend="studio", charged=False)
RESERVED, CALL = Decimal("0.02"), Decimal("0.001")
USED = TokenUsage(model="gemini", cost_usd=CALL)


class Scene(NamedTuple):
    """One job with (perhaps) one generation or charge, before something happens to it."""

    provider: Provider
    job_id: str
    subject: str = ""


Act = Callable[[Process, Scene], Awaitable[object]]
Prepare = Callable[[Process, Scene], Awaitable[str]]


async def nothing(process: Process, scene: Scene) -> str:
    del process, scene
    return ""


async def an_intent(process: Process, scene: Scene) -> str:
    return (await process.ledger.intend(wish(scene.job_id))).generation.id


async def an_intent_of_an_ended_job(process: Process, scene: Scene) -> str:
    await update_job(process.database, scene.job_id, status=JobStatus.STOPPED)
    return await an_intent(process, scene)


async def a_running_one(process: Process, scene: Scene) -> str:
    generation_id = await an_intent(process, scene)
    await process.ledger.dispatch(generation_id, scene.provider)
    return generation_id


async def a_lost_one(process: Process, scene: Scene) -> str:
    generation_id = await an_intent(process, scene)
    lost = Answering(scene.provider, OutcomeUnknownError("cut"), accepts=True)
    with suppress(OutcomeUnknownError):
        await process.ledger.dispatch(generation_id, lost)
    return generation_id


async def one_that_never_arrived(process: Process, scene: Scene) -> str:
    generation_id = await an_intent(process, scene)
    lost = Answering(scene.provider, OutcomeUnknownError("cut"), accepts=False)
    with suppress(OutcomeUnknownError):
        await process.ledger.dispatch(generation_id, lost)
    return generation_id


async def a_claim_left_behind(process: Process, scene: Scene) -> str:
    generation_id = await an_intent(process, scene)
    assert await claim(process.database, generation_id)
    return generation_id


async def a_call(process: Process, scene: Scene) -> str:
    return await process.ledger.begin_charge(judging(scene), "judging")


# ------------------------------------------------------------------ what is done


def judging(scene: Scene) -> ChargeIntent:
    return ChargeIntent(scene.job_id, "judge", "gemini", RESERVED)


async def intend(process: Process, scene: Scene) -> None:
    await process.ledger.intend(wish(scene.job_id))


async def dispatch(process: Process, scene: Scene) -> None:
    await process.ledger.dispatch(scene.subject, scene.provider)


async def dispatch_refused(process: Process, scene: Scene) -> None:
    refused = Answering(scene.provider, RejectedError("no"), accepts=False)
    with suppress(RejectedError):
        await process.ledger.dispatch(scene.subject, refused)


async def dispatch_lost(process: Process, scene: Scene) -> None:
    lost = Answering(scene.provider, OutcomeUnknownError("cut"), accepts=True)
    with suppress(OutcomeUnknownError):
        await process.ledger.dispatch(scene.subject, lost)


async def dispatch_and_die_waiting(process: Process, scene: Scene) -> None:
    silent = Answering(scene.provider, Killed(), accepts=True, dying=process)
    await process.ledger.dispatch(scene.subject, silent)


async def finish(process: Process, scene: Scene) -> None:
    await process.ledger.finish(scene.subject, succeeded())


async def progress(process: Process, scene: Scene) -> None:
    await process.ledger.record_progress(scene.subject, 0.5)


async def cancel(process: Process, scene: Scene) -> None:
    await process.ledger.cancel(scene.subject, scene.provider)


async def recover(process: Process, scene: Scene) -> None:
    await process.ledger.recover(scene.job_id)


async def sweep_claims(process: Process, scene: Scene) -> None:
    del scene
    await lose_stale_claims(process.database, HERE, older_than_seconds=-1)


async def sweep_orphans(process: Process, scene: Scene) -> None:
    del scene
    await withdraw_orphans(process.database, process.ledger, HERE)


async def reconcile(process: Process, scene: Scene) -> None:
    await process.ledger.reconcile(scene.subject, scene.provider)


async def mark_unresolved(process: Process, scene: Scene) -> None:
    await process.ledger.mark_unresolved(scene.subject, "nobody can tell")


async def adopt(process: Process, scene: Scene) -> None:
    await process.ledger.resolve(scene.subject, f"op-{scene.subject}", by="anna")


async def declare_absent(process: Process, scene: Scene) -> None:
    await process.ledger.resolve(scene.subject, None, by="anna")


async def withdraw(process: Process, scene: Scene) -> None:
    await process.ledger.withdraw(scene.subject)


async def begin_charge(process: Process, scene: Scene) -> None:
    await process.ledger.begin_charge(judging(scene), "judging")


async def settle_charge(process: Process, scene: Scene) -> None:
    await process.ledger.settle_charge(scene.subject, USED, beside=[("analyze", USED)])


async def book_charge(process: Process, scene: Scene) -> None:
    await process.ledger.book_charge(scene.job_id, "plan", USED)


CRASHES: list[tuple[Prepare, Act, set[State]]] = [
    (nothing, intend, {State.SUCCEEDED}),
    # Killed between claim and request, it is proven absent.
    (an_intent, dispatch, {State.SUCCEEDED, State.NOT_STARTED}),
    # Killed before the claim, somebody else sends it, and is not refused.
    (an_intent, dispatch_refused, {State.REJECTED, State.NOT_STARTED, State.SUCCEEDED}),
    (an_intent, dispatch_lost, {State.SUCCEEDED, State.NOT_STARTED}),
    (an_intent, dispatch_and_die_waiting, {State.SUCCEEDED, State.NOT_STARTED}),
    (a_running_one, finish, {State.SUCCEEDED}),
    (a_running_one, progress, {State.SUCCEEDED}),
    (a_running_one, cancel, {State.SUCCEEDED, State.CANCELLED}),
    (a_claim_left_behind, recover, {State.NOT_STARTED}),
    (a_claim_left_behind, sweep_claims, {State.NOT_STARTED}),
    (a_claim_left_behind, reconcile, {State.NOT_STARTED}),
    (a_lost_one, reconcile, {State.SUCCEEDED}),
    (one_that_never_arrived, reconcile, {State.NOT_STARTED}),
    (a_lost_one, mark_unresolved, {State.SUCCEEDED}),
    (a_lost_one, adopt, {State.SUCCEEDED}),
    (one_that_never_arrived, declare_absent, {State.NOT_STARTED}),
    (an_intent, withdraw, {State.REJECTED, State.SUCCEEDED}),
    (an_intent_of_an_ended_job, sweep_orphans, {State.REJECTED, State.SUCCEEDED}),
    (a_running_one, withdraw, {State.SUCCEEDED}),
    (nothing, begin_charge, set()),
    (a_call, settle_charge, set()),
    (nothing, book_charge, set()),
]
ON_POSTGRESQL = (dispatch_lost, withdraw, begin_charge)
MOST_STATEMENTS = 80


def crashes(*acts: Act) -> list[object]:
    return [
        pytest.param(prepare, act, ends, id=f"{act.__name__} with {prepare.__name__}")
        for prepare, act, ends in CRASHES
        if not acts or act in acts
    ]


@pytest.fixture
async def witness(request: pytest.FixtureRequest) -> AsyncGenerator[Database]:
    url: str = request.getfixturevalue(request.param)
    opened = Database(url)
    yield opened
    await opened.close()


@pytest.mark.parametrize("witness", ["prepared_sqlite_url"], indirect=True)
@pytest.mark.parametrize(("prepare", "act", "ends"), crashes())
async def test_killed_at_every_statement_on_sqlite(
    witness: Database, prepare: Prepare, act: Act, ends: set[State]
) -> None:
    await kill_everywhere(witness, prepare, act, ends)


@pytest.mark.parametrize("witness", ["prepared_postgres_url"], indirect=True)
@pytest.mark.parametrize(("prepare", "act", "ends"), crashes(*ON_POSTGRESQL))
async def test_killed_at_every_statement_on_postgresql(
    witness: Database, prepare: Prepare, act: Act, ends: set[State]
) -> None:
    await kill_everywhere(witness, prepare, act, ends)


async def kill_everywhere(witness: Database, prepare: Prepare, act: Act, ends: set[State]) -> None:
    others = Process(witness.url, TIMES_PASSED)
    dying = Process(witness.url, TIMES_PASSED, CAPS)
    for kill_at in range(1, MOST_STATEMENTS):
        provider = Provider(witness)
        scene = Scene(provider, await open_job(others.database))
        scene = scene._replace(subject=await prepare(others, scene))
        died = await dying.run(_done_to(scene, act), kill_at)
        await check_books(witness, provider, scene.job_id)
        await look_after(others, scene)
        await check_books(witness, provider, scene.job_id)
        await check_end(others, scene, ends)
        if not died:
            break
    else:
        pytest.fail("it never came to its end")
    await others.end()


def _done_to(scene: Scene, act: Act) -> Callable[[Process], Awaitable[object]]:
    return lambda process: act(process, scene)


async def look_after(others: Process, scene: Scene) -> None:
    """What others do for a job whose process died: look up, send what was never sent, follow."""
    for generation in await others.ledger.recover(scene.job_id):
        known = await others.ledger.reconcile(generation.id, scene.provider)
        if known.state is State.INTENDED:
            known = await others.ledger.dispatch(known.id, scene.provider)
        if known.state is State.SUBMITTED:
            await others.ledger.finish(known.id, succeeded())


async def check_end(others: Process, scene: Scene, ends: set[State]) -> None:
    """What was started was brought home and paid for; nothing else was, but what calls reserved."""
    generations = await others.ledger.generations(scene.job_id)
    assert {one.state for one in generations} <= ends
    home = {one.id for one in generations if one.state is State.SUCCEEDED}
    stopped = {one.id for one in generations if one.state is State.CANCELLED}
    assert home | stopped == scene.provider.accepted
    spend = await others.ledger.spent(scene.job_id)
    for_calls = spend.settled_usd - PAID * len(home)
    assert for_calls in {CALL * number for number in range(3)}
    assert spend.committed_usd <= PRICE + 2 * RESERVED
