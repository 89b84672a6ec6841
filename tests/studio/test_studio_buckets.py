"""The objects behind Cloud Storage: what is stored is found, also by the next studio."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from video_agent.studio.buckets import BucketError, Buckets, NewObject, ObjectRow, split_uri
from video_agent.studio.storage import Storage

ODD_NAMES = (
    "a/b/../../../etc/passwd",
    "x" * 1024,
    "snow man ☃/clip.mp4",
    "/leading",
    "a//b",
    "%2F",
)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    opened = Storage(tmp_path)
    yield opened
    opened.close()


def test_an_object_is_stored_found_read_listed_and_deleted(storage: Storage):
    buckets = Buckets(storage)
    row = buckets.put("clips", "a/1.mp4", b"123456789", content_type="video/mp4")

    assert row.crc32c_base64 == "4waSgw=="  # the check value of CRC-32C: E3069283
    assert row.sha256 == hashlib.sha256(b"123456789").hexdigest()
    assert row.md5_base64 == "JfnnlDI7RTiF9RgfG2JNCw=="
    assert (row.size, row.metageneration, row.uri) == (9, 1, "gs://clips/a/1.mp4")
    assert buckets.find("clips", "a/1.mp4") == row
    assert buckets.read("clips", "a/1.mp4") == b"123456789"
    assert buckets.list("clips", "a/") == [row]
    assert buckets.list("clips", "b/") == []
    assert buckets.delete("clips", "a/1.mp4")
    assert not buckets.delete("clips", "a/1.mp4")
    assert buckets.read("clips", "a/1.mp4") is None


def test_a_new_content_is_a_new_generation_and_the_old_bytes_go(storage: Storage, tmp_path: Path):
    buckets = Buckets(storage)
    source = tmp_path / "source"
    source.write_bytes(b"two")
    first = buckets.put("clips", "n", b"one", content_type="text/plain", metadata={"job": "1"})
    second = buckets.put("clips", "n", source, content_type="text/plain")

    assert second.generation > first.generation
    assert source.exists()
    assert (dict(first.metadata), dict(second.metadata)) == ({"job": "1"}, {})
    assert len(list((tmp_path / "objects").iterdir())) == 1


@pytest.mark.parametrize("name", ODD_NAMES)
def test_no_name_becomes_a_path(storage: Storage, tmp_path: Path, name: str):
    Buckets(storage).put("clips", name, b"x", content_type="text/plain")

    assert Buckets(storage).read("clips", name) == b"x"
    assert [len(path.name) for path in (tmp_path / "objects").iterdir()] == [32]


def test_objects_outlive_the_studio(tmp_path: Path):
    first = Storage(tmp_path)
    row = Buckets(first).put("clips", "n", b"kept", content_type="text/plain")
    first.close()
    second = Storage(tmp_path)

    assert Buckets(second).find("clips", "n") == row
    assert Buckets(second).read("clips", "n") == b"kept"
    second.close()


def test_a_check_that_refuses_changes_nothing(storage: Storage, tmp_path: Path):
    buckets = Buckets(storage)
    row = buckets.put("clips", "n", b"one", content_type="text/plain")

    def refuse(found: ObjectRow | None) -> None:
        assert found == row
        raise BucketError(412, "no")

    with pytest.raises(BucketError):
        buckets.store(NewObject("clips", "n", b"two", "text/plain"), refuse)
    with pytest.raises(BucketError):
        buckets.delete("clips", "n", check=refuse)
    assert buckets.find("clips", "n") == row
    assert len(list((tmp_path / "objects").iterdir())) == 1


@pytest.mark.parametrize(
    ("bucket", "name", "status"),
    [
        ("missing-a", "n", 404), ("forbidden-a", "n", 403), ("UPPER", "n", 400), ("x", "n", 400),
        ("a" * 64, "n", 400), ("fine", "", 400), ("fine", "..", 400), ("fine", "a\nb", 400),
        ("fine", "\ud800", 400), ("fine", "x" * 1025, 400),
    ],
)  # fmt: skip
def test_names_that_google_refuses_are_refused(
    storage: Storage, bucket: str, name: str, status: int
):
    with pytest.raises(BucketError) as caught:
        Buckets(storage).put(bucket, name, b"", content_type="text/plain")
    assert caught.value.status == status


def test_an_address_is_split_at_its_first_slash():
    assert split_uri("gs://b/a/c.mp4") == ("b", "a/c.mp4")
    assert split_uri("gs://b") == ("b", "")
    for wrong in ("b/a", "gs:///a", "s3://b/a"):
        with pytest.raises(BucketError):
            split_uri(wrong)
