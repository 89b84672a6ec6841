"""Consent, tokens and revocation, as an installed application meets them."""

import base64
import hashlib
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from video_agent.studio.server import Studio, StudioConfig

UPLOAD = "https://www.googleapis.com/auth/youtube.upload"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-long"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:-1]
BACK = "http://127.0.0.1:8123/done"
CLIENT = {"client_id": "app", "client_secret": "not-secret"}


def ask(wire: httpx.Client, **changes: str) -> httpx.Response:
    query = {
        "client_id": "app", "redirect_uri": BACK, "response_type": "code", "scope": UPLOAD,
        "state": "s&1", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    return wire.get("/o/oauth2/v2/auth", params={**query, **changes})


def code_of(answer: httpx.Response) -> str:
    assert answer.status_code == 302
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]


def redeem(wire: httpx.Client, code_: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code", "code": code_, "redirect_uri": BACK,
        "code_verifier": VERIFIER, **CLIENT,
    }  # fmt: skip
    return wire.post("/token", data={**form, **changes})


def refresh(wire: httpx.Client, token: str, **changes: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token, **CLIENT}
    return wire.post("/token", data={**form, **changes})


def test_a_person_agrees_and_the_application_gets_tokens(wire: httpx.Client):
    answer = ask(wire)
    sent_back = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    tokens = redeem(wire, sent_back["code"]).json()

    assert answer.headers["location"].startswith(f"{BACK}?")
    assert (sent_back["state"], sent_back["scope"]) == ("s&1", UPLOAD)
    assert (tokens["token_type"], tokens["scope"]) == ("Bearer", UPLOAD)
    assert tokens["expires_in"] == 3599
    renewed = refresh(wire, tokens["refresh_token"]).json()
    assert renewed["access_token"] != tokens["access_token"]
    assert "refresh_token" not in renewed


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        ({"code_verifier": "another"}, "invalid_grant", "Invalid code verifier."),
        ({"code_verifier": ""}, "invalid_grant", "Missing code verifier."),
        ({"code": "4/0nothing"}, "invalid_grant", "Malformed auth code."),
        ({"redirect_uri": "http://127.0.0.1:1/"}, "redirect_uri_mismatch", "Bad Request"),
        ({"client_id": "other"}, "invalid_grant", "Bad Request"),
        ({"grant_type": "password"}, "unsupported_grant_type", "Invalid grant_type: password"),
    ],
)
def test_a_code_is_worth_nothing_to_anybody_else(
    wire: httpx.Client, changes: dict[str, str], error: str, description: str
):
    answer = redeem(wire, code_of(ask(wire)), **changes)

    assert answer.status_code == 400
    assert answer.json() == {"error": error, "error_description": description}


def test_a_code_is_good_once(wire: httpx.Client):
    code = code_of(ask(wire))

    assert redeem(wire, code).is_success
    assert redeem(wire, code).json()["error"] == "invalid_grant"


def test_a_revoked_grant_says_what_google_says(wire: httpx.Client):
    tokens = redeem(wire, code_of(ask(wire))).json()
    gone = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}

    assert wire.post("/revoke", params={"token": tokens["access_token"]}).is_success
    for token in (tokens["refresh_token"], "revoked-long-ago", "never-seen"):
        answer = refresh(wire, token)
        assert (answer.status_code, answer.json()) == (400, gone)
    again = wire.post("/revoke", data={"token": tokens["refresh_token"]})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/"}, {"redirect_uri": "http://evil.example/"},
        {"response_type": "token"}, {"client_id": ""}, {"client_id": "unknown-app"},
        {"scope": ""}, {"code_challenge_method": "MD5"},
    ],
)  # fmt: skip
def test_a_wrong_request_gets_a_page_and_leads_nowhere(wire: httpx.Client, changes: dict[str, str]):
    answer = ask(wire, **changes)

    assert (answer.status_code, answer.headers["content-type"][:9]) == (400, "text/html")


def test_a_person_may_say_no(wire: httpx.Client):
    answer = ask(wire, client_id="denied-app")

    assert answer.headers["location"] == f"{BACK}?state=s%261&error=access_denied"


def test_faults_have_the_shape_of_the_token_endpoint(studio: Studio, wire: httpx.Client):
    with studio.fault("oauth.token", "invalid_grant"):
        assert refresh(wire, "studio-any").json()["error"] == "invalid_grant"
    with studio.fault("oauth.token", "503"):
        answer = refresh(wire, "studio-any")
    assert (answer.status_code, answer.json()["error"]) == (503, "internal_failure")
    assert refresh(wire, "studio-any", client_id="unknown-app").status_code == 401
    assert refresh(wire, "studio-any").is_success


def test_tokens_outlive_the_studio(tmp_path: Path):
    with Studio(StudioConfig(tmp_path)) as first, httpx.Client(base_url=first.url) as wire:
        tokens = redeem(wire, code_of(ask(wire))).json()
    with Studio(StudioConfig(tmp_path)) as second, httpx.Client(base_url=second.url) as wire:
        assert refresh(wire, tokens["refresh_token"]).json()["scope"] == UPLOAD
