"""The middle of a report: frames with findings, score bars, the judge's answers, the signals."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from video_agent.media.pictures import draw_findings
from video_agent.media.pictures.marks import worst_first
from video_agent.media.pictures.scores import of_origin, share_of
from video_agent.models import Defect, Dimension, Job, JudgeAnswer, QualityReport, Signal
from video_agent.notebook.card import insights_text
from video_agent.notebook.report.figures import bar, in_both_themes
from video_agent.notebook.report.markup import Html, joined, said, tag
from video_agent.notebook.report.wording import (
    counted,
    dollars,
    folded,
    plain,
    seconds,
    section,
    table,
)

_ORIGINS = {"judge": "judged", "signals": "measured"}


def verdict_of(job: Job) -> Html:
    """Everything the verdict on the delivered clip rests on. Blocking.

    Empty when nobody looked at a clip.
    """
    best = job.best
    if best is None or best.report is None:
        return Html()
    report, clip = best.report, best.video.path if best.video else None
    title = f"attempt {best.number}"
    return joined(
        [
            _frames(report, clip, title),
            section("Score", scores_of(report), _feedback(report), anchor="score"),
            _answers(report.answers),
            _signals(report),
        ]
    )


def scores_of(report: QualityReport) -> Html:
    """Dimensions with weight, bar, threshold and evidence."""
    if not report.dimensions:
        return tag("p", "Nothing was scored.", class_="note")
    rows: list[tuple[Html | str, ...]] = []
    for origin, word in _ORIGINS.items():
        items = of_origin(report, origin)
        for item in items:
            rows.append(_score_row(item, items, word, report.threshold))  # noqa: PERF401
    heads = ("dimension", "from", "weight", "score", "", "evidence")
    return table(heads, rows, kind="scores")


def _score_row(
    item: Dimension, among: Sequence[Dimension], word: str, threshold: float
) -> tuple[Html | str, ...]:
    kind = "judge" if item.origin == "judge" else "measured"
    label = f"{plain(item.name)} {item.score:.2f}, threshold {threshold:.2f}"
    return (
        tag("strong", plain(item.name)),
        word,
        f"{share_of(item, among):.0%}",
        f"{item.score:.2f}",
        bar(item.score, kind, mark=threshold, label=label),
        said(item.evidence),
    )


def defects_of(defects: Sequence[Defect]) -> Html:
    """What is wrong, the worst first, with its place in time."""
    if not defects:
        return tag("p", "No defect was found.", class_="note")
    rows = [
        (
            str(number),
            tag("strong", plain(item.kind)),
            said(item.description),
            seconds(item.start_seconds, item.end_seconds) or "whole clip",
            f"{item.severity:.2f}",
            bar(item.severity, "bad", label=f"severity {item.severity:.2f}"),
            item.origin,
        )
        for number, item in enumerate(worst_first(defects), 1)
    ]
    return table(("", "finding", "what is seen", "when", "severity", "", "found by"), rows)


def _frames(report: QualityReport, clip: Path | None, title: str) -> Html:
    count = len(report.defects)
    words = f"Frames, {counted(count, 'finding')}"
    if clip is None or not clip.is_file():
        picture = tag("p", "The clip is no longer where it was.", class_="note")
    else:
        draw = partial(draw_findings, clip, report, title=title)
        picture = in_both_themes(draw, f"{words}, marked in the clip's frames", photographic=True)
    text = folded("findings in words", defects_of(report.defects)) if count else None
    return section(words, picture, text, anchor="frames")


def _feedback(report: QualityReport) -> Html:
    times = f", asked {report.repeats} times" if report.repeats > 1 else ""
    judge = f"{report.judge_model}{times}, {dollars(report.cost_usd)}" if report.judge_model else ""
    missing = ", ".join(report.not_measured)
    seen = [
        tag("p", tag("strong", item.service), " ", said(insights_text(item)))
        for item in report.insights
    ]
    return joined(
        [
            tag("h3", "The reviewer's note") if report.feedback else None,
            said(report.feedback, name="blockquote") if report.feedback else None,
            *seen,
            tag("p", f"Judge: {judge}.", class_="quiet") if judge else None,
            tag("p", f"Not measured: {missing}.", class_="quiet") if missing else None,
        ]
    )


def _answers(answers: Sequence[JudgeAnswer]) -> Html:
    if not answers:
        return Html()
    yes = sum(answer.satisfied for answer in answers)
    rows = [
        (
            tag("span", "yes" if answer.satisfied else "no",
                class_="good" if answer.satisfied else "bad"),
            said(answer.question),
            said(answer.evidence),
            seconds(answer.time_seconds),
        )
        for answer in sorted(answers, key=lambda one: one.satisfied)
    ]  # fmt: skip
    title = f"What the judge was asked: {yes} of {len(answers)} yes"
    heads = ("answer", "question", "evidence", "when")
    return section(title, table(heads, rows, kind="answers"), anchor="answers")


def _signals(report: QualityReport) -> Html:
    if not report.signals:
        return Html()
    weakest = sorted(report.signals, key=lambda one: (one.score is None, one.score or 0.0))
    failed = sum(signal.passed is False for signal in report.signals)
    heads = ("signal", "value", "better", "score", "", "", "source")
    body = table(heads, [_signal_row(signal) for signal in weakest], kind="signals")
    words = f"{counted(len(report.signals), 'signal')}, {failed or 'none'} weak; the weakest first"
    return section("Signals", folded(words, body), anchor="signals")


def _signal_row(signal: Signal) -> tuple[Html | str, ...]:
    word, kind = {True: ("ok", "good"), False: ("weak", "bad"), None: ("", "")}[signal.passed]
    better = {"higher": "higher", "lower": "lower", "range": "in range"}[signal.direction]
    return (
        plain(signal.name),
        f"{signal.value:.4g} {signal.unit}".strip(),
        better,
        "" if signal.score is None else f"{signal.score:.2f}",
        "" if signal.score is None else bar(signal.score, kind or "measured"),
        tag("span", word, class_=kind or None),
        said(signal.source),
    )
