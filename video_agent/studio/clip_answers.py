"""The judge's and the viewer's answers: a clip is found, measured and told as asked."""

import json
import re
import tempfile
from pathlib import Path

from video_agent.media.measures import ClipMeasures
from video_agent.studio.content_answers import Reply
from video_agent.studio.content_request import ContentRequest, Media
from video_agent.studio.judge.questions import wanted_from
from video_agent.studio.judge.verdict import COMPLAINTS, Verdict, judge
from video_agent.studio.projection import project
from video_agent.studio.refusals import Refusal
from video_agent.studio.sections import read_sections
from video_agent.studio.storage import Storage

PASSING = 0.8
_FILE = re.compile(r"files/([a-z0-9-]+)")


def judge_clip(request: ContentRequest, storage: Storage) -> Reply:
    """Answer a request that shows a clip and wants JSON.

    Raises:
        Refusal: The clip cannot be found or watched.
    """
    clip = _watch(request, storage)
    first = next((turn.text for turn in request.turns if turn.role == "user" and turn.text), "")
    verdict = judge(wanted_from(read_sections(first)), clip)
    answer = project(_values(verdict), request.schema or {})
    return Reply(json.dumps(answer), clip_seconds=clip.picture_seconds)


def describe_clip(request: ContentRequest, storage: Storage) -> Reply:
    """Answer a request that shows a clip and wants words.

    Raises:
        Refusal: The clip cannot be found or watched.
    """
    clip = _watch(request, storage)
    facts, colours = clip.facts, ", ".join(clip.colour.dominant) or "grey tones"
    camera = f"{clip.camera.label} {clip.camera.direction}".strip() if clip.camera else "unclear"
    sound = f"sound at {clip.sound.loudness_lufs:.0f} LUFS" if clip.sound else "no sound"
    verdict = judge(wanted_from({"request": ""}), clip)
    text = (
        f"A clip of {clip.picture_seconds:.1f} s, {facts.width} x {facts.height} at {facts.fps:g} "
        f"frames a second, {clip.brightness}, mostly {colours}, camera: {camera}, {sound}. "
        f"{verdict.summary} This is measured; what it shows is not recognised."
    )
    return Reply(text, clip_seconds=clip.picture_seconds)


def _watch(request: ContentRequest, storage: Storage) -> ClipMeasures:
    media = request.clip
    if media is None:
        raise Refusal(400, "The request holds no video.")
    if media.data:
        with tempfile.TemporaryDirectory(prefix="studio-clip-") as folder:
            path = Path(folder) / "clip.mp4"
            path.write_bytes(media.data)
            return _measure(path)
    return _measure_file(media, storage)


def _measure_file(media: Media, storage: Storage) -> ClipMeasures:
    found = _FILE.search(media.uri)
    if not found:
        raise Refusal(400, f"Unsupported file uri: {media.uri[:200]}")
    file_id = found.group(1)
    row = storage.file(file_id)
    if row is None:
        raise Refusal(
            403,
            f"You do not have permission to access the File {file_id} or it may not exist.",
        )
    if not row.active:
        raise Refusal(
            400, f"The File {file_id} is not in an ACTIVE state and usage is not allowed."
        )
    # The decoder chooses by name, and stored files have none.
    with tempfile.TemporaryDirectory(prefix="studio-clip-") as folder:
        path = Path(folder) / "clip.mp4"
        path.write_bytes(storage.path_of(file_id).read_bytes())
        return _measure(path)


def _measure(path: Path) -> ClipMeasures:
    from video_agent.media.onepass import measure_clip  # noqa: PLC0415 - heavy: loads on first use

    try:
        return measure_clip(path)
    except Exception as error:
        # Whatever the decoder cannot do is the client's fault here, as it is upstream.
        raise Refusal(400, "Unable to process input video. Please retry or report.") from error


def _values(verdict: Verdict) -> dict[str, object]:
    """Everything the verdict can say, under the names that schemas use for it."""
    words = [str(defect["description"]) for defect in verdict.defects]
    good = [name for name in COMPLAINTS if name not in {d["kind"] for d in verdict.defects}]
    return {
        "answers": [
            {
                "question": finding.question,
                "satisfied": finding.satisfied,
                "evidence": finding.evidence,
                "time_seconds": None,
            }
            for finding in verdict.findings
        ],
        "dimensions": [
            {"name": name, "score": score, "evidence": evidence}
            for name, (score, evidence) in verdict.dimensions.items()
        ],
        "defects": list(verdict.defects),
        "issues": words,
        "problems": words,
        "strengths": good[:5],
        "summary": verdict.summary,
        "feedback": " ".join(words) or verdict.summary,
        "reason": verdict.summary,
        "explanation": verdict.summary,
        "score": verdict.overall,
        "overall": verdict.overall,
        "overall_score": verdict.overall,
        "rating": verdict.overall,
        "quality": verdict.overall,
        "passed": verdict.overall >= PASSING,
        "duration_seconds": verdict.duration_seconds,
        **{name: score for name, (score, _) in verdict.dimensions.items()},
    }
