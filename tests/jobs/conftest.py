"""Fixtures that tests of jobs share, some of them with those of the ledger."""

import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.jobs.paper_work import PaperWork
from tests.ledger.conftest import clock, generator, job_id, ledger, new_job_id, proposal
from video_agent.store import Database
from video_agent.wiring.metrics import MetricsServer, serve_metrics

__all__ = ["clock", "generator", "job_id", "ledger", "new_job_id", "proposal"]


@pytest.fixture
def server() -> Generator[MetricsServer]:
    """Metrics that are served over HTTP, those of this test alone."""
    running = serve_metrics(0, whole_process=False)
    yield running
    threading.Thread(target=running.close).start()  # it takes half a second


@pytest.fixture
async def paper(prepared_url: str, tmp_path: Path) -> AsyncGenerator[PaperWork]:
    """Work for the engine, on a database of each kind in turn."""
    async with _paper(prepared_url, tmp_path) as work:
        yield work


@pytest.fixture
async def lite(prepared_sqlite_url: str, tmp_path: Path) -> AsyncGenerator[PaperWork]:
    """The same where the kind of database makes no difference."""
    async with _paper(prepared_sqlite_url, tmp_path) as work:
        yield work


@pytest.fixture
async def prepared_postgres(
    prepared_postgres_url: str, tmp_path: Path
) -> AsyncGenerator[PaperWork]:
    """The same where only PostgreSQL will do."""
    async with _paper(prepared_postgres_url, tmp_path) as work:
        yield work


@asynccontextmanager
async def _paper(url: str, folder: Path) -> AsyncGenerator[PaperWork]:
    database = Database(url)
    yield PaperWork(database, folder)
    await database.close()
