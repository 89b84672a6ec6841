"""The attempts of a report: their history as a picture, each with its shot and its verdict."""

from functools import partial
from pathlib import Path

from video_agent.media.pictures import draw_findings, draw_history
from video_agent.media.pictures.history import became, cost_of
from video_agent.models import Attempt, Generation, Job, QualityReport, Shot
from video_agent.notebook.report.figures import beside, in_both_themes
from video_agent.notebook.report.markup import Html, joined, said, tag
from video_agent.notebook.report.verdict import defects_of, scores_of
from video_agent.notebook.report.wording import (
    counted,
    dollars,
    facts,
    folded,
    moment,
    plain,
    seconds,
    section,
)

_PICTURED = 8
"""So many attempts have their frames in the page; more would make it heavy."""


def attempts_of(job: Job, folder: Path) -> Html:
    """The history, then each attempt folded; the delivered one is marked. Blocking."""
    if not job.attempts:
        words = tag("p", "No attempt was begun.", class_="note")
        return section("Attempts", words, anchor="attempts")
    alt = f"score by attempt, threshold {job.request.quality_threshold:.2f}"
    picture = in_both_themes(partial(draw_history, job), alt)
    parts = [_attempt(job, attempt, folder) for attempt in job.attempts]
    return section("Attempts", picture, *parts, anchor="attempts")


def _attempt(job: Job, attempt: Attempt, folder: Path) -> Html:
    report, made = attempt.report, attempt.generation
    score = report.score if report else None
    told = became(attempt) if score is None else f"score {score:.2f}"
    delivered = attempt.number == job.best_attempt and job.path is not None
    passed = report is not None and report.passed
    title = joined(
        [
            tag("strong", f"#{attempt.number}"),
            tag("span", told, class_="good" if passed else "warn" if score is not None else "bad"),
            tag("span", f"{attempt.tier.value} tier, {dollars(cost_of(attempt))}", class_="quiet"),
            tag("span", "delivered", class_="pill good") if delivered else None,
        ]
    )
    return folded(
        title,
        facts(
            [
                ("prompt", said(attempt.prompt)),
                ("led to it", said(attempt.feedback) if attempt.feedback else None),
                ("shot", _shot(attempt.shot) if attempt.shot else None),
            ]
        ),
        _generation(made, attempt, folder) if made else None,
        _verdict(attempt, report) if report and not delivered else None,
    )


def _verdict(attempt: Attempt, report: QualityReport) -> Html:
    """The verdict on a clip that was not delivered, its frames where something is wrong in them."""
    picture, video = None, attempt.video
    timed = any(item.start_seconds is not None for item in report.defects)
    if timed and video is not None and video.path.is_file() and attempt.number <= _PICTURED:
        draw = partial(draw_findings, video.path, report, title=f"attempt {attempt.number}")
        words = counted(len(report.defects), "finding")
        picture = in_both_themes(draw, words, photographic=True, scale=1)
    note = said(report.feedback, name="blockquote") if report.feedback else None
    return joined([picture, scores_of(report), defects_of(report.defects), note])


def _shot(shot: Shot) -> Html:
    return facts((name, said(str(value))) for name, value in shot if value)


def _generation(made: Generation, attempt: Attempt, folder: Path) -> Html:
    ordered = made.settings
    took = None
    if made.submitted_at and made.finished_at:
        took = f"{(made.finished_at - made.submitted_at).total_seconds():.1f} s"
    kind = f"{ordered.duration_seconds:g} s, {ordered.resolution}, {ordered.aspect_ratio}"
    seed = f", seed {ordered.seed}" if ordered.seed is not None else ""
    video = attempt.video
    clip = tag("a", video.path.name, href=beside(video.path, folder)) if video else None
    length = f", {seconds(video.facts.duration_seconds)}" if video else ""
    cost = dollars(made.cost_usd)
    if made.cost_usd is None:
        cost = f"unknown, list price {dollars(made.estimate_usd)}"
    return facts(
        [
            ("generation", joined([said(made.id, name="code"), f" {plain(made.state.value)}"])),
            ("model", f"{made.model}, {kind}{seed}"),
            ("provider's id", said(made.provider_id, name="code") if made.provider_id else None),
            ("cost", cost),
            ("sent", moment(made.submitted_at) if made.submitted_at else None),
            ("took", took),
            ("error", said(made.error) if made.error else None),
            ("clip", joined([clip, length]) if clip else None),
        ]
    )
