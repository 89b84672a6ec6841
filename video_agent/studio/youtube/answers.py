"""Resources as YouTube describes them."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from video_agent.studio.reading import Fields
from video_agent.studio.youtube.channel_store import (
    CHANNEL_ID,
    UPLOADS_ID,
    CaptionRow,
    ItemRow,
    PlaylistRow,
    VideoRow,
)

CHANNEL_TITLE = "Studio channel"
REJECTIONS = {"rejected_duplicate": "duplicate", "rejected_copyright": "copyright"}
FAILURES = {"failed_codec": "codec"}
SIZES = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}


def describe_video(row: VideoRow, parts: Sequence[str], lag_seconds: float) -> dict[str, object]:
    """A video resource with these parts, as it is at this moment."""
    state = _upload_status(row, lag_seconds)
    makers: dict[str, Callable[[VideoRow, str], Fields]] = {
        "snippet": _video_snippet,
        "status": _video_status,
        "processingDetails": _processing,
        "fileDetails": _file_details,
        "contentDetails": _content_details,
    }
    found = {part: makers[part](row, state) for part in parts if part in makers}
    return _resource("video", row.id, found)


def _resource(kind: str, resource_id: str, parts: Fields) -> dict[str, object]:
    mark = hashlib.sha256(json.dumps([resource_id, parts], sort_keys=True).encode()).hexdigest()
    return {"kind": f"youtube#{kind}", "etag": mark[:27], "id": resource_id, **parts}


def _upload_status(row: VideoRow, lag_seconds: float) -> str:
    if row.fate in REJECTIONS:
        return "rejected"
    if row.fate in FAILURES:
        return "failed"
    done = time.time() >= row.uploaded_at + lag_seconds and row.fate != "never_processed"
    return "processed" if done else "uploaded"


def _video_snippet(row: VideoRow, _state: str) -> Fields:
    snippet = {key: value for key, value in row.snippet.items() if value not in ([], None)}
    return {
        "publishedAt": stamp(row.uploaded_at),
        "channelId": CHANNEL_ID,
        "channelTitle": CHANNEL_TITLE,
        "thumbnails": thumbnails(row.id),
        "liveBroadcastContent": "none",
        "localized": {"title": snippet["title"], "description": snippet["description"]},
        **snippet,
    }


def _video_status(row: VideoRow, state: str) -> Fields:
    kids = row.status.get("selfDeclaredMadeForKids", False)
    found: dict[str, object] = {"uploadStatus": state, "madeForKids": kids, **row.status}
    if state == "rejected":
        found["rejectionReason"] = REJECTIONS[row.fate]
    if state == "failed":
        found["failureReason"] = FAILURES[row.fate]
    return found


def _processing(row: VideoRow, state: str) -> Fields:
    status = {"processed": "succeeded", "uploaded": "processing"}.get(state, "terminated")
    found: dict[str, object] = {
        "processingStatus": status,
        "fileDetailsAvailability": "available" if row.file else "inProgress",
        "processingIssuesAvailability": "available" if status == "succeeded" else "inProgress",
        "tagSuggestionsAvailability": "inProgress",
        "editorSuggestionsAvailability": "inProgress",
        "thumbnailsAvailability": "available" if status == "succeeded" else "inProgress",
    }
    if state == "failed":
        found |= {"processingStatus": "failed", "processingFailureReason": "transcodeFailed"}
    return found


def _file_details(row: VideoRow, _state: str) -> Fields:
    return {"fileSize": str(row.size), "fileType": "video" if row.file else "other", **row.file}


def _content_details(row: VideoRow, _state: str) -> Fields:
    milliseconds = int(str(row.file.get("durationMs", "0")))
    seconds = round(milliseconds / 1000)
    return {"duration": f"PT{seconds}S", "dimension": "2d", "definition": "hd", "caption": "false"}


def describe_channel(parts: Sequence[str]) -> dict[str, object]:
    """The one channel."""
    known: Fields = {
        "snippet": {"title": CHANNEL_TITLE, "description": "", "publishedAt": stamp(0)},
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": UPLOADS_ID}},
        "status": {
            "privacyStatus": "public",
            "isLinked": True,
            "longUploadsStatus": "allowed",
            "madeForKids": False,
        },
        "statistics": {"viewCount": "0", "subscriberCount": "0", "videoCount": "0"},
    }
    return _resource("channel", CHANNEL_ID, {part: known[part] for part in parts if part in known})


def describe_playlist(row: PlaylistRow, parts: Sequence[str]) -> dict[str, object]:
    """A playlist resource."""
    known: Fields = {
        "snippet": {
            "publishedAt": stamp(row.created_at),
            "channelId": CHANNEL_ID,
            "channelTitle": CHANNEL_TITLE,
            **row.snippet,
        },
        "status": {"privacyStatus": row.privacy},
    }
    return _resource("playlist", row.id, {part: known[part] for part in parts if part in known})


def describe_item(
    row: ItemRow, video: VideoRow, position: int, parts: Sequence[str]
) -> dict[str, object]:
    """An entry of a playlist, with what it takes from its video."""
    known: Fields = {
        "snippet": {
            "publishedAt": stamp(row.created_at),
            "channelId": CHANNEL_ID,
            "title": video.snippet["title"],
            "description": video.snippet["description"],
            "thumbnails": thumbnails(video.id),
            "channelTitle": CHANNEL_TITLE,
            "playlistId": row.playlist_id,
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": video.id},
        },
        "contentDetails": {"videoId": video.id, "videoPublishedAt": stamp(video.uploaded_at)},
        "status": {"privacyStatus": video.status["privacyStatus"]},
    }
    return _resource("playlistItem", row.id, {part: known[part] for part in parts if part in known})


def describe_caption(row: CaptionRow) -> dict[str, object]:
    """A caption track."""
    snippet: Fields = {
        "videoId": row.video_id,
        "lastUpdated": stamp(row.created_at),
        "trackKind": "standard",
        "language": row.language,
        "name": row.name,
        "audioTrackType": "unknown",
        "isCC": False,
        "isDraft": row.is_draft,
        "status": "serving",
    }
    return _resource("caption", row.id, {"snippet": snippet})


def describe_list(
    kind: str, items: Sequence[Fields], page: Mapping[str, object]
) -> dict[str, object]:
    """A list response."""
    return {"kind": f"youtube#{kind}ListResponse", "etag": "studio", **page, "items": items}


def thumbnails(video_id: str) -> Fields:
    """Where the pictures of a video are, by size name."""
    return {
        name: {
            "url": f"https://i.ytimg.com/vi/{video_id}/{name}.jpg",
            "width": width,
            "height": height,
        }
        for name, (width, height) in SIZES.items()
    }


def stamp(seconds: float) -> str:
    """RFC 3339, whole seconds, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
