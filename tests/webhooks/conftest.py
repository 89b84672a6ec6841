"""A receiver that is really reached over HTTP, on a database with one generation of its own."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from video_agent.models import GenerationState, JobStatus, StopReason
from video_agent.store import Database
from video_agent.store.jobs import create_job
from video_agent.store.tables import GenerationRow, JobRow

Serve = Callable[[Starlette, socket.socket], "asyncio.Future[str]"]


@asynccontextmanager
async def served(app: Starlette, listener: socket.socket) -> AsyncGenerator[str]:
    """Serve in the running loop; gives the address."""
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    work = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await work


@pytest.fixture
def listener() -> Generator[socket.socket]:
    """A free port that already listens, so that its address can be told before anybody serves."""
    opened = socket.create_server(("127.0.0.1", 0))
    yield opened
    opened.close()


@pytest.fixture
def hook(listener: socket.socket) -> str:
    """The address that is told."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}/hook"


@pytest.fixture
async def stack() -> AsyncGenerator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=20) as opened:
        yield opened


@pytest.fixture
async def database(prepared_sqlite_url: str) -> AsyncGenerator[Database]:
    opened = Database(prepared_sqlite_url)
    yield opened
    await opened.close()


async def add_lost_generation(database: Database, *, queued: bool = False) -> str:
    """A job that waits for a person because the answer to its paid start was lost."""
    job = JobRow(
        id="job",
        app_name="video_agent",
        user_id="user",
        session_id="job-job",
        request={"prompt": "a red boat"},
        status=JobStatus.NEEDS_ATTENTION.value,
        stopped_because=StopReason.OUTCOME_UNKNOWN.value,
        backend="gemini",
        charged=True,
        budget_usd=Decimal(2),
        queued=queued,
    )
    await create_job(database, job)
    generation = GenerationRow(
        id="g-1",
        job_id=job.id,
        attempt_number=1,
        fingerprint="f",
        state=GenerationState.OUTCOME_UNKNOWN.value,
        model="gemini-omni-1.2-flash",
        backend="gemini",
        prompt="a red boat",
        settings={"duration_seconds": 3.0, "resolution": "360p", "aspect_ratio": "16:9"},
        estimate_usd=Decimal(1),
        reserved_usd=Decimal(1),
    )
    generation.submitted_at = generation.intended_at
    async with database.write() as session:
        session.add(generation)
    return generation.id
