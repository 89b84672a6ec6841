"""Whatever goes wrong at YouTube: one video at most, a clear word, and a way on."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlmodel import select

from tests.publishing.house import QUICK, TOKEN, Channel, details, publishing
from video_agent.backends.clock import SystemClock
from video_agent.errors import AuthError, BackendError, QuotaError, RejectedError, VideoAgentError
from video_agent.models import PublicationState, Video
from video_agent.store import Database
from video_agent.store.publication_tables import PublicationRow


async def publish(books: Database, channel: Channel, video: Video, **more: Any) -> Any:
    house = publishing(books, channel.studio.url, SystemClock())
    return await house.publish(video, details(**more))


@pytest.mark.parametrize(
    ("kind", "name", "times"),
    [
        ("youtube.open", "503", 2),
        ("youtube.open", "cut_before", 1),
        ("youtube.open", "cut_after", 1),
        ("youtube.open", "html_503", 1),
        ("youtube.open", "empty_200", 1),
        ("youtube.open", "junk_200", 1),
        ("youtube.open", "rate_limited", 1),
        ("youtube.send", "503", 4),
        ("youtube.send", "500", 2),
        ("youtube.send", "408", 1),
        ("youtube.send", "429", 1),
        ("youtube.send", "cut_before", 2),
        ("youtube.send", "cut_after", 2),
        ("youtube.send", "cut_mid_chunk", 3),
        ("youtube.send", "html_503", 1),
        ("youtube.send", "junk_200", 1),
        ("youtube.send", "empty_200", 1),
        ("youtube.send", "session_gone", 1),
        ("youtube.send", "session_lost", 1),
        ("youtube.read", "503", 2),
        ("youtube.read", "junk_200", 1),
        ("youtube.read", "cut_before", 1),
    ],
)
async def test_a_passing_trouble_ends_in_exactly_one_published_video(
    books: Database, channel: Channel, video: Video, kind: str, name: str, times: int
):
    channel.fault(kind, name, times=times, seconds=0.0)
    done = await publish(books, channel, video)
    assert done.state is PublicationState.PUBLISHED
    assert [(one["id"], one["sha256"]) for one in channel.videos()] == [
        (done.youtube_id, video.sha256)
    ]


async def test_a_storm_is_given_up_and_the_next_call_goes_on_where_it_was(
    books: Database, channel: Channel, video: Video
):
    channel.fault("youtube.send", "cut_mid_chunk", times=1)
    channel.fault("youtube.send", "503", times=-1)
    with pytest.raises(BackendError) as caught:
        await publish(books, channel, video)
    assert caught.value.retryable
    house = publishing(books, channel.studio.url, SystemClock())
    (begun,) = await house.find(video_id=video.id)
    assert begun.state is PublicationState.SENDING
    assert begun.error is not None
    await asyncio.to_thread(_calm, channel)
    opened = channel.requests()["requests"]["youtube.open"]
    done = await house.resume(begun.id)
    assert (done.state, done.error) == (PublicationState.PUBLISHED, None)
    assert channel.requests()["requests"]["youtube.open"] == opened
    assert len(channel.videos()) == 1


async def test_a_session_lost_after_the_last_byte_is_found_on_the_channel(
    books: Database, channel: Channel, video: Video
):
    """The video was made, its answer lost, and the session forgotten before anybody asked."""
    done = await publish(books, channel, video)
    async with books.write() as session:
        row = await session.get(PublicationRow, done.id)
        assert row is not None
        row.state, row.youtube_id, row.url = "sending", None, None
        row.session_uri = (
            f"{channel.studio.url}/upload/youtube/v3/videos?uploadType=resumable&upload_id=gone"
        )
        row.offset_bytes, row.last_byte_sent = 0, True
    again = await publish(books, channel, video)
    assert again.youtube_id == done.youtube_id
    assert len(channel.videos()) == 1


@pytest.mark.parametrize(
    ("kind", "name", "error", "says"),
    [
        ("youtube.open", "quota_exceeded", QuotaError, "quota of the day is used up"),
        ("youtube.open", "upload_limit", QuotaError, "as many videos as YouTube allows in a day"),
        ("youtube.open", "signup_required", AuthError, "has no YouTube channel"),
        ("youtube.open", "no_scope", AuthError, "lacks the permission youtube.upload"),
        ("youtube.open", "401", AuthError, "does not accept the login"),
        ("youtube.open", "403", AuthError, "403"),
        ("youtube.open", "400", RejectedError, "400"),
        ("youtube.send", "rejected_duplicate", RejectedError, "on the channel already"),
        ("youtube.send", "rejected_copyright", RejectedError, "copyright"),
        ("youtube.send", "failed_codec", RejectedError, "does not know the video's codec"),
    ],
)
async def test_a_clear_no_is_explained_and_not_repeated(
    books: Database,
    channel: Channel,
    video: Video,
    kind: str,
    name: str,
    error: type[VideoAgentError],
    says: str,
):
    channel.fault(kind, name, times=-1 if kind == "youtube.open" else 1)
    with pytest.raises(error, match=says) as caught:
        await publish(books, channel, video)
    assert type(caught.value) is error
    assert channel.requests()["requests"].get("youtube.open", 0) == 1
    assert caught.value.hint or name == "400"
    if isinstance(caught.value, QuotaError):
        assert 0 < (caught.value.retry_after_seconds or 0) <= 86_400


async def test_a_refused_video_is_not_sent_again_unless_a_person_says_so(
    books: Database, channel: Channel, video: Video
):
    channel.fault("youtube.send", "rejected_duplicate")
    house = publishing(books, channel.studio.url, SystemClock())
    for _ in range(2):
        with pytest.raises(RejectedError, match="already"):
            await house.publish(video, details())
    assert len(channel.videos()) == 1
    done = await house.publish(video, details(), again=True)
    assert done.state is PublicationState.PUBLISHED
    assert len(channel.videos()) == 2


async def test_processing_that_takes_long_leaves_the_video_and_is_looked_at_again(
    books: Database, channel: Channel, video: Video
):
    channel.fault("youtube.send", "never_processed")
    policy = replace(QUICK, processing_seconds=0.1)
    house = publishing(books, channel.studio.url, SystemClock(), policy=policy)
    done = await house.publish(video, details())
    assert done.state is PublicationState.PROCESSING
    assert done.youtube_id is not None
    assert (await house.publish(video, details())).youtube_id == done.youtube_id
    assert len(channel.videos()) == 1


async def test_a_login_that_may_only_upload_publishes_and_says_what_it_could_not_see(
    books: Database, channel: Channel, video: Video
):
    channel.fault("youtube.read", "no_scope", times=-1)
    done = await publish(books, channel, video)
    assert done.state is PublicationState.PUBLISHED
    assert "youtube.readonly" in done.warnings[0]


async def test_extras_that_fail_never_lose_the_video(
    books: Database, channel: Channel, video: Video
):
    channel.fault("youtube.write", "quota_exceeded", times=-1)
    done = await publish(books, channel, video, playlist_id="PLsomething")
    assert done.state is PublicationState.PUBLISHED
    assert "quota of the day" in done.warnings[0]


async def test_no_token_and_no_upload_address_gets_out(
    books: Database, channel: Channel, video: Video, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    for name in ("httpcore", "aiosqlite"):  # as the command line sets them
        caplog.set_level(logging.INFO, logger=name)
    channel.fault("youtube.send", "503", times=-1)
    with pytest.raises(BackendError) as caught:
        await publish(books, channel, video)
    async with books.read() as session:
        row = await session.get(PublicationRow, await _only(books))
    assert row is not None
    address = row.session_uri or ""
    upload_id = address.split("upload_id=")[1]
    columns = {name: value for name, value in vars(row).items() if name != "session_uri"}
    (publication,) = await publishing(books, channel.studio.url, SystemClock()).find()
    seen = [
        repr(row), str(columns), repr(publication), publication.model_dump_json(),
        str(caught.value), repr(caught.value), caught.value.hint,
        *(one.getMessage() for one in caplog.records if not one.name.startswith("uvicorn")),
    ]  # fmt: skip  # the other end of the wire is no matter of ours
    for text in seen:
        assert TOKEN not in text
        assert upload_id not in text


async def _only(books: Database) -> str:
    async with books.read() as session:
        return (await session.exec(select(PublicationRow.id))).one()


def _calm(channel: Channel) -> None:
    headers = {"x-studio-token": channel.studio.token}
    httpx.delete(f"{channel.studio.url}/studio/faults", headers=headers, trust_env=False)
