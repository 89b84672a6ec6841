"""The guard: whatever the model says, a turn obeys the database's facts.

- Once the job may not go on (passed, or a limit is reached) the model is not asked again: the final
  answer is written from the database. A draft that passed is not the end: it is promoted.
- While it may go on, a premature end becomes a nudge and the turn goes on, a bounded number of
  times. A paid clip is never left lying: when nudging does not help, the guard polls and analyzes
  in the planner's place.
- A job's video is published last, in a turn of its own: what was made of it goes out, not the raw
  clip. In a chat a person says when.
- Calls that would pay for nothing are refused; nothing a tool or model raises ends a turn without
  an answer.
"""

import logging
from typing import Any

from google.adk.agents.callback_context import CallbackContext
from google.adk.agents.invocation_context import InvocationContext
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.adk.plugins.base_plugin import BasePlugin
from google.adk.tools.base_tool import BaseTool
from google.adk.tools.tool_context import ToolContext
from google.genai import types

from video_agent.errors import BudgetError, PlanError, VideoAgentError
from video_agent.ledger import CapError
from video_agent.models import GenerationState, Job, ProgressEvent
from video_agent.planner.desk import Desk
from video_agent.planner.forcing import call_home, forced_call, forced_promotion, is_promotion_due
from video_agent.planner.history import (
    CONTINUE_TOOL,
    calls_of,
    in_plain_words,
    interrupted_calls,
    spoken,
    text_of,
    with_call,
)
from video_agent.planner.model_errors import as_plan_error, unusable
from video_agent.planner.turns import Turn
from video_agent.planner.wording import final_answer, nudge
from video_agent.toolkit import ToolResult, refusal
from video_agent.toolkit.results import unexpected
from video_agent.tools.standing import Standing

MAX_NUDGES = 2
MAX_FAILURES_IN_A_ROW = 3
CALLS_TO_TALK = 12
CALLS_AN_ATTEMPT = 8
_PAYING_TOOLS = frozenset({"enhance_prompt", "generate_video"})
_UPLOAD_TOOL = "upload_to_youtube"
_PARKED = {
    "outcome_unknown": "a paid call may or may not have started; it is never sent again",
    "running": "the generation is still running at the service",
}
_OUT_OF_MONEY = frozenset({BudgetError.__name__, CapError.__name__})
_LOG = logging.getLogger(__name__)


def _is_to_upload(turn: Turn, job: Job, standing: Standing) -> bool:
    """Whether this turn still has to publish the job's video."""
    its_turn = turn.publishing or turn.in_chat
    return (
        its_turn and standing.passed and job.request.publish is not None and not turn.upload_tried
    )


def _check_may_upload(turn: Turn) -> None:
    """Refuse to publish a job's video before it is finished.

    Raises:
        PlanError: It comes later.
    """
    if not (turn.publishing or turn.in_chat):
        raise PlanError("the video is not finished yet", hint="it is published afterwards")


class Guard(BasePlugin):
    """Enforces the limits of a job on the planner's turn.

    Args:
        desk: Knows the jobs, their standing and the turns under way.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="guard")
        self._desk = desk

    async def on_user_message_callback(
        self, *, invocation_context: InvocationContext, user_message: types.Content
    ) -> types.Content | None:
        """Answer the calls that a killed process left open, before the new message is kept."""
        del user_message
        session = invocation_context.session
        answer = interrupted_calls(session.events)
        if answer is not None:
            await invocation_context.session_service.append_event(session=session, event=answer)
        return None

    async def before_run_callback(
        self, *, invocation_context: InvocationContext
    ) -> types.Content | None:
        """Bind the turn to the job it was started for, if it was started for one."""
        config = invocation_context.run_config
        metadata = (config.custom_metadata if config else None) or {}
        turn = self._desk.turns.of(invocation_context.invocation_id)
        job_id = metadata.get("job_id")
        turn.in_chat = job_id is None
        turn.publishing = metadata.get("publishing") is True
        if isinstance(job_id, str) and await self._desk.is_of_session(job_id, invocation_context):
            turn.job_id = job_id
        return None

    async def after_run_callback(self, *, invocation_context: InvocationContext) -> None:
        """Forget the turn."""
        self._desk.turns.end(invocation_context.invocation_id)

    async def on_run_error_callback(
        self, *, invocation_context: InvocationContext, error: Exception
    ) -> None:
        """Forget the turn; its error goes on to whoever runs it."""
        del error
        self._desk.turns.end(invocation_context.invocation_id)

    async def before_model_callback(
        self, *, callback_context: CallbackContext, llm_request: LlmRequest
    ) -> LlmResponse | None:
        """End the turn with the facts when nothing is left to do, else let the model decide."""
        turn = self._desk.turns.of(callback_context.invocation_id)
        llm_request.contents = in_plain_words(llm_request.contents)
        turn.model_calls += 1
        if turn.job_id is None:
            return None if turn.model_calls <= CALLS_TO_TALK else spoken("I could not settle that.")
        job, standing = await self._desk.look_as_told(turn, turn.job_id)
        if self._is_over(turn, job, standing):
            return call_home(turn, standing) or await self._final(turn)
        try:
            await self._desk.bills.begin(turn)
        except BudgetError:  # what was paid for is brought home and judged without the model
            turn.broke = True
            return forced_call(turn, job, standing, LlmResponse()) or await self._final(turn)
        return None

    async def after_model_callback(
        self, *, callback_context: CallbackContext, llm_response: LlmResponse
    ) -> LlmResponse | None:
        """Book the tokens; turn a premature end into more work and a true end into the facts."""
        if llm_response.partial:
            return None
        turn = self._desk.turns.of(callback_context.invocation_id)
        await self._desk.bills.settle(turn, llm_response)
        calls = calls_of(llm_response.content)
        turn.note("planner", None if calls else unusable(llm_response))
        if turn.job_id is None:
            return None
        if calls:
            names = ", ".join(call.name or "?" for call in calls)
            await self._tell(turn.job_id, "plan", f"next: {names}")
            return None
        if turn.failure is not None:
            return await self._final(turn)
        job, standing = await self._desk.look(turn.job_id)
        more = await self._more_work(turn, job, standing, llm_response)
        return more or call_home(turn, standing) or await self._final(turn)

    async def on_model_error_callback(
        self, *, callback_context: CallbackContext, llm_request: LlmRequest, error: Exception
    ) -> LlmResponse | None:
        """The error becomes ours and the turn ends with the facts; the job stays resumable."""
        del llm_request
        turn = self._desk.turns.of(callback_context.invocation_id)
        turn.failure = as_plan_error(error, self._desk.services.explain)
        await self._desk.bills.failed(turn, error)
        return spoken(f"{turn.failure.message}; {turn.failure.hint}")

    async def before_tool_callback(
        self, *, tool: BaseTool, tool_args: dict[str, Any], tool_context: ToolContext
    ) -> ToolResult | None:
        """Answer the guard's own calls, and refuse what would pay for nothing."""
        if tool.name == CONTINUE_TOOL:
            return {"status": "refused", "message": str(tool_args.get("reason", ""))}
        if tool.name not in self._desk.tool_names:
            known = ", ".join(self._desk.tool_names)
            return refusal(PlanError(f"there is no tool {tool.name}", hint=f"call one of: {known}"))
        turn = self._desk.turns.of(tool_context.invocation_id)
        try:
            if tool.name == _UPLOAD_TOOL:
                _check_may_upload(turn)
                turn.upload_tried = True
            await self._desk.bind(tool.name, tool_args, tool_context)
            await self._desk.bills.book(turn)
            if turn.job_id is not None and tool.name in _PAYING_TOOLS:
                await self._desk.check_may_pay(turn.job_id)
        except VideoAgentError as error:
            return refusal(error)
        return None

    async def after_tool_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: ToolContext,
        result: ToolResult,
    ) -> ToolResult | None:
        """Tell what follows from a verdict; notice that waiting longer makes no sense."""
        del tool_args
        turn = self._desk.turns.of(tool_context.invocation_id)
        status = result.get("status")
        if status != "refused":
            failed = str(result.get("message")) if status == "error" else None
            if turn.note(tool.name, failed) >= MAX_FAILURES_IN_A_ROW:
                turn.parked = f"{tool.name} failed {MAX_FAILURES_IN_A_ROW} times in a row"
        if tool.name == _UPLOAD_TOOL:
            await self._note_upload(turn, result)
        elif tool.name == "poll_generation" and status in _PARKED:
            await self._note_waiting(turn, str(status))
        elif tool.name == "analyze_video" and result.get("error") in _OUT_OF_MONEY:
            turn.broke, turn.parked = True, str(result.get("message"))
        elif tool.name == "analyze_video" and "score" in result and turn.job_id is not None:
            await self._desk.tell_decision(turn.job_id)
        return None

    async def on_tool_error_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: ToolContext,
        error: BaseException,
    ) -> ToolResult | None:
        """Answer for a tool that, though it should not, raised. A cancelled call stays cancelled.

        ADK declares `Exception` for `error` and passes cancellation all the same.
        """
        del tool_args, tool_context
        if isinstance(error, VideoAgentError):
            return refusal(error)
        return unexpected(tool.name, error) if isinstance(error, Exception) else None

    def _is_over(self, turn: Turn, job: Job, standing: Standing) -> bool:
        if turn.failure is not None or turn.parked is not None:
            return True
        if turn.model_calls > CALLS_TO_TALK + CALLS_AN_ATTEMPT * job.request.max_attempts:
            return True
        if _is_to_upload(turn, job, standing):
            return False
        if turn.nudges >= MAX_NUDGES and turn.forced and standing.unfinished is None:
            return not is_promotion_due(turn, job, standing)
        return not standing.may_go_on

    async def _more_work(
        self, turn: Turn, job: Job, standing: Standing, response: LlmResponse
    ) -> LlmResponse | None:
        """A call in place of a premature end; None when the end is due."""
        if self._is_over(turn, job, standing):
            return None
        if turn.nudges < MAX_NUDGES:
            turn.nudges += 1
            reason = nudge(job, standing)
            await self._tell(job.id, "decision", "the planner wanted to stop; it goes on")
            said = text_of(response.content)
            return with_call(response, CONTINUE_TOOL, {"said": said, "reason": reason})
        forced = forced_call(turn, job, standing, response)
        return forced or forced_promotion(turn, job, standing, response)

    async def _final(self, turn: Turn) -> LlmResponse:
        job = await self._desk.conclude(turn)
        if turn.publishing and not turn.upload_tried:
            why = "no money is left to word it" if turn.broke else "the planner did not upload it"
            turn.unpublished = why
            await self._tell(job.id, "warning", f"not published: {why}")
        published = await self._desk.publications(job.id)
        return spoken(
            final_answer(job, parked=turn.parked, published=published, unpublished=turn.unpublished)
        )

    async def _note_waiting(self, turn: Turn, status: str) -> None:
        """Park the turn, unless others of the round can be brought home and judged meanwhile."""
        lost = status == "outcome_unknown"
        if lost and turn.job_id is not None:
            unfinished = (await self._desk.look(turn.job_id))[1].unfinished
            generation = unfinished.generation if unfinished else None
            if generation is not None and generation.state is not GenerationState.OUTCOME_UNKNOWN:
                return
        turn.parked, turn.outcome_unknown = _PARKED[status], lost

    async def _note_upload(self, turn: Turn, result: ToolResult) -> None:
        """Remember why an upload was not made, and tell it at once."""
        turn.unpublished = None
        if "message" in result and turn.upload_tried and turn.job_id is not None:
            turn.unpublished = str(result["message"])
            await self._tell(turn.job_id, "warning", f"not published: {turn.unpublished}")

    async def _tell(self, job_id: str, kind: Any, message: str) -> None:
        await self._desk.tell(job_id, ProgressEvent(kind=kind, message=message))
