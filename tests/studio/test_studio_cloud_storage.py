"""Cloud Storage as Google's own client uses it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from google.api_core.exceptions import BadRequest, Forbidden, NotFound, PreconditionFailed
from google.cloud import storage
from google.cloud.storage.exceptions import DataCorruption

from video_agent.studio.server import Studio

BIG = bytes(range(256)) * (9 * 4096)  # 9 MiB: more than the client sends in one request


def test_a_small_object_goes_up_and_down_with_its_checksums(studio: Studio, bucket: Any):
    blob = bucket.blob("jobs/ä b/clip#1.mp4")
    blob.metadata = {"job": "7"}
    blob.cache_control = "public, max-age=60"
    blob.upload_from_string(b"123456789", content_type="video/mp4", if_generation_match=0)

    found = bucket.get_blob("jobs/ä b/clip#1.mp4")
    assert (found.crc32c, found.size, found.content_type) == ("4waSgw==", 9, "video/mp4")
    assert (found.metadata, found.cache_control) == ({"job": "7"}, "public, max-age=60")
    assert found.generation == blob.generation
    assert found.download_as_bytes(checksum="crc32c") == b"123456789"
    assert found.download_as_bytes(start=2, end=4) == b"345"
    assert bucket.exists()
    row = studio.buckets.find("clips", "jobs/ä b/clip#1.mp4")
    assert row is not None
    assert row.generation == found.generation


def test_a_big_object_goes_up_in_chunks(studio: Studio, bucket: Any):
    before = studio.requests("storage.upload.chunk")
    blob = bucket.blob("big.mp4", chunk_size=4 << 20)
    blob.upload_from_string(BIG, content_type="video/mp4")

    assert studio.requests("storage.upload.chunk") == before + 3
    assert studio.buckets.read("clips", "big.mp4") == BIG
    assert blob.download_as_bytes() == BIG
    assert blob.generation == bucket.get_blob("big.mp4").generation


@pytest.mark.parametrize("content", [b"small", BIG])
def test_an_object_that_is_there_is_not_replaced_against_the_condition(
    studio: Studio, bucket: Any, content: bytes
):
    name = f"once-{len(content)}.mp4"
    bucket.blob(name).upload_from_string(content, if_generation_match=0)

    with pytest.raises(PreconditionFailed, match="conditionNotMet"):
        bucket.blob(name).upload_from_string(content + b"!", if_generation_match=0)

    assert studio.buckets.read("clips", name) == content


def test_a_busy_server_is_asked_again(studio: Studio, bucket: Any):
    with studio.fault("storage.upload", "503", role="chunk"):
        bucket.blob("busy").upload_from_string(BIG)

    assert bucket.blob("busy").download_as_bytes() == BIG


@pytest.mark.parametrize(("content", "error"), [(b"small", BadRequest), (BIG, DataCorruption)])
def test_damage_on_the_way_up_is_noticed_and_no_object_stays(
    studio: Studio, bucket: Any, content: bytes, error: type[Exception]
):
    with studio.fault("storage.upload", "wrong_checksum"), pytest.raises(error):
        bucket.blob("damaged").upload_from_string(content, checksum="crc32c")

    assert bucket.get_blob("damaged") is None


def test_damage_on_the_way_down_is_noticed(studio: Studio, bucket: Any):
    bucket.blob("fine").upload_from_string(b"123456789")

    with studio.fault("storage.download", "wrong_checksum"), pytest.raises(DataCorruption):
        bucket.blob("fine").download_as_bytes(checksum="crc32c")
    with studio.fault("storage.download", "cut_body"):
        assert bucket.blob("fine").download_as_bytes() == b"123456789"  # it asks again


def test_objects_are_listed_by_prefix_folder_and_page(bucket: Any):
    names = ["list/a/1", "list/a/2", "list/b/1", "list/c", "list/d"]
    for name in reversed(names):
        bucket.blob(name).upload_from_string(name)

    assert [blob.name for blob in bucket.list_blobs(prefix="list/", page_size=2)] == names
    folders = bucket.list_blobs(prefix="list/", delimiter="/", page_size=1)
    assert [blob.name for blob in folders] == ["list/c", "list/d"]
    assert folders.prefixes == {"list/a/", "list/b/"}


def test_metadata_is_patched_and_an_object_deleted_under_conditions(bucket: Any):
    blob = bucket.blob("patched")
    blob.upload_from_string(b"x")
    blob.metadata = {"job": "1", "other": "2"}
    blob.patch(if_metageneration_match=1)
    blob.metadata = {"other": None}
    blob.patch()

    found = bucket.get_blob("patched")
    assert (found.metadata, found.metageneration) == ({"job": "1"}, 3)
    with pytest.raises(PreconditionFailed):
        found.delete(if_generation_match=found.generation + 1)
    found.delete(if_generation_match=found.generation)
    with pytest.raises(NotFound):
        blob.delete()


@pytest.fixture(scope="module")
def signer() -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )
    from google.oauth2.service_account import Credentials

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    info = {
        "type": "service_account", "client_email": "a@p.iam.gserviceaccount.com",
        "private_key": pem, "token_uri": "http://localhost/token", "project_id": "p",
    }  # fmt: skip
    return Credentials.from_service_account_info(info)


def test_a_signed_address_is_read_by_anybody_until_it_expires(
    studio: Studio, bucket: Any, wire: httpx.Client, signer: Any
):
    blob = bucket.blob("public/a clip.mp4")
    blob.upload_from_string(b"123456789", content_type="video/mp4")
    options = {"version": "v4", "credentials": signer, "api_access_endpoint": studio.url}
    link = blob.generate_signed_url(expiration=timedelta(hours=1), method="GET", **options)

    answer = wire.get(link)
    assert (answer.status_code, answer.content) == (200, b"123456789")
    assert answer.headers["content-type"] == "video/mp4"
    part = wire.get(link, headers={"Range": "bytes=-2"})
    assert (part.status_code, part.content) == (206, b"89")
    assert part.headers["content-range"] == "bytes 7-8/9"
    expired = wire.get(httpx.URL(link).copy_set_param("X-Goog-Date", "20200101T000000Z"))
    assert expired.status_code == 400
    assert "ExpiredToken" in expired.text
    missing = wire.get(link.replace("clip.mp4", "other.mp4"))
    assert missing.status_code == 404
    assert "NoSuchKey" in missing.text
    assert wire.get("/clips/public/a%20clip.mp4").status_code == 404


def test_a_range_outside_of_the_object_is_refused(bucket: Any, wire: httpx.Client):
    bucket.blob("short").upload_from_string(b"123")
    link = "/download/storage/v1/b/clips/o/short?alt=media"

    assert wire.get(link, headers={"Range": "bytes=3-"}).status_code == 416
    assert wire.get(link, headers={"Range": "bytes=1-99"}).content == b"23"
    assert wire.get("/storage/v1/b/clips/o/short?alt=media").content == b"123"
    assert wire.get("/storage/v1/b/clips/o/none?alt=media").text == "No such object: clips/none"


def test_a_copy_that_is_fresh_is_not_sent_again(bucket: Any, wire: httpx.Client):
    blob = bucket.blob("fresh")
    blob.upload_from_string(b"x")
    link = "/storage/v1/b/clips/o/fresh"

    for query, status in (
        (f"ifGenerationNotMatch={blob.generation}", 304), ("ifGenerationNotMatch=1", 200),
        (f"alt=media&ifGenerationNotMatch={blob.generation}", 304), ("generation=1", 404),
        ("ifMetagenerationMatch=2", 412), ("ifGenerationMatch=x", 400),
    ):  # fmt: skip
        assert wire.get(f"{link}?{query}").status_code == status


def test_buckets_that_are_missing_or_forbidden_say_so(
    studio: Studio, new_storage_client: Callable[[Studio], Any]
):
    client = new_storage_client(studio)
    with pytest.raises(NotFound):
        client.bucket("missing-clips").blob("a").upload_from_string(b"x")
    with pytest.raises(Forbidden):
        list(client.bucket("forbidden-clips").list_blobs())
    with pytest.raises(BadRequest):
        client.bucket("No").get_blob("a")


@pytest.mark.parametrize(("token", "status"), [("expired", 401), ("forbidden", 403), ("good", 200)])
def test_some_tokens_are_refused(bucket: Any, wire: httpx.Client, token: str, status: int):
    bucket.blob("guarded").upload_from_string(b"x")

    answer = wire.get("/storage/v1/b/clips/o/guarded", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == status


def test_the_emulator_variable_of_the_official_client_leads_here(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", studio.url)
    blob = storage.Client(project="p").bucket("clips").blob("emulated")
    blob.upload_from_string(b"x")

    assert blob.download_as_bytes() == b"x"
