"""What ADK promises of any session service, held by its reference and by ours alike."""

import asyncio

import pytest
from google.adk.errors.already_exists_error import AlreadyExistsError
from google.adk.errors.session_not_found_error import SessionNotFoundError
from google.adk.events.event import Event, NodeInfo
from google.adk.events.event_actions import EventActions
from google.adk.sessions.base_session_service import BaseSessionService, GetSessionConfig
from google.adk.sessions.session import Session
from google.genai import types
from pydantic import ValidationError

APP, USER = "app", "user"


def event(
    text: str = "hello", *, at: float = 100.0, state: dict[str, object] | None = None
) -> Event:
    return Event(
        author="planner",
        invocation_id="invocation",
        timestamp=at,
        content=types.Content(role="model", parts=[types.Part(text=text)]),
        actions=EventActions(state_delta=state or {}),
    )


async def stored(service: BaseSessionService, session: Session) -> Session:
    loaded = await service.get_session(
        app_name=session.app_name, user_id=session.user_id, session_id=session.id
    )
    assert loaded is not None
    return loaded


def texts(session: Session) -> list[str | None]:
    return [
        one.content.parts[0].text for one in session.events if one.content and one.content.parts
    ]


async def test_a_new_session_gets_an_id_and_can_be_loaded(any_service: BaseSessionService) -> None:
    session = await any_service.create_session(app_name=APP, user_id=USER)
    assert session.id
    assert session.events == []
    loaded = await stored(any_service, session)
    assert (loaded.app_name, loaded.user_id, loaded.id) == (APP, USER, session.id)
    assert loaded.last_update_time == session.last_update_time > 0


async def test_an_unknown_session_is_none(any_service: BaseSessionService) -> None:
    await any_service.create_session(app_name=APP, user_id=USER, session_id="one")
    for app, user, name in (
        (APP, USER, "two"),
        (APP, "other", "one"),
        ("other", USER, "one"),
    ):
        assert await any_service.get_session(app_name=app, user_id=user, session_id=name) is None


async def test_ids_are_trimmed(any_service: BaseSessionService) -> None:
    session = await any_service.create_session(app_name=APP, user_id=USER, session_id="  one\n")
    assert session.id == "one"
    assert await any_service.get_session(app_name=APP, user_id=USER, session_id=" one ")
    await any_service.delete_session(app_name=APP, user_id=USER, session_id="\tone ")
    assert await any_service.get_session(app_name=APP, user_id=USER, session_id="one") is None
    blank = await any_service.create_session(app_name=APP, user_id=USER, session_id="   ")
    assert blank.id.strip()


async def test_of_many_creators_of_one_id_one_wins(any_service: BaseSessionService) -> None:
    outcomes = await asyncio.gather(
        *(
            any_service.create_session(app_name=APP, user_id=USER, session_id="one")
            for _ in range(8)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Session) for one in outcomes) == 1
    assert sum(isinstance(one, AlreadyExistsError) for one in outcomes) == 7


async def test_the_same_id_may_serve_several_users(any_service: BaseSessionService) -> None:
    for user in ("one", "two"):
        session = await any_service.create_session(app_name=APP, user_id=user, session_id="same")
        await any_service.append_event(session, event(user))
    for user in ("one", "two"):
        loaded = await any_service.get_session(app_name=APP, user_id=user, session_id="same")
        assert loaded
        assert texts(loaded) == [user]


async def test_state_is_kept_by_prefix_and_returned_merged(any_service: BaseSessionService) -> None:
    first = await any_service.create_session(
        app_name=APP,
        user_id=USER,
        state={"own": 1, "user:name": "Ada", "app:limit": [1, 2], "temp:draft": "gone"},
    )
    merged = {"own": 1, "user:name": "Ada", "app:limit": [1, 2]}
    assert first.state == merged
    assert (await stored(any_service, first)).state == merged
    same_user = await any_service.create_session(app_name=APP, user_id=USER)
    assert same_user.state == {"user:name": "Ada", "app:limit": [1, 2]}
    other_user = await any_service.create_session(app_name=APP, user_id="other")
    assert other_user.state == {"app:limit": [1, 2]}
    other_app = await any_service.create_session(app_name="other", user_id=USER)
    assert other_app.state == {}


async def test_a_delta_replaces_values_and_stores_none(any_service: BaseSessionService) -> None:
    session = await any_service.create_session(
        app_name=APP,
        user_id=USER,
        state={"deep": {"a": 1, "b": 2}, "kept": 1, "user:deep": {"x": 1}},
    )
    delta: dict[str, object] = {"deep": {"a": 3}, "none": None, "user:deep": {"y": 2}, "app:new": 5}
    await any_service.append_event(session, event(state=delta))
    expected = {"deep": {"a": 3}, "kept": 1, "none": None, "user:deep": {"y": 2}, "app:new": 5}
    assert session.state == expected
    assert (await stored(any_service, session)).state == expected


async def test_temporary_state_lives_in_the_live_object_only(
    any_service: BaseSessionService,
) -> None:
    session = await any_service.create_session(app_name=APP, user_id=USER)
    returned = await any_service.append_event(session, event(state={"temp:x": 1, "kept": 2}))
    assert session.state == {"temp:x": 1, "kept": 2}
    assert returned.actions.state_delta == {"kept": 2}
    loaded = await stored(any_service, session)
    assert loaded.state == {"kept": 2}
    assert loaded.events[0].actions.state_delta == {"kept": 2}


async def test_partial_events_are_returned_but_not_kept(any_service: BaseSessionService) -> None:
    session = await any_service.create_session(app_name=APP, user_id=USER)
    part = event(state={"x": 1})
    part.partial = True
    assert await any_service.append_event(session, part) is part
    assert session.events == []
    loaded = await stored(any_service, session)
    assert (loaded.events, loaded.state) == ([], {})


async def test_an_event_comes_back_whole(any_service: BaseSessionService) -> None:
    session = await any_service.create_session(app_name=APP, user_id=USER)
    original = event(at=1_795_423_424.830_201_1)
    original.node_info = NodeInfo(path="planner@1/poll@2", output_for=["planner@1"])
    original.output = {"score": 0.5, "list": [1, None, "x"]}
    original.long_running_tool_ids = {"b", "a"}
    original.branch = "left"
    original.error_code = "ODD"
    assert original.content
    assert original.content.parts
    original.content.parts.append(
        types.Part(
            inline_data=types.Blob(data=b"\x00\xff\x80", mime_type="image/png"),
            thought_signature=b"\xfe\x00",
        )
    )
    call = types.FunctionCall(id="call-1", name="generate", args={"emoji": "🎬", "n": 2**40})
    original.content.parts.append(types.Part(function_call=call))
    await any_service.append_event(session, original)
    assert (await stored(any_service, session)).events == [original]


async def test_the_session_takes_the_time_of_its_last_event(
    any_service: BaseSessionService,
) -> None:
    session = await any_service.create_session(app_name=APP, user_id=USER)
    # Half past two of the night in Berlin when clocks go back: this hour happens twice.
    for moment in (1_792_888_200.123_456, 1_792_891_800.123_456):
        await any_service.append_event(session, event(at=moment))
        loaded = await stored(any_service, session)
        assert session.last_update_time == loaded.last_update_time == moment
        assert loaded.events[-1].timestamp == moment


async def test_events_with_the_same_time_keep_their_order(any_service: BaseSessionService) -> None:
    session = await any_service.create_session(app_name=APP, user_id=USER)
    for number in range(12):
        await any_service.append_event(session, event(str(number), at=7.0))
    assert texts(await stored(any_service, session)) == [str(number) for number in range(12)]


BOUNDS: list[tuple[int | None, float | None, str]] = [
    (None, None, "01234"),
    (2, None, "34"),
    (0, None, ""),
    (9, None, "01234"),
    (None, 2.0, "234"),
    (None, 2.5, "34"),
    (2, 2.0, "34"),
    (4, 3.0, "34"),
    (0, 2.0, ""),
    (None, 0.0, "01234"),
    (None, 99.0, ""),
]


async def test_bounds_on_the_events_hold_together(any_service: BaseSessionService) -> None:
    session = await any_service.create_session(app_name=APP, user_id=USER, state={"kept": 1})
    for number in range(5):
        await any_service.append_event(session, event(str(number), at=float(number)))
    for recent, after, expected in BOUNDS:
        loaded = await any_service.get_session(
            app_name=APP,
            user_id=USER,
            session_id=session.id,
            config=GetSessionConfig(num_recent_events=recent, after_timestamp=after),
        )
        assert loaded
        assert texts(loaded) == list(expected), (recent, after)
        assert loaded.state == {"kept": 1}


def test_a_negative_number_of_events_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        GetSessionConfig(num_recent_events=-1)


async def test_sessions_are_listed_oldest_update_first_without_events(
    any_service: BaseSessionService,
) -> None:
    for name, user, moment in (("b", "one", 30.0), ("a", "one", 10.0), ("c", "two", 20.0)):
        session = await any_service.create_session(
            app_name=APP, user_id=user, session_id=name, state={"user:who": user, "app:x": 1}
        )
        await any_service.append_event(session, event(at=moment, state={"own": name}))
    await any_service.create_session(app_name="other", user_id="one", session_id="elsewhere")
    everyone = (await any_service.list_sessions(app_name=APP)).sessions
    assert [one.id for one in everyone] == ["a", "c", "b"]
    assert all(one.events == [] for one in everyone)
    assert everyone[1].state == {"own": "c", "user:who": "two", "app:x": 1}
    assert [one.last_update_time for one in everyone] == [10.0, 20.0, 30.0]
    mine = (await any_service.list_sessions(app_name=APP, user_id="one")).sessions
    assert [one.id for one in mine] == ["a", "b"]
    assert (await any_service.list_sessions(app_name=APP, user_id="nobody")).sessions == []
    assert (await any_service.list_sessions(app_name="nothing")).sessions == []


async def test_a_deleted_session_takes_its_events_along(any_service: BaseSessionService) -> None:
    session = await any_service.create_session(
        app_name=APP, user_id=USER, session_id="one", state={"own": 1, "user:kept": 2}
    )
    await any_service.append_event(session, event())
    await any_service.delete_session(app_name=APP, user_id=USER, session_id="one")
    await any_service.delete_session(app_name=APP, user_id=USER, session_id="one")
    assert await any_service.get_session(app_name=APP, user_id=USER, session_id="one") is None
    with pytest.raises(SessionNotFoundError):
        await any_service.append_event(session, event())
    again = await any_service.create_session(app_name=APP, user_id=USER, session_id="one")
    assert again.state == {"user:kept": 2}
    assert (await stored(any_service, again)).events == []


async def test_appending_to_a_session_never_made_is_refused(
    any_service: BaseSessionService,
) -> None:
    session = Session(id="made-up", app_name=APP, user_id=USER)
    with pytest.raises(SessionNotFoundError):
        await any_service.append_event(session, event())


async def test_user_state_is_readable_without_a_session(any_service: BaseSessionService) -> None:
    assert await any_service.get_user_state(app_name=APP, user_id=USER) == {}
    await any_service.create_session(
        app_name=APP, user_id=USER, state={"user:name": "Ada", "app:x": 1, "own": 2}
    )
    assert await any_service.get_user_state(app_name=APP, user_id=USER) == {"name": "Ada"}
    assert await any_service.get_user_state(app_name=APP, user_id="other") == {}


async def test_appends_to_one_session_object_at_once_are_all_kept(
    any_service: BaseSessionService,
) -> None:
    session = await any_service.create_session(app_name=APP, user_id=USER)
    await asyncio.gather(
        *(any_service.append_event(session, event(str(number))) for number in range(10))
    )
    loaded = await stored(any_service, session)
    assert sorted(texts(loaded), key=str) == [str(number) for number in range(10)]
    assert loaded.events == session.events


async def test_flush_is_harmless(any_service: BaseSessionService) -> None:
    await any_service.flush()
