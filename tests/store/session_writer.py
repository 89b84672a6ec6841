"""A second writer of one session, in a process of its own: steered by lines on standard input.

Arguments: database URLs. For each, it loads the session `shared` and says `loaded`; after a line it
appends an event to what it has loaded, says what became of it, and then races: it appends its
events, loading the session again whenever somebody else was faster.
"""

import asyncio
import sys

from google.adk.errors import StaleSessionError
from google.adk.events.event import Event
from google.adk.sessions.session import Session

from video_agent.store import SQLModelSessionService

APP, USER, SESSION = "app", "user", "shared"
MOMENT = 5.0
RACED = 12


async def load(service: SQLModelSessionService) -> Session:
    """The session as it is now."""
    session = await service.get_session(app_name=APP, user_id=USER, session_id=SESSION)
    if session is None:
        raise SystemExit("the session is gone")
    return session


async def append(service: SQLModelSessionService, session: Session, author: str) -> str:
    """Append one event; every event has the same time. Says `stored` or `stale`."""
    try:
        await service.append_event(session, Event(author=author, timestamp=MOMENT))
    except StaleSessionError:
        return "stale"
    return "stored"


async def race(service: SQLModelSessionService, author: str) -> None:
    """Append `RACED` events against whoever else is writing."""
    session = await load(service)
    for _ in range(RACED):
        while await append(service, session, author) == "stale":
            session = await load(service)


async def _work(url: str) -> None:
    async with SQLModelSessionService(url) as service:
        session = await load(service)
        _say("loaded")
        await asyncio.to_thread(sys.stdin.readline)
        _say(await append(service, session, "other"))
        await race(service, "other")
        _say("raced")


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for address in sys.argv[1:]:
        asyncio.run(_work(address))
