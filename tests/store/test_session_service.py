"""What our session service promises beyond ADK's contract, on both databases."""

import asyncio
import logging
import math
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from google.adk.errors import StaleSessionError
from google.adk.errors.session_not_found_error import SessionNotFoundError
from google.adk.events.event import Event
from google.adk.events.event_actions import EventActions
from google.adk.sessions.base_session_service import GetSessionConfig
from google.adk.sessions.session import Session
from google.genai import types
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import select

from video_agent.errors import InvalidRequestError
from video_agent.store import Database, SQLModelSessionService
from video_agent.store.session_identity import MAX_ID_BYTES, Identity
from video_agent.store.session_tables import EventRow, SessionRow

APP, USER = "app", "user"


def event(text: str = "hello", *, at: float = 5.0, state: dict[str, object] | None = None) -> Event:
    return Event(
        author="planner",
        timestamp=at,
        content=types.Content(role="model", parts=[types.Part(text=text)]),
        actions=EventActions(state_delta=state or {}),
    )


async def stored(
    service: SQLModelSessionService, session: Session, config: GetSessionConfig | None = None
) -> Session:
    loaded = await service.get_session(
        app_name=session.app_name, user_id=session.user_id, session_id=session.id, config=config
    )
    assert loaded is not None
    return loaded


async def test_a_stale_writer_is_refused_even_at_the_same_time(
    service: SQLModelSessionService,
) -> None:
    first = await service.create_session(app_name=APP, user_id=USER)
    second = await stored(service, first)
    await service.append_event(first, event("one", at=5.0))
    with pytest.raises(StaleSessionError):
        await service.append_event(second, event("lost", at=5.0))
    with pytest.raises(StaleSessionError):
        await service.append_event(second, event("lost", at=6.0, state={"x": 1}))
    assert second.events == []
    loaded = await stored(service, first)
    assert loaded.events == first.events
    assert loaded.state == {}


async def test_a_session_loaded_without_events_can_be_written(
    service: SQLModelSessionService,
) -> None:
    session = await service.create_session(app_name=APP, user_id=USER)
    await service.append_event(session, event("one"))
    bare = await stored(service, session, GetSessionConfig(num_recent_events=0))
    await service.append_event(bare.model_copy(), event("two"))
    assert len((await stored(service, session)).events) == 2


async def test_a_session_object_from_elsewhere_must_know_the_last_event(
    service: SQLModelSessionService,
) -> None:
    session = await service.create_session(app_name=APP, user_id=USER)
    await service.append_event(session, event("one"))
    copy = Session.model_validate_json(session.model_dump_json())
    await service.append_event(copy, event("two"))
    ignorant = Session(id=session.id, app_name=APP, user_id=USER, last_update_time=1e12)
    with pytest.raises(StaleSessionError):
        await service.append_event(ignorant, event("lost"))


async def test_who_knew_a_deleted_session_cannot_write_to_its_successor(
    service: SQLModelSessionService,
) -> None:
    old = await service.create_session(app_name=APP, user_id=USER, session_id="one")
    await service.delete_session(app_name=APP, user_id=USER, session_id="one")
    with pytest.raises(SessionNotFoundError):
        await service.append_event(old, event())
    await service.create_session(app_name=APP, user_id=USER, session_id="one")
    with pytest.raises(StaleSessionError):
        await service.append_event(old, event())


async def test_an_event_delivered_twice_is_stored_once(service: SQLModelSessionService) -> None:
    session = await service.create_session(app_name=APP, user_id=USER)
    unaware = session.model_copy(deep=True)
    one = event("one")
    await service.append_event(session, one)
    await service.append_event(unaware, one.model_copy())
    await service.append_event(unaware, event("two"))
    loaded = await stored(service, session)
    assert [each.id for each in loaded.events] == [each.id for each in unaware.events]
    assert len(loaded.events) == 2


async def test_nul_characters_survive_everywhere(service: SQLModelSessionService) -> None:
    state: dict[str, object] = {"a\x00b": "c\x00d", "user:k\x00": ["\x00"], "app:x": "\\u0000"}
    session = await service.create_session(app_name=APP, user_id=USER, state=state)
    await service.append_event(session, event("be\x00fore", state={"new": "\x00"}))
    loaded = await stored(service, session)
    assert loaded.state == {**state, "new": "\x00"}
    assert loaded.events == session.events


class Odd:
    def __repr__(self) -> str:
        return "an odd \ud800 thing"


async def test_values_json_cannot_hold_do_not_lose_the_event(
    service: SQLModelSessionService, caplog: pytest.LogCaptureFixture
) -> None:
    session = await service.create_session(app_name=APP, user_id=USER, state={"odd": Odd()})
    circle: dict[str, object] = {"nan": math.nan}
    circle["self"] = circle
    for value in (Odd(), b"\xff\xfe", "\ud800", circle, {Odd(): {1, 2}}, len, math.inf, Path("a")):
        one = event(state={"value": value, "user:value": value, "fine": "kept"})
        one.output = value
        await service.append_event(session, one)
    loaded = await stored(service, session)
    assert len(loaded.events) == 8
    assert loaded.state["odd"] == "an odd ? thing"
    assert loaded.state["fine"] == "kept"
    assert loaded.events[1].output == "__4="
    assert loaded.events[3].output == {"nan": None, "self": "<circular>"}
    assert [one.id for one in loaded.events] == [one.id for one in session.events]
    assert {record.levelno for record in caplog.records if "video_agent" in record.name} == {
        logging.WARNING
    }


@pytest.mark.parametrize("place", ["app_name", "user_id", "session_id"])
async def test_long_ids_work_and_longer_ones_are_refused_alike(
    service: SQLModelSessionService, place: str
) -> None:
    usual = Identity(APP, USER, "one")
    app, user, name = usual._replace(**{place: "ä" * (MAX_ID_BYTES // 2)})
    session = await service.create_session(app_name=app, user_id=user, session_id=name)
    await service.append_event(session, event(state={"user:x": 1, "app:y": 2}))
    assert len((await stored(service, session)).events) == 1
    for bad in ("x" * (MAX_ID_BYTES + 1), "nul\x00", "\ud800"):
        app, user, name = usual._replace(**{place: bad})
        with pytest.raises(InvalidRequestError, match="512 bytes"):
            await service.create_session(app_name=app, user_id=user, session_id=name)
        assert await service.get_session(app_name=app, user_id=user, session_id=name) is None
        await service.delete_session(app_name=app, user_id=user, session_id=name)
        made_up = Session(id=name, app_name=app, user_id=user)
        with pytest.raises(SessionNotFoundError):
            await service.append_event(made_up, event())


async def test_three_longest_ids_at_once_fit(service: SQLModelSessionService) -> None:
    # Incompressible, since PostgreSQL limits the compressed index entry.
    names = ["".join(chr(0x4E00 + (i * 7919 + k) % 20_000) for i in range(170)) for k in range(3)]
    session = await service.create_session(app_name=names[0], user_id=names[1], session_id=names[2])
    await service.append_event(session, event(state={"user:x": 1}))
    assert (await stored(service, session)).state == {"user:x": 1}


async def test_a_cancelled_append_is_finished_and_known(service: SQLModelSessionService) -> None:
    session = await service.create_session(app_name=APP, user_id=USER)
    for turns in range(12):
        task = asyncio.ensure_future(service.append_event(session, event(str(turns))))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        # The next writer with the same object must not be stale, whatever became of the last one.
        await service.append_event(session, event("after"))
    loaded = await stored(service, session)
    assert loaded.events == session.events
    texts = [
        one.content.parts[0].text for one in loaded.events if one.content and one.content.parts
    ]
    # Only the first was cancelled before it had begun.
    assert [text for text in texts if text != "after"] == [str(turns) for turns in range(1, 12)]


async def test_two_services_share_a_database(database: Database) -> None:
    one, two = SQLModelSessionService(database), SQLModelSessionService(database)
    session = await one.create_session(app_name=APP, user_id=USER)
    await one.append_event(session, event("one"))
    same = await stored(two, session)
    await two.append_event(same, event("two"))
    with pytest.raises(StaleSessionError):
        await one.append_event(session, event("lost"))
    await one.close()  # the database is not its own
    assert len((await stored(two, session)).events) == 2


async def test_shared_state_of_many_writers_is_never_lost(service: SQLModelSessionService) -> None:
    sessions = [await service.create_session(app_name=APP, user_id=USER) for _ in range(10)]
    await asyncio.gather(
        *(
            service.append_event(
                session, event(state={f"user:{number}": number, f"app:{number}": number})
            )
            for number, session in enumerate(sessions)
        )
    )
    loaded = await stored(service, sessions[0])
    assert sorted(key for key in loaded.state if key.startswith("user:")) == [
        f"user:{number}" for number in range(10)
    ]
    assert len(loaded.state) == 20


async def test_deleting_leaves_no_rows_behind(database: Database) -> None:
    service = SQLModelSessionService(database)
    session = await service.create_session(app_name=APP, user_id=USER, session_id="one")
    await service.append_event(session, event())
    await service.delete_session(app_name=APP, user_id=USER, session_id="one")
    async with database.read() as transaction:
        assert (await transaction.exec(select(SessionRow))).all() == []
        assert (await transaction.exec(select(EventRow))).all() == []


@pytest.fixture
async def foreign_engine(database_url: str) -> AsyncGenerator[AsyncEngine]:
    drivers = {"sqlite:": "sqlite+aiosqlite:", "postgresql:": "postgresql+asyncpg:"}
    scheme, _, rest = database_url.partition("//")
    if scheme == "sqlite:":
        Path(rest.removeprefix("/")).parent.mkdir()
    engine = create_async_engine(f"{drivers[scheme]}//{rest}")
    yield engine
    await engine.dispose()


async def test_an_engine_of_the_callers_is_used_and_left_open(foreign_engine: AsyncEngine) -> None:
    async with SQLModelSessionService(foreign_engine) as service:
        session = await service.create_session(app_name=APP, user_id=USER)
        await asyncio.gather(
            *(service.append_event(session, event(state={"n": number})) for number in range(5))
        )
        assert len((await stored(service, session)).events) == 5
        await service.delete_session(app_name=APP, user_id=USER, session_id=session.id)
    async with foreign_engine.connect() as connection:
        assert (await connection.execute(select(EventRow))).all() == []


async def test_a_database_in_memory_works_within_one_loop() -> None:
    async with SQLModelSessionService("sqlite://") as service:
        session = await service.create_session(app_name=APP, user_id=USER)
        await asyncio.gather(
            *(service.append_event(session, event()) for _ in range(5)),
            *(service.list_sessions(app_name=APP) for _ in range(5)),
        )
        assert len((await stored(service, session)).events) == 5
