"""Nothing is published without agreement: the request's, or a person's on ADK's confirmation."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from google.genai import types

from tests.planner.conversation import Chat, answer_to, last_text, question
from tests.planner.house import answers, events_of
from tests.publishing.house import Channel
from video_agent.models import JobStatus
from video_agent.testing import ScriptedModel

if TYPE_CHECKING:
    from tests.planner.house import House


async def test_the_request_that_says_publish_is_the_agreement_for_what_passed(
    published: Callable[..., "House"], channel: Channel
):
    made = published(0.9)
    job = await made.create(publish="unlisted")
    assert job.status is JobStatus.SUCCEEDED
    (there,) = channel.videos()
    assert there["status"]["privacyStatus"] == "unlisted"
    assert any(event.kind == "publish" for event in made.events)
    events = await events_of(made, job)
    (result,) = answers(events, "upload_to_youtube")
    assert set(result) == {"youtube_id", "url", "status"}
    assert f"Published (unlisted, published): {result['url']}" in last_text(events)


@pytest.mark.parametrize(
    ("publish", "privacy", "says"),
    [
        (None, "private", "needs approval"),
        ("private", "unlisted", "allows private, not unlisted"),
        ("unlisted", "public", "allows unlisted, not public"),
    ],
)
async def test_without_agreement_or_wider_than_agreed_nothing_is_sent_and_the_job_succeeds(
    published: Callable[..., "House"],
    channel: Channel,
    publish: str | None,
    privacy: str,
    says: str,
):
    made = published(0.9, privacy=privacy)
    job = await made.create(publish=publish)
    assert job.status is JobStatus.SUCCEEDED
    for result in answers(await events_of(made, job), "upload_to_youtube"):
        assert result["status"] == "refused"
        assert says in str(result["message"])
    assert channel.videos() == []


async def ask_to_upload(made: "House") -> tuple[Chat, types.FunctionCall]:
    """A finished job in a chat, then the wish to upload its clip: ADK's question."""
    chat = Chat(made)
    await chat.say("make me a boat")
    (job,) = await made.pipeline.jobs()
    video = job.attempts[-1].video
    assert video is not None
    model = made.model
    assert isinstance(model, ScriptedModel)
    call = {"video_id": video.id, "title": "A boat", "privacy": "unlisted"}
    model.policy = lambda _: ("upload_to_youtube", call)
    asked = question(await chat.say("upload it, unlisted"))
    assert asked is not None
    return chat, asked


async def test_in_a_chat_a_person_agrees_and_is_told_where_it_is(
    published: Callable[..., "House"], channel: Channel
):
    chat, asked = await ask_to_upload(published(0.9))
    hint = str((asked.args or {})["toolConfirmation"])
    assert "unlisted" in hint
    assert "'A boat'" in hint
    assert channel.videos() == []
    done = await chat.say(answer_to(asked, agreed=True))
    (there,) = channel.videos()
    assert there["status"]["privacyStatus"] == "unlisted"
    assert "Published (unlisted, published): https://youtu.be/" in last_text(done)
    await chat.say(answer_to(asked, agreed=True))
    assert len(channel.videos()) == 1


async def test_in_a_chat_a_no_is_a_no_and_typing_yes_is_not_a_yes(
    published: Callable[..., "House"], channel: Channel
):
    chat, asked = await ask_to_upload(published(0.9))
    await chat.say("yes")
    assert channel.videos() == []
    done = await chat.say(answer_to(asked, agreed=False))
    assert channel.videos() == []
    assert "the person did not agree" in last_text(done)


async def test_a_clip_that_did_not_pass_is_said_so_in_the_question(
    published: Callable[..., "House"], channel: Channel
):
    chat, asked = await ask_to_upload(published(0.3))
    assert "It did not pass (scored 0.30 of" in str((asked.args or {})["toolConfirmation"])
    await chat.say(answer_to(asked, agreed=True))
    assert len(channel.videos()) == 1
