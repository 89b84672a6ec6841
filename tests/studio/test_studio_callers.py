"""Callers that are refused: tokens, projects and keys that stand for a service's refusals."""

import httpx
import pytest
from google import genai
from google.genai import errors, types
from google.genai._interactions import APIStatusError

from video_agent.studio.server import Studio

OMNI, LANGUAGE = "gemini-omni-1.2-flash", "gemini-3.8-flash"
INTERACTIONS = "/v1beta1/projects/my-project/locations/global/interactions"
MODELS = "/v1beta1/projects/my-project/locations/global/publishers/google/models"


@pytest.mark.parametrize(
    ("token", "project", "status", "reason"),
    [
        ("", "my-project", 401, "CREDENTIALS_MISSING"),
        ("expired", "my-project", 401, "ACCESS_TOKEN_EXPIRED"),
        ("forbidden", "my-project", 403, "IAM_PERMISSION_DENIED"),
        ("studio", "disabled-project", 403, "SERVICE_DISABLED"),
        ("studio", "unknown-project", 403, "CONSUMER_INVALID"),
    ],
)
def test_callers_without_a_good_token_or_project_are_refused(
    studio: Studio, token: str, project: str, status: int, reason: str
):
    headers = {"x-goog-api-key": "any"} | ({"Authorization": f"Bearer {token}"} if token else {})
    with httpx.Client(base_url=studio.url, headers=headers) as http:
        for path in (INTERACTIONS, f"{MODELS}/{LANGUAGE}:generateContent"):
            answer = http.post(path.replace("my-project", project), json={"model": OMNI})
            assert answer.status_code == status
            assert answer.json()["error"]["details"][0]["reason"] == reason
            if reason == "SERVICE_DISABLED":
                message = answer.json()["error"]["message"]
                assert "Agent Platform API has not been used in project" in message


@pytest.mark.parametrize(
    ("key", "status", "words"),
    [
        ("invalid", 400, "API key not valid. Please pass a valid API key."),
        ("disabled", 403, "has not been used in project"),
        ("unrestricted", 403, "unrestricted API keys"),
    ],
)
def test_keys_that_stand_for_a_refusal_are_refused_on_every_route(
    studio: Studio, key: str, status: int, words: str
):
    options = types.HttpOptions(base_url=studio.url)
    with genai.Client(api_key=key, http_options=options) as refused:
        with pytest.raises(errors.ClientError, match=words) as caught:
            refused.models.generate_content(model=LANGUAGE, contents="hello")
        with pytest.raises(APIStatusError) as also:
            refused.interactions.create(model=OMNI, input="fog", background=True)
    assert caught.value.code == also.value.status_code == status
