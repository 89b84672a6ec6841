"""Names of buckets and objects: which ones can be used."""

import re

from video_agent.studio.config import StudioError

MISSING, FORBIDDEN = "missing-", "forbidden-"
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
ODD_SIGN = re.compile(r"[\r\n\0\ud800-\udfff]")
MAX_NAME_BYTES = 1024
ONE_DOT_PART = 63


class BucketError(StudioError):
    """A bucket or an object name that cannot be used.

    Args:
        status: 400 for a name that is not valid, 403 for a forbidden bucket, 404 for a missing one.
        message: What Google would say.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def split_uri(uri: str) -> tuple[str, str]:
    """The bucket and the object name (or prefix, perhaps empty) of a gs:// address.

    Raises:
        BucketError: 400, not a gs:// address.
    """
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    if not uri.startswith("gs://") or not bucket:
        raise BucketError(400, f"Invalid Cloud Storage URI: {uri!r}")
    return bucket, name


def check_bucket(bucket: str) -> None:
    """Refuse a bucket that cannot be used.

    Raises:
        BucketError: 400, 403 or 404.
    """
    parts_fit = all(0 < len(part) <= ONE_DOT_PART for part in bucket.split("."))
    if not (BUCKET_NAME.fullmatch(bucket) and parts_fit):
        raise BucketError(400, f"Invalid bucket name: '{bucket}'")
    if bucket.startswith(MISSING):
        raise BucketError(404, "The specified bucket does not exist.")
    if bucket.startswith(FORBIDDEN):
        raise BucketError(
            403,
            "The caller does not have storage access to the Google Cloud Storage bucket "
            f"{bucket}. Permission denied (or the resource may not exist).",
        )


def check_name(name: str) -> None:
    """Refuse an object name that Google would not take.

    Raises:
        BucketError: 400.
    """
    size = len(name.encode("utf-8", "replace"))
    reserved = name in {".", ".."} or name.startswith(".well-known/acme-challenge/")
    if not 0 < size <= MAX_NAME_BYTES or reserved or ODD_SIGN.search(name):
        raise BucketError(400, f"Invalid object name: {name[:80]!r}")
