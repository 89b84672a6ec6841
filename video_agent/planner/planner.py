"""The planner: one `LlmAgent` in an `App`, guarded, and a way to run one turn of it for a job."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing

from google.adk.agents import LlmAgent, RunConfig
from google.adk.agents.readonly_context import ReadonlyContext
from google.adk.apps import App
from google.adk.artifacts import BaseArtifactService
from google.adk.models.base_llm import BaseLlm
from google.adk.runners import Runner
from google.adk.sessions import BaseSessionService
from google.genai import types

from video_agent.errors import StoreError, VideoAgentError
from video_agent.log_context import working_for
from video_agent.models import Job, ProgressEvent
from video_agent.planner import APP_NAME
from video_agent.planner.clips import ClipArtifacts
from video_agent.planner.desk import JOB_STATE_KEY, Desk
from video_agent.planner.ending import conclude
from video_agent.planner.guard import Guard
from video_agent.planner.model_errors import as_plan_error
from video_agent.planner.turns import Turn
from video_agent.planner.verdict_pictures import VerdictPictures
from video_agent.ports import ProgressSink
from video_agent.prompts import load_prompt
from video_agent.toolkit import AnyTool, register
from video_agent.toolkit.adk import AdkTool
from video_agent.tools import DEFAULT_TOOLS, Services


class Planner:
    """Decides with a language model what to do next; the guard keeps it inside the limits.

    Args:
        services: The parts all jobs share.
        model: An ADK model.
        sessions: Where conversations are kept.
        artifacts: Where clips are kept for the chat's page; None: nowhere.
        tools: The registry.
        chat_defaults: Fields of the request of a job that a chat opens.

    Raises:
        ConfigurationError: Two tools have one name.
    """

    def __init__(
        self,
        services: Services,
        *,
        model: BaseLlm,
        sessions: BaseSessionService,
        artifacts: BaseArtifactService | None = None,
        tools: Sequence[AnyTool] = DEFAULT_TOOLS,
        chat_defaults: Mapping[str, object] | None = None,
    ) -> None:
        self._registry = register(tools)
        self.services = services
        self._model = model
        self.sessions = sessions
        self.artifacts = artifacts
        self._desk = Desk(services, self._registry, chat_defaults or {})
        self.app = self.build_app()

    def build_app(self) -> App:
        """The ADK application, for `adk web` and for our own runner.

        Every call makes a new agent: ADK allows an agent one parent only.
        """
        agent = LlmAgent(
            name="planner",
            description="Makes videos from words: enhances, generates, judges and improves.",
            model=self._model,
            instruction=self._instruction,
            tools=[AdkTool(item, self._desk.context_for) for item in self._registry],
        )
        shown = [ClipArtifacts(self.services.database), VerdictPictures(self._desk)]
        return App(name=APP_NAME, root_agent=agent, plugins=[Guard(self._desk), *shown])

    async def run_turn(
        self,
        job: Job,
        message: str,
        on_event: ProgressSink | None = None,
        *,
        publishing: bool = False,
    ) -> Job:
        """Run one turn for a job, to its end.

        Args:
            job: The job.
            message: What the planner is told.
            on_event: Receives live progress.
            publishing: The video is finished and this turn may publish it; no other turn may.

        Returns:
            The job as the turn left it.

        Raises:
            PlanError: The planner's model failed; the job can be resumed.
            StoreError: Another process works for the job (`retryable`: it will end it), or the
                database refused; nothing is written about the job's end then.
            VideoAgentError: Whatever else ended the turn; the job can be resumed.
        """
        watcher = _Watcher(on_event)
        self._desk.watch(job.id, watcher)
        try:
            with working_for(job.id):
                return await self._run(job, message, watcher, publishing=publishing)
        finally:
            self._desk.watch(job.id, None)

    async def _run(self, job: Job, message: str, watcher: "_Watcher", *, publishing: bool) -> Job:
        runner = Runner(
            app=self.app,
            session_service=self.sessions,
            artifact_service=self.artifacts,
            auto_create_session=True,
        )
        events = runner.run_async(
            user_id=job.user_id,
            session_id=job.session_id,
            new_message=types.UserContent(message),
            state_delta={JOB_STATE_KEY: job.id},
            run_config=RunConfig(custom_metadata={"job_id": job.id, "publishing": publishing}),
        )
        turn, failure = Turn(), None
        try:
            async with aclosing(events):
                async for event in events:
                    turn = self._desk.turns.find(event.invocation_id) or turn
                    watcher.check()
        except VideoAgentError as error:
            failure = error
        except Exception as error:  # noqa: BLE001  # whatever ADK raises becomes ours here
            failure = as_plan_error(error, self.services.explain)
        watcher.check()
        failure = failure or turn.failure
        left = turn.outcome
        if not turn.concluded and not isinstance(failure, StoreError):
            left = await conclude(self.services, job.id, failure=failure, trouble=turn.trouble)
        if failure is not None:
            failure.job_id = job.id
            raise failure
        return left or (await self._desk.look(job.id))[0]

    async def _instruction(self, context: ReadonlyContext) -> str:
        return load_prompt("planner", state=await self._desk.describe(context))


class _Watcher:
    """Passes events on; an error of the receiver ends the turn instead of becoming a result."""

    def __init__(self, sink: ProgressSink | None) -> None:
        self._sink = sink
        self._error: Exception | None = None

    async def __call__(self, event: ProgressEvent) -> None:
        if self._sink is None or self._error is not None:
            return
        try:
            await self._sink(event)
        except Exception as error:
            self._error = error
            raise

    def check(self) -> None:
        if self._error is not None:
            raise self._error
