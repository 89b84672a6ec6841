"""Generations that are stopped, and clips that are looked for before one is given up."""

from decimal import Decimal

import pytest

from tests.ledger.conftest import SUCCESS, ScriptedGenerator, ScriptedReconciler
from video_agent.errors import BackendError, InvalidRequestError, StoreError
from video_agent.ledger import Ledger, PollingPolicy, Proposal
from video_agent.models import Generation, GenerationState, GenerationUpdate, MediaSource
from video_agent.ports import Finding

FOLDER = "gs://bucket/out/1/"
FOUND = Finding(verdict="found", provider_id=FOLDER)
RUNNING = GenerationUpdate(status="running")
EMPTY_END = GenerationUpdate(status="failed", reason="neither a video nor an error")
IN_FOLDER = GenerationUpdate(status="succeeded", sources=(MediaSource(uri=f"{FOLDER}a.mp4"),))
POLLING = PollingPolicy()


class Stoppable(ScriptedGenerator):
    """Says what it is told to when it is asked to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.refusal: Exception | None = None
        self.stops = 0
        self.folder: GenerationUpdate | None = None

    async def cancel(self, provider_id: str, *, model: str) -> None:
        self.stops += 1
        if self.refusal is not None:
            raise self.refusal

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        if provider_id == FOLDER and self.folder is not None:
            return self.folder
        return await super().poll(provider_id, model=model)


@pytest.fixture
def service() -> Stoppable:
    return Stoppable()


@pytest.fixture
async def started(ledger: Ledger, proposal: Proposal, service: Stoppable) -> Generation:
    return await ledger.submit(await ledger.intend(proposal), service)


async def test_a_stopped_generation_costs_what_the_service_reports(
    ledger: Ledger, service: Stoppable, started: Generation
) -> None:
    cost = Decimal("0.031")
    service.updates = [GenerationUpdate(status="failed", reason="cancelled", cost_usd=cost)]
    ended = await ledger.cancel(started.id, service)
    assert (ended.state, ended.cost_usd) == (GenerationState.CANCELLED, cost)
    assert (await ledger.spent(started.job_id)).committed_usd == cost


@pytest.mark.parametrize(
    "update", [RUNNING, GenerationUpdate(status="failed", reason="cancelled"), BackendError("?")]
)
async def test_a_stopped_generation_without_a_report_counts_its_estimate(
    ledger: Ledger,
    service: Stoppable,
    started: Generation,
    update: GenerationUpdate | BackendError,
) -> None:
    service.updates = [update]
    ended = await ledger.cancel(started.id, service)
    assert (ended.state, ended.cost_usd) == (GenerationState.CANCELLED, None)
    spend = await ledger.spent(started.job_id)
    assert (spend.committed_usd, spend.unknown) == (started.estimate_usd, True)


async def test_what_had_ended_before_it_was_stopped_is_booked_as_it_ended(
    ledger: Ledger, service: Stoppable, started: Generation
) -> None:
    service.refusal = BackendError("it has ended", retryable=True)
    ended = await ledger.cancel(started.id, service)
    assert (ended.state, ended.cost_usd) == (GenerationState.SUCCEEDED, started.estimate_usd)


@pytest.mark.parametrize(
    "refusal", [InvalidRequestError("it cannot be stopped"), BackendError("503", retryable=True)]
)
async def test_what_the_service_does_not_stop_runs_on_and_can_be_followed(
    ledger: Ledger,
    service: Stoppable,
    started: Generation,
    refusal: InvalidRequestError | BackendError,
) -> None:
    service.refusal, service.updates = refusal, [RUNNING]
    with pytest.raises(type(refusal)):
        await ledger.cancel(started.id, service)
    assert (await ledger.get(started.id)).state is GenerationState.SUBMITTED
    service.updates = [SUCCESS]
    assert [u.status async for u in ledger.follow(started.id, service, POLLING)] == ["succeeded"]


async def test_who_follows_a_generation_that_another_stops_sees_it_end(
    ledger: Ledger, service: Stoppable, started: Generation
) -> None:
    service.updates = [RUNNING]
    seen: list[str] = []
    async for update in ledger.follow(started.id, service, POLLING):
        seen.append(update.status)
        service.updates = [GenerationUpdate(status="failed", reason="cancelled")]
        if update.status == "running":
            await ledger.cancel(started.id, service)
    assert seen == ["running", "failed"]
    assert (await ledger.get(started.id)).state is GenerationState.CANCELLED
    with pytest.raises(StoreError, match="nothing to stop"):
        await ledger.cancel(started.id, service)


@pytest.mark.parametrize("last_word", [EMPTY_END, BackendError("404")])
async def test_a_clip_is_looked_for_in_its_folder_before_it_is_given_up(
    ledger: Ledger,
    service: Stoppable,
    started: Generation,
    last_word: GenerationUpdate | BackendError,
) -> None:
    service.updates, service.folder = [last_word], IN_FOLDER
    looked = ScriptedReconciler(FOUND)
    updates = [u async for u in ledger.follow(started.id, service, POLLING, reconciler=looked)]
    assert updates == [IN_FOLDER]
    ended = await ledger.get(started.id)
    assert (ended.state, ended.cost_usd) == (GenerationState.SUCCEEDED, started.estimate_usd)


@pytest.mark.parametrize(
    "finding",
    [
        Finding(verdict="absent"),
        Finding(verdict="cannot_tell"),
        Finding(verdict="found", provider_id="op-1"),
    ],
)
async def test_what_is_found_nowhere_else_has_failed(
    ledger: Ledger, service: Stoppable, started: Generation, finding: Finding
) -> None:
    service.updates = [EMPTY_END]
    looked = ScriptedReconciler(finding)
    updates = [u async for u in ledger.follow(started.id, service, POLLING, reconciler=looked)]
    assert updates == [EMPTY_END]
    assert (await ledger.spent(started.job_id)).committed_usd == started.estimate_usd


async def test_who_polls_may_see_that_it_was_stopped_before_who_stopped_it(
    ledger: Ledger, started: Generation
) -> None:
    stopped = GenerationUpdate(status="failed", reason="cancelled")

    class SeenAtOnce(Stoppable):
        async def cancel(self, provider_id: str, *, model: str) -> None:
            await ledger.finish(started.id, stopped)

    service = SeenAtOnce()
    service.updates = [stopped]
    ended = await ledger.cancel(started.id, service)
    assert ended.state is GenerationState.FAILED
    assert (await ledger.spent(started.job_id)).committed_usd == started.estimate_usd
