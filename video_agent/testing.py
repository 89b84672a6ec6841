"""Fakes for tests of one's own tools, planners and judges: truthful, small, no network.

They keep the ports' contracts. Everything else (database, ledger, planner, guard) is meant to be
the real thing in tests; the studio is the test double for the wire.
"""

import asyncio
import re
import shutil
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from google.adk.models.base_llm import BaseLlm
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.genai import types
from pydantic import BaseModel, Field, PrivateAttr

from video_agent.errors import AnswerError, BackendError, OutcomeUnknownError
from video_agent.models import (
    GenerationOrder,
    GenerationUpdate,
    MediaSource,
    QualityReport,
    TokenUsage,
)
from video_agent.ports import AnswerT, Finding

Step = str | tuple[str, Mapping[str, object]] | BaseException
"""What a scripted planner does: say a text, call a tool with arguments, or fail."""

Policy = Callable[[list[tuple[str, dict[str, Any]]]], Step]
"""Chooses a step from the tool results of the turn so far: pairs of tool name and result."""


class ScriptedModel(BaseLlm):
    """A planner that follows a script, whatever the results are, or a policy over the results.

    `script` gives the steps one by one; when it is used up the planner says "done". Every call
    counts 100 tokens in and 10 out. `requests` holds what the model was shown.
    """

    model: str = "scripted"
    script: Sequence[Any] = ()
    policy: Policy | None = None
    requests: list[LlmRequest] = Field(default_factory=list[LlmRequest])
    _next: int = PrivateAttr(default=0)

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Answer with the next step."""
        del stream
        self.requests.append(llm_request)
        step = self._step(llm_request)
        if isinstance(step, BaseException):
            raise step
        if isinstance(step, str):
            part = types.Part(text=step)
        else:
            name, arguments = step
            part = types.Part(function_call=types.FunctionCall(name=name, args=dict(arguments)))
        yield LlmResponse(
            content=types.Content(role="model", parts=[part]),
            usage_metadata=types.GenerateContentResponseUsageMetadata(
                prompt_token_count=100, candidates_token_count=10, total_token_count=110
            ),
        )

    def _step(self, request: LlmRequest) -> Step:
        if self.policy is not None:
            results = results_of(request)
            return (None if results else told_to_call(request)) or self.policy(results)
        self._next += 1
        return self.script[self._next - 1] if self._next <= len(self.script) else "done"


def results_of(request: LlmRequest) -> list[tuple[str, dict[str, Any]]]:
    """The tool results a model is shown since the last message of the person."""
    results: list[tuple[str, dict[str, Any]]] = []
    for content in request.contents:
        parts = content.parts or []
        if content.role == "user" and any(part.text for part in parts):
            results.clear()
        for part in parts:
            answer = part.function_response
            if answer is not None:
                results.append((answer.name or "", dict(answer.response or {})))
    return results


def told_to_call(request: LlmRequest) -> Step | None:
    """The call that the person's last message names with its argument, if it names one."""
    said = [part.text for content in request.contents for part in content.parts or [] if part.text]
    found = re.search(r"Now call (\w+) with (\w+) ([\w-]+)", said[-1]) if said else None
    return (found.group(1), {found.group(2): found.group(3)}) if found else None


def diligent(results: list[tuple[str, dict[str, Any]]]) -> Step:
    """A good planner as a policy: enhance, generate, poll, analyze, again with the feedback."""
    if not results:
        return "enhance_prompt", {"prompt": "a red boat"}
    name, result = results[-1]
    if result.get("status") in {"refused", "error"}:
        return f"stopped: {result.get('message')}"
    following = {
        "enhance_prompt": ("generate_video", "prompt"),
        "generate_video": ("poll_generation", "generation_id"),
        "poll_generation": ("analyze_video", "video_id"),
    }
    tool, argument = following.get(name, ("", ""))
    if result.get(argument):
        return tool, {argument: result[argument]}
    if result.get("passed"):
        return "it passed"
    feedback = result.get("feedback") or result.get("reason") or "try again"
    return "enhance_prompt", {"prompt": "a red boat", "feedback": feedback}


class FakeGenerator:
    """A video model whose operations succeed with a given clip.

    Args:
        clip: The file every download delivers.
        polls: How many polls answer `running` before the end.
        outcomes: How each submit in turn ends; afterwards all succeed.
        submit_errors: What each submit in turn raises; None: it is accepted. An
            `OutcomeUnknownError` is raised after the operation was started.
    """

    def __init__(
        self,
        clip: Path,
        *,
        polls: int = 1,
        outcomes: Sequence[GenerationUpdate] = (),
        submit_errors: Sequence[BackendError | None] = (),
    ) -> None:
        self.orders: list[GenerationOrder] = []
        self.polled: list[str] = []
        self._clip = clip
        self._polls = polls
        self._outcomes = list(outcomes)
        self._submit_errors = list(submit_errors)
        self._ends: dict[str, GenerationUpdate] = {}
        self._forgotten: int | None = None
        self._running: dict[str, int] = {}

    @property
    def paid_starts(self) -> int:
        """How many operations were started."""
        return len(self._ends)

    async def submit(self, order: GenerationOrder) -> str:
        """Start an operation, unless a scripted error says otherwise."""
        self.orders.append(order)
        error = self._submit_errors.pop(0) if self._submit_errors else None
        if error is not None and not isinstance(error, OutcomeUnknownError):
            raise error
        provider_id = f"operations/{order.generation_id}"
        end = GenerationUpdate(status="succeeded", sources=(MediaSource(uri="fake://clip"),))
        self._ends[provider_id] = self._outcomes.pop(0) if self._outcomes else end
        self._running[provider_id] = self._polls
        if error is not None:
            raise error
        return provider_id

    def finish_all(self) -> None:
        """From now on every operation has ended."""
        self._running = dict.fromkeys(self._running, 0)

    def forget_the_next(self) -> None:
        """The next operation is started and then unknown to every poll."""
        self._forgotten = len(self.orders) + 1

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        """How the operation stands."""
        del model
        self.polled.append(provider_id)
        number = list(self._ends).index(provider_id) + 1 if provider_id in self._ends else 0
        if number in (0, self._forgotten):
            raise BackendError(f"there is no operation {provider_id}")
        if self._running[provider_id] > 0:
            self._running[provider_id] -= 1
            return GenerationUpdate(status="running", progress=0.5)
        return self._ends[provider_id]

    async def cancel(self, provider_id: str, *, model: str) -> None:
        """Stop an operation: it then ends as failed."""
        self._ends[provider_id] = GenerationUpdate(status="failed", reason="cancelled")

    async def download(self, source: MediaSource, target: Path) -> None:
        """Deliver the clip."""
        del source
        target.parent.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(shutil.copyfile, self._clip, target)

    async def find(self, generation_id: str, *, output_uri: str | None = None) -> Finding:
        """As a reconciler: whether a submit was accepted."""
        provider_id = f"operations/{generation_id}"
        found = provider_id in self._ends
        return Finding(
            verdict="found" if found else "absent", provider_id=provider_id if found else None
        )


class FakeLanguageModel:
    """Answers by schema, in turn; the last answer of a schema is repeated.

    Args:
        answers: For each schema its answers (or errors to raise).
        cost_usd: What each call costs.
    """

    def __init__(
        self,
        answers: Mapping[type[BaseModel], Sequence[BaseModel | AnswerError]],
        *,
        cost_usd: Decimal | None = Decimal("0.001"),
    ) -> None:
        self._cost_usd = cost_usd
        self.questions: list[str] = []
        self._answers = {schema: list(items) for schema, items in answers.items()}

    async def answer(
        self,
        *,
        model: str,
        instruction: str,
        text: str,
        schema: type[AnswerT],
        clip: Path | None = None,
        second_clip: Path | None = None,
    ) -> tuple[AnswerT, TokenUsage]:
        """The next answer for this schema."""
        del instruction, clip, second_clip
        self.questions.append(text)
        waiting = self._answers[schema]
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(answer, AnswerError):
            raise answer
        usage = TokenUsage(model=model, input_tokens=100, output_tokens=50, cost_usd=self._cost_usd)
        return schema.model_validate(answer.model_dump()), usage


class FakeClock:
    """Time that passes only by sleeping, at once."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Seconds slept so far."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let the time pass; other tasks get their turn."""
        self.now += max(0.0, seconds)
        await asyncio.sleep(0)


def report_of(video_id: str, score: float | None, threshold: float) -> QualityReport:
    """A report with this score, as a judge of one's own would give it."""
    passed = score is not None and score >= threshold
    feedback = "" if passed else "- the boat does not move: say how it glides"
    return QualityReport(
        video_id=video_id, score=score, passed=passed, threshold=threshold, feedback=feedback
    )
