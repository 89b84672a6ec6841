"""The outcome tables of paid generations, row by row: what happens on the wire, what must follow.

`SITUATIONS` are made on purpose, each by an injected fault; the expected columns are written by
hand from Google's documented and recorded behaviour, never from our own code.
"""

from dataclasses import dataclass, field
from typing import Literal

Wire = Literal["Omni", "Omni on Agent Platform", "Veo"]
Money = Literal["nothing", "usage", "pennies", "estimate", "share", "unknown, counted as spent"]
ALWAYS = -1


@dataclass(frozen=True)
class Injected:
    """One fault: which request is hit, how, how often."""

    kind: str
    name: str
    times: int = 1


@dataclass(frozen=True)
class Expected:
    """What a row promises. `error` is the class that the caller sees, if any."""

    state: str
    money: Money
    error: str = "-"
    retryable: str = "-"
    posts: int = 1
    video: bool = False


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    situation: str
    wire: Wire
    expected: Expected
    faults: tuple[Injected, ...] = ()
    settings: dict[str, object] = field(default_factory=dict)
    model: str | None = None
    key: str | None = None
    project: str = "a-project"
    token: str = "ya29.a-secret-token"  # noqa: S105 - not a real one
    location: str | None = None
    believed_alive: bool = False  # the catalog does not know yet that the model is gone
    told: str = ""  # words that the error must contain: the next step

    @property
    def name(self) -> str:
        """The row as a test id."""
        return f"{self.wire}: {self.situation}"


SUBMIT: dict[Wire, str] = {
    "Omni": "interactions.create",
    "Omni on Agent Platform": "interactions.create",
    "Veo": "veo.submit",
}
POLL: dict[Wire, str] = {
    "Omni": "interactions.get",
    "Omni on Agent Platform": "interactions.get",
    "Veo": "veo.poll",
}

UNTOLD: Money = "unknown, counted as spent"
UNKNOWN = Expected("outcome_unknown", UNTOLD, "OutcomeUnknownError", "no")


def _refused(error: str, retryable: str = "no") -> Expected:
    return Expected("rejected", "nothing", error, retryable)


def _not_there(wire: Wire) -> Expected:
    """On Agent Platform it may as well be the region or the project."""
    return _refused("ModelRetiredError" if wire == "Omni" else "RejectedError")


def _submit_rows(wire: Wire) -> list[Row]:
    kind = SUBMIT[wire]
    refusals = [
        ("400: our parameter is wrong", "400", _refused("RejectedError"), ""),
        ("401: the login is refused", "401", _refused("AuthError"), ""),
        ("403: no permission", "403", _refused("AuthError"), ""),
        ("404: no such model here", "404", _not_there(wire), "use "),
        ("409 with a JSON error", "409", _refused("RejectedError"), ""),
        ("429 JSON with RetryInfo", "429", _refused("QuotaError", "yes"), "5 s"),
        ("429 JSON without RetryInfo", "429_plain", _refused("QuotaError", "yes"), "wait"),
        ("429 JSON: the quota of the day", "429_day", _refused("QuotaError", "no"), ""),
    ]
    lost = {
        "500": "500",
        "503, not accepted": "503",
        "503, although accepted": "503_after",
        "504": "504",
        "HTML instead of JSON": "html_503",
        "cut before the answer, not accepted": "cut_before",
        "cut before the answer, although accepted": "cut_after",
        "200 that is no JSON": "junk_200",
        "200 without a body": "empty_200",
        "an answer that comes too late": "slow",
    }
    rows = [
        Row(situation, wire, expected, (Injected(kind, name),), told=told)
        for situation, name, expected, told in refusals
    ]
    rows += [Row(what, wire, UNKNOWN, (Injected(kind, name),)) for what, name in lost.items()]
    return rows


def _poll_rows(wire: Wire, delivered: Expected) -> list[Row]:
    transient = {
        "poll answers 401": "401",
        "poll answers 403": "403",
        "poll answers 408": "408",
        "poll answers 429": "429",
        "poll answers 500": "500",
        "poll answers 503": "503",
        "poll answers HTML": "html_503",
        "poll is cut": "cut_before",
        "poll answers no JSON": "junk_200",
        "poll answers an empty 200": "empty_200",
    }
    rows = [
        Row(f"{what}, twice", wire, delivered, (Injected(POLL[wire], name, 2),))
        for what, name in transient.items()
    ]
    lost = Expected("failed", UNTOLD)
    rows.append(
        Row("poll: unknown to the service, again and again", wire, lost,
            (Injected(POLL[wire], "404", ALWAYS),))
    )  # fmt: skip
    return rows


OMNI_VIDEO = Expected("succeeded", "usage", video=True)
VEO_VIDEO = Expected("succeeded", "estimate", video=True)
LOST_VIDEO = Expected("succeeded", "usage", "BackendError", "yes")


def _omni_ends(wire: Wire) -> list[Row]:
    create = SUBMIT[wire]
    return [
        Row("completed with a video", wire, OMNI_VIDEO),
        Row("completed with words only: refused", wire, Expected("blocked", "pennies"),
            (Injected(create, "blocked"),)),
        Row("failed", wire, Expected("failed", UNTOLD), (Injected(create, "failed"),)),
        Row("incomplete, no video tokens used", wire, Expected("failed", "pennies"),
            (Injected(create, "incomplete"),)),
        Row("completed, a video billed, none delivered", wire, Expected("failed", "usage"),
            (Injected(create, "done_without_video"),)),
    ]  # fmt: skip


ENDS: dict[str, Money] = {  # without reported usage nobody can tell what it cost
    "cancelled": UNTOLD,
    "budget_exceeded": "pennies",
    "requires_action": "pennies",
    "requires_continuation": "pennies",
}
OMNI_ONLY = [
    Row("poll answers 400 'Multiple authentication credentials', twice", "Omni", OMNI_VIDEO,
        (Injected("interactions.get", "poll_400", 2),)),
    Row("download: link expired, asked for once more", "Omni", OMNI_VIDEO,
        (Injected("files.download", "expired_link"),)),
    Row("download: link refused for good within its life", "Omni", LOST_VIDEO,
        (Injected("files.download", "expired_link", ALWAYS),)),
    Row("download: 403", "Omni", OMNI_VIDEO, (Injected("files.download", "403"),)),
    Row("download: cut off", "Omni", OMNI_VIDEO, (Injected("files.download", "cut_body", 2),)),
    Row("download: 503", "Omni", OMNI_VIDEO, (Injected("files.download", "503", 2),)),
    Row("download: HTML", "Omni", OMNI_VIDEO, (Injected("files.download", "html_503"),)),
    Row("download: empty 200", "Omni", OMNI_VIDEO, (Injected("files.download", "empty_200"),)),
    Row("download: redirected", "Omni", OMNI_VIDEO, (Injected("files.download", "redirect"),)),
    Row("download: 0 bytes, once", "Omni", OMNI_VIDEO, (Injected("files.download", "no_bytes"),)),
    Row("download: a damaged MP4, once", "Omni", OMNI_VIDEO,
        (Injected("files.download", "damaged"),)),
    Row("download: a damaged MP4, for ever", "Omni",
        Expected("succeeded", "usage", "GenerationFailedError", "no"),
        (Injected("files.download", "damaged", ALWAYS),)),
    *(Row(f"ended as {fate}", "Omni", Expected("failed", money),
          (Injected("interactions.create", fate),)) for fate, money in ENDS.items()),
    Row("an unknown status, twice", "Omni", OMNI_VIDEO,
        (Injected("interactions.get", "paused", 2),)),
    Row("never done within the deadline: parked", "Omni", Expected("submitted", UNTOLD),
        (Injected("interactions.create", "never_finishes"),)),
    Row("the key is wrong", "Omni", _refused("AuthError"), key="invalid", told="GOOGLE_API_KEY"),
    Row("the key's project has not enabled the API", "Omni", _refused("AuthError"),
        key="disabled"),
    Row("the key is not restricted", "Omni", _refused("AuthError"), key="unrestricted"),
]  # fmt: skip

PLATFORM_ONLY = [
    *(Row(situation, "Omni on Agent Platform", _refused("AuthError"), project=project, token=token,
          told=told)
      for situation, project, token, told in (
          ("the project does not exist", "unknown-project", "a-token", "GOOGLE_CLOUD_PROJECT"),
          ("the project has not enabled the API", "disabled-project", "a-token", "enable"),
          ("the login has expired", "a-project", "expired", ""),
          ("the login has no permission", "a-project", "forbidden", ""),
      )),
    Row("the region has no such model", "Omni on Agent Platform",
        Expected("rejected", "nothing", "RejectedError", "no", posts=0),
        location="europe-west4", told="GOOGLE_CLOUD_LOCATION"),
]  # fmt: skip

VEO_ONLY = [
    Row("done with a video", "Veo", VEO_VIDEO),
    Row("done with 1 of 2 videos, 1 filtered", "Veo",
        Expected("succeeded", "share", video=True),
        (Injected("veo.submit", "partial"),), {"samples": 2}),
    Row("done, filtered for its picture", "Veo", Expected("blocked", "nothing"),
        (Injected("veo.submit", "filtered"),)),
    Row("done, filtered for its sound", "Veo", Expected("blocked", "nothing"),
        (Injected("veo.submit", "filtered_audio"),)),
    Row("done with neither video nor error", "Veo",
        Expected("failed", UNTOLD),
        (Injected("veo.submit", "done_empty"),)),
    Row("done, a video without address and bytes", "Veo",
        Expected("failed", UNTOLD),
        (Injected("veo.submit", "no_media"),)),
    *(Row(f"done with error {code} ({name})", "Veo",
          Expected("failed", UNTOLD),
          (Injected("veo.submit", f"error_{code}"),))
      for code, name in ((3, "invalid argument"), (4, "deadline"), (8, "quota"),
                         (13, "internal"), (14, "unavailable"))),
    Row("never done within the deadline: parked", "Veo",
        Expected("submitted", "unknown, counted as spent"),
        (Injected("veo.submit", "never"),)),
    Row("400 'Support codes': the prompt is blocked", "Veo",
        _refused("ContentBlockedError"), (Injected("veo.submit", "prompt_blocked"),)),
    Row("429 as a one-element list", "Veo", _refused("QuotaError", "yes"),
        (Injected("veo.submit", "429_list"),)),
    Row("a model that the catalog knows to be retired", "Veo",
        Expected("rejected", "nothing", "ModelRetiredError", "no", posts=0),
        model="veo-3.1-generate-preview", told="gemini-omni-1.2-flash"),
    Row("404 'no longer available': retired since the catalog was written", "Veo",
        _refused("ModelRetiredError"), model="veo-3.1-generate-preview",
        believed_alive=True, told="gemini-omni-1.2-flash"),
]  # fmt: skip

ROWS: list[Row] = [
    *_omni_ends("Omni"),
    *_submit_rows("Omni"),
    *_poll_rows("Omni", OMNI_VIDEO),
    *OMNI_ONLY,
    *_omni_ends("Omni on Agent Platform"),
    *_submit_rows("Omni on Agent Platform"),
    *PLATFORM_ONLY,
    *VEO_ONLY,
    *_submit_rows("Veo"),
    *_poll_rows("Veo", VEO_VIDEO),
]
