"""Polling: when to ask, how patiently, when to park."""

from itertools import islice
from random import Random

import pytest

from tests.ledger.conftest import SUCCESS, ScriptedGenerator, SteppingClock
from video_agent.catalog import Latency
from video_agent.errors import BackendError, QuotaError, StoreError
from video_agent.ledger import Ledger, PollingPolicy, Proposal, watch
from video_agent.models import GenerationState, GenerationUpdate

RUNNING = GenerationUpdate(status="running")
OMNI = PollingPolicy.for_latency(Latency(minimum=20, median=40, p95=120))


def seeded(number: int) -> Random:
    return Random(number)  # noqa: S311 - jitter that can be repeated


def flaky(count: int) -> list[GenerationUpdate | BackendError]:
    return [*(BackendError("503", retryable=True) for _ in range(count)), SUCCESS]


def test_polls_become_rarer_with_time() -> None:
    even = PollingPolicy(jitter=0.0)
    delays = list(islice(even.delays(seeded(1)), 60))
    assert delays[0] == 8.0
    assert delays[1:3] == [5.0, 5.0]
    elapsed = [sum(delays[: index + 1]) for index in range(len(delays))]
    after_a_minute = [d for d, e in zip(delays[1:], elapsed, strict=False) if 60 <= e < 300]
    assert set(after_a_minute) == {10.0}
    assert delays[-1] == 30.0


def test_jitter_stays_within_a_fifth() -> None:
    plain = PollingPolicy(jitter=0.0)
    delays = list(islice(PollingPolicy().delays(seeded(7)), 50))
    assert 6.4 <= delays[0] <= 9.6
    assert len(set(delays)) == 50
    assert max(delays) <= 1.2 * plain.last_interval_seconds


def test_the_first_poll_comes_before_the_fastest_known_run() -> None:
    assert OMNI.first_seconds == 8.0
    assert PollingPolicy.for_latency(Latency(minimum=5, median=9, p95=20)).first_seconds == 2.0
    assert PollingPolicy.quick().first_seconds == 0.25


def test_an_old_generation_is_asked_at_once() -> None:
    assert next(OMNI.delays(seeded(1), age_seconds=100)) == 0.0


async def updates_of(
    generator: ScriptedGenerator, policy: PollingPolicy, clock: SteppingClock
) -> list[GenerationUpdate]:
    poll = watch(lambda: generator.poll("op-1", model="m"), policy, clock, rng=seeded(1))
    return [update async for update in poll]


async def test_running_updates_carry_a_growing_progress(
    generator: ScriptedGenerator, clock: SteppingClock
) -> None:
    told = RUNNING.model_copy(update={"progress": 0.97})
    generator.updates = [RUNNING, RUNNING, told, SUCCESS]
    updates = await updates_of(generator, OMNI, clock)
    progress = [update.progress for update in updates[:-1]]
    assert progress == sorted(progress, key=lambda value: value or 0)
    assert 0 < (progress[0] or 0) < 0.5
    assert progress[2] == 0.97
    assert updates[-1] == SUCCESS


@pytest.mark.parametrize("failures", [1, 5, 10])
async def test_failed_polls_in_a_row_are_endured(
    generator: ScriptedGenerator, clock: SteppingClock, failures: int
) -> None:
    generator.updates = flaky(failures)
    assert await updates_of(generator, OMNI, clock) == [SUCCESS]


async def test_a_service_that_never_answers_ends_the_watch_but_loses_nothing(
    generator: ScriptedGenerator, clock: SteppingClock
) -> None:
    generator.updates = flaky(50)
    with pytest.raises(BackendError) as caught:
        await updates_of(generator, OMNI, clock)
    assert caught.value.retryable
    assert generator.polls == 11


async def test_a_quota_answer_is_waited_out(
    generator: ScriptedGenerator, clock: SteppingClock
) -> None:
    generator.updates = [QuotaError("slow", retry_after_seconds=17), SUCCESS]
    await updates_of(generator, OMNI, clock)
    assert 17 in clock.sleeps


async def test_at_the_deadline_a_generation_is_parked(
    generator: ScriptedGenerator, clock: SteppingClock
) -> None:
    generator.updates = [RUNNING]
    updates = await updates_of(generator, OMNI, clock)
    assert updates[-1].status == "running"
    assert "kept" in updates[-1].reason
    assert 900 <= clock.now < 950


async def test_following_writes_progress_and_end_into_the_books(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    intent = await ledger.intend(proposal)
    await ledger.submit(intent, generator)
    generator.updates = [RUNNING, SUCCESS]
    seen: list[float | None] = []
    async for update in ledger.follow(intent.generation.id, generator, OMNI):
        row = await ledger.get(intent.generation.id)
        seen.append(row.progress)
        if update.status == "succeeded":
            assert row.state is GenerationState.SUCCEEDED
    assert 0 < (seen[0] or 0) < 1
    assert seen[1] == 1.0
    with pytest.raises(StoreError, match="nothing to poll"):
        await anext(ledger.follow(intent.generation.id, generator, OMNI))


async def test_a_generation_the_service_lost_has_failed_at_an_unknown_cost(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    intent = await ledger.intend(proposal)
    await ledger.submit(intent, generator)
    generator.updates = [BackendError("Invalid interaction name")]
    [update] = [u async for u in ledger.follow(intent.generation.id, generator, OMNI)]
    assert update.status == "failed"
    assert generator.polls == 3
    row = await ledger.get(intent.generation.id)
    assert row.state is GenerationState.FAILED
    assert row.cost_usd is None
    spend = await ledger.spent(proposal.job_id)
    assert spend.committed_usd == proposal.estimate_usd
    assert spend.unknown


async def test_a_service_that_denies_a_generation_once_does_not_lose_it(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    intent = await ledger.intend(proposal)
    await ledger.submit(intent, generator)
    denial = BackendError("404")
    generator.updates = [denial, denial, RUNNING, denial, denial, SUCCESS]
    updates = [u async for u in ledger.follow(intent.generation.id, generator, OMNI)]
    assert [update.status for update in updates] == ["running", "succeeded"]
    assert (await ledger.get(intent.generation.id)).state is GenerationState.SUCCEEDED
