"""Scripted planners that lie, repeat, forget and invent: the guard keeps every promise."""

from collections.abc import AsyncGenerator, Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.genai import types

from tests.planner.house import House, answers, events_of, last_words
from video_agent.errors import AuthError, QuotaError, RejectedError
from video_agent.models import GenerationState, JobStatus, StopReason
from video_agent.planner.history import CONTINUE_TOOL
from video_agent.testing import ScriptedModel, diligent
from video_agent.toolkit import tool
from video_agent.tools import DEFAULT_TOOLS, Context

if TYPE_CHECKING:
    pass

Make = Callable[..., "House"]


async def test_a_planner_that_claims_to_be_done_is_nudged_and_the_claim_is_not_repeated(
    house: Make,
):
    policy = ScriptedModel(policy=_lazy)
    made = house(scores=[0.9], model=policy)
    job = await made.create()
    assert job.stopped_because is StopReason.PASSED
    events = await events_of(made, job)
    (nudged,) = answers(events, CONTINUE_TOOL)
    assert "not finished" in nudged["message"]
    assert "0.99" not in last_words(events)
    assert "0.90 of 0.80: passed" in last_words(events)
    shown = "".join(part.text or "" for part in policy.requests[1].contents[-1].parts or [])
    assert "The job is not finished" in shown
    names = {
        part.function_call.name
        for request in policy.requests
        for content in request.contents
        for part in content.parts or []
        if part.function_call
    }
    assert CONTINUE_TOOL not in names


def _lazy(results: list[tuple[str, dict[str, Any]]]) -> Any:
    _lazy_calls.append(1)
    if len(_lazy_calls) == 1:
        return "Done! It scored 0.99 and costs nothing."
    return diligent(results)


_lazy_calls: list[int] = []


async def test_a_planner_that_never_works_ends_after_two_nudges_without_paying(house: Make):
    model = ScriptedModel(script=["done", "done", "done", "done"])
    made = house(model=model)
    job = await made.create()
    assert (job.status, job.stopped_because) == (JobStatus.FAILED, StopReason.PLANNER)
    assert len(model.requests) == 3
    assert made.generator.orders == []
    assert "There is no video." in last_words(await events_of(made, job))


async def test_a_planner_that_never_polls_still_gets_its_paid_clip_delivered(house: Make):
    script = [("enhance_prompt", {"prompt": "x"}), ("generate_video", {"prompt": "a boat"})]
    made = house(scores=[0.5], model=ScriptedModel(script=script))
    job = await made.create()
    assert (job.status, job.stopped_because) == (JobStatus.STOPPED, StopReason.PLANNER)
    assert job.best_score == 0.5
    assert job.path is not None
    assert made.generator.paid_starts == 1


async def test_repeating_generate_starts_once_and_says_what_to_do_instead(house: Make):
    script = [
        ("generate_video", {"prompt": "a boat"}),
        ("generate_video", {"prompt": "a boat"}),
        ("generate_video", {"prompt": "another boat"}),
        ("generate_video", {"prompt": "a boat", "resolution": "720p"}),
    ]
    made = house(scores=[0.9], model=ScriptedModel(script=script))
    job = await made.create()
    first, second, other, larger = answers(await events_of(made, job), "generate_video")
    assert first["status"] == "running"
    assert first["generation_id"] == second["generation_id"]
    assert other["status"] == larger["status"] == "refused"
    assert "poll_generation" in other["message"]
    assert made.generator.paid_starts == 1
    assert len(job.attempts) == 1


async def test_two_generates_in_one_breath_start_once(house: Make):
    class Twice(ScriptedModel):
        async def generate_content_async(
            self, llm_request: LlmRequest, stream: bool = False
        ) -> AsyncGenerator[LlmResponse, None]:
            async for answer in super().generate_content_async(llm_request, stream):
                if len(self.requests) > 1:
                    yield answer
                    return
                calls = [
                    types.Part(
                        function_call=types.FunctionCall(
                            name="generate_video", args={"prompt": f"boat {n}"}
                        )
                    )
                    for n in range(3)
                ]
                yield LlmResponse(content=types.Content(role="model", parts=calls))

    made = house(scores=[0.9], model=Twice())
    job = await made.create()
    assert made.generator.paid_starts == 1
    assert len(job.attempts) == 1


async def test_what_exceeds_the_budget_is_refused_before_it_is_sent(house: Make):
    script = [("generate_video", {"prompt": "a boat", "resolution": "4k", "duration_seconds": 15})]
    made = house(model=ScriptedModel(script=script))
    job = await made.create()
    (result,) = answers(await events_of(made, job), "generate_video")
    assert (result["status"], result["error"]) == ("refused", "BudgetError")
    assert "left" in result["message"]
    assert made.generator.orders == []


async def test_more_attempts_than_allowed_are_refused(house: Make):
    def stubborn(results: list[tuple[str, dict[str, Any]]]) -> Any:
        following = diligent(results)
        gives_up = isinstance(following, str)
        return ("generate_video", {"prompt": "once more"}) if gives_up else following

    made = house(scores=[0.5], model=ScriptedModel(policy=stubborn))
    job = await made.create(max_attempts=2)
    assert job.stopped_because is StopReason.ATTEMPTS
    assert made.generator.paid_starts == 2


async def test_inventions_and_garbage_are_answered_and_the_turn_goes_on(house: Make):
    script = [
        ("make_movie", {"genre": "western"}),
        ("generate_video", {"prompt": ""}),
        ("generate_video", {"prompt": "a boat", "wings": 2}),
        ("generate_video", {"prompt": "a boat", "duration_seconds": "long"}),
        ("generate_video", {"prompt": "a boat", "tier": "best"}),
        ("poll_generation", {"generation_id": "gen-1"}),
        ("analyze_video", {"video_id": "../../etc/passwd"}),
        ("upload_to_youtube", {"video_id": "v", "title": "t", "privacy": "public"}),
        ("generate_video", {"prompt": "a boat", "aspect_ratio": "4:3"}),
        ("generate_video", {"prompt": "a boat", "duration_seconds": "3"}),
    ]
    made = house(scores=[0.9], model=ScriptedModel(script=script))
    job = await made.create()
    events = await events_of(made, job)
    assert "there is no tool make_movie" in answers(events, "make_movie")[0]["message"]
    *refused, started = answers(events, "generate_video")
    assert [answer["error"] for answer in refused] == ["InvalidRequestError"] * 5
    assert started["status"] == "running"
    assert answers(events, "poll_generation")[0]["error"] == "NotFoundError"
    assert answers(events, "analyze_video")[0]["error"] == "NotFoundError"
    assert answers(events, "upload_to_youtube")[0]["status"] == "refused"
    assert made.generator.paid_starts == 1
    assert job.passed


async def test_a_tool_that_raises_becomes_an_answer(house: Make, caplog: pytest.LogCaptureFixture):
    @tool
    async def explode(context: Context) -> str:
        """Explode."""
        raise ZeroDivisionError(context.job_id)

    model = ScriptedModel(script=[("explode", {})])
    made = house(model=model, tools=[*DEFAULT_TOOLS, explode])
    job = await made.create()
    (result,) = answers(await events_of(made, job), "explode")
    assert (result["status"], result["retryable"]) == ("error", False)
    assert "ZeroDivisionError" in result["message"]
    assert "explode failed unexpectedly" in caplog.text


async def test_a_refused_submit_leaves_the_attempt_free_for_another_try(house: Make):
    def patient(results: list[tuple[str, dict[str, Any]]]) -> Any:
        if results and results[-1][1].get("error") == "QuotaError":
            return "generate_video", {"prompt": "a boat"}
        return diligent(results)

    made = house(model=ScriptedModel(policy=patient), submit_errors=[QuotaError("slow down"), None])
    job = await made.create(max_attempts=1)
    assert job.passed
    assert len(made.generator.orders) == 2
    assert len(job.attempts) == 1
    generations = await made.services.ledger.generations(job.id)
    states = [generation.state for generation in generations]
    assert states == [GenerationState.REJECTED, GenerationState.SUCCEEDED]


@pytest.mark.parametrize("error", [RejectedError("bad prompt"), AuthError("no permission")])
async def test_submits_refused_for_ever_end_the_job_without_cost(house: Make, error: Any):
    made = house(submit_errors=[error] * 20)
    job = await made.create()
    assert job.status is JobStatus.FAILED
    assert made.generator.paid_starts == 0
    assert job.cost_usd < Decimal("0.05")


async def test_the_planners_own_tokens_are_booked(house: Make):
    from video_agent.store.records import list_charges

    made = house()
    job = await made.create()
    charges = await list_charges(made.database, job.id)
    plans = [charge for charge in charges if charge.kind == "plan"]
    assert len(plans) == len(made.model.requests)  # type: ignore[attr-defined]
    assert all(charge.cost_usd for charge in plans)
    assert {charge.kind for charge in charges} == {"plan", "enhance", "judge"}


async def test_a_clip_smaller_than_asked_for_is_not_delivered_as_the_final_one(house: Make):
    def thrifty(results: list[tuple[str, dict[str, Any]]]) -> Any:
        step: Any = diligent(results)
        if step[0] != "generate_video":
            return step
        seen.append(1)
        return (step[0], {**step[1], "tier": "draft"}) if len(seen) == 1 else step

    seen: list[int] = []
    made = house(scores=[0.95, 0.85], model=ScriptedModel(policy=thrifty))
    job = await made.create(resolution="720p")
    assert (job.best_attempt, job.best_score) == (2, 0.85)
    sizes = [order.settings.resolution for order in made.generator.orders]
    assert sizes == ["360p", "720p"]
    (draft, _) = answers(await events_of(made, job), "analyze_video")
    assert "not made as requested" in draft["feedback"]
