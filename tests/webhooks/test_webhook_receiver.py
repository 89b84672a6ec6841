"""The receiver: it answers at once, keeps ids only, and lets the ledger adopt what was lost."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlmodel import select

from tests.webhooks.conftest import add_lost_generation, served
from tests.webhooks.signing import NOW, SECRET, event_body, signed
from video_agent.backends.clock import SystemClock
from video_agent.backends.google.webhook_signature import WebhookSignatures
from video_agent.errors import ConfigurationError
from video_agent.ledger import Ledger
from video_agent.models import Generation, GenerationState, JobStatus
from video_agent.settings import Settings
from video_agent.store import Database
from video_agent.store.jobs import get_job
from video_agent.store.webhook_events import store_webhook_event
from video_agent.store.webhook_tables import WebhookEventRow
from video_agent.webhooks import Receiver, build_receiver


def new_receiver(database: Database) -> Receiver:
    secret = SecretStr(SECRET)
    return Receiver(database, WebhookSignatures("us", signing_secret=secret, now=lambda: NOW))


@pytest.fixture
async def url(prepared_sqlite_url: str, listener: socket.socket, stack: AsyncExitStack) -> str:
    app = new_receiver(Database(prepared_sqlite_url)).app
    return await stack.enter_async_context(served(app, listener))


async def deliver(
    client: httpx.AsyncClient, url: str, body: bytes, name: str = "msg_1", **headers: str
) -> int:
    stamped = {
        "webhook-id": name,
        "webhook-timestamp": str(NOW),
        "webhook-signature": signed(body, name),
    }
    return (await client.post(url, content=body, headers=stamped | headers)).status_code


async def settled(database: Database, generation_id: str) -> Generation:
    """The generation once nobody is at it any more: what follows the answer takes a moment."""
    ledger = Ledger(database, SystemClock())
    async with asyncio.timeout(20):
        while (await ledger.get(generation_id)).state is GenerationState.OUTCOME_UNKNOWN:
            await asyncio.sleep(0.02)
    return await ledger.get(generation_id)


async def kept(database: Database) -> list[WebhookEventRow]:
    async with database.read() as session:
        return list((await session.exec(select(WebhookEventRow))).all())


async def test_a_lost_generation_is_adopted_and_its_job_handed_to_the_workers_once(
    url: str, client: httpx.AsyncClient, database: Database
) -> None:
    generation_id = await add_lost_generation(database, queued=True)
    body = event_body(generation_id)
    assert [await deliver(client, url, body, name) for name in ("msg_1", "msg_1", "msg_2")] == (
        [204] * 3
    )
    generation = await settled(database, generation_id)
    assert (generation.state, generation.provider_id) == (GenerationState.SUBMITTED, "v1_abc")
    assert sorted(row.id for row in await kept(database)) == ["msg_1", "msg_2"]
    async with asyncio.timeout(20):
        while (await get_job(database, "job")).status != JobStatus.QUEUED:
            await asyncio.sleep(0.02)
    assert (await get_job(database, "job")).runs == 2


async def test_a_job_that_no_worker_has_waits_for_its_person(
    url: str, client: httpx.AsyncClient, database: Database
) -> None:
    await deliver(client, url, event_body(await add_lost_generation(database)))
    assert (await settled(database, "g-1")).state is GenerationState.SUBMITTED
    assert (await get_job(database, "job")).status == JobStatus.NEEDS_ATTENTION


async def test_contradicting_events_are_left_to_a_person(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    generation_id = await add_lost_generation(database)
    for number in (1, 2):
        row = WebhookEventRow(
            id=f"msg_{number}", generation_id=generation_id, provider_id=f"v1_{number}", kind="x"
        )
        await store_webhook_event(database, row)
    await new_receiver(database).adopt(generation_id)
    generation = await Ledger(database, SystemClock()).get(generation_id)
    assert generation.state is GenerationState.OUTCOME_UNKNOWN
    assert "several operations" in caplog.text


async def test_what_was_told_before_an_earlier_receiver_died_is_adopted_at_the_next_start(
    prepared_sqlite_url: str, listener: socket.socket, database: Database
) -> None:
    generation_id = await add_lost_generation(database)
    row = WebhookEventRow(id="m", generation_id=generation_id, provider_id="v1_a", kind="x")
    await store_webhook_event(database, row)
    async with served(new_receiver(Database(prepared_sqlite_url)).app, listener):
        assert (await settled(database, generation_id)).state is GenerationState.SUBMITTED


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (event_body("of-another-database"), 204),
        (event_body(user_metadata=None), 204),
        (event_body(user_metadata=["g-1"]), 204),
        (event_body(user_metadata={"theirs": 1}), 204),
        (event_body({"$ne": 1}), 204),
        (event_body("g-1' OR 1=1"), 204),
        (event_body(data={}), 400),
        (event_body(data={"id": "x" * 301}), 400),
        (event_body(data={"id": "a b"}), 400),
        (event_body(type=7), 400),
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 50_000, 400),
        (b" " * 70_000, 413),
    ],
)
async def test_what_is_not_about_us_changes_nothing(
    url: str, client: httpx.AsyncClient, database: Database, body: bytes, status: int
) -> None:
    await add_lost_generation(database)
    assert await deliver(client, url, body) == status
    assert await kept(database) == []
    generation = await Ledger(database, SystemClock()).get("g-1")
    assert generation.state is GenerationState.OUTCOME_UNKNOWN


async def test_unsigned_events_are_refused_and_nothing_of_them_is_written_down(
    url: str, client: httpx.AsyncClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "video_agent")
    await add_lost_generation(database)
    forged = signed(b"another body")
    body = event_body(note="hush-hush")
    for headers in ({"webhook-signature": forged}, {"webhook-signature": ""}, {"webhook-id": ""}):
        assert await deliver(client, url, body, **headers) == 401
    assert await kept(database) == []
    for secret in (forged, "hush-hush", SECRET, "shown once"):
        assert secret not in caplog.text


async def test_an_endless_body_is_cut_off(url: str, client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50_000_000:
            sent += 10_000
            yield b" " * 10_000

    try:
        status = (await client.post(url, content=endless())).status_code
    except httpx.HTTPError:  # answered and closed while we were still sending
        status = 413
    assert status == 413
    assert sent < 50_000_000


async def test_while_the_database_refuses_the_event_is_to_be_delivered_again(
    tmp_path: Any, listener: socket.socket, client: httpx.AsyncClient
) -> None:
    folder = tmp_path / "is-a-folder.db"
    folder.mkdir()
    async with served(new_receiver(Database(f"sqlite:///{folder}")).app, listener) as address:
        assert await deliver(client, address, event_body()) == 503


async def test_a_get_says_that_it_runs(url: str, client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{url}/whatever")
    assert (answer.status_code, answer.text[:12]) == (200, "the receiver")


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ({}, "VIDEO_AGENT_WEBHOOK_URL"),
        ({"webhook_url": "https://x.example/"}, "VIDEO_AGENT_STUDIO_URL"),
        (
            {"webhook_url": "https://x.example/", "backend": "agent_platform"},
            "VIDEO_AGENT_GENERATION_BUCKET",
        ),
    ],
)
def test_a_receiver_that_would_be_told_nothing_says_so(settings: dict[str, Any], hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_receiver(Settings(**settings))
    assert hint in caught.value.hint
