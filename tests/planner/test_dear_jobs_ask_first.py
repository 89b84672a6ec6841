"""A job that may cost more than may be spent without asking: asked in a chat, else it waits."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.planner.conversation import Chat, answer_to, last_text, question
from tests.planner.house import build
from video_agent.errors import InvalidRequestError
from video_agent.models import JobStatus, StopReason
from video_agent.store.approvals import approve_job, decline_job
from video_agent.store.jobs import get_job
from video_agent.testing import ScriptedModel, diligent

if TYPE_CHECKING:
    from tests.planner.house import House

LIMIT = Decimal("0.20")


@pytest.fixture
def careful(house: Callable[..., "House"]) -> Callable[..., "House"]:
    """Makes a house whose jobs may cost 20 cents without asking; an attempt costs about 12."""

    def make(scores: list[float], **options: Any) -> "House":
        made = house(scores=scores, **options)
        services = replace(made.services, approval_above_usd=LIMIT)
        return build(made.generator, made.assessor, services, made.model)

    return make


async def test_in_a_chat_the_first_generation_waits_for_a_yes(
    careful: Callable[..., "House"],
) -> None:
    made = careful([0.3, 0.9])
    chat = Chat(made)
    asked = question(await chat.say("make me a boat"))
    assert asked is not None
    hint = str((asked.args or {})["toolConfirmation"])
    assert "3 attempts" in hint
    assert "more than $0.20 needs your agreement" in hint
    assert made.generator.paid_starts == 0

    done = await chat.say(answer_to(asked, agreed=True))
    (job,) = await made.pipeline.jobs()
    assert job.status is JobStatus.SUCCEEDED
    assert made.generator.paid_starts == 2
    assert question(done) is None, "one yes is enough for the whole job"
    row = await get_job(made.database, job.id)
    assert row.budget_usd == job.request.budget_usd


async def test_in_a_chat_a_no_cancels_the_job_and_a_new_wish_opens_another(
    careful: Callable[..., "House"],
) -> None:
    made = careful([0.9])
    chat = Chat(made)
    asked = question(await chat.say("make me a boat"))
    assert asked is not None
    done = await chat.say(answer_to(asked, agreed=False))
    (job,) = await made.pipeline.jobs()
    assert (job.status, job.stopped_because) == (JobStatus.CANCELLED, StopReason.CANCELLED)
    assert "cancelled" in last_text(done)
    assert made.generator.paid_starts == 0
    assert question(await chat.say("then another boat")) is not None
    assert len(await made.pipeline.jobs()) == 2


async def test_typing_yes_is_not_an_answer(careful: Callable[..., "House"]) -> None:
    made = careful([0.9])
    chat = Chat(made)
    await chat.say("make me a boat")
    await chat.say("yes, spend it")
    assert made.generator.paid_starts == 0


async def test_a_job_that_may_cost_little_is_not_asked_about_and_cannot_become_dear(
    careful: Callable[..., "House"],
) -> None:
    wishes = iter(["360p", "4k", "4k"])

    def policy(results: list[tuple[str, dict[str, Any]]]) -> Any:
        step = diligent(results)
        if isinstance(step, tuple) and step[0] == "generate_video":
            return step[0], {**step[1], "resolution": next(wishes, "4k")}
        return step

    made = careful([0.3], model=ScriptedModel(policy=policy))
    job = await made.create(max_attempts=1)
    assert job.status is JobStatus.STOPPED

    made = careful([0.3], model=ScriptedModel(policy=policy))
    job = await made.create(max_attempts=1, prompt="another boat")
    assert made.generator.paid_starts == 0, "a 4k clip costs more than may be spent unasked"
    assert job.cost_usd <= LIMIT


async def test_a_dear_job_nobody_watches_waits_and_is_approved_once(
    careful: Callable[..., "House"],
) -> None:
    made = careful([0.9])
    job = await made.create()
    assert job.status is JobStatus.WAITING_FOR_APPROVAL
    assert job.attempts == ()
    assert job.cost_usd == 0
    with pytest.raises(InvalidRequestError, match="waits until a person approves"):
        await made.pipeline.resume(job.id)

    first = await approve_job(made.database, job.id)
    again = await approve_job(made.database, job.id)
    assert first.status == again.status == JobStatus.QUEUED.value
    assert first.approved_at == again.approved_at is not None
    done = await made.pipeline.resume(job.id)
    assert done.status is JobStatus.SUCCEEDED
    with pytest.raises(InvalidRequestError, match="nothing to decline"):
        await decline_job(made.database, job.id)


async def test_a_declined_job_is_cancelled_for_good(careful: Callable[..., "House"]) -> None:
    made = careful([0.9])
    job = await made.create()
    for _ in range(2):
        row = await decline_job(made.database, job.id)
        assert row.status == JobStatus.CANCELLED.value
    with pytest.raises(InvalidRequestError, match="nothing to approve"):
        await approve_job(made.database, job.id)
    assert (await made.pipeline.resume(job.id)).status is JobStatus.CANCELLED
    assert made.generator.paid_starts == 0


async def test_a_dear_job_that_was_agreed_to_beforehand_runs_at_once(
    careful: Callable[..., "House"],
) -> None:
    made = careful([0.9])
    job = await made.pipeline.create(made.request(), approved=True)
    assert job.status is JobStatus.SUCCEEDED
    assert job.approved_at is not None
