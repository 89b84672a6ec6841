"""A person who talks with the planner, as a chat's front end does, and answers its questions."""

from typing import TYPE_CHECKING

from google.adk.runners import Runner
from google.adk.sessions import InMemorySessionService
from google.genai import types

if TYPE_CHECKING:
    from google.adk.events import Event

    from tests.planner.house import House

ASKED = "adk_request_confirmation"


class Chat:
    def __init__(self, made: "House") -> None:
        self.runner = Runner(
            app=made.planner.app,
            session_service=InMemorySessionService(),
            auto_create_session=True,
        )

    async def say(self, message: str | types.Part) -> "list[Event]":
        part = types.Part(text=message) if isinstance(message, str) else message
        content = types.Content(role="user", parts=[part])
        events = self.runner.run_async(user_id="ada", session_id="chat", new_message=content)
        return [event async for event in events]


def question(events: "list[Event]") -> types.FunctionCall | None:
    calls = [call for event in events for call in event.get_function_calls()]
    return next((call for call in calls if call.name == ASKED), None)


def answer_to(call: types.FunctionCall, *, agreed: bool) -> types.Part:
    response = types.FunctionResponse(id=call.id, name=ASKED, response={"confirmed": agreed})
    return types.Part(function_response=response)


def last_text(events: "list[Event]") -> str:
    parts = events[-1].content.parts if events[-1].content else None
    return "".join(part.text or "" for part in parts or [])
