"""Which bucket an object belongs to, and what an error of the storage client becomes."""

import hashlib
from collections import Counter

import pytest
import requests
from google.api_core import exceptions as api_errors
from google.auth import exceptions as auth_errors
from google.cloud.storage.exceptions import DataCorruption, InvalidResponse

from video_agent.backends.google.secrecy import safe_cause
from video_agent.backends.google.storage_errors import storage_error
from video_agent.backends.google.storage_names import bucket_of, folder_of, parse_uri, place_of
from video_agent.errors import (
    AuthError,
    BackendError,
    InvalidRequestError,
    MediaError,
    QuotaError,
    VideoAgentError,
)

HASHES = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(4_000)]
BUCKETS = [f"gs://videos-{number}/kept" for number in range(5)]


def test_buckets_get_equal_shares() -> None:
    shares = Counter(bucket_of(sha256, BUCKETS) for sha256 in HASHES)
    assert len(shares) == 5
    assert all(abs(share - 800) < 120 for share in shares.values())


def test_a_new_bucket_takes_its_share_and_moves_nothing_else() -> None:
    more = [*BUCKETS, "gs://videos-new"]
    before = {sha256: bucket_of(sha256, BUCKETS) for sha256 in HASHES}
    moved = [sha256 for sha256 in HASHES if bucket_of(sha256, more) != before[sha256]]
    assert abs(len(moved) - len(HASHES) / 6) < 120
    assert {bucket_of(sha256, more) for sha256 in moved} == {"gs://videos-new"}


def test_the_order_of_the_buckets_does_not_matter() -> None:
    for sha256 in HASHES[:50]:
        assert bucket_of(sha256, BUCKETS) == bucket_of(sha256, BUCKETS[::-1])


def test_a_place_is_made_from_the_content() -> None:
    place = place_of(HASHES[0], ["gs://videos"], "video/mp4")
    assert place.uri == f"gs://videos/{HASHES[0][:2]}/{HASHES[0]}.mp4"
    assert place_of(HASHES[0], ["gs://videos/a/b/"], "image/png").name.startswith("a/b/")


@pytest.mark.parametrize("uri", ["", "gs://", "gs:///name", "s3://bucket/name", "/etc/passwd"])
def test_what_is_no_address_in_cloud_storage_is_refused(uri: str) -> None:
    with pytest.raises(InvalidRequestError):
        parse_uri(uri)


def test_a_folder_ends_with_one_slash() -> None:
    assert folder_of("gs://b/g1") == folder_of("gs://b/g1//") == "gs://b/g1/"


def answered(status: int) -> InvalidResponse:
    response = requests.Response()
    response.status_code = status
    return InvalidResponse(response, "Request failed with status code", status)


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        (api_errors.Unauthorized("who?"), AuthError, False),
        (api_errors.Forbidden("no"), AuthError, False),
        (api_errors.NotFound("none"), BackendError, False),
        (api_errors.TooManyRequests("slow"), QuotaError, True),
        (api_errors.ServiceUnavailable("later"), BackendError, True),
        (api_errors.BadRequest("what?"), BackendError, False),
        (api_errors.RetryError("gave up", api_errors.Forbidden("no")), AuthError, False),
        (answered(503), BackendError, True),
        (answered(404), BackendError, False),
        (DataCorruption(None, "other bytes"), BackendError, True),
        (auth_errors.RefreshError("invalid_grant: Token has been revoked."), AuthError, False),
        (auth_errors.DefaultCredentialsError("none"), AuthError, False),
        (auth_errors.TransportError("no network"), BackendError, True),
        (requests.ConnectionError("reset"), BackendError, True),
        (ConnectionResetError("reset"), BackendError, True),
        (OSError(28, "No space left on device"), MediaError, False),
        (KeyError("size"), BackendError, True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_error_of_the_client_becomes_one_of_ours(
    error: Exception, kind: type[VideoAgentError], retryable: bool
) -> None:
    translated = storage_error(error, "storing the video")
    assert type(translated) is kind
    assert translated.retryable is retryable
    assert translated.message


@pytest.mark.parametrize(
    "secret",
    [
        "https://storage.googleapis.com/upload/storage/v1/b/x/o?uploadType=resumable&upload_id=SEC",
        "https://storage.googleapis.com/x/clip.mp4?X-Goog-Signature=SEC&X-Goog-Expires=60",
        "HTTPConnectionPool: Max retries exceeded with url: /upload/o?upload_id=SEC",
        "Authorization: Bearer SEC-token",
        "ya29.SEC",
    ],
)
def test_addresses_of_sessions_signed_links_and_tokens_stay_out_of_errors(secret: str) -> None:
    error = api_errors.Conflict(f"it is gone: PUT {secret}")
    translated = storage_error(error, "storing the video")
    assert "SEC" not in translated.message
    assert "it is gone" in translated.message
    assert safe_cause(error) is None
    outer = api_errors.Conflict("plain words")
    outer.__cause__ = error
    assert safe_cause(outer) is None
    assert safe_cause(api_errors.Conflict("plain words")) is not None
