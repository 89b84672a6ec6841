"""Every end of a generation is counted once, by the process that committed it."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from tests.jobs.sample_rows import MODEL
from tests.jobs.scraping import scrape
from tests.ledger.conftest import SUCCESS, ScriptedGenerator, SteppingClock
from video_agent.errors import ContentBlockedError, OutcomeUnknownError, RejectedError, StoreError
from video_agent.jobs.figures import Served
from video_agent.jobs.metrics import GenerationCounts
from video_agent.ledger import Ledger, Proposal
from video_agent.models import GenerationState, ProgressEvent
from video_agent.store import Database
from video_agent.store.events import append_event
from video_agent.wiring.metrics import MetricsServer


@pytest.fixture
async def database(prepared_sqlite_url: str, server: MetricsServer) -> AsyncGenerator[Database]:
    """A database whose events are counted."""
    opened = Database(prepared_sqlite_url)
    opened.watch(GenerationCounts(meter=server.provider.get_meter("m")))
    yield opened
    await opened.close()


def ended(state: str) -> str:
    return f'video_generations_total{{backend="studio",model="{MODEL}",state="{state}"}}'


LABELS = f'backend="studio",model="{MODEL}",state="succeeded"'


async def test_an_end_that_is_written_again_is_counted_once(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator, server: MetricsServer
) -> None:
    started = await ledger.submit(await ledger.intend(proposal), generator)
    await asyncio.gather(*(ledger.finish(started.id, SUCCESS) for _ in range(5)))
    await ledger.finish(started.id, SUCCESS)
    samples = await scrape(server.url)
    assert samples[ended("succeeded")] == 1
    assert samples[f"video_generation_duration_seconds_count{{{LABELS}}}"] == 1
    assert 0 <= samples[f"video_generation_duration_seconds_sum{{{LABELS}}}"] < 60
    buckets = [name for name in samples if name.startswith("video_generation_duration_seconds_b")]
    assert any('le="600.0"' in name for name in buckets)
    assert any('le="1.0"' in name for name in buckets)


async def test_what_another_process_committed_is_not_counted_here(
    ledger: Ledger,
    proposal: Proposal,
    generator: ScriptedGenerator,
    clock: SteppingClock,
    prepared_sqlite_url: str,
    server: MetricsServer,
) -> None:
    started = await ledger.submit(await ledger.intend(proposal), generator)
    elsewhere = Database(prepared_sqlite_url)
    await Ledger(elsewhere, clock).finish(started.id, SUCCESS)
    await elsewhere.close()
    await ledger.finish(started.id, SUCCESS)
    assert ended("succeeded") not in await scrape(server.url)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (RejectedError("no"), "rejected"),
        (ContentBlockedError("no", reason="unsafe"), "rejected"),
    ],
)
async def test_what_never_ran_is_counted_and_has_no_duration(
    ledger: Ledger,
    proposal: Proposal,
    generator: ScriptedGenerator,
    server: MetricsServer,
    error: Exception,
    state: str,
) -> None:
    generator.submit_outcome = error
    with pytest.raises(type(error)):
        await ledger.submit(await ledger.intend(proposal), generator)
    samples = await scrape(server.url)
    assert samples[ended(state)] == 1
    assert not any("duration" in name for name in samples)


async def test_a_lost_answer_is_counted_and_is_no_end(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator, server: MetricsServer
) -> None:
    generator.submit_outcome = OutcomeUnknownError("cut")
    with pytest.raises(OutcomeUnknownError):
        await ledger.submit(await ledger.intend(proposal), generator)
    samples = await scrape(server.url)
    assert samples[f'video_answers_lost_total{{backend="studio",model="{MODEL}"}}'] == 1
    assert not any(name.startswith("video_generations_total") for name in samples)


async def test_what_was_rolled_back_never_happened(
    database: Database, job_id: str, server: MetricsServer
) -> None:
    heard: list[str] = []
    database.watch(lambda job, event: heard.append(f"{job} {event.message}"))
    state = GenerationState.FAILED.value
    event = ProgressEvent(kind="generation", message="failed", data={"state": state})

    async def give_up_half_way() -> None:
        async with database.write() as session:
            await append_event(session, job_id, event)
            raise StoreError("not this time")

    with pytest.raises(StoreError, match="not this time"):
        await give_up_half_way()
    assert heard == []
    async with database.write() as session:
        await append_event(session, job_id, event)
    assert heard == [f"{job_id} failed"]
    assert len([name for name in await scrape(server.url) if "generations_total" in name]) == 1


async def test_counts_of_what_is_served_begin_at_zero(server: MetricsServer) -> None:
    GenerationCounts(Served("studio", (MODEL,)), meter=server.provider.get_meter("m"))
    samples = await scrape(server.url)
    assert samples[ended("succeeded")] == samples[ended("failed")] == 0
