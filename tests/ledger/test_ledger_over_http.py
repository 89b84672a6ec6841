"""The whole way of a paid generation over real HTTP: ledger, Omni backend and a studio.

For every fault: how many POSTs left, how many generations were really started, and what the books
say in the end.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.ledger.conftest import SteppingClock
from video_agent.backends.clock import SystemClock
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.download import Downloader
from video_agent.backends.google.omni import OmniGenerator
from video_agent.backends.studio_lookup import StudioLookup
from video_agent.catalog import load_catalog
from video_agent.errors import BackendError, BudgetError, OutcomeUnknownError, RejectedError
from video_agent.ledger import Collector, Intent, Ledger, PollingPolicy, Proposal
from video_agent.ledger.reconcile import SettleTimes
from video_agent.media.verify import verify
from video_agent.models import (
    Generation,
    GenerationSettings,
    GenerationState,
    GenerationUpdate,
    MediaFacts,
)
from video_agent.store import Database
from video_agent.studio.server import Studio, StudioConfig

SMALL = GenerationSettings(duration_seconds=3.0, resolution="360p", aspect_ratio="16:9")
QUICK = PollingPolicy.quick(deadline_seconds=60)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path_factory.mktemp("studio"))) as running:
        yield running


@pytest.fixture
async def omni(studio: Studio, request: pytest.FixtureRequest) -> AsyncGenerator[OmniGenerator]:
    """Impatient only with a studio that is slow on purpose."""
    slow = "slow" in request.node.name
    config = GoogleConfig(
        SecretStr("studio"), studio.url, submit_timeout_seconds=0.7 if slow else 30
    )
    clients = GoogleClients(config)
    downloader = Downloader(clients, clock=SteppingClock())
    yield OmniGenerator(clients, load_catalog(), downloader=downloader)
    await clients.close()


@pytest.fixture
def books(database: Database) -> Ledger:
    times = SettleTimes(absent_after=0, unresolved_after=3600)
    return Ledger(database, SystemClock(), settle_times=times)


@pytest.fixture
def small(proposal: Proposal) -> Proposal:
    return replace(
        proposal,
        model=load_catalog().defaults.generator,
        settings=SMALL,
        estimate_usd=Decimal("0.069"),
    )


@pytest.fixture
def start(
    books: Ledger, omni: OmniGenerator, small: Proposal
) -> Callable[[], Awaitable[Generation]]:
    async def submit() -> Generation:
        return await books.submit(await books.intend(small), omni)

    return submit


Start = Callable[[], Awaitable[Generation]]


class Counted:
    """What reached the studio since this was made."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._posts, self._starts = len(studio.paid_posts), studio.paid_starts

    @property
    def posts(self) -> int:
        return len(self._studio.paid_posts) - self._posts

    @property
    def starts(self) -> int:
        return self._studio.paid_starts - self._starts


@pytest.fixture
def counted(studio: Studio) -> Counted:
    return Counted(studio)


@pytest.mark.parametrize("fault", ["400", "401", "403", "404", "408", "409", "410", "429"])
async def test_a_clean_refusal_is_one_post_no_start_and_nothing_owed(
    studio: Studio, counted: Counted, books: Ledger, small: Proposal, start: Start, fault: str
) -> None:
    with studio.fault("interactions.create", fault), pytest.raises(BackendError):
        await start()
    assert (counted.posts, counted.starts) == (1, 0)
    [row] = await books.generations(small.job_id)
    assert row.state is GenerationState.REJECTED
    assert (await books.spent(small.job_id)).committed_usd == 0


@pytest.mark.parametrize(
    ("fault", "starts"),
    [
        *((name, 0) for name in ("500", "503", "504", "html_503", "junk_200", "empty_200")),
        ("cut_before", 0),
        ("cut_after", 1),
        ("503_after", 1),
        ("slow", 1),
    ],
)
async def test_an_unclear_answer_is_one_post_and_is_reconciled_without_another(
    studio: Studio,
    counted: Counted,
    books: Ledger,
    small: Proposal,
    start: Start,
    fault: str,
    starts: int,
) -> None:
    with (
        studio.fault("interactions.create", fault, seconds=1.5),
        pytest.raises(OutcomeUnknownError),
    ):
        await start()
    while counted.posts == 0:  # a slow request is counted when it ends
        await asyncio.sleep(0.05)
    [row] = await books.generations(small.job_id)
    assert row.state is GenerationState.OUTCOME_UNKNOWN
    assert (await books.spent(small.job_id)).committed_usd == small.estimate_usd
    known = await books.reconcile(row.id, StudioLookup(studio.url))
    found = GenerationState.SUBMITTED if starts else GenerationState.NOT_STARTED
    assert known.state is found
    assert (known.provider_id is not None) == bool(starts)
    assert (counted.posts, counted.starts) == (1, starts)


async def test_a_budget_too_small_sends_nothing(
    counted: Counted,
    books: Ledger,
    omni: OmniGenerator,
    small: Proposal,
    new_job_id: Callable[..., Awaitable[str]],
) -> None:
    poor = replace(small, job_id=await new_job_id("0.05"))
    with pytest.raises(BudgetError):
        await books.submit(await books.intend(poor), omni)
    assert counted.posts == 0


async def test_our_own_checks_send_nothing_and_free_the_money(
    counted: Counted, books: Ledger, omni: OmniGenerator, small: Proposal
) -> None:
    wrong = replace(small, settings=SMALL.model_copy(update={"duration_seconds": 2.0}))
    intent: Intent = await books.intend(wrong)
    with pytest.raises(RejectedError, match="nothing was sent"):
        await books.submit(intent, omni)
    assert counted.posts == 0
    assert (await books.spent(small.job_id)).committed_usd == 0


async def ended(
    books: Ledger, omni: OmniGenerator, one: Generation
) -> tuple[Generation, GenerationUpdate]:
    last = [update async for update in books.follow(one.id, omni, QUICK)][-1]
    return await books.get(one.id), last


@pytest.mark.parametrize(
    ("fate", "state"),
    [
        ("blocked", GenerationState.BLOCKED),
        ("failed", GenerationState.FAILED),
        ("incomplete", GenerationState.FAILED),
        ("done_without_video", GenerationState.FAILED),
    ],
)
async def test_an_end_without_a_video_is_booked_as_what_it_is(
    studio: Studio, books: Ledger, omni: OmniGenerator, start: Start, fate: str, state: str
) -> None:
    with studio.fault("interactions.create", fate):
        generation = await start()
    row, update = await ended(books, omni, generation)
    assert row.state == state
    assert row.error == update.reason
    assert update.reason


async def check(path: Path, settings: GenerationSettings) -> MediaFacts:
    return verify(path, expected_duration_seconds=settings.duration_seconds).facts


@pytest.fixture
def collector(database: Database, tmp_path: Path) -> Collector:
    return Collector(database, tmp_path / "videos", check)


async def test_a_video_comes_home_through_every_trap(
    studio: Studio,
    counted: Counted,
    books: Ledger,
    omni: OmniGenerator,
    start: Start,
    collector: Collector,
) -> None:
    generation = await start()
    with studio.fault("interactions.get", "poll_400", times=3):
        row, update = await ended(books, omni, generation)
    assert row.state is GenerationState.SUCCEEDED
    assert row.cost_usd is not None
    assert Decimal("0.069") < row.cost_usd < Decimal("0.077")  # the clip and the tokens beside it
    with (
        studio.fault("files.download", "503"),
        studio.fault("files.download", "cut_body"),
        studio.fault("files.download", "redirect"),
        studio.fault("files.download", "expired_link"),
    ):
        video = await collector.collect(row, omni, update.sources)
    assert video.facts.video_codec == "h264"
    assert video.facts.frame_count == 72
    assert await collector.collect(row, omni) == video
    assert (counted.posts, counted.starts) == (1, 1)
    assert (await books.spent(row.job_id)).settled_usd == row.cost_usd


async def test_two_finders_of_one_attempt_start_it_once(
    sqlite_url: str, counted: Counted, books: Ledger, omni: OmniGenerator, start: Start
) -> None:
    del books
    second = Database(sqlite_url)
    elsewhere = Ledger(second, SystemClock())
    [row] = await elsewhere.generations((await start()).job_id)
    again = Intent(row, created=True)  # even a forged intent cannot be claimed twice
    assert (await elsewhere.submit(again, omni)).provider_id == row.provider_id
    assert (counted.posts, counted.starts) == (1, 1)
    await second.close()
