"""The desk: which job a conversation is about, and what the guard may know about it.

An ADK session holds many jobs, one after the other; the database says which. A turn works for one:
the one it was started for, or the one its first tool call opens or continues.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from google.adk.agents.invocation_context import InvocationContext
from google.adk.agents.readonly_context import ReadonlyContext
from google.adk.tools.tool_context import ToolContext

from video_agent.errors import InvalidRequestError, PlanError
from video_agent.models import (
    Job,
    JobStatus,
    ProgressEvent,
    Publication,
    StopReason,
    parse_request,
    utc_now,
)
from video_agent.planner.ending import conclude
from video_agent.planner.model_bills import ModelBills
from video_agent.planner.opening import amend, open_job
from video_agent.planner.turns import Turn, Turns
from video_agent.planner.wording import describe_decision, describe_state, dollars
from video_agent.ports import ProgressSink
from video_agent.store.approvals import approve_job
from video_agent.store.jobs import get_job, list_jobs, update_job
from video_agent.store.values import to_request
from video_agent.toolkit import AnyTool
from video_agent.tools import Context, Services
from video_agent.tools.context import Enhancement
from video_agent.tools.standing import Standing, check_may_pay

JOB_STATE_KEY = "job_id"
"""Where an ADK session shows its job. Only shown: the database decides."""
_OPENING_TOOLS = frozenset({"enhance_prompt", "generate_video"})
_REMEMBERED_JOBS = 64


@dataclass
class _Desktop:
    """What this process keeps for a job while it works on it."""

    exclusive: asyncio.Lock = field(default_factory=asyncio.Lock)
    judging: asyncio.Lock = field(default_factory=asyncio.Lock)
    shots: dict[str, Enhancement] = field(default_factory=dict[str, Enhancement])
    sink: ProgressSink | None = None


class Desk:
    """Knows the jobs, their standing and the turns under way.

    Args:
        services: The parts all jobs share.
        tools: The planner's tools.
        chat_defaults: Fields of the request of a job that a chat opens (threshold, budget, ...).
    """

    def __init__(
        self,
        services: Services,
        tools: Sequence[AnyTool],
        chat_defaults: Mapping[str, object],
    ) -> None:
        self.services = services
        self.turns = Turns()
        self.bills = ModelBills(services)
        self.tool_names = tuple(item.name for item in tools)
        self._chat_defaults = dict(chat_defaults)
        self._desktops: OrderedDict[str, _Desktop] = OrderedDict()

    # ------------------------------------------------------------------ which job

    async def bind(
        self, tool_name: str, arguments: Mapping[str, object], tool_context: ToolContext
    ) -> None:
        """Make sure the turn has its job before a tool runs.

        Raises:
            PlanError: The call needs a job and the session has none.
            InvalidRequestError: The person was asked and did not agree to what the job may cost.
            VideoAgentError: The job cannot be opened; nothing was paid.
        """
        turn = self.turns.of(tool_context.invocation_id)
        if turn.job_id is None:
            job = await self._latest(tool_context)
            if job is None or (job.status is not JobStatus.RUNNING and tool_name in _OPENING_TOOLS):
                job = await self._open(tool_name, arguments, tool_context)
                turn.opened_job = True
            turn.job_id = job.id
            tool_context.state[JOB_STATE_KEY] = job.id
        if turn.opened_job and tool_name == "generate_video":
            job, standing = await self.look(turn.job_id)
            if standing.attempts_used == 0:
                await amend(self.services, job, arguments)
        if tool_name == "generate_video":
            await self._obey(turn.job_id, tool_context)

    async def _obey(self, job_id: str, tool_context: ToolContext) -> None:
        """Take the person's answer to what the job may cost: a no ends it, a yes is written down.

        Raises:
            InvalidRequestError: The answer is no.
        """
        answer = tool_context.tool_confirmation
        if answer is None:
            return
        if answer.confirmed:
            await approve_job(self.services.database, job_id)
            return
        await update_job(self.services.database, job_id, cancel_requested_at=utc_now())
        raise InvalidRequestError("the person did not agree to its cost", hint="finish now")

    async def _latest(self, context: ReadonlyContext) -> Job | None:
        session = context.session
        rows = await list_jobs(
            self.services.database,
            app_name=session.app_name,
            user_id=session.user_id,
            session_id=session.id,
            limit=1,
        )
        return (await self.look(rows[0].id))[0] if rows else None

    async def _open(
        self, tool_name: str, arguments: Mapping[str, object], tool_context: ToolContext
    ) -> Job:
        if tool_name not in _OPENING_TOOLS:
            raise PlanError("there is no job yet", hint="call enhance_prompt first")
        session = tool_context.session
        wishes = {**self._chat_defaults, "prompt": arguments.get("prompt")}
        request = parse_request({**wishes, "user_id": session.user_id})
        return await open_job(
            self.services,
            request,
            app_name=session.app_name,
            session_id=session.id,
            in_chat=True,
        )

    async def is_of_session(self, job_id: str, context: InvocationContext) -> bool:
        """Whether a job belongs to the conversation; whoever talks elsewhere may not touch it."""
        row = await get_job(self.services.database, job_id)
        session = context.session
        owner = (session.app_name, session.user_id, session.id)
        return (row.app_name, row.user_id, row.session_id) == owner

    # ------------------------------------------------------------------ what tools and guard see

    async def context_for(
        self, tool: AnyTool, arguments: Mapping[str, object], tool_context: ToolContext
    ) -> Context:
        """The context of one tool call.

        Raises:
            PlanError: The turn has no job.
        """
        del tool, arguments
        confirmation = tool_context.tool_confirmation
        turn = self.turns.of(tool_context.invocation_id)
        if turn.job_id is None:
            raise PlanError("there is no job yet", hint="call enhance_prompt first")
        row = await get_job(self.services.database, turn.job_id)
        desktop = self._desktop(row.id)
        return Context(
            job_id=row.id,
            request=to_request(row),
            services=self.services,
            sink=desktop.sink,
            exclusive=desktop.exclusive,
            judging=desktop.judging,
            shots=desktop.shots,
            can_ask=turn.in_chat,
            agreed=confirmation is not None and confirmation.confirmed,
        )

    async def publications(self, job_id: str) -> list[Publication]:
        """Where the job's videos were published."""
        publishing = self.services.publishing
        return await publishing.find(job_id=job_id) if publishing is not None else []

    async def look(self, job_id: str) -> tuple[Job, Standing]:
        """A job and its standing, as the database has them now."""
        return await self.services.look(job_id)

    async def check_may_pay(self, job_id: str) -> None:
        """Refuse what would pay for nothing; see `tools.standing.check_may_pay`."""
        _, standing = await self.look(job_id)
        check_may_pay(standing)

    async def describe(self, context: ReadonlyContext) -> str:
        """The state of the conversation's job, for the planner's instruction."""
        turn = self.turns.of(context.invocation_id)
        job_id = turn.job_id
        if job_id is None:
            latest = await self._latest(context)
            job_id = latest.id if latest else None
        if job_id is None:
            return describe_state(None, None)
        turn.told = await self.look(job_id)
        return describe_state(*turn.told)

    async def look_as_told(self, turn: Turn, job_id: str) -> tuple[Job, Standing]:
        """How a job stands as the instruction of the call that is about to be made tells it.

        Read a moment ago for the same call. What pays reads anew.
        """
        told, turn.told = turn.told, None
        return told if told is not None and told[0].id == job_id else await self.look(job_id)

    async def conclude(self, turn: Turn) -> Job:
        """End the turn's job by its facts."""
        if turn.job_id is None:
            raise PlanError("the turn has no job")
        turn.concluded = True
        turn.outcome = await conclude(
            self.services,
            turn.job_id,
            failure=turn.failure,
            trouble=turn.trouble,
            outcome_unknown=turn.outcome_unknown,
            parked=StopReason.BUDGET if turn.broke else None,
        )
        return turn.outcome

    # ------------------------------------------------------------------ news

    async def tell(self, job_id: str, event: ProgressEvent) -> None:
        """Pass news on to whoever watches the job."""
        sink = self._desktop(job_id).sink
        if sink is not None:
            await sink(event.model_copy(update={"job_id": job_id}))

    async def tell_decision(self, job_id: str) -> None:
        """After a verdict: what it cost so far, and what follows from the facts."""
        job, standing = await self.look(job_id)
        spent = f"{dollars(job.cost_usd)} of {dollars(job.request.budget_usd)}"
        data = {"cost_usd": round(float(job.cost_usd), 6)}
        await self.tell(job_id, ProgressEvent(kind="cost", message=spent, data={**data}))
        message = describe_decision(standing)
        await self.tell(job_id, ProgressEvent(kind="decision", message=message))

    def watch(self, job_id: str, sink: ProgressSink | None) -> None:
        """From now on pass the job's news to `sink`; None: to nobody."""
        self._desktop(job_id).sink = sink

    def _desktop(self, job_id: str) -> _Desktop:
        desktop = self._desktops.setdefault(job_id, _Desktop())
        self._desktops.move_to_end(job_id)
        oldest = next(iter(self._desktops.values()))
        busy = oldest.exclusive.locked() or oldest.judging.locked()
        if len(self._desktops) > _REMEMBERED_JOBS and not busy:
            self._desktops.popitem(last=False)
        return desktop
