"""YouTube's JSON: what we send about a video and what we read of its answers. Pure."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

import httpx

from video_agent.backends.google.youtube_errors import explain_processing
from video_agent.errors import InvalidRequestError
from video_agent.models import PublicationDetails, RemoteState
from video_agent.models.publication import (
    LARGEST_DESCRIPTION_BYTES,
    LONGEST_TAGS,
    characters_of,
)

JsonObject = dict[str, object]
_RANGE = re.compile(r"(?:bytes=)?0-(\d+)")
_DONE = frozenset({"succeeded", "terminated"})


def video_resource(details: PublicationDetails, marker: str) -> JsonObject:
    """The body of `videos.insert`; privacy, audience and disclosure are always said.

    The marker becomes a tag, which viewers do not see; where the tags leave no room it is the
    description's last line.

    Raises:
        InvalidRequestError: Neither has room for it.
    """
    tags, description = list(details.tags), details.description
    if characters_of([*tags, marker]) <= LONGEST_TAGS:
        tags.append(marker)
    else:
        description = f"{description}\n\n{marker}".lstrip()
        if len(description.encode()) > LARGEST_DESCRIPTION_BYTES:
            raise InvalidRequestError(
                f"neither tags nor description have room for our mark of {len(marker)} characters",
                hint=f"leave {len(marker) + 1} of {LONGEST_TAGS} characters of the tags free",
            )
    snippet: JsonObject = {
        "title": details.title,
        "description": description,
        "tags": tags,
        "categoryId": details.category_id,
    }
    if details.language is not None:
        snippet |= {"defaultLanguage": details.language, "defaultAudioLanguage": details.language}
    status: JsonObject = {
        "privacyStatus": details.privacy,
        "selfDeclaredMadeForKids": details.made_for_kids,
        "containsSyntheticMedia": details.contains_synthetic_media,
        "license": details.license,
        "embeddable": details.embeddable,
    }
    if details.publish_at is not None:
        moment = details.publish_at.astimezone(UTC).isoformat(timespec="milliseconds")
        status["publishAt"] = moment.replace("+00:00", "Z")
    return {"snippet": snippet, "status": status}


def received_bytes(response: httpx.Response) -> int:
    """How much has arrived, by the Range header of a 308; without one nothing has."""
    found = _RANGE.fullmatch(response.headers.get("range", "").strip())
    return int(found[1]) + 1 if found else 0


def document_of(response: httpx.Response) -> JsonObject | None:
    """The answer's JSON object; None when it is something else."""
    try:
        document = json.loads(response.content)
    except ValueError:
        return None
    return cast("JsonObject", document) if isinstance(document, dict) else None


def items_of(document: Mapping[str, object]) -> list[JsonObject]:
    """The `items` of a list answer."""
    items = document.get("items")
    found = cast("list[object]", items) if isinstance(items, list) else []
    return [cast("JsonObject", item) for item in found if isinstance(item, dict)]


def part(item: Mapping[str, object], *path: str) -> JsonObject:
    """A nested object; empty where something is missing."""
    here: object = item
    for name in path:
        here = here.get(name) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}


def text(item: Mapping[str, object], name: str) -> str:
    """A string field; empty where it is missing."""
    value = item.get(name)
    return value if isinstance(value, str) else ""


def carries(video: Mapping[str, object], marker: str) -> bool:
    """Whether a video resource has the marker among its tags or in its description."""
    snippet = part(video, "snippet")
    tags = snippet.get("tags")
    return marker in text(snippet, "description").split() or (
        isinstance(tags, list) and marker in tags
    )


def moment_of(value: str) -> datetime | None:
    """An RFC 3339 time; None when it is none."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def remote_state(video: Mapping[str, object] | None) -> RemoteState:
    """What YouTube made of a video, by `status` and `processingDetails`; None: it has no such."""
    if video is None:
        reason, hint = explain_processing("deleted", "", "")
        return RemoteState(status="failed", reason=reason, hint=hint)
    status = part(video, "status")
    uploaded = text(status, "uploadStatus")
    if uploaded in {"failed", "rejected", "deleted"}:
        reason, hint = explain_processing(
            uploaded, text(status, "failureReason"), text(status, "rejectionReason")
        )
        return RemoteState(status="failed", reason=reason, hint=hint)
    processing = text(part(video, "processingDetails"), "processingStatus")
    if uploaded == "processed" or processing in _DONE:
        return RemoteState(status="ready")
    if processing == "failed":
        reason, hint = explain_processing("failed", "", "")
        return RemoteState(status="failed", reason=reason, hint=hint)
    return RemoteState(status="processing")
