"""The metadata of a video: what may be sent, and what the service makes of what is not."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TypeGuard

from video_agent.studio.reading import Fields, as_fields
from video_agent.studio.reasoned_refusal import ReasonedRefusal
from video_agent.studio.youtube.refusals import bad_request, metadata_refusal

MAX_TITLE_CHARACTERS = 100
MAX_DESCRIPTION_BYTES = 5000
MAX_TAGS_CHARACTERS = 500
CATEGORIES = frozenset(
    ["1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28", "29"]
)
PRIVACIES = ("private", "public", "unlisted")
LICENSES = ("youtube", "creativeCommon")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
TRUTHS = (
    "embeddable",
    "publicStatsViewable",
    "selfDeclaredMadeForKids",
    "containsSyntheticMedia",
)
FIELDS = {
    "snippet": {
        "title",
        "description",
        "tags",
        "categoryId",
        "defaultLanguage",
        "defaultAudioLanguage",
    },
    "status": {"privacyStatus", "publishAt", "license", *TRUTHS},
}
"""The parts that are kept, with the fields that may be written."""
READ_ONLY = {
    "snippet": {
        "publishedAt",
        "channelId",
        "channelTitle",
        "thumbnails",
        "liveBroadcastContent",
        "localized",
    },
    "status": {"uploadStatus", "failureReason", "rejectionReason", "madeForKids"},
}
"""Fields that a client may send back as it got them; they change nothing."""
OTHER_PARTS = {
    "localizations",
    "paidProductPlacementDetails",
    "player",
    "recordingDetails",
    "statistics",
    "suggestions",
    "topicDetails",
}
"""Parts that the service knows and this studio neither keeps nor shows."""
READ_PARTS = (
    "id",
    "snippet",
    "status",
    "processingDetails",
    "fileDetails",
    "contentDetails",
    *sorted(OTHER_PARTS),
)


def read_parts(query: Mapping[str, str], known: tuple[str, ...]) -> list[str]:
    """The names in the `part` parameter.

    Raises:
        ReasonedRefusal: 400, it is missing or names an unknown part.
    """
    parts = [part.strip() for part in query.get("part", "").split(",") if part.strip()]
    if not parts:
        raise bad_request("Required parameter: part", "missingRequiredParameter", "part")
    for part in parts:
        if part not in known:
            raise bad_request(f"'{part}'", "unknownPart", "part")
    return parts


def read_metadata(body: Fields, parts: list[str], *, updating: bool) -> dict[str, Fields]:
    """The parts `snippet` and `status` as they will be kept, with the service's defaults.

    Args:
        body: The video resource that was sent.
        parts: What the `part` parameter names.
        updating: A new state of parts of a video; else a new video, which has all parts.

    Raises:
        ReasonedRefusal: 400, as the service refuses each field.
    """
    for part in set(body) - {"id", "kind", "etag"}:
        if part not in READ_PARTS:
            raise _unknown(part, "video")
        if part not in parts:
            raise bad_request(f"'{part}'", "unexpectedPart", "part")
    found: dict[str, Fields] = {}
    if "snippet" in parts or not updating:
        found["snippet"] = _snippet(_written(body, "snippet"), updating=updating)
    if "status" in parts or not updating:
        found["status"] = _status(_written(body, "status"))
    return found


def _written(body: Fields, part: str) -> Fields:
    fields = as_fields(body.get(part))
    for name in set(fields) - FIELDS[part] - READ_ONLY[part]:
        raise _unknown(name, f"video.{part}")
    return {name: value for name, value in fields.items() if name in FIELDS[part]}


def _unknown(name: str, where: str) -> ReasonedRefusal:
    message = f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': "
    return ReasonedRefusal(400, f"{message}Cannot find field.", "badRequest")


def _snippet(fields: Fields, *, updating: bool) -> Fields:
    title, description = fields.get("title"), fields.get("description", "")
    if not _is_clean(title) or not title or len(title) > MAX_TITLE_CHARACTERS:
        raise metadata_refusal("invalidTitle", "or empty video title", "snippet.title")
    if not _is_clean(description) or len(description.encode()) > MAX_DESCRIPTION_BYTES:
        raise metadata_refusal("invalidDescription", "video description", "snippet.description")
    category = fields.get("categoryId", "" if updating else "22")
    if category not in CATEGORIES:
        raise metadata_refusal("invalidCategoryId", "category ID", "snippet.categoryId")
    for name in ("defaultLanguage", "defaultAudioLanguage"):
        value = fields.get(name, "en")
        if not isinstance(value, str) or not LANGUAGE.fullmatch(value):
            raise metadata_refusal("invalidVideoMetadata", "language", f"snippet.{name}")
    tags = fields.get("tags", [])
    _check_tags(tags)
    return {**fields, "description": description, "categoryId": category, "tags": tags}


def _is_clean(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and not set("<>") & set(value)


def _check_tags(tags: object) -> None:
    """Commas between tags count, and so do the quotation marks around a tag with a space."""
    clean = isinstance(tags, list) and all(_is_clean(tag) and tag for tag in tags)
    texts = [str(tag) for tag in tags] if isinstance(tags, list) else []
    length = sum(len(tag) + 2 * (" " in tag) for tag in texts) + max(0, len(texts) - 1)
    if not clean or length > MAX_TAGS_CHARACTERS:
        raise metadata_refusal("invalidTags", "video keywords", "snippet.tags")


def _status(fields: Fields) -> Fields:
    privacy = fields.get("privacyStatus", "public")
    if privacy not in PRIVACIES:
        raise metadata_refusal("invalidVideoMetadata", "privacy status", "status.privacyStatus")
    licence = fields.get("license", "youtube")
    if licence not in LICENSES:
        raise metadata_refusal("invalidVideoMetadata", "license", "status.license")
    if "publishAt" in fields and not (privacy == "private" and _is_time(fields["publishAt"])):
        raise metadata_refusal("invalidPublishAt", "scheduled publishing time", "status.publishAt")
    for name in TRUTHS:
        if not isinstance(fields.get(name, False), bool):
            raise metadata_refusal("invalidVideoMetadata", name, f"status.{name}")
    defaults = {"embeddable": True, "publicStatsViewable": True}
    return {**defaults, **fields, "privacyStatus": privacy, "license": licence}


def _is_time(value: object) -> bool:
    """RFC 3339 with a zone."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
