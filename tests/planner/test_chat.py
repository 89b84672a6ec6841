"""The same app in a chat, as `adk web` runs it: jobs are opened, continued and talked about."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from google.adk.agents import RunConfig
from google.adk.artifacts import InMemoryArtifactService
from google.adk.runners import Runner
from google.adk.sessions import InMemorySessionService
from google.genai import types

from video_agent.models import JobStatus, StopReason
from video_agent.testing import ScriptedModel, diligent

if TYPE_CHECKING:
    from google.adk.events import Event

    from tests.planner.house import House

Make = Callable[..., "House"]


class Chat:
    """A conversation with the app, on ADK's own store, without a job given in advance."""

    def __init__(self, made: "House", *, artifacts: bool = True) -> None:
        self.made = made
        self.artifacts = InMemoryArtifactService() if artifacts else None
        self.runner = Runner(
            app=made.planner.app,
            session_service=InMemorySessionService(),
            artifact_service=self.artifacts,
            auto_create_session=True,
        )

    async def say(self, text: str) -> "list[Event]":
        return [
            event
            async for event in self.runner.run_async(
                user_id="ada", session_id="chat", new_message=types.UserContent(text)
            )
        ]


def text_of(events: "list[Event]") -> str:
    parts = (events[-1].content.parts or []) if events[-1].content else []
    return "".join(part.text or "" for part in parts)


def wishing(prompt: str, **settings: Any) -> Callable[[list[Any]], Any]:
    """A good planner for this wish."""

    def policy(results: list[tuple[str, dict[str, Any]]]) -> Any:
        step = diligent(results)
        if isinstance(step, tuple) and step[0] == "enhance_prompt":
            return "enhance_prompt", {**step[1], "prompt": prompt}
        if isinstance(step, tuple) and step[0] == "generate_video":
            return "generate_video", {**step[1], **settings}
        return step

    return policy


async def test_a_wish_opens_a_job_and_the_answer_is_the_databases(house: Make):
    made = house(scores=[0.6, 0.9], model=ScriptedModel(policy=wishing("a fox in the snow")))
    chat = Chat(made)
    events = await chat.say("make me a fox")
    (job,) = await made.pipeline.jobs()
    assert (job.user_id, job.session_id) == ("ada", "chat")
    assert job.request.prompt == "a fox in the snow"
    assert job.stopped_because is StopReason.PASSED
    answer = text_of(events)
    assert str(job.path) in answer
    assert "0.90 of 0.80: passed" in answer
    assert "2 (#1 0.60, #2 0.90)" in answer


async def test_progress_reaches_the_chat_while_the_tool_runs_and_the_model_never_sees_it(
    house: Make,
):
    model = ScriptedModel(policy=wishing("a fox"))
    chat = Chat(house(scores=[0.9], model=model, polls=3))
    events = await chat.say("make me a fox")
    progress = [event for event in events if event.author == "poll_generation" and event.content]
    assert "generating 50%" in text_of(progress[:1])
    shown = [
        part.text or ""
        for request in model.requests
        for content in request.contents
        for part in content.parts or []
    ]
    assert not any("generating" in text for text in shown)


async def test_the_clip_is_an_artifact_that_the_page_can_play(house: Make):
    chat = Chat(house(model=ScriptedModel(policy=wishing("a fox"))))
    await chat.say("make me a fox")
    assert chat.artifacts is not None
    part = await chat.artifacts.load_artifact(
        app_name="video_agent", user_id="ada", session_id="chat", filename="attempt-1.mp4"
    )
    assert part is not None
    assert part.inline_data is not None
    assert part.inline_data.mime_type == "video/mp4"


async def test_each_verdict_is_shown_as_pictures_in_the_chat_and_only_there(house: Make):
    made = house(scores=[0.6, 0.9], model=ScriptedModel(policy=wishing("a fox")))
    chat = Chat(made)
    await chat.say("make me a fox")
    assert chat.artifacts is not None
    place = {"app_name": "video_agent", "user_id": "ada", "session_id": "chat"}
    names = await chat.artifacts.list_artifact_keys(**place)
    assert {name for name in names if name.endswith(".png")} == {
        "attempts.png",
        *(f"attempt-{n}-{kind}.png" for n in (1, 2) for kind in ("findings", "scores")),
    }
    assert len(await chat.artifacts.list_versions(**place, filename="attempts.png")) == 2
    part = await chat.artifacts.load_artifact(
        app_name="video_agent", user_id="ada", session_id="chat", filename="attempt-2-findings.png"
    )
    assert part is not None
    assert part.inline_data is not None
    assert part.inline_data.mime_type == "image/png"
    assert (part.inline_data.data or b"").startswith(b"\x89PNG")

    job = await made.create()
    mine = {"app_name": job.app_name, "user_id": job.user_id, "session_id": job.session_id}
    assert made.planner.artifacts is not None
    kept = await made.planner.artifacts.list_artifact_keys(**mine)
    assert kept == ["attempt-1.mp4"]


async def test_a_chat_without_an_artifact_service_works(house: Make):
    made = house(model=ScriptedModel(policy=wishing("a fox")))
    await Chat(made, artifacts=False).say("make me a fox")
    assert (await made.pipeline.jobs())[0].passed


async def test_a_question_is_answered_as_the_model_answers_it(house: Make):
    model = ScriptedModel(script=["I make videos."])
    made = house(model=model)
    assert text_of(await Chat(made).say("what can you do?")) == "I make videos."
    assert await made.pipeline.jobs() == []
    assert "There is no job yet" in str(model.requests[0].config.system_instruction)


async def test_a_question_about_the_last_job_gets_its_facts_and_opens_nothing(house: Make):
    model = ScriptedModel(policy=wishing("a fox"))
    made = house(scores=[0.9], model=model)
    chat = Chat(made)
    await chat.say("make me a fox")
    model.policy = lambda _: "It took one attempt."
    assert text_of(await chat.say("show me the attempts")) == "It took one attempt."
    instruction = str(model.requests[-1].config.system_instruction)
    assert "Attempt 1 (final)" in instruction
    assert "score 0.90, passed" in instruction
    assert len(await made.pipeline.jobs()) == 1


async def test_a_new_wish_after_a_finished_job_opens_another_one(house: Make):
    model = ScriptedModel(policy=wishing("a fox"))
    made = house(scores=[0.9], model=model)
    chat = Chat(made)
    await chat.say("make me a fox")
    model.policy = wishing("a fox in the rain", aspect_ratio="9:16")
    await chat.say("try again with rain, vertical")
    second, first = await made.pipeline.jobs()
    assert [first.request.aspect_ratio, second.request.aspect_ratio] == ["16:9", "9:16"]
    assert second.request.prompt == "a fox in the rain"
    assert made.generator.paid_starts == 2
    assert made.generator.orders[1].settings.aspect_ratio == "9:16"


async def test_cheaper_means_a_draft_that_counts_as_what_was_asked_for(house: Make):
    made = house(
        scores=[0.9], model=ScriptedModel(policy=wishing("a fox", tier="draft", resolution="360p"))
    )
    await Chat(made).say("make me a cheap fox")
    (job,) = await made.pipeline.jobs()
    assert (job.passed, job.request.resolution) == (True, "360p")
    assert made.generator.paid_starts == 1


async def test_within_one_turn_a_passed_job_takes_no_further_payment(house: Make):
    def greedy(results: list[tuple[str, dict[str, Any]]]) -> Any:
        step = wishing("a fox")(results)
        return ("generate_video", {"prompt": "one more"}) if step == "it passed" else step

    made = house(scores=[0.9], model=ScriptedModel(policy=greedy))
    await Chat(made).say("make me a fox")
    assert made.generator.paid_starts == 1
    assert len(await made.pipeline.jobs()) == 1


async def test_an_interrupted_chat_job_is_continued_by_the_next_message(house: Make):
    def dying(results: list[tuple[str, dict[str, Any]]]) -> Any:
        if results and results[-1][0] == "generate_video":
            return RuntimeError("gone")
        return wishing("a fox")(results)

    model = ScriptedModel(policy=dying)
    made = house(scores=[0.9], model=model)
    chat = Chat(made)
    events = await chat.say("make me a fox")
    assert "the planner's model failed" in text_of(events)
    (job,) = await made.pipeline.jobs()
    assert job.status is JobStatus.RUNNING
    model.policy = _polling
    await chat.say("go on")
    (job,) = await made.pipeline.jobs()
    assert job.passed
    assert made.generator.paid_starts == 1


def _polling(results: list[tuple[str, dict[str, Any]]]) -> Any:
    if not results:
        return "generate_video", {"prompt": "whatever"}
    if results[-1][1].get("status") == "refused":
        found = results[-1][1]["message"].split("generation_id ")[1].split()[0]
        return "poll_generation", {"generation_id": found}
    return diligent(results)


async def test_a_wish_that_cannot_be_granted_opens_no_job(house: Make):
    model = ScriptedModel(script=[("enhance_prompt", {"prompt": "x" * 9_000}), "sorry"])
    made = house(model=model)
    assert text_of(await Chat(made).say("make me " + "x" * 9_000)) == "sorry"
    assert await made.pipeline.jobs() == []


async def test_polling_without_any_job_is_refused(house: Make):
    model = ScriptedModel(script=[("poll_generation", {"generation_id": "g"}), "no job"])
    made = house(model=model)
    events = await Chat(made).say("poll it")
    (answer,) = [a for event in events for a in event.get_function_responses()]
    assert answer.response is not None
    assert (answer.response["status"], answer.response["error"]) == ("refused", "PlanError")


async def test_a_conversation_cannot_name_the_job_of_another_one(house: Make):
    made = house(scores=[0.9], model=ScriptedModel(policy=wishing("a fox")))
    other = await made.create()
    made.model.policy = lambda _: "Nothing to see."  # type: ignore[attr-defined]
    chat = Chat(made)
    events = [
        event
        async for event in chat.runner.run_async(
            user_id="eve",
            session_id="chat",
            new_message=types.UserContent("show me the attempts"),
            run_config=RunConfig(custom_metadata={"job_id": other.id}),
        )
    ]
    assert text_of(events) == "Nothing to see."
