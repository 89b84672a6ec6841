"""Two processes write one session: nobody overwrites, nothing is lost, the order is one."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.store.session_writer import APP, RACED, SESSION, USER, append, load, race
from video_agent.store import SQLModelSessionService

ROOT = Path(__file__).parents[2]


@pytest.fixture
def urls(prepared_sqlite_url: str, prepared_postgres_url: str) -> list[str]:
    return [prepared_sqlite_url, prepared_postgres_url]


@pytest.fixture
async def other_process(urls: list[str]) -> AsyncGenerator[Process]:
    """One process for both kinds of database: most of its time is spent on imports."""
    command = [sys.executable, "-m", "tests.store.session_writer", *urls]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
    yield process
    if process.returncode is None:
        process.kill()
    await process.wait()


async def said(process: Process) -> str:
    assert process.stdout
    return (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()


async def test_two_processes_compete_for_one_session(
    urls: list[str], other_process: Process
) -> None:
    assert other_process.stdin
    for url in urls:
        async with SQLModelSessionService(url) as service:
            await service.create_session(app_name=APP, user_id=USER, session_id=SESSION)
    for url in urls:
        async with SQLModelSessionService(url) as service:
            session = await load(service)
            assert await said(other_process) == "loaded"
            assert await append(service, session, "this") == "stored"
            other_process.stdin.write(b"go\n")
            await other_process.stdin.drain()
            # Its event has the same time as ours: only the revision tells that it is late.
            assert await said(other_process) == "stale"
            await race(service, "this")
            assert await said(other_process) == "raced"
            events = (await load(service)).events
        assert len({event.id for event in events}) == len(events)
        authors = [event.author for event in events]
        assert (authors.count("this"), authors.count("other")) == (1 + RACED, RACED)
        assert authors[0] == "this"
    assert await other_process.wait() == 0
