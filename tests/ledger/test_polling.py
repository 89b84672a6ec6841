"""Polling: when to ask, how patiently, when to park."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

import pytest

from tests.ledger.conftest import SUCCESS, ScriptedGenerator, SteppingClock
from video_agent.catalog import Latency
from video_agent.errors import BackendError, QuotaError, StoreError
from video_agent.ledger import Ledger, PollingPolicy, PollSchedule, Proposal, watch
from video_agent.models import GenerationState, GenerationUpdate

RUNNING = GenerationUpdate(status="running")
OMNI = PollingPolicy.for_latency(
    Latency(minimum=20, median=40, p95=120, source="x", dated=date(2026, 11, 1), confidence="low")
)


def seeded(number: int) -> Random:
    return Random(number)  # noqa: S311 - jitter that can be repeated


def flaky(count: int) -> list[GenerationUpdate | BackendError]:
    return [*(BackendError("503", retryable=True) for _ in range(count)), SUCCESS]


def poll_times(schedule: PollSchedule, count: int, phase: float = 0.0) -> list[float]:
    times = [0.0]
    for _ in range(count):
        times.append(schedule.after(times[-1], phase))
    return times[1:]


def test_polls_become_rarer_with_time() -> None:
    times = poll_times(PollSchedule.backoff(), 8)
    gaps = [later - earlier for earlier, later in pairwise([0.0, *times])]
    assert gaps[:3] == [5.0, 7.5, 11.25]
    assert gaps == sorted(gaps)
    assert gaps[-1] == 30.0


@pytest.mark.parametrize("schedule", [PollSchedule.backoff(), PollSchedule((9.0, 13.0), 7.0, 0.2)])
def test_the_next_poll_is_always_later_and_counts_agree(schedule: PollSchedule) -> None:
    for phase in (-schedule.jitter, 0.0, schedule.jitter):
        times = poll_times(schedule, 300, phase)
        assert times == sorted(set(times))
        for number, time in enumerate(times[:50], start=1):
            assert schedule.polls_until(time - 0.01, phase) == number


def test_jitter_moves_all_polls_of_a_generation_together_by_up_to_a_fifth_of_a_gap() -> None:
    schedule = PollSchedule((30.0, 35.0, 40.0, 50.0), 20.0, jitter=0.2)
    rng = seeded(7)
    moved = [poll_times(schedule, 6, schedule.draw_phase(rng)) for _ in range(50)]
    firsts = [times[0] for times in moved]
    assert len(set(firsts)) == 50
    assert 29.0 <= min(firsts) < 29.3
    assert 30.7 < max(firsts) <= 31.0
    for times in moved:
        assert times[1] - times[0] == pytest.approx(5.0)


def test_the_backoff_is_followed_to_the_letter() -> None:
    backoff = PollSchedule.backoff()
    assert {backoff.draw_phase(seeded(number)) for number in range(20)} == {0.0}
    assert OMNI.schedule == backoff


async def test_a_studio_is_asked_four_times_a_second(
    generator: ScriptedGenerator, clock: SteppingClock
) -> None:
    generator.updates = [*[RUNNING] * 10, SUCCESS]
    await updates_of(generator, PollingPolicy.quick(), clock)
    assert clock.now == pytest.approx(2.75, abs=0.1)


async def test_an_old_generation_is_asked_at_once(
    generator: ScriptedGenerator, clock: SteppingClock
) -> None:
    poll = watch(lambda: generator.poll("op-1", model="m"), OMNI, clock, age_seconds=100)
    assert [update async for update in poll] == [SUCCESS]
    assert clock.now == 0.0


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


async def test_quick_polls_do_not_end_a_watch_before_the_failures_have_lasted(
    generator: ScriptedGenerator, clock: SteppingClock
) -> None:
    every_second = replace(OMNI, schedule=PollSchedule((1.0,), 1.0))
    generator.updates = flaky(50)
    assert await updates_of(generator, every_second, clock) == [SUCCESS]


async def test_denials_in_quick_succession_are_not_believed(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    every_second = replace(OMNI, schedule=PollSchedule((1.0,), 1.0))
    intent = await ledger.intend(proposal)
    await ledger.submit(intent, generator)
    generator.updates = [*[BackendError("404")] * 40, SUCCESS]
    [update] = [u async for u in ledger.follow(intent.generation.id, generator, every_second)]
    assert update.status == "succeeded"


@pytest.mark.parametrize("age", [0.0, 0.1, 0.007, 1 / 3])
async def test_a_clock_that_wakes_a_moment_early_causes_no_second_poll(
    generator: ScriptedGenerator, clock: SteppingClock, age: float
) -> None:
    clock.now = 1e6 + 0.1
    generator.updates = [RUNNING]
    poll = watch(lambda: generator.poll("op-1", model="m"), OMNI, clock, age_seconds=age)
    async for _ in poll:
        pass
    assert min(clock.sleeps[1:]) > 5.0


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
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator, clock: SteppingClock
) -> None:
    intent = await ledger.intend(proposal)
    await ledger.submit(intent, generator)
    generator.updates = [BackendError("Invalid interaction name")]
    [update] = [u async for u in ledger.follow(intent.generation.id, generator, OMNI)]
    assert update.status == "failed"
    assert generator.polls == 5
    assert clock.now >= OMNI.patience_seconds
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
