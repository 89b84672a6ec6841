"""Refusals as Google words them: our class, whether to try again, and the next step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import BaseModel

from tests.backends.conftest import Answer, ImpatientClock, Peer
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.gemini import GeminiLanguageModel
from video_agent.backends.google.omni import OmniGenerator
from video_agent.catalog import Catalog
from video_agent.errors import (
    AuthError,
    BackendError,
    ModelRetiredError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
)
from video_agent.models import GenerationOrder

INFO = "type.googleapis.com/google.rpc.ErrorInfo"
QUOTA = "type.googleapis.com/google.rpc.QuotaFailure"
RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "38s"}
PLAN = "You exceeded your current quota, please check your plan and billing details."
NO_MODEL = (
    "Publisher Model `projects/my-project/locations/global/publishers/google/models/x` was not "
    "found or your project does not have access to it."
)
DISABLED = (
    "Generative Language API has not been used in project 123 before or it is disabled. "
    "Enable it by visiting https://console.developers.google.com/apis/api/x then retry."
)


def info(reason: str, **metadata: str) -> dict[str, object]:
    return {"@type": INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata}


def violation(quota_id: str, value: str = "10") -> dict[str, object]:
    return {"@type": QUOTA, "violations": [{"quotaId": quota_id, "quotaValue": value}]}


def refused(status: int, message: str, *details: Mapping[str, object], listed: bool = False):
    body: dict[str, object] = {
        "error": {"code": status, "message": message, "details": list(details)}
    }
    return Answer(status, [body] if listed else body)


@dataclass(frozen=True)
class Row:
    """One row of the outcome table: what comes back, and what it becomes."""

    name: str
    answer: Answer
    kind: type[BackendError]
    hint: str
    retryable: bool = False
    surface: str = "gemini_api"
    clock_minutes: float | None = None

    @property
    def scripted(self) -> Answer:
        """The answer, with the date of a service whose clock is so many minutes ahead of ours."""
        if self.clock_minutes is None:
            return self.answer
        now = datetime.now(UTC) + timedelta(minutes=self.clock_minutes)
        date = format_datetime(now, usegmt=True)
        return Answer(self.answer.status, self.answer.body, {"date": date})


PER_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel"
PER_DAY = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"
ROWS = [
    Row("wrong key", refused(400, "API key not valid. Please pass a valid API key.",
        info("API_KEY_INVALID", service="generativelanguage.googleapis.com")), AuthError,
        "set GOOGLE_API_KEY"),
    Row("wrong key, words only", Answer(400, {"error": {"message": "API key not valid.",
        "code": "invalid_request"}}), AuthError, "set GOOGLE_API_KEY"),
    Row("expired key", refused(400, "API key expired. Please renew the API key."), AuthError,
        "has expired"),
    Row("API not enabled", refused(403, DISABLED, info("SERVICE_DISABLED",
        service="generativelanguage.googleapis.com"), listed=True), AuthError,
        "enable generativelanguage.googleapis.com in this project: https://console.cloud"),
    Row("API not enabled, words only", refused(403, DISABLED), AuthError, "enable the API"),
    Row("key for another API", refused(403, "Requests to this API are blocked.",
        info("API_KEY_SERVICE_BLOCKED", service="generativelanguage.googleapis.com")), AuthError,
        "allow generativelanguage.googleapis.com in the key's restrictions"),
    Row("unrestricted key", refused(403, "Unrestricted API keys are not allowed."), AuthError,
        "restrict the key"),
    Row("leaked key", refused(403, "Your API key was reported as leaked."), AuthError,
        "make a new one"),
    Row("some 403", refused(403, "The caller does not have permission"), AuthError,
        "check GOOGLE_API_KEY"),
    Row("wrong project", refused(403, "Permission denied on resource project nowhere.",
        info("CONSUMER_INVALID", consumer="projects/nowhere")), AuthError,
        "check GOOGLE_CLOUD_PROJECT", surface="agent_platform"),
    Row("no role", refused(403, "Permission 'aiplatform.endpoints.predict' denied on resource",
        info("IAM_PERMISSION_DENIED", permission="aiplatform.endpoints.predict")), AuthError,
        "roles/aiplatform.user", surface="agent_platform"),
    Row("no billing", refused(403, "This API method requires billing to be enabled.",
        info("BILLING_DISABLED", consumer="projects/1")), AuthError, "switch on billing",
        surface="agent_platform"),
    Row("some 401", refused(401, "Request had invalid authentication credentials."), AuthError,
        "check GOOGLE_CLOUD_PROJECT", surface="agent_platform"),
    Row("our clock is behind", refused(401, "invalid authentication"), AuthError,
        "clock: it is 50 minutes behind", surface="agent_platform", clock_minutes=50),
    Row("our clock is ahead", refused(403, "no"), AuthError,
        "clock: it is 7 minutes ahead", clock_minutes=-7),
    Row("our clock is right", refused(403, "no"), AuthError, "check GOOGLE_API_KEY",
        clock_minutes=1),
    Row("retired", refused(404, "models/x is no longer available."), ModelRetiredError, "use "),
    Row("unknown to the Gemini API", refused(404, "models/x is not found"), ModelRetiredError,
        "use "),
    Row("retired on Agent Platform", refused(404, "The model was retired."), ModelRetiredError,
        "use ", surface="agent_platform"),
    Row("not there or retired", refused(404, NO_MODEL), RejectedError,
        "check GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION, or use ",
        surface="agent_platform"),
    Row("wrong country", refused(400, "User location is not supported for the API use."),
        RejectedError, "where this machine is"),
    Row("source forgotten", refused(400, "Invalid interaction name."), RejectedError, "forgotten"),
    Row("file forgotten", refused(404, "File files/abc does not exist."), RejectedError,
        "forgotten"),
    Row("minute", refused(429, PLAN, violation(PER_MINUTE), RETRY), QuotaError, "wait 38 s",
        retryable=True),
    Row("minute without a wait", refused(429, "Quota exceeded, 10 per minute"), QuotaError,
        "wait a minute", retryable=True),
    Row("unnamed", refused(429, "Resource has been exhausted (e.g. check quota)."), QuotaError,
        "wait a minute", retryable=True),
    Row("day", refused(429, PLAN, violation(PER_MINUTE), violation(PER_DAY), RETRY), QuotaError,
        "midnight Pacific"),
    Row("credits", refused(429, "Your prepayment credits are depleted."), QuotaError, "billing"),
    Row("plan", refused(429, PLAN), QuotaError, "billing"),
    Row("no free tier", refused(429, PLAN, violation(PER_DAY, "0"), RETRY), QuotaError,
        "needs a paid plan"),
    Row("misleading words with a wait", refused(429, PLAN, RETRY), QuotaError, "wait 38 s",
        retryable=True),
    Row("unavailable", refused(503, "The model is overloaded."), OutcomeUnknownError,
        "counts as spent"),
    Row("a page", Answer(503, b"<html><h1>Busy</h1></html>", {"content-type": "text/html"}),
        OutcomeUnknownError, "counts as spent"),
]  # fmt: skip


@pytest.fixture
def submit(
    clients: GoogleClients, project_clients: GoogleClients, catalog: Catalog, order: GenerationOrder
) -> Callable[[str], Any]:
    def send(surface: str) -> Any:
        chosen = clients if surface == "gemini_api" else project_clients
        return OmniGenerator(chosen, catalog).submit(order)

    return send


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_a_refused_submit_says_what_to_do(
    peer: Peer, submit: Callable[[str], Any], row: Row
) -> None:
    peer.answers(row.scripted)
    with pytest.raises(BackendError) as caught:
        await submit(row.surface)
    error = caught.value
    assert type(error) is row.kind
    assert row.hint in error.hint
    assert error.retryable is row.retryable
    assert (error.cost_usd is None) == (row.kind is OutcomeUnknownError)
    assert len(peer.requests) == 1
    assert "<" not in error.message


async def test_a_quota_of_the_day_has_no_wait_that_would_help(
    peer: Peer, submit: Callable[[str], Any]
) -> None:
    peer.answers(refused(429, PLAN, violation(PER_DAY), RETRY))
    with pytest.raises(QuotaError) as caught:
        await submit("gemini_api")
    assert caught.value.retry_after_seconds is None


class Verdict(BaseModel):
    summary: str


NEVER_LOST = [row for row in ROWS if row.answer.status != 404 and row.name != "source forgotten"]


@pytest.mark.parametrize("row", NEVER_LOST, ids=lambda row: row.name)
async def test_no_such_refusal_loses_a_running_generation(
    peer: Peer, clients: GoogleClients, catalog: Catalog, row: Row
) -> None:
    peer.answers(row.scripted)
    with pytest.raises(BackendError) as caught:
        await OmniGenerator(clients, catalog).poll("v1_x", model=catalog.defaults.generator)
    assert caught.value.retryable


@pytest.mark.parametrize("surface", ["gemini_api", "agent_platform"])
@pytest.mark.parametrize(
    "row", [row for row in ROWS if 400 <= row.answer.status < 500], ids=lambda row: row.name
)
async def test_a_refused_question_is_the_same_in_the_other_half_of_the_sdk(
    peer: Peer,
    clients: GoogleClients,
    project_clients: GoogleClients,
    catalog: Catalog,
    row: Row,
    surface: str,
) -> None:
    peer.answers(row.scripted)
    chosen = clients if surface == "gemini_api" else project_clients
    model = GeminiLanguageModel(chosen, catalog, clock=ImpatientClock())
    with pytest.raises(BackendError) as caught:
        await model.answer(
            model=catalog.defaults.judge, instruction="Be just.", text="?", schema=Verdict
        )
    same = row.kind in (AuthError, QuotaError)
    assert type(caught.value) is (row.kind if same else BackendError)
    assert caught.value.retryable is row.retryable
    assert caught.value.cost_usd == 0
    assert caught.value.hint or row.kind is RejectedError
