"""Calls that the guard puts into a conversation, and how the planner's model is told of them.

ADK goes on with a turn only after a function call. The guard therefore writes calls of its own:
`continue_job`, answered with what is missing, or a real tool's that the planner forgot. They stand
in the session like any other. The model's service must not see them as the model's own words (it
checks their signatures, and knows no `continue_job`), so each request says them in plain text.
"""

import json
from collections.abc import Mapping, Sequence

from google.adk.events import Event
from google.adk.models.llm_response import LlmResponse
from google.genai import types

from video_agent.ids import new_id

CONTINUE_TOOL = "continue_job"
_ASKED_OF_A_PERSON = "adk_request_confirmation"
"""ADK's call that a person answers, perhaps much later: it is not one that was interrupted."""
_MARK = "guard-"
_INTERRUPTED = {
    "status": "error",
    "error": "VideoAgentError",
    "message": "the process was interrupted; nothing that was started is lost",
    "retryable": True,
}


def spoken(text: str) -> LlmResponse:
    """A plain answer in the planner's place."""
    return LlmResponse(content=types.Content(role="model", parts=[types.Part(text=text)]))


def text_of(content: types.Content | None) -> str:
    """What a model said aloud."""
    parts = (content.parts or []) if content else []
    return " ".join(part.text for part in parts if part.text and not part.thought)


def calls_of(content: types.Content | None) -> list[types.FunctionCall]:
    """The functions a model called."""
    parts = (content.parts or []) if content else []
    return [part.function_call for part in parts if part.function_call]


def with_call(response: LlmResponse, name: str, arguments: Mapping[str, object]) -> LlmResponse:
    """The response with a call of the guard in place of its content."""
    call = types.FunctionCall(id=f"{_MARK}{new_id()}", name=name, args=dict(arguments))
    content = types.Content(role="model", parts=[types.Part(function_call=call)])
    return response.model_copy(
        update={"content": content, "error_code": None, "error_message": None}
    )


def in_plain_words(contents: Sequence[types.Content]) -> list[types.Content]:
    """A request's history with the guard's calls and their answers as text."""
    return [
        content.model_copy(update={"parts": [_plain(part) for part in content.parts or []]})
        for content in contents
    ]


def _plain(part: types.Part) -> types.Part:
    call, answer = part.function_call, part.function_response
    if call is not None and (call.id or "").startswith(_MARK):
        said = (call.args or {}).get("said")
        return types.Part(text=str(said or "I have nothing more to do."))
    if answer is not None and (answer.id or "").startswith(_MARK):
        content = answer.response or {}
        if answer.name == CONTINUE_TOOL:
            return types.Part(text=str(content.get("message", "Go on.")))
        facts = json.dumps(content, ensure_ascii=False, default=str)
        return types.Part(text=f"{answer.name} was called in your place and answered: {facts}")
    return part


def interrupted_calls(events: Sequence[Event]) -> Event | None:
    """An event that answers the calls a killed process left open; None when there are none.

    A model's service wants an answer to each call, and the planner should know what happened.
    """
    answered = {answer.id for event in events for answer in event.get_function_responses()}
    open_calls = [
        (event, call)
        for event in events
        for call in event.get_function_calls()
        if call.id not in answered and call.name != _ASKED_OF_A_PERSON
    ]
    if not open_calls:
        return None
    last = open_calls[-1][0]
    parts = [
        types.Part(
            function_response=types.FunctionResponse(
                id=call.id, name=call.name, response=dict(_INTERRUPTED)
            )
        )
        for event, call in open_calls
        if event is last
    ]
    return Event(
        invocation_id=last.invocation_id,
        author=last.author,
        branch=last.branch,
        content=types.Content(role="user", parts=parts),
    )
