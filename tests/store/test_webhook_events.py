"""Webhook events are kept once, only about generations of this database, and go with their job."""

import asyncio
from decimal import Decimal

from sqlalchemy import text
from sqlmodel import select

from video_agent.store import Database
from video_agent.store.jobs import create_job
from video_agent.store.tables import GenerationRow, JobRow
from video_agent.store.webhook_events import store_webhook_event, told_provider_ids
from video_agent.store.webhook_tables import WebhookEventRow


async def with_generation(database: Database) -> None:
    job = JobRow(
        id="job",
        app_name="app",
        user_id="user",
        session_id="s",
        request={},
        status="running",
        backend="gemini",
        charged=True,
        budget_usd=Decimal(1),
    )
    await create_job(database, job)
    generation = GenerationRow(
        id="g-1",
        job_id="job",
        attempt_number=1,
        fingerprint="f",
        state="outcome_unknown",
        model="m",
        backend="gemini",
        prompt="p",
        settings={},
        estimate_usd=Decimal(1),
        reserved_usd=Decimal(1),
    )
    async with database.write() as session:
        session.add(generation)


def event(name: str = "msg_1", provider_id: str = "v1_a") -> WebhookEventRow:
    return WebhookEventRow(
        id=name, generation_id="g-1", provider_id=provider_id, kind="interaction.completed"
    )


async def test_a_redelivery_is_kept_once_also_when_both_come_at_once(database: Database) -> None:
    await with_generation(database)
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(3)]
    everybody = [database, *others]
    assert all(await asyncio.gather(*(store_webhook_event(one, event()) for one in everybody)))
    async with database.read() as session:
        assert len((await session.exec(select(WebhookEventRow))).all()) == 1
    assert await told_provider_ids(database, "g-1") == {"v1_a"}
    for other in others:
        await other.close()


async def test_an_event_about_somebody_else_s_generation_is_not_kept(database: Database) -> None:
    assert not await store_webhook_event(database, event())
    assert await told_provider_ids(database, "g-1") == frozenset()


async def test_contradicting_events_are_both_kept_and_go_with_their_job(database: Database) -> None:
    await with_generation(database)
    for told in (event(), event("msg_2"), event("msg_3", "v1_b")):
        await store_webhook_event(database, told)
    assert await told_provider_ids(database, "g-1") == {"v1_a", "v1_b"}
    async with database.write() as session:
        await (await session.connection()).execute(text("DELETE FROM video_jobs"))
    assert await told_provider_ids(database, "g-1") == frozenset()
