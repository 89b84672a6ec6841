"""Session services and databases that are closed after the test."""

from collections.abc import AsyncGenerator

import pytest
from google.adk.sessions.base_session_service import BaseSessionService
from google.adk.sessions.in_memory_session_service import InMemorySessionService

from video_agent.store import Database, SQLModelSessionService


@pytest.fixture
async def database(prepared_url: str) -> AsyncGenerator[Database]:
    """A database of ours without rows, on SQLite and on PostgreSQL."""
    opened = Database(prepared_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncGenerator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def service(database: Database) -> SQLModelSessionService:
    """Our session service, on SQLite and on PostgreSQL."""
    return SQLModelSessionService(database)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def any_service(request: pytest.FixtureRequest) -> AsyncGenerator[BaseSessionService]:
    """ADK's reference and ours: what holds for one must hold for the other."""
    if request.param == "memory":
        yield InMemorySessionService()
        return
    url: str = request.getfixturevalue(f"prepared_{request.param}_url")
    async with SQLModelSessionService(url) as ours:
        yield ours
