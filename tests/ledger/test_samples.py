"""Several samples of one generation: what they cost, and how they come home."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ledger.conftest import ScriptedGenerator
from tests.ledger.sample_house import URIS, Bucket, Notices, check, submitted, update_of
from video_agent.errors import BackendError, GenerationFailedError
from video_agent.ledger import Collector, Ledger, Proposal
from video_agent.ledger.file_names import file_name
from video_agent.models import Generation
from video_agent.store import Database
from video_agent.store.records import list_videos, load_attempts

Start = Callable[[int, ScriptedGenerator], Awaitable[Generation]]


@pytest.fixture
def start(ledger: Ledger, proposal: Proposal) -> Start:
    """A submitted generation of so many samples."""

    async def submit(samples: int, generator: ScriptedGenerator) -> Generation:
        return await submitted(ledger, proposal, samples, generator)

    return submit


@pytest.fixture
def collector(database: Database, tmp_path: Path) -> Collector:
    return Collector(database, tmp_path / "videos", check)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ------------------------------------------------------------------ cost


@pytest.mark.parametrize(
    ("delivered", "filtered", "cost"),
    [(4, 0, "1.20"), (3, 1, "0.90"), (1, 3, "0.30"), (4, 1, "1.20"), (2, 0, "1.20")],
)
async def test_only_delivered_samples_are_paid_for_when_others_were_filtered(
    ledger: Ledger, start: Start, delivered: int, filtered: int, cost: str
) -> None:
    started = await start(4, ScriptedGenerator())
    ended = await ledger.finish(started.id, update_of(*URIS[:delivered], filtered=filtered))
    assert ended.cost_usd == Decimal(cost)
    spend = await ledger.spent(ended.job_id)
    assert spend.committed_usd == spend.settled_usd == Decimal(cost)


async def test_a_cost_that_the_service_reports_is_taken_as_it_is(
    ledger: Ledger, start: Start
) -> None:
    started = await start(4, ScriptedGenerator())
    told = update_of(*URIS[:2], filtered=2).model_copy(update={"cost_usd": Decimal("0.11")})
    assert (await ledger.finish(started.id, told)).cost_usd == Decimal("0.11")


async def test_a_third_of_an_estimate_is_kept_to_the_nano_dollar(
    ledger: Ledger, proposal: Proposal
) -> None:
    settings = proposal.settings.model_copy(update={"samples": 3})
    wanted = replace(proposal, settings=settings, estimate_usd=Decimal("0.10"))
    started = await ledger.submit(await ledger.intend(wanted), ScriptedGenerator())
    ended = await ledger.finish(started.id, update_of(URIS[0], filtered=2))
    assert ended.cost_usd == Decimal("0.033333333")


# ------------------------------------------------------------------ samples


async def test_all_samples_come_home_each_as_a_video(
    ledger: Ledger, start: Start, collector: Collector, database: Database, tmp_path: Path
) -> None:
    bucket = Bucket(*URIS)
    generation = await ledger.finish((await start(4, bucket)).id, bucket.end)
    videos = await collector.collect_all(generation, bucket, bucket.end.sources)
    assert [video.path.name for video in videos] == [
        file_name(generation, sample=number) for number in (1, 2, 3, 4)
    ]
    assert videos[0].path.name.endswith("-a1.mp4")
    assert videos[3].path.name.endswith("-a1-s4.mp4")
    contents = [hashlib.sha256(f"clip {uri}".encode()).hexdigest() for uri in URIS]
    assert [video.sha256 for video in videos] == contents
    assert len(names(tmp_path / "videos")) == 4
    assert bucket.polls == 0
    rows = await list_videos(database, generation.job_id)
    assert [(row.sample_number, row.source_uri) for row in rows] == list(enumerate(URIS, start=1))


async def test_collecting_again_downloads_and_asks_nothing(
    ledger: Ledger, start: Start, collector: Collector
) -> None:
    bucket = Bucket(*URIS)
    generation = await ledger.finish((await start(4, bucket)).id, bucket.end)
    first = await collector.collect(generation, bucket, bucket.end.sources)
    assert await collector.collect(generation, bucket) == first
    assert await collector.find(generation.id) == first
    assert (await collector.collect_all(generation, bucket))[0] == first
    assert len(await collector.find_all(generation.id)) == 4
    assert (bucket.fetched, bucket.polls) == (list(URIS), 0)


@pytest.mark.parametrize("lost", [0, 2])
async def test_a_sample_that_is_missing_does_not_keep_the_others_away(
    ledger: Ledger, start: Start, collector: Collector, lost: int
) -> None:
    bucket, notices = Bucket(*URIS), Notices()
    generation = await ledger.finish((await start(4, bucket)).id, bucket.end)
    bucket.clips[URIS[lost]] = BackendError("no such object")
    video = await collector.collect(generation, bucket, bucket.end.sources, notify=notices.add)
    assert len(await collector.find_all(generation.id)) == 3
    assert video.path.name == file_name(generation, sample=2 if lost == 0 else 1)
    assert notices == [f"sample {lost + 1} is missing: no such object"]
    # Only the missing one is asked for the next time.
    bucket.clips[URIS[lost]] = b"clip after all"
    bucket.asked.clear()
    assert len(await collector.collect_all(generation, bucket)) == 4
    assert bucket.fetched == [URIS[lost]]


async def test_a_broken_sample_is_told_and_the_others_are_kept(
    ledger: Ledger, start: Start, collector: Collector, tmp_path: Path
) -> None:
    bucket, notices = Bucket(*URIS[:2]), Notices()
    generation = await ledger.finish((await start(2, bucket)).id, bucket.end)
    bucket.clips[URIS[1]] = b"half of it"
    videos = await collector.collect_all(generation, bucket, notify=notices.add)
    assert len(videos) == len(names(tmp_path / "videos")) == 1
    assert bucket.fetched == [URIS[0], URIS[1], URIS[1]]
    assert "is broken" in notices[0]


async def test_nothing_at_all_is_a_failure(
    ledger: Ledger, start: Start, collector: Collector
) -> None:
    bucket = Bucket(*URIS[:2])
    generation = await ledger.finish((await start(2, bucket)).id, bucket.end)
    bucket.clips = dict.fromkeys(URIS, b"half of it")
    with pytest.raises(GenerationFailedError, match="is broken"):
        await collector.collect_all(generation, bucket)
    bucket.clips = dict.fromkeys(URIS, BackendError("503", retryable=True))
    with pytest.raises(BackendError, match="503") as caught:
        await collector.collect_all(generation, bucket)
    assert caught.value.retryable


async def test_fewer_samples_than_asked_for_are_all_there_is(
    ledger: Ledger, start: Start, collector: Collector
) -> None:
    bucket = Bucket(*URIS[:2])
    partial = update_of(*URIS[:2], filtered=2)
    bucket.updates = [partial]
    generation = await ledger.finish((await start(4, bucket)).id, partial)
    assert len(await collector.collect_all(generation, bucket, partial.sources)) == 2
    assert len(await collector.collect_all(generation, bucket)) == 2
    assert bucket.fetched == list(URIS[:2])
    # A service that has forgotten the generation takes nothing away.
    bucket.updates = [BackendError("not found")]
    assert len(await collector.collect_all(generation, bucket)) == 2


async def test_a_vanished_sample_is_fetched_again_under_its_id(
    ledger: Ledger, start: Start, collector: Collector
) -> None:
    bucket = Bucket(*URIS[:2])
    generation = await ledger.finish((await start(2, bucket)).id, bucket.end)
    before = await collector.collect_all(generation, bucket)
    before[1].path.unlink()
    after = await collector.collect_all(generation, bucket)
    assert [video.id for video in after] == [video.id for video in before]
    assert after[1].path.exists()
    assert bucket.fetched == [*URIS[:2], URIS[1]]


async def test_two_samples_with_the_same_bytes_are_one_video(
    ledger: Ledger, start: Start, collector: Collector
) -> None:
    bucket = Bucket(*URIS[:2])
    bucket.clips = dict.fromkeys(URIS[:2], b"clip")
    generation = await ledger.finish((await start(2, bucket)).id, bucket.end)
    [video] = await collector.collect_all(generation, bucket)
    assert video.path.name == file_name(generation)
    assert video.path.exists()


async def test_the_first_sample_stands_for_the_attempt(
    ledger: Ledger, start: Start, collector: Collector, database: Database
) -> None:
    from video_agent.store.records import add_attempt

    bucket = Bucket(*URIS)
    generation = await ledger.finish((await start(4, bucket)).id, bucket.end)
    await add_attempt(database, generation.job_id, prompt=generation.prompt)
    first = await collector.collect(generation, bucket)
    [attempt] = await load_attempts(database, generation.job_id, [generation])
    assert attempt.video is not None
    assert attempt.video.id == first.id
