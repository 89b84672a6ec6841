"""Downloads: whole or not at all, and the key stays at home."""

import base64
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.backends.conftest import KEY, Answer, ImpatientClock, Peer
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.download import Downloader, DownloadLimits
from video_agent.errors import BackendError, MediaError
from video_agent.models import MediaSource

BYTES = bytes(range(256)) * 40
LINK = MediaSource(
    uri="https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media"
)
VIDEO = Answer(200, BYTES, {"content-type": "video/mp4"})


@pytest.fixture
def downloader(clients: GoogleClients, clock: ImpatientClock) -> Downloader:
    return Downloader(clients, clock=clock)


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def keep(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)


def left_behind(target: Path) -> list[Path]:
    return list(target.parent.glob("*")) + list(target.parent.glob(".*"))


async def test_a_google_link_is_asked_at_the_configured_address_with_the_key(
    peer: Peer, downloader: Downloader, target: Path
) -> None:
    peer.answers(VIDEO)
    await downloader.fetch(LINK, target)
    assert content_of(target) == BYTES
    [request] = peer.requests
    assert request.path == "/v1beta/files/abc:download?alt=media"
    assert request.headers["x-goog-api-key"] == KEY
    assert left_behind(target) == [target]


async def test_a_redirect_to_another_origin_loses_the_key(
    peer: Peer,
    new_peer: Callable[[], Awaitable[Peer]],
    downloader: Downloader,
    target: Path,
) -> None:
    foreign = await new_peer()
    foreign.answers(VIDEO)
    peer.answers(Answer(302, b"", {"location": f"{foreign.url}/signed"}))
    await downloader.fetch(LINK, target)
    assert content_of(target) == BYTES
    assert [request.path for request in foreign.requests] == ["/signed"]
    assert "x-goog-api-key" not in foreign.requests[0].headers
    assert KEY not in str(foreign.requests)


async def test_a_redirect_on_the_same_origin_keeps_the_key(
    peer: Peer, downloader: Downloader, target: Path
) -> None:
    peer.answers(Answer(302, b"", {"location": "/download/abc"}), VIDEO)
    await downloader.fetch(LINK, target)
    assert [request.path for request in peer.requests][1] == "/download/abc"
    assert peer.requests[1].headers["x-goog-api-key"] == KEY


async def test_a_foreign_link_never_gets_the_key(
    peer: Peer,
    new_peer: Callable[[], Awaitable[Peer]],
    downloader: Downloader,
    target: Path,
) -> None:
    foreign = await new_peer()
    foreign.answers(VIDEO)
    await downloader.fetch(MediaSource(uri=f"{foreign.url}/files/abc"), target)
    assert "x-goog-api-key" not in foreign.requests[0].headers
    assert peer.requests == []


@pytest.mark.parametrize(
    "uri", ["http://example.com/a.mp4", "gs://bucket/a.mp4", "file:///etc/passwd", "abc", ""]
)
async def test_other_kinds_of_links_are_refused(
    peer: Peer, downloader: Downloader, target: Path, uri: str
) -> None:
    with pytest.raises(BackendError, match="refused") as caught:
        await downloader.fetch(MediaSource(uri=uri), target)
    assert not caught.value.retryable
    peer.answers(Answer(302, b"", {"location": uri or "ftp://x/y"}))
    if uri.startswith(("http", "gs", "file")):
        with pytest.raises(BackendError, match="refused"):
            await downloader.fetch(LINK, target)


async def test_a_circle_of_redirects_ends(peer: Peer, downloader: Downloader, target: Path) -> None:
    peer.answers(Answer(302, b"", {"location": "/again"}))
    with pytest.raises(BackendError, match="circles"):
        await downloader.fetch(LINK, target)
    assert len(peer.requests) == 6


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_link_that_is_gone_is_final_after_one_request(
    peer: Peer, downloader: Downloader, target: Path, status: int
) -> None:
    peer.answers(Answer(status, {"error": {"message": "gone"}}))
    with pytest.raises(BackendError, match="expired") as caught:
        await downloader.fetch(LINK, target)
    assert not caught.value.retryable
    assert len(peer.requests) == 1
    assert left_behind(target) == []


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(500, b"oops"),
        Answer(503, b"oops"),
        Answer(429, b"slow"),
        Answer(400, b"not ACTIVE yet"),
        Answer(cut=True),
        Answer(200, BYTES, cut_after=100),
        Answer(200, b""),
    ],
    ids=lambda answer: f"{answer.status}-{len(answer.content)}-{answer.cut}-{answer.cut_after}",
)
async def test_trouble_on_the_way_is_tried_again(
    peer: Peer, downloader: Downloader, clock: ImpatientClock, target: Path, trouble: Answer
) -> None:
    peer.answers(trouble, trouble, VIDEO)
    await downloader.fetch(LINK, target)
    assert content_of(target) == BYTES
    assert clock.sleeps == [0.5, 1.0]
    assert left_behind(target) == [target]


async def test_lasting_trouble_ends_retryable_and_leaves_nothing(
    peer: Peer, downloader: Downloader, target: Path
) -> None:
    peer.answers(Answer(200, BYTES, cut_after=100))
    with pytest.raises(BackendError) as caught:
        await downloader.fetch(LINK, target)
    assert caught.value.retryable
    assert len(peer.requests) == 4
    assert left_behind(target) == []


async def test_an_old_file_stays_when_its_replacement_fails(
    peer: Peer, downloader: Downloader, target: Path
) -> None:
    keep(target, b"old")
    peer.answers(Answer(404))
    with pytest.raises(BackendError):
        await downloader.fetch(LINK, target)
    assert content_of(target) == b"old"


@pytest.mark.parametrize("announced", [True, False])
async def test_a_file_beyond_the_cap_is_refused(
    peer: Peer, clients: GoogleClients, target: Path, announced: bool
) -> None:
    headers = {} if announced else {"content-length": "", "connection": "close"}
    headers["content-type"] = "video/mp4"
    peer.answers(Answer(200, BYTES, headers, cut_after=None if announced else len(BYTES)))
    small = Downloader(clients, limits=DownloadLimits(largest_bytes=1000))
    with pytest.raises(BackendError, match="larger than"):
        await small.fetch(LINK, target)
    inline = MediaSource(base64_data=base64.b64encode(BYTES).decode())
    with pytest.raises(BackendError, match="larger than"):
        await small.fetch(inline, target)
    assert left_behind(target) == []


async def test_bytes_in_the_answer_are_decoded(downloader: Downloader, target: Path) -> None:
    data = base64.b64encode(BYTES).decode()
    await downloader.fetch(MediaSource(base64_data=data), target)
    assert content_of(target) == BYTES


@pytest.mark.parametrize("data", ["", "%%%", "AAA"])
async def test_broken_base64_is_refused(downloader: Downloader, target: Path, data: str) -> None:
    with pytest.raises(BackendError):
        await downloader.fetch(MediaSource(base64_data=data), target)
    assert left_behind(target) == []


async def test_an_unwritable_folder_is_a_media_error(
    peer: Peer, downloader: Downloader, tmp_path: Path
) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    peer.answers(VIDEO)
    with pytest.raises(MediaError, match="cannot write"):
        await downloader.fetch(LINK, tmp_path / "blocked" / "clip.mp4")


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json"])
async def test_a_page_in_place_of_a_video_is_not_taken_for_a_broken_video(
    peer: Peer, downloader: Downloader, target: Path, kind: str
) -> None:
    peer.answers(Answer(200, b"<html>please sign in</html>", {"content-type": kind}))
    with pytest.raises(BackendError, match="no video") as caught:
        await downloader.fetch(LINK, target)
    assert caught.value.retryable
    assert left_behind(target) == []


async def test_agent_platform_has_no_key_to_send_and_keeps_its_token(
    peer: Peer, project_clients: GoogleClients, clock: ImpatientClock, target: Path
) -> None:
    peer.answers(VIDEO)
    downloader = Downloader(project_clients, clock=clock)
    await downloader.fetch(MediaSource(uri=f"{peer.url}/signed/clip.mp4"), target)
    assert content_of(target) == BYTES
    [request] = peer.requests
    assert not {"x-goog-api-key", "authorization"} & set(request.headers)
