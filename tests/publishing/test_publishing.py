"""What a publication is, on a channel that works: one video, told as wanted, with its extras."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.publishing.house import QUICK, Channel, details, publishing
from video_agent.backends.clock import SystemClock
from video_agent.errors import InvalidRequestError, MediaError, NotFoundError, StoreError
from video_agent.models import ProgressEvent, PublicationState, Video, utc_now
from video_agent.publishing import TransferPolicy
from video_agent.publishing.lease import Lease
from video_agent.store import Database

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


async def test_everything_that_is_said_arrives_and_the_careful_words_are_always_said(
    books: Database, channel: Channel, video: Video
):
    when = utc_now() + timedelta(days=2)
    wanted = details(
        title="Ein rotes Boot ⛵", description="At sunset.", tags=("boat", "calm bay"),
        publish_at=when, made_for_kids=True, language="de", category_id="10",
        license="creativeCommon", embeddable=False,
    )  # fmt: skip
    done = await publishing(books, channel.studio.url, SystemClock()).publish(video, wanted)
    (there,) = channel.videos()
    assert there["sha256"] == video.sha256
    assert there["notify_subscribers"] is False
    assert there["snippet"]["tags"] == ["boat", "calm bay", f"video-agent:{done.id}"]
    assert there["snippet"]["title"] == "Ein rotes Boot ⛵"
    assert there["snippet"]["defaultLanguage"] == "de"
    status = there["status"]
    assert (status["privacyStatus"], status["selfDeclaredMadeForKids"]) == ("private", True)
    assert (status["containsSyntheticMedia"], status["embeddable"]) == (True, False)
    assert status["publishAt"].startswith(when.isoformat()[:19])


async def test_a_second_call_returns_the_same_publication_and_widens_nothing(
    books: Database, channel: Channel, video: Video
):
    house = publishing(books, channel.studio.url, SystemClock())
    first = await house.publish(video, details())
    second = await house.publish(video, details(privacy="public"))
    assert second.id == first.id
    assert second.details.privacy == "private"
    assert "begun with other details" in second.warnings[0]
    assert len(channel.videos()) == 1
    assert [one.id for one in await house.find(video_id=video.id)] == [first.id]
    assert [one.id for one in await house.find(job_id=video.job_id)] == [first.id]


async def test_ten_calls_at_once_make_one_video(books: Database, channel: Channel, video: Video):
    houses = [publishing(books, channel.studio.url, SystemClock()) for _ in range(10)]
    done = await asyncio.gather(*(house.publish(video, details()) for house in houses))
    assert len({one.youtube_id for one in done}) == 1
    assert len(channel.videos()) == 1


async def test_a_process_whose_lease_has_passed_on_can_change_nothing(
    books: Database, channel: Channel, video: Video
):
    done = await publishing(books, channel.studio.url, SystemClock()).publish(video, details())
    async with books.write() as session:
        from video_agent.store.publication_tables import PublicationRow

        row = await session.get(PublicationRow, done.id)
        assert row is not None
        row.state = PublicationState.PROCESSING.value
    slow, quick = Lease(books, done.id, 0.01), Lease(books, done.id, 5)
    held = await slow.claim()
    await asyncio.sleep(0.05)
    assert held is not None
    assert await quick.claim() is not None
    with pytest.raises(StoreError, match="taken over"):
        await slow.change(held, state="published")


async def test_thumbnail_captions_and_playlist_are_added_once(
    books: Database, channel: Channel, video: Video, tmp_path: Path
):
    (tmp_path / "t.png").write_bytes(PNG)
    (tmp_path / "c.srt").write_bytes(b"1\n00:00:00,000 --> 00:00:01,000\nHi\n")
    house = publishing(books, channel.studio.url, SystemClock())
    wanted = details(thumbnail=tmp_path / "t.png", captions=tmp_path / "c.srt", playlist_id="PLx")
    done = await house.publish(video, wanted)
    assert done.state is PublicationState.PUBLISHED
    # There is no playlist PLx: the video stays, and that is told.
    assert [item.split(":")[0] for item in done.warnings] == ["playlist"]
    assert "no such playlist" in done.warnings[0]
    writes = channel.requests()["requests"]["youtube.write"]
    assert (await house.publish(video, wanted)).warnings == done.warnings
    assert channel.requests()["requests"]["youtube.write"] == writes


async def test_what_breaks_a_limit_or_a_file_that_changed_is_refused_before_any_call(
    books: Database, channel: Channel, video: Video, tmp_path: Path
):
    house = publishing(books, channel.studio.url, SystemClock())
    (tmp_path / "t.gif").write_bytes(b"GIF89a")
    with pytest.raises(InvalidRequestError, match="JPEG or PNG"):
        await house.publish(video, details(thumbnail=tmp_path / "t.gif"))
    with pytest.raises(InvalidRequestError, match=r"captions file gone\.srt cannot be read"):
        await house.publish(video, details(captions=tmp_path / "gone.srt"))
    content = await asyncio.to_thread(video.path.read_bytes)
    await asyncio.to_thread(video.path.write_bytes, content[:-1] + b"x")
    with pytest.raises(MediaError, match="not the file that was judged"):
        await house.publish(video, details())
    await asyncio.to_thread(video.path.unlink)
    with pytest.raises(MediaError, match="cannot be read"):
        await house.publish(video, details())
    with pytest.raises(NotFoundError):
        await house.resume("nothing")
    assert channel.requests()["requests"] == {}


async def test_progress_is_told_and_new_details_count_until_an_upload_is_open(
    books: Database, channel: Channel, video: Video
):
    told: list[ProgressEvent] = []

    async def see(event: ProgressEvent) -> None:
        told.append(event)

    house = publishing(books, channel.studio.url, SystemClock())
    channel.fault("youtube.open", "upload_limit")
    with pytest.raises(Exception, match="as many videos"):
        await house.publish(video, details(title="First"))
    done = await house.publish(video, details(title="Second"), see)
    assert done.details.title == "Second"
    assert {event.kind for event in told} == {"publish"}
    shares = [event.fraction for event in told if event.fraction is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_chunk_is_a_multiple_of_256_kib():
    with pytest.raises(Exception, match="multiple"):
        TransferPolicy(chunk_bytes=1_000_000)
    assert QUICK.chunk_bytes % (256 * 1024) == 0
