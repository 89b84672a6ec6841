"""The limits of what may be said about a video, each refused in one line before any call."""

from datetime import timedelta
from typing import Any

import pytest

from video_agent.errors import InvalidRequestError
from video_agent.models import parse_publication, utc_now


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"title": ""}, "title has 0 characters"),
        ({"title": "x" * 101}, "101 characters; allowed: 1 to 100"),
        ({"title": "a<b"}, "contains <"),
        ({"description": "ä" * 2501}, "5,002 bytes in UTF-8; allowed: 5,000"),
        ({"description": "a>b"}, "contains >"),
        ({"tags": ["x" * 250, "y" * 250]}, "501 characters together"),
        ({"tags": ["a b"] * 1 + ["z" * 495]}, "501 characters together"),
        ({"privacy": "secret"}, "privacy"),
        ({"publish_at": "2031-01-01T00:00:00"}, "no time zone"),
        ({"publish_at": "2031-01-01T00:00:00Z", "privacy": "public"}, "needs privacy private"),
        ({"publish_at": utc_now() - timedelta(days=1)}, "time in the future"),
        ({"category_id": "music"}, "category_id"),
        ({"language": "english language"}, "language"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_breaks_a_limit_is_refused_in_one_line(fields: dict[str, Any], says: str):
    with pytest.raises(InvalidRequestError, match=says) as caught:
        parse_publication({"title": "t", **fields})
    assert "\n" not in str(caught.value)


def test_limits_are_met_exactly():
    tags = ["a b", "z" * 494, "a b"]
    full = parse_publication({"title": "x" * 100, "description": "ä" * 2500, "tags": tags})
    assert full.tags == ("a b", "z" * 494)
