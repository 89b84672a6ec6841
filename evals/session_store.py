"""Append to and load a long conversation: our session service beside ADK's, in one run.

`python evals/session_store.py [--events 3000] [--json]`; SQLite, both through aiosqlite. Appends
alternate between the two in portions, so that a busy machine slows both alike. Ratios above 1 mean
that ours is faster.
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

from video_agent.store import SQLModelSessionService

PORTION = 250
LOADS = 3
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
        services: dict[str, Service] = {
            OURS: SQLModelSessionService(f"sqlite:///{Path(folder) / 'ours.db'}"),
            ADKS: DatabaseSessionService(f"sqlite+aiosqlite:///{Path(folder) / 'adk.db'}"),
        }
        try:
            return await _measure(services, count)
        finally:
            for service in services.values():
                await service.close()


async def _measure(services: dict[str, Service], count: int) -> dict[str, dict[str, float]]:
    sessions = {
        name: await service.create_session(app_name=APP, user_id=USER, session_id=SESSION)
        for name, service in services.items()
    }
    seconds: dict[str, list[float]] = {name: [] for name in services}
    for start in range(0, count, PORTION):
        for name, service in services.items():
            numbers = range(start, min(start + PORTION, count))
            seconds[name] += await _append(service, sessions[name], numbers)
    return {
        f"append one event (of {count:,})": {
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
            loaded = await service.get_session(
                app_name=APP,
                user_id=USER,
                session_id=SESSION,
                config=GetSessionConfig(num_recent_events=limit),
            )
            best[name] = min(best[name], (time.perf_counter() - start) * 1000)
            if loaded is None or len(loaded.events) != expected:
                raise SystemExit(f"{name} lost events")
    return best


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
