"""From a function to a tool: arguments checked, results plain, errors answered, nothing global."""

import asyncio
from collections.abc import AsyncGenerator
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from video_agent.errors import (
    BudgetError,
    ConfigurationError,
    InvalidRequestError,
    OutcomeUnknownError,
    QuotaError,
)
from video_agent.models import ProgressEvent, Value
from video_agent.toolkit import load_entry_point_tools, register, tool
from video_agent.tools import DEFAULT_TOOLS


class Listener:
    def __init__(self) -> None:
        self.heard: list[str] = []

    async def emit(self, event: ProgressEvent) -> None:
        self.heard.append(event.message)


class Paid(Value):
    amount_usd: Decimal
    parts: tuple[Decimal, ...] = ()


@tool
async def burn(
    context: Listener,
    path: Annotated[str, Field(min_length=1, description="The file.")],
    times: int = 1,
    corner: Literal["left", "right"] = "left",
) -> Paid:
    """Burn text into a corner."""
    await context.emit(ProgressEvent(kind="plan", message=f"{path} {times} {corner}"))
    return Paid(amount_usd=Decimal("0.1234567"), parts=(Decimal("0.1"),))


@tool
async def count(
    context: Listener, up_to: int
) -> AsyncGenerator[ProgressEvent | dict[str, int], None]:
    """Count."""
    for number in range(up_to):
        yield ProgressEvent(kind="poll", message=str(number))
    yield {"counted": up_to}


async def test_a_tool_is_called_typed_as_the_function_it_is():
    listener = Listener()
    paid = await burn(listener, "a.mp4", times=2)
    assert paid.amount_usd == Decimal("0.1234567")
    assert listener.heard == ["a.mp4 2 left"]
    assert await count(listener, 2) == {"counted": 2}
    assert listener.heard[1:] == ["0", "1"]


async def test_a_planners_json_is_coerced_and_dollars_become_numbers():
    listener = Listener()
    result = await burn.call(listener, {"path": "a.mp4", "times": "6", "corner": "right"})
    assert result == {"amount_usd": 0.123457, "parts": [0.1]}
    assert listener.heard == ["a.mp4 6 right"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({}, "path"),
        ({"path": ""}, "path"),
        ({"path": "a", "times": "many"}, "times"),
        ({"path": "a", "times": None}, "times"),
        ({"path": "a", "corner": "middle"}, "corner"),
        ({"path": "a", "colour": "red"}, "colour"),
        ({"path": ["a"]}, "path"),
    ],
)
async def test_wrong_arguments_are_refused_by_name_and_nothing_runs(
    arguments: dict[str, Any], named: str
):
    listener = Listener()
    result = await burn.call(listener, arguments)
    assert (result["status"], result["error"]) == ("refused", "InvalidRequestError")
    assert result["retryable"] is False
    assert f"{named}:" in str(result["message"])
    assert listener.heard == []


@pytest.mark.parametrize(
    ("error", "status", "retryable"),
    [
        (BudgetError("no money", hint="ask for less"), "refused", False),
        (InvalidRequestError("no"), "refused", False),
        (QuotaError("slow down"), "error", True),
        (OutcomeUnknownError("lost"), "error", False),
        (ZeroDivisionError("oops"), "error", False),
    ],
)
async def test_errors_become_answers_that_say_what_to_do(
    error: Exception, status: str, retryable: bool
):
    @tool
    async def fail(context: Listener) -> str:
        """Fail."""
        raise error

    result = await fail.call(Listener(), {})
    assert (result["status"], result["retryable"]) == (status, retryable)
    expected = type(error).__name__ if hasattr(error, "hint") else "VideoAgentError"
    assert result["error"] == expected
    if isinstance(error, BudgetError):
        assert result["message"] == "no money; ask for less"


async def test_cancellation_passes_through():
    @tool
    async def wait(context: Listener) -> str:
        """Wait."""
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await wait.call(Listener(), {})


async def test_a_streaming_tool_yields_progress_then_its_result():
    items = [item async for item in count.stream(Listener(), {"up_to": 2})]
    assert [getattr(item, "message", item) for item in items] == ["0", "1", {"counted": 2}]


async def test_a_stream_without_a_result_is_an_error_not_a_crash():
    @tool
    async def forget(context: Listener) -> AsyncGenerator[ProgressEvent | str, None]:
        """Forget."""
        yield ProgressEvent(kind="poll", message="one")

    assert (await forget.call(Listener(), {}))["status"] == "error"


def test_the_schema_describes_the_arguments_without_the_context():
    schema = burn.json_schema()
    properties: Any = schema["properties"]
    assert list(properties) == ["path", "times", "corner"]
    assert properties["path"]["description"] == "The file."
    assert properties["corner"]["enum"] == ["left", "right"]
    assert schema["required"] == ["path"]
    assert "title" not in str(schema)


def test_declarations_say_only_what_the_gemini_api_documents():
    for item in DEFAULT_TOOLS:
        text = str(item.json_schema())
        for word in ("$ref", "$defs", "default", "exclusiveMinimum", "Length", "additionalProp"):
            assert word not in text, (item.name, word)
    properties: Any = DEFAULT_TOOLS[1].json_schema()["properties"]
    (tier, _) = properties["tier"]["anyOf"]
    assert tier["enum"] == ["draft", "final"]


def test_what_is_not_a_tool_is_refused_when_it_is_made():
    def blocking(context: Listener) -> str:
        """Block."""
        return ""

    async def silent(context: Listener) -> str:
        return ""

    async def untyped(context: Listener, path) -> str:  # pyright: ignore
        """Guess."""
        return str(path)

    async def open_ended(context: Listener, *paths: str) -> str:
        """Take all."""
        return str(paths)

    for function in (blocking, silent, untyped, open_ended):
        with pytest.raises(ConfigurationError, match=function.__name__):
            tool(function)  # pyright: ignore[reportArgumentType, reportCallIssue]


def test_two_tools_of_one_name_are_refused():
    with pytest.raises(ConfigurationError, match="two tools are named burn"):
        register([burn, count, burn])


def test_a_function_that_is_not_a_tool_cannot_be_registered():
    with pytest.raises(ConfigurationError, match="not a tool"):
        register([print])  # pyright: ignore[reportArgumentType]


def test_entry_points_are_read_only_when_asked_for():
    assert load_entry_point_tools() == ()
