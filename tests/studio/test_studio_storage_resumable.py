"""Resumable uploads to Cloud Storage: what is kept, what is refused, what ends one."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.api_core.exceptions import GoogleAPICallError

from video_agent.studio.server import Studio, StudioConfig

QUARTER = 262_144
BIG = bytes(range(256)) * (9 * 4096)  # 9 MiB: more than the client sends in one request


def test_a_condition_is_checked_again_when_the_last_byte_is_there(bucket: Any, wire: httpx.Client):
    link = bucket.blob("raced").create_resumable_upload_session(size=3, if_generation_match=0)
    bucket.blob("raced").upload_from_string(b"first")

    answer = wire.put(link, content=b"two", headers={"Content-Range": "bytes 0-2/3"})

    assert answer.status_code == 412
    assert answer.json()["error"]["errors"][0]["reason"] == "conditionNotMet"
    assert bucket.blob("raced").download_as_bytes() == b"first"


def test_a_session_that_is_gone_ends_the_upload(studio: Studio, bucket: Any):
    with (
        studio.fault("storage.upload", "session_gone"),
        pytest.raises(GoogleAPICallError) as caught,
    ):
        bucket.blob("gone").upload_from_string(BIG)

    assert caught.value.code == 410
    assert bucket.get_blob("gone") is None


def test_an_interrupted_chunk_goes_on_where_it_broke(studio: Studio, bucket: Any):
    before = studio.requests("storage.upload.chunk")
    with studio.fault("storage.upload", "cut_mid_chunk", at_byte=1_000_001):
        bucket.blob("cut").upload_from_string(BIG)

    assert studio.requests("storage.upload.chunk") == before + 2
    assert bucket.blob("cut").download_as_bytes() == BIG


@pytest.mark.parametrize("at_byte", [0, 1, QUARTER, 2 * QUARTER - 1])
def test_a_probe_after_a_cut_tells_what_was_kept(
    studio: Studio, bucket: Any, wire: httpx.Client, at_byte: int
):
    content = BIG[: 2 * QUARTER]
    link = bucket.blob("probed").create_resumable_upload_session(size=len(content))
    with studio.fault("storage.upload", "cut_mid_chunk", at_byte=at_byte):
        with pytest.raises(httpx.TransportError):
            wire.put(link, content=content)
        probe = wire.put(link, headers={"Content-Range": f"bytes */{len(content)}"})
    assert probe.status_code == 308
    assert probe.headers.get("range") == (f"bytes=0-{at_byte - 1}" if at_byte else None)

    span = f"bytes {at_byte}-{len(content) - 1}/{len(content)}"
    assert wire.put(link, content=content[at_byte:], headers={"Content-Range": span}).is_success
    assert bucket.blob("probed").download_as_bytes() == content


def test_what_a_client_sent_before_it_died_is_kept(studio: Studio, bucket: Any, wire: httpx.Client):
    link = httpx.URL(bucket.blob("died").create_resumable_upload_session(size=len(BIG)))
    with socket.create_connection((link.host, link.port or 80)) as dying:
        head = f"PUT {link.raw_path.decode()} HTTP/1.1\r\nHost: {link.netloc.decode()}\r\n"
        dying.sendall(f"{head}Content-Length: {len(BIG)}\r\n\r\n".encode() + BIG[:300_000])
        draft = studio.config.folder / "resumable" / link.params["upload_id"]
        while draft.stat().st_size < 300_000:
            time.sleep(0.01)
    probe = wire.put(link, headers={"Content-Range": f"bytes */{len(BIG)}"})
    kept = int(probe.headers["range"].removeprefix("bytes=0-")) + 1
    assert kept == 300_000
    span = f"bytes {kept}-{len(BIG) - 1}/{len(BIG)}"
    assert wire.put(link, content=BIG[kept:], headers={"Content-Range": span}).is_success
    assert bucket.blob("died").download_as_bytes() == BIG


def test_a_promised_checksum_that_does_not_fit_is_refused(bucket: Any, wire: httpx.Client):
    blob = bucket.blob("promised")
    link = blob.create_resumable_upload_session(size=3)
    wrong = {"Content-Range": "bytes 0-2/3", "X-Goog-Hash": "crc32c=AAAAAA=="}
    single = wire.post(
        "/upload/storage/v1/b/clips/o?uploadType=media&name=promised",
        content=b"abc",
        headers={"X-Goog-Hash": "md5=AAAAAAAAAAAAAAAAAAAAAA=="},
    )
    last = wire.put(link, content=b"abc", headers=wrong)

    for answer in (single, last):
        assert answer.status_code == 400
        assert answer.json()["error"]["errors"][0]["reason"] == "invalid"
    assert wire.put(link, headers={"Content-Range": "bytes */3"}).status_code == 410
    assert bucket.get_blob("promised") is None


def test_an_upload_goes_on_after_a_restart_of_the_studio(
    tmp_path: Path, new_storage_client: Callable[[Studio], Any]
):
    content = BIG[: 3 * QUARTER + 5]
    with Studio(StudioConfig(tmp_path)) as first:
        blob = new_storage_client(first).bucket("clips").blob("kept")
        link = httpx.URL(blob.create_resumable_upload_session(size=len(content)))
        span = f"bytes 0-{QUARTER * 2 + 9}/{len(content)}"
        answer = httpx.put(
            link, content=content[: QUARTER * 2 + 10], headers={"Content-Range": span}
        )
        assert (answer.status_code, answer.headers["range"]) == (308, f"bytes=0-{QUARTER * 2 - 1}")
    with Studio(StudioConfig(tmp_path)) as second:
        link = link.copy_with(port=httpx.URL(second.url).port)
        probe = httpx.put(link, headers={"Content-Range": f"bytes */{len(content)}"})
        assert (probe.status_code, probe.headers["range"]) == (308, f"bytes=0-{QUARTER * 2 - 1}")
        span = f"bytes {QUARTER * 2}-{len(content) - 1}/{len(content)}"
        done = httpx.put(link, content=content[QUARTER * 2 :], headers={"Content-Range": span})
        again = httpx.put(link, headers={"Content-Range": f"bytes */{len(content)}"})

        assert done.status_code == again.status_code == 200
        assert done.json() == again.json()
        assert done.json()["mediaLink"].startswith(second.url)
        assert second.buckets.read("clips", "kept") == content


def test_the_upload_protocol_is_held_to_the_letter(bucket: Any, wire: httpx.Client):
    link = bucket.blob("strict").create_resumable_upload_session()

    def put(span: str, content: bytes = b"") -> httpx.Response:
        return wire.put(link, content=content, headers={"Content-Range": span})

    assert put("bytes */*").status_code == 308
    assert put("bytes 0-9/*", b"0123456789").status_code == 400  # shorter than 256 KiB
    assert put("bytes 5-9/100", b"01234").status_code == 503  # a gap
    assert put("bytes 0-9/10", b"01234").status_code == 400  # another length
    assert put("bites 0-9/10", b"0123456789").status_code == 400
    assert put(f"bytes 0-{QUARTER - 1}/*", BIG[:QUARTER]).headers["range"] == "bytes=0-262143"
    overlap = put(f"bytes {QUARTER - 4}-{QUARTER + 5}/{QUARTER + 6}", BIG[QUARTER - 4 :][:10])
    assert overlap.status_code == 200
    assert bucket.blob("strict").download_as_bytes() == BIG[: QUARTER + 6]


def test_a_cancelled_upload_is_over(bucket: Any, wire: httpx.Client):
    link = bucket.blob("cancelled").create_resumable_upload_session(size=3)

    assert wire.delete(link).status_code == 499
    assert wire.put(link, headers={"Content-Range": "bytes */3"}).status_code == 499
    unknown = link.replace("upload_id=", "upload_id=x")
    assert wire.put(unknown, headers={"Content-Range": "bytes */3"}).status_code == 404
