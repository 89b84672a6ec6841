"""YouTube refuses by name: metadata, parameters, limits, tokens."""

from typing import Any

import httpx
import pytest

from tests.studio.youtube_calls import BODY, OPEN, TOTAL, Yt, changed, put, reason, start, upload
from video_agent.studio.server import Studio


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (changed("snippet", title=""), "invalidTitle"),
        (changed("snippet", title="x" * 101), "invalidTitle"),
        (changed("snippet", title="a <b>"), "invalidTitle"),
        (changed("snippet", description="ä" * 2501), "invalidDescription"),
        (changed("snippet", description="1 > 0"), "invalidDescription"),
        (changed("snippet", tags=["x" * 250, "y" * 250]), "invalidTags"),
        (changed("snippet", tags=["two words" + "x" * 490]), "invalidTags"),
        (changed("snippet", categoryId="21"), "invalidCategoryId"),
        (changed("snippet", titel="A"), "badRequest"),
        (changed("status", privacyStatus="secret"), "invalidVideoMetadata"),
        (changed("status", containsSyntheticMedia="yes"), "invalidVideoMetadata"),
        (changed("status", publishAt="tomorrow"), "invalidPublishAt"),
        (
            changed("status", privacyStatus="public", publishAt="2027-01-01T00:00:00Z"),
            "invalidPublishAt",
        ),
        ({}, "invalidTitle"),
        ({**BODY, "recordingDetails": {}}, "unexpectedPart"),
        ({**BODY, "snipet": {}}, "badRequest"),
    ],
)
def test_metadata_that_the_service_refuses_opens_no_upload(
    yt: Yt, body: dict[str, Any], expected: str
):
    assert reason(start(yt, body)) == (400, expected)


def test_metadata_at_its_limits_is_taken(yt: Yt):
    body = changed("snippet", title="ä" * 100, description="x" * 5000, tags=["x" * 249, "y" * 250])
    body["status"] = {**body["status"], "publishAt": "2027-01-01T00:00:00Z"}

    assert start(yt, body).status_code == 200


def test_requests_without_the_right_parameters_are_refused(yt: Yt):
    assert reason(yt.post(OPEN.partition("&")[0], json=BODY)) == (400, "missingRequiredParameter")
    assert reason(yt.post(f"{OPEN},nonsense", json=BODY)) == (400, "unknownPart")
    assert reason(yt.post(OPEN.replace(",status", ""), json=BODY)) == (400, "unexpectedPart")
    text = yt.post(OPEN, json=BODY, headers={"X-Upload-Content-Type": "text/plain"})
    assert reason(text) == (400, "badContent")
    assert reason(start(yt, size=0)) == (400, "badRequest")
    assert reason(yt.post(OPEN, content=b"{")) == (400, "parseError")


def test_what_is_left_out_gets_the_defaults_of_the_service(yt: Yt):
    video = upload(yt, {"snippet": {"title": "Bare"}})

    assert video["status"]["privacyStatus"] == "public"
    assert "containsSyntheticMedia" not in video["status"]
    assert video["snippet"]["categoryId"] == "22"


@pytest.mark.parametrize(
    ("name", "expected", "domain"),
    [
        ("quota_exceeded", (403, "quotaExceeded"), "youtube.quota"),
        ("upload_limit", (400, "uploadLimitExceeded"), "youtube.video"),
        ("signup_required", (401, "youtubeSignupRequired"), "youtube.header"),
        ("no_scope", (403, "insufficientPermissions"), "global"),
        ("rate_limited", (403, "rateLimitExceeded"), "youtube.quota"),
        ("401", (401, "authError"), "global"),
        ("503", (503, "backendError"), "global"),
    ],
)
def test_refusals_on_order_have_their_reason_and_domain(
    studio: Studio, yt: Yt, name: str, expected: tuple[int, str], domain: str
):
    with studio.fault("youtube.open", name):
        answer = start(yt)

    assert reason(answer) == expected
    assert answer.json()["error"]["errors"][0]["domain"] == domain
    assert start(yt).status_code == 200


def test_tokens_open_only_the_doors_of_their_scopes(studio: Studio):
    scope = "https://www.googleapis.com/auth/youtube.upload"
    with httpx.Client(base_url=studio.url) as yt:
        assert reason(start(yt)) == (401, "authError")
        back = "http://localhost:1/"
        query = {"client_id": "a", "redirect_uri": back, "response_type": "code", "scope": scope}
        code = yt.get("/o/oauth2/v2/auth", params=query).headers["location"]
        form = {
            "grant_type": "authorization_code", "client_id": "a", "redirect_uri": back,
            "code": httpx.URL(code).params["code"],
        }  # fmt: skip
        token = yt.post("/token", data=form).json()["access_token"]
        yt.headers["Authorization"] = f"Bearer {token}"

        assert upload(yt)["id"] == studio.youtube_videos[0].id
        listed = yt.get("/youtube/v3/videos", params={"part": "status", "id": "x"})
        assert reason(listed) == (403, "insufficientPermissions")
        link = start(yt).headers["location"]
        yt.post("/revoke", params={"token": token})
        assert reason(put(yt, link, 0, TOTAL - 1)) == (401, "authError")
        assert reason(start(yt)) == (401, "authError")
