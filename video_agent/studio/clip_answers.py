"""The judge's and the viewer's answers: a clip is found, measured and told as asked."""

import json
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from video_agent.media.measures import ClipMeasures
from video_agent.studio.content_answers import ASSUMED_CLIP_SECONDS, Reply
from video_agent.studio.content_request import ContentRequest, Media
from video_agent.studio.judge.questions import wanted_from
from video_agent.studio.judge.verdict import COMPLAINTS, Verdict, judge
from video_agent.studio.media_options import MediaOptions
from video_agent.studio.media_sources import MediaSources
from video_agent.studio.places import Place
from video_agent.studio.projection import project
from video_agent.studio.refusals import Refusal
from video_agent.studio.sections import read_sections

PASSING = 0.8
UNREADABLE = "Unable to process input video. Please retry or report."


def judge_clip(request: ContentRequest, sources: MediaSources) -> Reply:
    """Answer a request that shows a clip and wants JSON.

    Raises:
        Refusal: The clip cannot be found or watched.
    """
    clip = _watch(request, sources)
    first = next((turn.text for turn in request.turns if turn.role == "user" and turn.text), "")
    verdict = judge(wanted_from(read_sections(first)), clip)
    answer = project(_values(verdict), request.schema or {})
    return Reply(json.dumps(answer), clip_seconds=clip.picture_seconds)


def describe_clip(request: ContentRequest, sources: MediaSources) -> Reply:
    """Answer a request that shows a clip and wants words.

    Raises:
        Refusal: The clip cannot be found or watched.
    """
    clip = _watch(request, sources)
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


def clip_seconds(request: ContentRequest, sources: MediaSources) -> float:
    """How many seconds of the request's clip would be looked at; the usual length without a clip.

    Raises:
        Refusal: The clip cannot be found or read.
    """
    from video_agent.media.probe import probe  # noqa: PLC0415 - heavy: loads on first use

    if request.clip is None or not request.clip.mime_type.startswith("video/"):
        return ASSUMED_CLIP_SECONDS
    options = request.clip.options
    with _file_of(request.clip, request.place, sources) as path:
        try:
            seconds = probe(path).duration_seconds
        except Exception as error:
            # Whatever the decoder cannot do is the client's fault here, as it is upstream.
            raise Refusal(400, UNREADABLE) from error
    end = seconds if options.end_seconds is None else min(seconds, options.end_seconds)
    return max(0.0, end - options.start_seconds)


def _watch(request: ContentRequest, sources: MediaSources) -> ClipMeasures:
    media = request.clip
    if media is None:
        raise Refusal(400, "The request holds no video.")
    with _file_of(media, request.place, sources) as path:
        if not media.options.cuts:
            return _measure(path)
        part = path.with_name("part.mp4")
        _cut(path, part, media.options)
        return _measure(part)


@contextmanager
def _file_of(media: Media, place: Place, sources: MediaSources) -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="studio-clip-") as folder:
        path = Path(folder) / "clip.mp4"
        path.write_bytes(media.data or sources.read(media.uri, place))
        yield path


def _cut(path: Path, target: Path, options: MediaOptions) -> None:
    from video_agent.studio.renderer import RenderError  # noqa: PLC0415 - heavy
    from video_agent.studio.renderer.cutting import cut  # noqa: PLC0415 - heavy

    try:
        cut(path, target, options.start_seconds, options.end_seconds)
    except RenderError as error:
        raise Refusal(400, UNREADABLE) from error


def _measure(path: Path) -> ClipMeasures:
    from video_agent.media.onepass import measure_clip  # noqa: PLC0415 - heavy: loads on first use

    try:
        return measure_clip(path)
    except Exception as error:
        # Whatever the decoder cannot do is the client's fault here, as it is upstream.
        raise Refusal(400, UNREADABLE) from error


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
