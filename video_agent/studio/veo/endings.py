"""The ways an operation ends, and what the service then answers.

A result is what is kept of an end: `videos` (each with `uri`, or `file` for a clip that goes into
the answer, or neither), `reasons` for what was filtered, or `error`; an empty one is "done" alone.
"""

import base64
from pathlib import Path

from video_agent.studio.reading import as_fields, as_items, as_text
from video_agent.studio.veo.operations import OperationRow

Result = dict[str, object]
ANSWER_TYPE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
NOT_FOUND, FORBIDDEN, WRONG = 5, 7, 3
ERRORS = {
    3: "The request could not be processed. Please check the prompt and the input media.",
    4: "Deadline expired before the operation could complete.",
    8: "Resource has been exhausted (e.g. check quota).",
    13: "Internal error. Please try again. If the issue persists, please contact support.",
    14: "The service is currently unavailable.",
}
BLOCKED_PROMPT = (
    "The prompt could not be submitted. This prompt contains words that violate our usage "
    "guidelines. Try rephrasing the prompt. If you think this was an error, send feedback. "
    "Support codes: 58061214"
)
FILTERED = (
    "Veo could not generate a video because the result would violate our usage guidelines. You "
    "will not be charged for this request. Try rephrasing the prompt. Support codes: 29310472"
)
FILTERED_AUDIO = (
    "We encountered an issue with the audio for your prompt. You will not be charged for this "
    "request. Try rephrasing the prompt or turning the audio off. Support codes: 17301594"
)
FILTERED_ONE = (
    "A video was held back because it violates our usage guidelines. You will not be charged for "
    "blocked videos. Support codes: 29310472"
)


def failed(code: int, message: str) -> Result:
    """An end with a google.rpc status."""
    return {"error": {"code": code, "message": message}}


def without_drawing(row: OperationRow, samples: int) -> Result | None:
    """The end of an operation whose fate needs no clip; None when clips have to be drawn."""
    ends: dict[str, Result] = {
        "filtered": {"reasons": [FILTERED] * samples},
        "filtered_audio": {"reasons": [FILTERED_AUDIO] * samples},
        "no_media": {"videos": [{}] * samples},
        "done_empty": {},
        "blocked_late": failed(WRONG, BLOCKED_PROMPT),
        **{f"error_{code}": failed(code, message) for code, message in ERRORS.items()},
    }
    return ends.get("filtered" if row.fate == "partial" and samples == 1 else row.fate)


def held_back(row: OperationRow, samples: int) -> list[str]:
    """The reasons for the samples that are filtered out of several: half of them, when partial."""
    return [FILTERED_ONE] * (samples // 2) if row.fate == "partial" else []


def running(row: OperationRow) -> dict[str, object]:
    """The answer until the end: a name and no `done`."""
    return {"name": row.name}


def ended(row: OperationRow, folder: Path) -> dict[str, object]:
    """The answer from the end on.

    Args:
        row: An operation with a result.
        folder: Where the clips lie that go into the answer.
    """
    result = row.result or {}
    answer: dict[str, object] = {"name": row.name, "done": True}
    if error := result.get("error"):
        return {**answer, "error": error}
    reasons, videos = as_items(result.get("reasons")), as_items(result.get("videos"))
    if not reasons and not videos:
        return answer
    response: dict[str, object] = {"@type": ANSWER_TYPE, "raiMediaFilteredCount": len(reasons)}
    if reasons:
        response["raiMediaFilteredReasons"] = reasons
    if videos:
        response["videos"] = [_video(as_text(_field(item, "uri")), item, folder) for item in videos]
    return {**answer, "response": response}


def _video(uri: str, item: object, folder: Path) -> dict[str, object]:
    video: dict[str, object] = {"mimeType": "video/mp4"}
    if uri:
        return {"gcsUri": uri, **video}
    if name := as_text(_field(item, "file")):
        content = (folder / name).read_bytes()
        return {"bytesBase64Encoded": base64.b64encode(content).decode(), **video}
    return video


def _field(item: object, name: str) -> object:
    return as_fields(item).get(name)
