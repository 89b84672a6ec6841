"""The bridge into google-adk: a `Tool` as an ADK tool.

ADK neither validates arguments nor survives an exception of a tool; `Tool.stream` does both. A
streaming tool runs as a node of the invocation, which is how ADK delivers events while a tool is
still at work.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from copy import deepcopy
from typing import Any, TypeAlias

from google.adk.events import Event
from google.adk.tools.base_tool import BaseTool
from google.adk.tools.tool_context import ToolContext
from google.adk.workflow import FunctionNode
from google.genai import types

from video_agent.errors import InvalidRequestError, VideoAgentError
from video_agent.models import ProgressEvent
from video_agent.toolkit.results import ToolResult, refusal
from video_agent.toolkit.tool import AnyTool, Emitter

_STEP = 0.1  # how much further a progress must be to be kept in the session's history

ContextSource: TypeAlias = Callable[
    [AnyTool, Mapping[str, object], ToolContext], Awaitable[Emitter]
]
"""Makes the context of one call. Raises `VideoAgentError` to refuse the call."""


class AdkTool(BaseTool):
    """One of our tools, as ADK sees it.

    Args:
        tool: The tool.
        contexts: Makes the context for each call.
    """

    def __init__(self, tool: AnyTool, contexts: ContextSource) -> None:
        super().__init__(name=tool.name, description=tool.description)
        self._tool = tool
        self._contexts = contexts
        self._schema = tool.json_schema()

    def _get_declaration(self) -> types.FunctionDeclaration:
        return types.FunctionDeclaration(
            name=self.name,
            description=self.description,
            parameters_json_schema=deepcopy(self._schema),  # asked for at each model call
        )

    async def run_async(self, *, args: dict[str, Any], tool_context: ToolContext) -> ToolResult:
        """Run one call. Never raises, so the invocation always goes on (cancellation apart)."""
        try:
            context = await self._contexts(self._tool, args, tool_context)
            waiting = await self._ask_first(context, args, tool_context)
        except VideoAgentError as error:
            return refusal(error)
        if waiting is not None:
            return waiting
        if not self._tool.streams:
            return await self._tool.call(context, args)
        return await self._run_as_node(context, args, tool_context)

    async def _ask_first(
        self, context: Emitter, args: dict[str, Any], tool_context: ToolContext
    ) -> ToolResult | None:
        """Put the tool's question to the person, if it has one; the result while it is open.

        Raises:
            InvalidRequestError: The person did not agree.
        """
        answer = tool_context.tool_confirmation
        if answer is not None and not answer.confirmed:
            raise InvalidRequestError("the person did not agree", hint="finish without it")
        question = await self._tool.question_for(context, args)
        if question is None or answer is not None:
            return None
        tool_context.request_confirmation(hint=question)
        tool_context.actions.skip_summarization = True
        return {"status": "waiting", "message": "waiting until the person agrees"}

    async def _run_as_node(
        self, context: Emitter, args: dict[str, Any], tool_context: ToolContext
    ) -> ToolResult:
        async def events() -> AsyncIterator[Event | ToolResult]:
            told = -_STEP
            async with aclosing(self._tool.stream(context, args)) as items:
                async for item in items:
                    if not isinstance(item, ProgressEvent):
                        yield item
                    elif item.fraction is None or item.fraction >= told + _STEP:
                        told = told if item.fraction is None else item.fraction
                        yield _progress(item)

        call_id = tool_context.function_call_id or ""
        branch = tool_context.branch or ""
        step = f"{self.name}@{call_id}" if call_id else self.name
        return await tool_context.run_node(
            FunctionNode(func=events, name=self.name),
            run_id=call_id or None,
            override_branch=f"{branch}.{step}" if branch else step,
            raise_on_wait=True,
        )


def _progress(event: ProgressEvent) -> Event:
    """A line of progress for whoever watches the session: shown live, kept away from the model."""
    share = "" if event.fraction is None else f" {event.fraction:.0%}"
    part = types.Part(text=f"{event.message}{share}")
    return Event(content=types.Content(role="model", parts=[part]))
