"""YouTube's wire by a hand-made peer: what we send, what we make of answers, where tokens go."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.backends.conftest import Answer, Peer
from video_agent.backends.google.youtube import YouTube
from video_agent.backends.google.youtube_http import FixedToken, YouTubeHttp
from video_agent.errors import (
    AuthError,
    BackendError,
    ConfigurationError,
    InvalidRequestError,
    MediaError,
    QuotaError,
    RejectedError,
)
from video_agent.models import PublicationDetails, parse_publication

TOKEN = "ya29.secret-access-token"  # noqa: S105 - made up
PEERS = Callable[[], Awaitable[Peer]]


def youtube_at(url: str, tokens: Any = None) -> YouTube:
    return YouTube(YouTubeHttp(tokens or FixedToken(SecretStr(TOKEN)), base_url=url))


@pytest.fixture
def youtube(peer: Peer) -> YouTube:
    return youtube_at(peer.url)


def told(**fields: Any) -> PublicationDetails:
    return parse_publication({"title": "t", **fields})


def refused(status: int, reason: str, domain: str = "youtube") -> Answer:
    error = {"domain": domain, "reason": reason, "message": f"Bearer {TOKEN} is bad"}
    return Answer(status, {"error": {"code": status, "message": "no <a>", "errors": [error]}})


async def test_opening_says_everything_and_gives_the_address(peer: Peer, youtube: YouTube):
    address = f"{peer.url}/upload/youtube/v3/videos?upload_id=s"
    peer.answers(Answer(200, b"", {"location": address}))
    session = await youtube.open(told(), marker="video-agent:1", size_bytes=9)
    assert session.get_secret_value() == address
    assert address not in repr(session)
    (sent,) = peer.requests
    assert sent.path == (
        "/upload/youtube/v3/videos?uploadType=resumable&part=snippet%2Cstatus"
        "&notifySubscribers=false"
    )
    assert sent.headers["authorization"] == f"Bearer {TOKEN}"
    assert sent.headers["x-upload-content-length"] == "9"
    assert sent.document["status"] == {
        "privacyStatus": "private", "selfDeclaredMadeForKids": False,
        "containsSyntheticMedia": True, "license": "youtube", "embeddable": True,
    }  # fmt: skip


async def test_pieces_and_probes_obey_the_range(peer: Peer, youtube: YouTube, tmp_path: Path):
    (tmp_path / "f").write_bytes(b"0123456789")
    session = SecretStr(f"{peer.url}/s")
    peer.answers(
        Answer(308, b"", {"range": "bytes=0-3"}),
        Answer(308),
        Answer(201, {"id": "vid"}),
        Answer(404),
        Answer(410),
    )
    send = {"offset": 2, "length": 5, "size_bytes": 10}
    assert (await youtube.send(session, tmp_path / "f", **send)).received_bytes == 4
    assert (await youtube.probe(session, size_bytes=10)).received_bytes == 0
    assert (await youtube.probe(session, size_bytes=10)).remote_id == "vid"
    assert (await youtube.probe(session, size_bytes=10)).gone
    assert (await youtube.probe(session, size_bytes=10)).gone
    first, second = peer.requests[:2]
    assert (first.body, first.headers["content-range"]) == (b"23456", "bytes 2-6/10")
    assert (second.body, second.headers["content-range"]) == (b"", "bytes */10")
    assert second.headers["content-length"] == "0"


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"kind": "x"}'])
async def test_a_finished_upload_without_a_readable_id_is_asked_again(
    peer: Peer, youtube: YouTube, body: bytes
):
    peer.answers(Answer(200, body))
    with pytest.raises(BackendError, match="not under which id") as caught:
        await youtube.probe(SecretStr(f"{peer.url}/s"), size_bytes=10)
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("status", "reason", "error", "says", "retryable"),
    [
        (403, "quotaExceeded", QuotaError, "quota of the day", True),
        (403, "rateLimitExceeded", QuotaError, "HTTP 403", True),
        (429, "", QuotaError, "HTTP 429", True),
        (400, "uploadLimitExceeded", QuotaError, "in a day", True),
        (401, "youtubeSignupRequired", AuthError, "no YouTube channel", False),
        (401, "authError", AuthError, "expired or revoked", False),
        (403, "insufficientPermissions", AuthError, "youtube.upload", False),
        (403, "accessNotConfigured", ConfigurationError, "not enabled", False),
        (403, "forbidden", AuthError, "HTTP 403", False),
        (400, "invalidTitle", RejectedError, "refuses the title", False),
        (400, "invalidTags", RejectedError, "refuses the tags", False),
        (400, "invalidPublishAt", RejectedError, "publish_at", False),
        (403, "forbiddenPrivacySetting", RejectedError, "privacy is not allowed", False),
        (403, "channelSuspended", RejectedError, "suspended", False),
        (400, "somethingNew", RejectedError, "HTTP 400", False),
        (408, "", BackendError, "HTTP 408", True),
        (500, "backendError", BackendError, "HTTP 500", True),
        (503, "", BackendError, "HTTP 503", True),
    ],
)
async def test_each_refusal_is_one_of_our_errors_without_secrets(
    peer: Peer,
    youtube: YouTube,
    status: int,
    reason: str,
    error: type[Exception],
    says: str,
    retryable: bool,
):
    peer.answers(refused(status, reason))
    with pytest.raises(error, match=says) as caught:
        await youtube.open(told(), marker="m", size_bytes=1)
    assert type(caught.value) is error
    assert getattr(caught.value, "retryable", None) is retryable
    assert TOKEN not in f"{caught.value!r} {getattr(caught.value, 'hint', '')}"
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [Answer(cut=True), Answer(503, b"<html>", {"content-type": "text/html"}), Answer(200, b"<p>")],
    ids=["cut", "html", "no_json"],
)
async def test_what_is_no_answer_may_be_asked_again(peer: Peer, youtube: YouTube, answer: Answer):
    peer.answers(answer)
    with pytest.raises(BackendError) as caught:
        await youtube.state("v")
    assert caught.value.retryable
    assert peer.url not in str(caught.value)


async def test_a_redirect_is_not_followed_and_no_other_host_gets_the_token(
    peer: Peer, youtube: YouTube, new_peer: PEERS
):
    other = await new_peer()
    peer.answers(Answer(302, b"", {"location": f"{other.url}/x"}))
    with pytest.raises(RejectedError, match="HTTP 302"):
        await youtube.state("v")
    peer.answers(Answer(200, b"", {"location": f"{other.url}/upload"}))
    with pytest.raises(BackendError, match="on another host"):
        await youtube.open(told(), marker="m", size_bytes=1)
    with pytest.raises(BackendError, match="on another host"):
        await youtube.probe(SecretStr(f"{other.url}/upload"), size_bytes=1)
    with pytest.raises(BackendError, match="on another host"):
        await youtube_at("https://www.googleapis.com").probe(
            SecretStr("https://googleapis.com.evil.example/u"), size_bytes=1
        )
    assert other.requests == []
    with pytest.raises(ConfigurationError, match="neither https nor loopback"):
        youtube_at("http://www.googleapis.com")


class Renewing:
    """A login whose first token has ended."""

    def __init__(self) -> None:
        self.renewals = 0

    async def token(self) -> SecretStr:
        return SecretStr("old")

    async def renewed(self, refused: SecretStr) -> SecretStr:
        assert refused.get_secret_value() == "old"
        self.renewals += 1
        return SecretStr("new")


async def test_a_refused_token_is_renewed_once(peer: Peer):
    tokens = Renewing()
    ready = {"items": [{"id": "v", "status": {"uploadStatus": "processed"}}]}
    peer.answers(refused(401, "authError"), Answer(200, ready))
    assert (await youtube_at(peer.url, tokens).state("v")).status == "ready"
    used = [request.headers["authorization"] for request in peer.requests]
    assert used == ["Bearer old", "Bearer new"]
    peer.answers(refused(401, "authError"))
    with pytest.raises(AuthError):
        await youtube_at(peer.url, tokens).state("v")
    assert tokens.renewals == 2


async def test_a_lost_video_is_found_by_its_mark_among_the_channels_uploads(
    peer: Peer, youtube: YouTube
):
    def page(*ids: str, more: str = "", at: str = "2026-11-23T10:00:00Z") -> Answer:
        items = [{"contentDetails": {"videoId": i}, "snippet": {"publishedAt": at}} for i in ids]
        return Answer(200, {"items": items, "nextPageToken": more})

    def videos(*marks: str) -> Answer:
        return Answer(200, {"items": [{"id": m[-1], "snippet": {"tags": [m]}} for m in marks]})

    uploads = {"items": [{"contentDetails": {"relatedPlaylists": {"uploads": "UU"}}}]}
    since = datetime(2026, 11, 23, 9, tzinfo=UTC)
    peer.answers(Answer(200, uploads), page("a", more="2"), videos("m:a"), page("b"), videos("m:b"))
    assert await youtube.find("m:b", since=since) == "b"
    # Videos from before the publication cannot be ours: the second page is not asked for.
    old = page("a", more="2", at="2026-11-20T10:00:00Z")
    peer.answers(Answer(200, uploads), old, videos("m:a"))
    assert await youtube.find("m:z", since=since) is None
    # A channel without any video has no list.
    peer.answers(Answer(200, uploads), refused(404, "playlistNotFound"))
    assert await youtube.find("m:z", since=since) is None


async def test_the_mark_moves_to_the_description_when_the_tags_are_full(
    peer: Peer, youtube: YouTube
):
    peer.answers(Answer(200, b"", {"location": f"{peer.url}/s"}))
    full = ("x" * 480,)
    await youtube.open(told(tags=full, description="Hi"), marker="m" * 40, size_bytes=1)
    assert peer.requests[0].document["snippet"]["description"] == "Hi\n\n" + "m" * 40
    with pytest.raises(InvalidRequestError, match="room for our mark"):
        await youtube.open(told(tags=full, description="y" * 4990), marker="m" * 40, size_bytes=1)


async def test_a_file_that_shrinks_or_vanishes_while_it_is_sent_is_said_so(
    peer: Peer, youtube: YouTube, tmp_path: Path
):
    (tmp_path / "f").write_bytes(b"0123")
    session = SecretStr(f"{peer.url}/s")
    with pytest.raises(MediaError, match="shorter"):
        await youtube.send(session, tmp_path / "f", offset=0, length=9, size_bytes=9)
    with pytest.raises(MediaError, match="cannot be read"):
        await youtube.send(session, tmp_path / "gone", offset=0, length=9, size_bytes=9)


@pytest.mark.parametrize(
    ("status", "means", "says"),
    [
        ({"uploadStatus": "uploaded"}, "processing", ""),
        ({"uploadStatus": "processed"}, "ready", ""),
        ({"uploadStatus": "failed", "failureReason": "invalidFile"}, "failed", "for a video"),
        ({"uploadStatus": "failed", "failureReason": "new"}, "failed", "new"),
        ({"uploadStatus": "rejected", "rejectionReason": "termsOfUse"}, "failed", "terms of use"),
        ({"uploadStatus": "rejected", "rejectionReason": "length"}, "failed", "longer than"),
        ({"uploadStatus": "deleted"}, "failed", "deleted"),
    ],
)
async def test_what_youtube_made_of_the_video_is_explained(
    peer: Peer, youtube: YouTube, status: dict[str, str], means: str, says: str
):
    peer.answers(Answer(200, {"items": [{"id": "v", "status": status}]}))
    state = await youtube.state("v")
    assert state.status == means
    assert says in state.reason
    assert bool(state.hint) == (means == "failed")


async def test_a_video_that_is_gone_has_failed(peer: Peer, youtube: YouTube):
    peer.answers(Answer(200, {"items": []}))
    assert "deleted" in (await youtube.state("v")).reason


async def test_captions_and_playlist_look_first_when_they_may_be_there(
    peer: Peer, youtube: YouTube, tmp_path: Path
):
    (tmp_path / "c.srt").write_bytes(b"1\n")
    there = {"items": [{"id": "c", "snippet": {"language": "en"}}]}
    peer.answers(Answer(200, there))
    await youtube.add_captions("v", tmp_path / "c.srt", language="en", look_first=True)
    await youtube.add_to_playlist("v", "PL", look_first=True)
    assert peer.posts == []
    await youtube.add_captions("v", tmp_path / "c.srt", language="de", look_first=True)
    await youtube.add_to_playlist("v", "PL", look_first=False)
    captions, playlist = peer.posts
    assert captions.headers["content-type"].startswith("multipart/related; boundary=")
    assert b'"language": "de"' in captions.body
    assert playlist.document["snippet"]["resourceId"]["videoId"] == "v"
