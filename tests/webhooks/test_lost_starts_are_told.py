"""The Gemini API's wire without any look-up: what a webhook tells is all there is, and enough."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.webhooks.conftest import served
from video_agent.backends.webhook_lookup import FirstToTell, WebhookLookup
from video_agent.catalog import Catalog
from video_agent.models import GenerationState, Job, JobStatus, StopReason, VideoRequest
from video_agent.settings import Settings
from video_agent.store import Database
from video_agent.store.webhook_events import told_provider_ids
from video_agent.studio.server import Studio, StudioConfig
from video_agent.tools import Services
from video_agent.webhooks import build_receiver
from video_agent.wiring.parts import Parts
from video_agent.wiring.reach import open_reach

WISH: dict[str, Any] = {
    "prompt": "a red sailboat on a calm bay at sunset",
    "duration_seconds": 3.0,
    "resolution": "360p",
    "quality_threshold": 0.2,
    "max_attempts": 1,
}


@pytest.fixture
def studio(tmp_path: Path) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path / "studio")) as running:
        yield running


@pytest.fixture
def settings(studio: Studio, hook: str, prepared_sqlite_url: str) -> Settings:
    return Settings.model_validate(
        {
            "backend": "gemini",
            "google_api_key": "any",
            "gemini_base_url": studio.url,
            "webhook_url": hook,
            "database_url": prepared_sqlite_url,
        }
    )


class OnlyTold(Parts):
    """A service that can be asked for nothing, as Google's: the studio's own list is not used."""

    def _services(self, database: Database, catalog: Catalog) -> Services:
        services = super()._services(database, catalog)
        assert isinstance(services.reconciler, FirstToTell)
        lookup = WebhookLookup(partial(told_provider_ids, database))
        return replace(services, reconciler=lookup)


@pytest.fixture
async def parts(settings: Settings) -> AsyncGenerator[Parts]:
    database = Database(settings.resolved_database_url)
    reach = await asyncio.to_thread(open_reach, settings)
    opened = OnlyTold(settings, reach, database)
    yield opened
    await opened.close()
    await database.close()


async def until_adopted(parts: Parts, job: Job) -> None:
    async with asyncio.timeout(60):
        while True:
            (generation,) = await parts.services.ledger.generations(job.id)
            if generation.state is GenerationState.SUBMITTED:
                return
            await asyncio.sleep(0.05)


async def test_a_start_whose_answer_was_lost_is_adopted_when_its_end_is_told_and_paid_once(
    studio: Studio,
    settings: Settings,
    parts: Parts,
    listener: socket.socket,
    stack: AsyncExitStack,
) -> None:
    await stack.enter_async_context(served(build_receiver(settings), listener))
    with studio.fault("interactions.create", "cut_after"):
        job = await parts.pipeline.create(VideoRequest.model_validate(WISH))
    assert (job.status, job.stopped_because, job.unknown_cost) == (
        JobStatus.NEEDS_ATTENTION,
        StopReason.OUTCOME_UNKNOWN,
        True,
    )
    await until_adopted(parts, job)
    done = await parts.pipeline.resume(job.id)
    assert (done.status, done.stopped_because) == (JobStatus.SUCCEEDED, StopReason.PASSED)
    assert done.path is not None
    assert done.path.is_file()
    assert not done.unknown_cost
    assert studio.paid_starts == len(studio.paid_posts) == 1


async def test_told_while_nobody_listened_it_is_counted_as_spent_and_never_sent_again(
    studio: Studio, parts: Parts
) -> None:
    with studio.fault("interactions.create", "cut_after"):
        job = await parts.pipeline.create(VideoRequest.model_validate(WISH))
    again = await parts.pipeline.resume(job.id)
    assert (again.status, again.unknown_cost) == (JobStatus.NEEDS_ATTENTION, True)
    assert again.cost_usd > 0
    assert studio.paid_starts == len(studio.paid_posts) == 1
