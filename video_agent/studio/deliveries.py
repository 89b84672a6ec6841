"""Where the clip of a generation can be fetched."""

from video_agent.studio.buckets import split_uri
from video_agent.studio.reading import as_text
from video_agent.studio.storage import InteractionRow

GOOGLE_FILES = "https://generativelanguage.googleapis.com/v1beta/files"


def object_uri(row: InteractionRow) -> str:
    """The gs:// address below the prefix that the request gave; empty when it gave none."""
    given = as_text(row.request.get("gcs_uri"))
    if not given:
        return ""
    bucket, prefix = split_uri(given)
    folder = f"{prefix.rstrip('/')}/" if prefix.rstrip("/") else ""
    return f"gs://{bucket}/{folder}{row.number}/sample_0.mp4"


def video_uri(row: InteractionRow, file_id: str) -> str:
    """The address of the clip; empty when there is none or it is delivered inline."""
    if not file_id or as_text(row.request.get("delivery")) != "uri":
        return ""
    return object_uri(row) or f"{GOOGLE_FILES}/{file_id}:download?alt=media"
