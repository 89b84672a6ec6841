"""`@tool`: an async function with a hidden context becomes a frozen value with two doors."""

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import (
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
    cast,
    get_type_hints,
    overload,
)

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from video_agent.errors import ConfigurationError, VideoAgentError
from video_agent.models import ProgressEvent
from video_agent.toolkit.declaration import declared
from video_agent.toolkit.results import (
    ToolResult,
    as_result,
    refusal,
    unexpected,
    wrong_arguments,
)


class Emitter(Protocol):
    """The least a tool's context must do: pass live progress on."""

    async def emit(self, event: ProgressEvent) -> None:
        """Pass one event on."""
        ...


ContextT = TypeVar("ContextT", bound=Emitter)
P = ParamSpec("P")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, kw_only=True)
class Tool(Generic[ContextT, P, ResultT]):
    """An async function as a value: call it typed, or `call` it with a planner's JSON.

    `arguments` is the pydantic model of its parameters without the context; unknown names are
    refused. `streams` is True for a function that yields `ProgressEvent`s before its result.
    `question` tells, for the same arguments, what a person must agree to before such a call in a
    chat; None where nobody need be asked (see `asks_first`).
    """

    name: str
    description: str
    arguments: type[BaseModel]
    streams: bool
    function: Callable[..., Any] = field(repr=False)
    question: Callable[..., Awaitable[str | None]] | None = field(default=None, repr=False)

    async def __call__(self, context: ContextT, *args: P.args, **kwargs: P.kwargs) -> ResultT:
        """Call it as the function it is; progress goes to `context.emit`.

        Raises:
            VideoAgentError: Whatever the function raises.
        """
        if not self.streams:
            return cast("ResultT", await self.function(context, *args, **kwargs))
        async with aclosing(self.function(context, *args, **kwargs)) as items:
            async for item in items:
                if not isinstance(item, ProgressEvent):
                    return cast("ResultT", item)
                await context.emit(item)
        raise VideoAgentError(f"{self.name} ended without a result")

    async def call(self, context: ContextT, arguments: Mapping[str, object]) -> ToolResult:
        """Call it with a planner's JSON. Never raises (cancellation apart): errors are results."""
        async with aclosing(self.stream(context, arguments)) as items:
            async for item in items:
                if not isinstance(item, ProgressEvent):
                    return item
        return unexpected(self.name, VideoAgentError("no result"))

    async def stream(
        self, context: ContextT, arguments: Mapping[str, object]
    ) -> AsyncGenerator[ProgressEvent | ToolResult, None]:
        """As `call`, but also yield each progress event after emitting it; the result is last."""
        try:
            named = self._validated(arguments)
            if not self.streams:
                yield as_result(await self.function(context, **named))
                return
            async with aclosing(self.function(context, **named)) as items:
                async for item in items:
                    if not isinstance(item, ProgressEvent):
                        yield as_result(item)
                        return
                    await context.emit(item)
                    yield item
        except VideoAgentError as error:
            yield refusal(error)
        except Exception as error:  # noqa: BLE001  # a raise would end the planner's whole turn
            yield unexpected(self.name, error)

    async def question_for(self, context: ContextT, arguments: Mapping[str, object]) -> str | None:
        """What a person must agree to before this call; None: nothing.

        Raises:
            VideoAgentError: The call is refused whatever a person says.
        """
        if self.question is None:
            return None
        return await self.question(context, **self._validated(arguments))

    def json_schema(self) -> dict[str, object]:
        """The JSON schema of the arguments, as a function declaration says it."""
        return declared(self.arguments.model_json_schema())

    def _validated(self, arguments: Mapping[str, object]) -> dict[str, object]:
        try:
            values = self.arguments.model_validate(dict(arguments))
        except ValidationError as error:
            raise wrong_arguments(self.name, error) from None
        return {name: getattr(values, name) for name in self.arguments.model_fields}


AnyTool = Tool[Any, ..., Any]
"""Any tool: the type of a registry's entries."""


@overload
def tool(
    function: Callable[Concatenate[ContextT, P], Awaitable[ResultT]],
) -> Tool[ContextT, P, ResultT]: ...
@overload
def tool(
    function: Callable[Concatenate[ContextT, P], AsyncIterator[ProgressEvent | ResultT]],
) -> Tool[ContextT, P, ResultT]: ...
def tool(function: Callable[..., Any]) -> Tool[Any, ..., Any]:
    """Make a tool of an async function, or of an async generator ending with its result.

    The first parameter is the context and is hidden from the planner; the others need type hints
    (`Annotated[..., Field(description=...)]` tells the planner what they mean) and the function
    needs a docstring, which is all the planner knows about it.

    Raises:
        ConfigurationError: Not async, no context, no docstring, or a parameter without a hint.
    """
    name = getattr(function, "__name__", "tool")
    streams = inspect.isasyncgenfunction(function)
    if not streams and not inspect.iscoroutinefunction(function):
        raise ConfigurationError(f"tool {name} must be an async function")
    description = inspect.getdoc(function)
    if not description:
        raise ConfigurationError(f"tool {name} needs a docstring: it is all a planner knows")
    return Tool(
        name=name,
        description=description,
        arguments=_arguments_model(name, function),
        streams=streams,
        function=function,
    )


def asks_first(
    question: Callable[..., Awaitable[str | None]],
) -> Callable[[Tool[ContextT, P, ResultT]], Tool[ContextT, P, ResultT]]:
    """Let a tool ask a person first: put it above `@tool`.

    Args:
        question: Takes the context and the tool's own arguments; returns what the person must
            agree to, or None. In a chat the call then waits for the answer (ADK's confirmation).
    """

    def with_question(asking: Tool[ContextT, P, ResultT]) -> Tool[ContextT, P, ResultT]:
        return replace(asking, question=question)

    return with_question


def _arguments_model(name: str, function: Callable[..., Any]) -> type[BaseModel]:
    hints = get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters:
        raise ConfigurationError(f"tool {name} needs a context as its first parameter")
    fields: dict[str, Any] = {}
    for parameter in parameters[1:]:
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise ConfigurationError(f"tool {name}: {parameter} cannot be filled by a planner")
        if parameter.name not in hints:
            raise ConfigurationError(f"tool {name}: parameter {parameter.name} needs a type hint")
        default = ... if parameter.default is parameter.empty else parameter.default
        fields[parameter.name] = (hints[parameter.name], default)
    return create_model(f"{name}_arguments", __config__=ConfigDict(extra="forbid"), **fields)
