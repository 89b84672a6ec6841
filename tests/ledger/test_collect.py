"""Finished videos: downloaded, checked, kept once under our own name."""

import errno
import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.ledger.conftest import BYTES, SUCCESS, ScriptedGenerator
from video_agent.errors import BackendError, GenerationFailedError, MediaError
from video_agent.ledger import Collector, Ledger, Proposal
from video_agent.ledger.fetching import LINK_LIFE_SECONDS
from video_agent.ledger.file_names import file_name, slug
from video_agent.models import Generation, GenerationSettings, MediaFacts, Video, utc_now
from video_agent.store import Database

FACTS = MediaFacts(
    duration_seconds=6.0, width=1280, height=720, fps=24.0, frame_count=144, video_codec="h264"
)


async def check(path: Path, settings: GenerationSettings) -> MediaFacts:
    return read(path)


def read(path: Path) -> MediaFacts:
    content = path.read_bytes()
    if content != BYTES:
        raise MediaError(f"{path.name} is broken")
    return FACTS.model_copy(update={"size_bytes": len(content)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "videos"


@pytest.fixture
def collector(database: Database, folder: Path) -> Collector:
    return Collector(database, folder, check)


@pytest.fixture
async def generation(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> Generation:
    intent = await ledger.intend(proposal)
    await ledger.submit(intent, generator)
    return await ledger.finish(intent.generation.id, SUCCESS)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


async def test_a_video_is_kept_under_our_name_with_its_digest(
    collector: Collector, generation: Generation, generator: ScriptedGenerator, folder: Path
) -> None:
    video = await collector.collect(generation, generator, SUCCESS.sources)
    assert video.path.parent == folder
    assert video.path.name == file_name(generation)
    assert video.sha256 == hashlib.sha256(BYTES).hexdigest()
    assert video.facts.size_bytes == len(BYTES)
    assert files(folder) == [video.path]
    assert generator.polls == 0


async def test_collecting_again_downloads_nothing(
    collector: Collector, generation: Generation, generator: ScriptedGenerator
) -> None:
    first = await collector.collect(generation, generator, SUCCESS.sources)
    assert await collector.collect(generation, generator) == first
    assert await collector.find(generation.id) == first
    assert len(generator.asked) == 1


async def test_a_video_that_vanished_is_fetched_again_under_the_same_id(
    collector: Collector, generation: Generation, generator: ScriptedGenerator
) -> None:
    first = await collector.collect(generation, generator, SUCCESS.sources)
    first.path.unlink()
    assert await collector.find(generation.id) is None
    again: Video = await collector.collect(generation, generator)
    assert again.id == first.id
    assert again.path.exists()


async def test_a_link_that_is_gone_is_asked_for_once_more(
    collector: Collector, generation: Generation, generator: ScriptedGenerator
) -> None:
    generator.downloads = [BackendError("expired"), BYTES]
    await collector.collect(generation, generator, SUCCESS.sources)
    assert (generator.polls, len(generator.asked)) == (1, 2)


async def test_a_young_link_that_is_refused_is_asked_for_again_another_time(
    collector: Collector, generation: Generation, generator: ScriptedGenerator, folder: Path
) -> None:
    generator.downloads = [BackendError("expired")]
    with pytest.raises(BackendError, match="expired") as caught:
        await collector.collect(generation, generator, SUCCESS.sources)
    assert caught.value.retryable
    assert (generator.polls, len(generator.asked)) == (1, 2)
    assert files(folder) == []
    generator.downloads = [BYTES]
    assert (await collector.collect(generation, generator)).path.exists()


async def test_a_link_that_stays_gone_when_files_are_deleted_is_a_paid_loss(
    collector: Collector, generation: Generation, generator: ScriptedGenerator
) -> None:
    generator.downloads = [BackendError("expired")]
    long_ago = utc_now() - timedelta(seconds=LINK_LIFE_SECONDS)
    old = generation.model_copy(update={"submitted_at": long_ago})
    with pytest.raises(GenerationFailedError) as caught:
        await collector.collect(old, generator, SUCCESS.sources)
    assert caught.value.cost_usd == generation.cost_usd


async def test_a_full_disk_does_not_lose_a_clip(
    database: Database, generation: Generation, generator: ScriptedGenerator, folder: Path
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")

    async def check_that_rewrites(path: Path, settings: GenerationSettings) -> MediaFacts:
        try:
            raise full
        except OSError as error:
            raise MediaError(f"cannot write {path.name}") from error

    with pytest.raises(MediaError):
        await Collector(database, folder, check_that_rewrites).collect(generation, generator)
    assert len(generator.asked) == 1
    assert (await Collector(database, folder, check).collect(generation, generator)).path.exists()


async def test_a_passing_failure_loses_nothing(
    collector: Collector, generation: Generation, generator: ScriptedGenerator
) -> None:
    generator.downloads = [BackendError("503", retryable=True), BYTES]
    with pytest.raises(BackendError) as caught:
        await collector.collect(generation, generator, SUCCESS.sources)
    assert caught.value.retryable
    assert (await collector.collect(generation, generator, SUCCESS.sources)).path.exists()


async def test_a_broken_file_is_downloaded_once_more_then_given_up(
    collector: Collector, generation: Generation, generator: ScriptedGenerator, folder: Path
) -> None:
    generator.downloads = [b"half", BYTES]
    video = await collector.collect(generation, generator, SUCCESS.sources)
    assert video.sha256 == hashlib.sha256(BYTES).hexdigest()
    video.path.unlink()
    generator.downloads = [b"half"]
    with pytest.raises(GenerationFailedError, match="broken"):
        await collector.collect(generation, generator, SUCCESS.sources)
    assert files(folder) == []


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("A paper boat, on a puddle!", "a-paper-boat-on-a-puddle"),
        ("Ein Schiff über Köln", "ein-schiff-uber-koln"),
        ("一只猫 🐈", ""),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 90, "x" * 40),
        ("word " * 40, "word-word-word-word-word-word-word-word"),
    ],
)
def test_a_file_name_is_plain_whatever_the_prompt(prompt: str, words: str) -> None:
    assert slug(prompt) == words


def test_a_file_name_tells_day_words_job_and_attempt(generation: Generation) -> None:
    name = file_name(generation, date(2026, 11, 23))
    assert name == f"2026-11-23-a-paper-boat-{generation.job_id[-8:]}-a1.mp4"
