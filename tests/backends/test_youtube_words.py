"""When the quota is new, and that no error line shows a secret."""

from datetime import datetime

import pytest

from video_agent.backends.google.secrecy import hide_secrets
from video_agent.backends.google.youtube_errors import quota_reset

TOKEN = "ya29.secret-access-token"  # noqa: S105 - made up


@pytest.mark.parametrize(
    ("now", "reset"),
    [
        ("2026-07-01T06:59:00+00:00", "2026-07-01T07:00:00+00:00"),
        ("2026-07-01T07:00:00+00:00", "2026-07-02T07:00:00+00:00"),
        ("2026-12-01T12:00:00+00:00", "2026-12-02T08:00:00+00:00"),
    ],
)
def test_the_quota_is_new_at_midnight_in_california(now: str, reset: str):
    assert quota_reset(datetime.fromisoformat(now)) == datetime.fromisoformat(reset)


def test_secrets_are_taken_out_of_any_text():
    text = (
        f"Bearer abc.def {TOKEN} upload_id=xyz refresh_token=1//0abc client_secret=GOCSPX-1 "
        "https://www.googleapis.com/upload/youtube/v3/videos?upload_id=q code=4/0Ab"
    )
    clean = hide_secrets(text)
    for secret in ("abc.def", TOKEN, "xyz", "1//0abc", "GOCSPX", "upload_id=q", "4/0Ab"):
        assert secret not in clean
