"""YouTube: an upload ends in one video or none, and the video can be found, changed and dressed."""

import hashlib
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.studio.youtube_calls import (
    BODY,
    CONTENT,
    QUARTER,
    TOKEN,
    TOTAL,
    Yt,
    changed,
    look,
    probe,
    put,
    reason,
    start,
    upload,
)
from video_agent.studio.folder_lock import read_address
from video_agent.studio.server import Studio, StudioConfig


def test_an_upload_in_chunks_becomes_one_video(studio: Studio, yt: Yt):
    link = start(yt).headers["location"]
    first = put(yt, link, 0, QUARTER * 2 - 1)
    assert (first.status_code, first.headers["range"]) == (308, f"bytes=0-{QUARTER * 2 - 1}")
    done = put(yt, link, QUARTER * 2, TOTAL - 1).json()

    assert put(yt, link, QUARTER * 2, TOTAL - 1).json()["id"] == done["id"]
    assert probe(yt, link).json()["id"] == done["id"]
    found = [row for row in studio.youtube_videos if row.id == done["id"]]
    assert [row.sha256 for row in found] == [hashlib.sha256(CONTENT).hexdigest()]
    assert done["snippet"]["title"] == "A boat"
    assert {**done["status"], **BODY["status"]} == done["status"]
    shown = yt.get("/studio/youtube/videos").json()["videos"][0]
    assert (shown["id"], shown["size"]) == (done["id"], TOTAL)


@pytest.mark.parametrize("at_byte", [0, 1, 262_143, 500_001, TOTAL - 1])
def test_an_upload_cut_at_any_byte_goes_on_and_ends_in_one_video(
    studio: Studio, yt: Yt, at_byte: int
):
    before = len(studio.youtube_videos)
    link = start(yt).headers["location"]
    with studio.fault("youtube.send", "cut_mid_chunk", at_byte=at_byte):
        with pytest.raises(httpx.TransportError):
            put(yt, link, 0, TOTAL - 1)
        asked = probe(yt, link)
    assert asked.status_code == 308
    assert asked.headers.get("range") == (f"bytes=0-{at_byte - 1}" if at_byte else None)

    assert put(yt, link, at_byte, TOTAL - 1).status_code == 200
    assert len(studio.youtube_videos) == before + 1
    assert studio.youtube_videos[0].sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_an_answer_that_was_lost_is_found_by_a_probe(studio: Studio, yt: Yt):
    before = len(studio.youtube_videos)
    link = start(yt).headers["location"]
    with studio.fault("youtube.send", "cut_after"), pytest.raises(httpx.TransportError):
        put(yt, link, 0, TOTAL - 1)

    assert probe(yt, link).json()["id"] == studio.youtube_videos[0].id
    assert len(studio.youtube_videos) == before + 1


def test_an_upload_goes_on_after_a_restart_and_a_finished_one_is_remembered(tmp_path: Path):
    with Studio(StudioConfig(tmp_path)) as first, httpx.Client(base_url=first.url) as yt:
        yt.headers.update(TOKEN)
        link = httpx.URL(start(yt).headers["location"])
        put(yt, str(link), 0, QUARTER - 1)
    with Studio(StudioConfig(tmp_path)) as second, httpx.Client(base_url=second.url) as yt:
        link = link.copy_with(port=httpx.URL(second.url).port)
        assert probe(yt, str(link)).headers["range"] == f"bytes=0-{QUARTER - 1}"
        done = put(yt, str(link), QUARTER, TOTAL - 1).json()
    with Studio(StudioConfig(tmp_path)) as third, httpx.Client(base_url=third.url) as yt:
        link = link.copy_with(port=httpx.URL(third.url).port)
        assert probe(yt, str(link)).json()["id"] == done["id"]
        assert [row.id for row in third.youtube_videos] == [done["id"]]
        assert third.youtube_videos[0].sha256 == hashlib.sha256(CONTENT).hexdigest()


SERVE = """
import asyncio, sys
from pathlib import Path
from video_agent.studio.folder_lock import read_address
from video_agent.studio.server import StudioConfig, serve
asyncio.run(serve(StudioConfig(Path(sys.argv[1]))))
"""


def test_a_studio_killed_in_the_middle_of_a_chunk_keeps_what_it_wrote(tmp_path: Path):
    killed = subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path)])
    url = read_address(tmp_path, wait_seconds=20)
    assert url is not None
    with httpx.Client(base_url=url, headers=TOKEN) as yt:
        link = httpx.URL(start(yt).headers["location"])
    with socket.create_connection((link.host, link.port or 80)) as sending:
        head = f"PUT {link.raw_path.decode()} HTTP/1.1\r\nHost: {link.netloc.decode()}\r\n"
        sending.sendall(f"{head}Content-Length: {TOTAL}\r\n\r\n".encode() + CONTENT[:400_000])
        draft = tmp_path / "resumable" / link.params["upload_id"]
        while draft.stat().st_size < 400_000:
            time.sleep(0.01)
        killed.kill()
        killed.wait()
    with Studio(StudioConfig(tmp_path)) as second, httpx.Client(headers=TOKEN) as yt:
        link = link.copy_with(port=httpx.URL(second.url).port)
        assert probe(yt, str(link)).headers["range"] == "bytes=0-399999"
        assert put(yt, str(link), 400_000, TOTAL - 1).status_code == 200
        assert [row.sha256 for row in second.youtube_videos] == [
            hashlib.sha256(CONTENT).hexdigest()
        ]


@pytest.mark.parametrize(("name", "status"), [("session_gone", 410), ("session_lost", 404)])
def test_a_session_can_die_for_ever(studio: Studio, yt: Yt, name: str, status: int):
    before = len(studio.youtube_videos)
    link = start(yt).headers["location"]
    with studio.fault("youtube.send", name):
        assert put(yt, link, 0, TOTAL - 1).status_code == status

    assert probe(yt, link).status_code == status
    assert put(yt, link, 0, TOTAL - 1).status_code == status
    assert len(studio.youtube_videos) == before


def test_chunks_that_do_not_fit_are_refused(yt: Yt):
    link = start(yt).headers["location"]

    gap = put(yt, link, QUARTER, TOTAL - 1)
    assert (gap.status_code, gap.headers["content-type"][:10]) == (503, "text/plain")
    assert put(yt, link, 0, 99).status_code == 400  # too short
    other = yt.put(link, content=b"x", headers={"Content-Range": "bytes 0-0/1"})
    assert other.status_code == 400  # another size
    assert put(yt, link, 0, QUARTER + 99).headers["range"] == f"bytes=0-{QUARTER - 1}"
    assert put(yt, link, 0, TOTAL - 1).status_code == 200  # from the start again


def test_a_video_is_processed_after_a_moment(yt: Yt, clips: dict[str, Path]):
    content = clips["good"].read_bytes()
    link = start(yt, size=len(content)).headers["location"]
    video = yt.put(link, content=content).json()
    assert video["status"]["uploadStatus"] == "uploaded"

    while (found := look(yt, video["id"])[0])["status"]["uploadStatus"] == "uploaded":
        time.sleep(0.05)
    assert found["status"]["uploadStatus"] == "processed"
    assert found["processingDetails"]["processingStatus"] == "succeeded"
    assert found["fileDetails"]["videoStreams"][0]["widthPixels"] == 640
    assert found["fileDetails"]["fileSize"] == str(len(content))


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("rejected_duplicate", {"uploadStatus": "rejected", "rejectionReason": "duplicate"}),
        ("failed_codec", {"uploadStatus": "failed", "failureReason": "codec"}),
    ],
)
def test_processing_can_end_badly(studio: Studio, yt: Yt, name: str, status: dict[str, str]):
    with studio.fault("youtube.send", name):
        video = upload(yt)

    found = look(yt, video["id"])[0]["status"]
    assert {**found, **status} == found


def test_a_video_is_found_among_the_uploads_of_the_channel(yt: Yt):
    videos = [upload(yt, changed("snippet", description=f"marker {one}")) for one in "ab"]
    channel = yt.get("/youtube/v3/channels", params={"part": "contentDetails", "mine": "true"})
    uploads = channel.json()["items"][0]["contentDetails"]["relatedPlaylists"]["uploads"]
    query = {"part": "snippet", "playlistId": uploads, "maxResults": "1"}
    first = yt.get("/youtube/v3/playlistItems", params=query).json()
    query["pageToken"] = first["nextPageToken"]
    second = yt.get("/youtube/v3/playlistItems", params=query).json()

    found = [page["items"][0]["snippet"] for page in (first, second)]
    assert [one["description"] for one in found] == ["marker b", "marker a"]
    assert [one["resourceId"]["videoId"] for one in found] == [videos[1]["id"], videos[0]["id"]]


def test_a_video_goes_into_a_playlist(yt: Yt):
    video = upload(yt)
    mine = yt.get("/youtube/v3/playlists", params={"part": "snippet", "mine": "true"}).json()
    playlist = mine["items"][-1]["id"]
    resource = {"kind": "youtube#video", "videoId": video["id"]}
    link = "/youtube/v3/playlistItems?part=snippet"

    item = yt.post(link, json={"snippet": {"playlistId": playlist, "resourceId": resource}})
    wrong = yt.post(link, json={"snippet": {"playlistId": "PLnone", "resourceId": resource}})

    assert item.json()["snippet"]["resourceId"]["videoId"] == video["id"]
    assert reason(wrong) == (404, "playlistNotFound")


def test_a_video_is_changed_and_deleted(studio: Studio, yt: Yt):
    video = upload(yt)
    link = "/youtube/v3/videos?part=snippet"
    body = {"id": video["id"], "snippet": {"title": "New", "categoryId": "1"}}

    assert yt.put(link, json=body).json()["snippet"]["title"] == "New"
    read = look(yt, video["id"], "snippet")[0]
    read["snippet"]["title"] = "Newer"
    assert yt.put(link, json=read).json()["snippet"]["title"] == "Newer"
    assert look(yt, video["id"])[0]["status"]["privacyStatus"] == "private"
    assert yt.delete(f"/youtube/v3/videos?id={video['id']}").status_code == 204
    assert look(yt, video["id"]) == []
    assert reason(yt.put(link, json=body)) == (404, "videoNotFound")
    assert video["id"] not in {row.id for row in studio.youtube_videos}


def test_thumbnails_and_captions_are_attached(yt: Yt):
    video_id = upload(yt)["id"]
    link = f"/upload/youtube/v3/thumbnails/set?videoId={video_id}"
    tracks = "/upload/youtube/v3/captions?uploadType=multipart&part=snippet"
    track = (
        b'--b\r\nContent-Type: application/json\r\n\r\n{"snippet": {"videoId": "'
        + video_id.encode()
        + b'", "language": "en", "name": ""}}\r\n--b\r\nContent-Type: application/octet-stream'
        b"\r\n\r\n1\n00:00:00,000 --> 00:00:01,000\nHello\n\r\n--b--\r\n"
    )
    headers = {"Content-Type": "multipart/related; boundary=b"}

    assert "items" in yt.post(link, content=b"\x89PNG\r\n\x1a\n...").json()
    assert reason(yt.post(link, content=b"GIF89a")) == (400, "invalidImage")
    assert yt.post(tracks, content=track, headers=headers).json()["snippet"]["language"] == "en"
    assert reason(yt.post(tracks, content=track, headers=headers)) == (409, "captionExists")
    query = {"part": "snippet", "videoId": video_id}
    assert len(yt.get("/youtube/v3/captions", params=query).json()["items"]) == 1
