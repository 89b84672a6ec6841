"""Where an object lies: gs:// addresses, names made from content, and the bucket of a hash. Pure.

Rendezvous hashing (Thaler and Ravishankar, 1998): every bucket gets a weight from its own name and
the content's hash, the highest wins. When one bucket is added to n, about 1/(n+1) of all objects
belong elsewhere, all of them in the new bucket.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from video_agent.errors import InvalidRequestError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUFFIXES = {"video/mp4": ".mp4", "image/png": ".png", "image/jpeg": ".jpg"}


@dataclass(frozen=True)
class Place:
    """A bucket and a name in it; the name of a folder ends with a slash, of a bucket is empty."""

    bucket: str
    name: str

    @property
    def uri(self) -> str:
        """`gs://bucket/name`."""
        return f"gs://{self.bucket}/{self.name}"


def parse_uri(uri: str) -> Place:
    """The place that a `gs://bucket/name` names.

    Raises:
        InvalidRequestError: It is something else.
    """
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    if not uri.startswith("gs://") or not bucket:
        raise InvalidRequestError(f"{uri[:200]!r} is not gs://bucket/name")
    return Place(bucket, name)


def folder_of(uri: str) -> str:
    """The same address with exactly one slash at its end: what a prefix is asked for by."""
    return uri.rstrip("/") + "/"


def bucket_of(sha256: str, bucket_uris: Sequence[str]) -> str:
    """The bucket that an object with this content belongs to; `bucket_uris` is not empty."""
    return max(bucket_uris, key=lambda uri: hashlib.sha256(f"{uri}|{sha256}".encode()).digest())


def place_of(sha256: str, bucket_uris: Sequence[str], content_type: str) -> Place:
    """`<bucket's prefix>/<first two digits>/<sha256>.<suffix>`: the same for the same bytes.

    Raises:
        InvalidRequestError: `sha256` is not 64 hexadecimal digits in lower case.
    """
    if not _SHA256.fullmatch(sha256):
        raise InvalidRequestError("an object's name is made from the 64 digits of its SHA-256")
    home = parse_uri(bucket_of(sha256, bucket_uris))
    parts = [home.name.strip("/"), sha256[:2], sha256 + _SUFFIXES.get(content_type, "")]
    return Place(home.bucket, "/".join(part for part in parts if part))
