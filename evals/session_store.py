"""Append to and load a long conversation: our session service beside ADK's, in one run.

`python evals/session_store.py [--events 3000] [--json]`; SQLite, both through aiosqlite, both as
they come (ours: WAL, ADK: a rollback journal). The first nine tenths of the history are written
without waiting for the disk and are not measured; then appends and loads take turns, so that a busy
machine slows both alike. Ratios above 1 mean that ours is faster.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

from google.adk.events.event import Event
from google.adk.events.event_actions import EventActions
from google.adk.sessions.base_session_service import GetSessionConfig
from google.adk.sessions.database_session_service import DatabaseSessionService
from google.adk.sessions.session import Session
from google.genai import types
from sqlalchemy import event as event_hooks
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import create_async_engine

from video_agent.store import SQLModelSessionService

PORTION = 50
LOADS = 5
OURS, ADKS = "SQLModelSessionService", "DatabaseSessionService"
APP, USER, SESSION = "bench", "user", "session"

Service = SQLModelSessionService | DatabaseSessionService


def event(number: int) -> Event:
    """A tool's answer of about 600 bytes; every tenth changes the state."""
    response = {"number": number, "text": "frame " * 60, "score": number / 7}
    part = types.Part(function_response=types.FunctionResponse(name="poll", response=response))
    delta: dict[str, object] = {"progress": number} if number % 10 == 0 else {}
    return Event(
        author="planner",
        invocation_id=f"invocation-{number // 20}",
        content=types.Content(role="user", parts=[part]),
        actions=EventActions(state_delta=delta),
    )


async def measure(count: int) -> dict[str, dict[str, float]]:
    """Milliseconds by operation and service: median per append, best of the loads."""
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.db" for name in (OURS, ADKS)}
        await _fill(files, count - count // 10)
        services: dict[str, Service] = {
            OURS: SQLModelSessionService(f"sqlite:///{files[OURS]}"),
            ADKS: DatabaseSessionService(f"sqlite+aiosqlite:///{files[ADKS]}"),
        }
        try:
            return await _measure(services, count)
        finally:
            for service in services.values():
                await service.close()


async def _fill(files: dict[str, Path], count: int) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{files[ADKS]}")
    event_hooks.listen(engine.sync_engine, "connect", _do_not_wait_for_the_disk)
    services: list[Service] = [
        SQLModelSessionService(f"sqlite:///{files[OURS]}"),
        DatabaseSessionService(db_engine=engine),
    ]
    for service in services:
        session = await service.create_session(app_name=APP, user_id=USER, session_id=SESSION)
        await _append(service, session, range(count))
        await service.close()
    await engine.dispose()


def _do_not_wait_for_the_disk(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


async def _measure(services: dict[str, Service], count: int) -> dict[str, dict[str, float]]:
    sessions = {name: await _loaded(service, None) for name, service in services.items()}
    seconds: dict[str, list[float]] = {name: [] for name in services}
    for start in range(count - count // 10, count, PORTION):
        for name, service in services.items():
            numbers = range(start, min(start + PORTION, count))
            seconds[name] += await _append(service, sessions[name], numbers)
    return {
        f"append one event (to {count:,})": {
            name: statistics.median(times) * 1000 for name, times in seconds.items()
        },
        f"load all {count:,} events": await _load(services, None, count),
        "load the last 50 events": await _load(services, 50, min(50, count)),
    }


async def _append(service: Service, session: Session, numbers: range) -> list[float]:
    times: list[float] = []
    for number in numbers:
        one = event(number)
        start = time.perf_counter()
        await service.append_event(session, one)
        times.append(time.perf_counter() - start)
    return times


async def _load(services: dict[str, Service], limit: int | None, expected: int) -> dict[str, float]:
    best = dict.fromkeys(services, float("inf"))
    for _ in range(LOADS):
        for name, service in services.items():
            start = time.perf_counter()
            loaded = await _loaded(service, limit)
            best[name] = min(best[name], (time.perf_counter() - start) * 1000)
            if len(loaded.events) != expected:
                raise SystemExit(f"{name} lost events")
    return best


async def _loaded(service: Service, limit: int | None) -> Session:
    config = GetSessionConfig(num_recent_events=limit)
    session = await service.get_session(
        app_name=APP, user_id=USER, session_id=SESSION, config=config
    )
    if session is None:
        raise SystemExit(f"{type(service).__name__} lost the session")
    return session


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=3_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = asyncio.run(measure(options.events))
    rows = {name: {**times, "ratio": times[ADKS] / times[OURS]} for name, times in results.items()}
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"{'milliseconds':32} {'ours':>10} {'ADK':>10} {'ratio':>8}")
    for name, row in rows.items():
        print(f"{name:32} {row[OURS]:10.2f} {row[ADKS]:10.2f} {row['ratio']:7.1f}x")


if __name__ == "__main__":
    main()
