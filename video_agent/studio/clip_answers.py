"""The judge's and the viewer's answers: a clip is found, measured and told as asked."""

import json
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from video_agent.media.measures import ClipMeasures
from video_agent.studio.content_answers import ASSUMED_CLIP_SECONDS, Reply
from video_agent.studio.content_request import ContentRequest, Media, Turn
from video_agent.studio.judge.control import known_of, truths
from video_agent.studio.judge.liars import as_liar
from video_agent.studio.judge.pairs import compare_clips, pair_truths
from video_agent.studio.judge.questions import Finding, wanted_from
from video_agent.studio.judge.sheets import judge_sheet
from video_agent.studio.judge.verdict import COMPLAINTS, Verdict, judge
from video_agent.studio.media_options import MediaOptions
from video_agent.studio.media_sources import MediaSources
from video_agent.studio.places import Place
from video_agent.studio.projection import project
from video_agent.studio.reading import Fields, as_fields, as_items
from video_agent.studio.refusals import Refusal
from video_agent.studio.sections import read_sections
from video_agent.studio.titles import read_titles

PASSING = 0.8
SILENT = "silent_judge"
UNREADABLE = "Unable to process input video. Please retry or report."


def judge_clip(request: ContentRequest, sources: MediaSources, liar: str = "") -> Reply:
    """Answer a request that shows a clip and wants JSON.

    Args:
        request: The clip and the question.
        sources: Where clips are found.
        liar: One of `liars.LIARS`; empty: the truth.

    Raises:
        Refusal: The clip cannot be found or watched.
    """
    schema, clips = request.schema or {}, request.clips[-2:]
    first = next((turn.text for turn in request.turns if turn.role == "user" and turn.text), "")
    sections = read_sections(first)
    if asks_for(schema, "better") and len(clips) > 1:
        return _compare(request, sources, sections, liar)
    if request.judges_a_picture and request.picture is not None:
        verdict, control = judge_sheet(request.picture.data, sections)
        values, seen = _values(verdict, both_roles=asks_for(schema, "critic")), list[str]()
    else:
        clip, seen = _watch(request, sources)
        verdict = judge(wanted_from(sections), clip)
        values = _values(verdict, both_roles=asks_for(schema, "critic"))
        control = truths(sections.get("control", ""), known_of(clip))
    values |= {"seen_text": seen, "control": control}
    answer = project(as_liar(liar, values, [*sections.values(), *seen]), schema)
    text = "" if liar == SILENT else json.dumps(answer)
    return Reply(text, clip_seconds=verdict.duration_seconds)


def _compare(
    request: ContentRequest, sources: MediaSources, sections: dict[str, str], liar: str
) -> Reply:
    """Which of the last two clips is better."""
    watched = [_watch(replace(request, turns=_only(clip)), sources) for clip in request.clips[-2:]]
    (one, titles), (other, more) = watched
    seen, control = [*titles, *more], sections.get("control", "")
    values = compare_clips(wanted_from(sections), one, other)
    values |= {"seen_text": seen, "control": pair_truths(control, one, other)}
    answer = project(as_liar(liar, values, [*sections.values(), *seen]), request.schema or {})
    seconds = (one.picture_seconds + other.picture_seconds) / 2
    return Reply("" if liar == SILENT else json.dumps(answer), clip_seconds=seconds)


def _only(clip: Media) -> tuple[Turn, ...]:
    return (Turn("user", (clip,)),)


def asks_for(schema: Fields, name: str) -> bool:
    """Whether a schema has a property of this name, at any depth."""
    inner = [*schema.values()]
    while inner:
        value = inner.pop()
        if isinstance(value, list):
            inner += as_items(value)
        elif isinstance(value, dict):
            fields = as_fields(value)
            if name in fields:
                return True
            inner += fields.values()
    return False


def describe_clip(request: ContentRequest, sources: MediaSources) -> Reply:
    """Answer a request that shows a clip and wants words.

    Raises:
        Refusal: The clip cannot be found or watched.
    """
    clip, _ = _watch(request, sources)
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


def _watch(request: ContentRequest, sources: MediaSources) -> tuple[ClipMeasures, list[str]]:
    """The clip's measures, and the words that can be read in it."""
    media = request.clip
    if media is None:
        raise Refusal(400, "The request holds no video.")
    with _file_of(media, request.place, sources) as path:
        if not media.options.cuts:
            return _measure(path), read_titles(path)
        part = path.with_name("part.mp4")
        _cut(path, part, media.options)
        return _measure(part), read_titles(path)


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


def _answer(finding: Finding) -> dict[str, object]:
    return {
        "question": finding.question,
        "axis": finding.axis,
        "satisfied": finding.satisfied,
        "evidence": finding.evidence,
        "time_seconds": None,
    }


def _values(verdict: Verdict, *, both_roles: bool = False) -> dict[str, object]:
    """Everything the verdict can say, under the names that schemas use for it.

    A schema that knows no critic gets the mean of both roles.
    """
    words = [str(defect["description"]) for defect in verdict.defects]
    good = [name for name in COMPLAINTS if name not in {d["kind"] for d in verdict.defects}]
    return {
        "answers": [_answer(finding) for finding in verdict.findings],
        "dimensions": [
            {
                "name": name,
                "score": marks.fair if both_roles else marks.both,
                "critic": marks.critic,
                "evidence": marks.evidence,
            }
            for name, marks in verdict.dimensions.items()
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
        **{name: marks.both for name, marks in verdict.dimensions.items()},
    }
