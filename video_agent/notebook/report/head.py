"""The top of a report: the request, the clip, the verdict."""

from pathlib import Path

from video_agent.models import Job, VideoRequest
from video_agent.notebook.report.figures import bar, beside, player
from video_agent.notebook.report.markup import Content, Html, joined, said, tag
from video_agent.notebook.report.wording import (
    NEXT,
    WHY,
    dollars,
    facts,
    folded,
    moment,
    plain,
    score_word,
    seconds,
)
from video_agent.notebook.result import public_url, publications_of

_SHORT_PROMPT = 140


def head_of(job: Job) -> Html:
    """The person's words and what became of them."""
    word, colour = score_word(job)
    return tag(
        "header",
        tag("p", "Video Agent report", class_="over"),
        tag("h1", job.request.prompt, class_=_size(job.request.prompt), dir="auto"),
        tag(
            "p",
            tag("span", plain(job.status.value), class_=f"pill {colour}"),
            tag("span", word, class_="quiet") if word != "no video" or job.path else None,
            tag("span", moment(job.created_at), class_="quiet"),
            class_="line",
        ),
    )


def _size(prompt: str) -> str:
    return "said" if len(prompt) <= _SHORT_PROMPT else "said long"


def outcome_of(job: Job, folder: Path) -> Html:
    """The delivered clip beside the verdict. Blocking."""
    still = next((made.path for made in job.deliverables if made.kind == "thumbnail"), None)
    clip = player(job.path, folder, still) if job.path else _no_clip(job)
    tall = job.request.aspect_ratio == "9:16"
    return tag(
        "section",
        tag("div", clip, class_="clip"),
        tag("div", _score(job), _summary(job), class_="verdict"),
        id="outcome",
        class_="outcome tall" if tall else "outcome",
    )


def _no_clip(job: Job) -> Html:
    why = WHY[job.stopped_because.value] if job.stopped_because else plain(job.status.value)
    error = said(job.error, name="p") if job.error else None
    return tag("div", tag("strong", "No video"), tag("p", why), error, class_="empty")


def _score(job: Job) -> Html:
    word, colour = score_word(job)
    threshold = job.request.quality_threshold
    if job.best_score is None:
        quiet = tag("span", f"threshold {threshold:.2f}", class_="quiet")
        return tag("p", tag("span", word, class_=f"score {colour}"), quiet, class_="line")
    label = f"score {job.best_score:.2f}, threshold {threshold:.2f}"
    report = job.best.report if job.best else None
    give = f"± {report.uncertainty:.2f} " if report is not None and report.uncertainty else ""
    return joined(
        [
            tag(
                "p",
                tag("span", f"{job.best_score:.2f}", class_=f"score {colour}"),
                tag("span", f"{give}of {threshold:.2f}: {word}", class_="quiet"),
                class_="line",
            ),
            bar(job.best_score, colour, mark=threshold, label=label),
        ]
    )


def _summary(job: Job) -> Html:
    money = f"{dollars(job.cost_usd)} of {dollars(job.request.budget_usd)}"
    if not job.charged:
        money += " at list prices; the studio stood in, nothing was charged"
    if job.unknown_cost:
        money += " (a part is unknown and counts as spent)"
    best = f", number {job.best_attempt} delivered" if job.best_attempt and job.path else ""
    count = f"{len(job.attempts)} of {job.request.max_attempts}{best}"
    return facts(
        [
            ("stopped", WHY[job.stopped_because.value] if job.stopped_because else None),
            ("next", NEXT.get(job.status.value)),
            ("attempts", count),
            ("cost", money),
            ("made by", ", ".join(sorted({_maker(job)}))),
            ("asked for", _asked(job.request)),
            ("error", said(job.error) if job.error and job.path else None),
            *_places(job),
        ]
    )


def _maker(job: Job) -> str:
    made = next((item.generation for item in job.attempts if item.generation), None)
    model = made.model if made else job.request.model or "no model yet"
    return f"{model} on {plain(job.backend)}"


def _asked(request: VideoRequest) -> str:
    parts = [
        f"{request.duration_seconds:g} s",
        request.resolution,
        request.aspect_ratio,
        "with sound" if request.audio else "silent",
        request.style or "",
        "" if request.task == "text_to_video" else plain(request.task),
        f"{request.candidates} side by side" if request.candidates > 1 else "",
    ]
    return ", ".join(part for part in parts if part)


def _places(job: Job) -> list[tuple[str, Content]]:
    """Where else the clip is. A link is one only where it is https or http."""
    video = job.best.video if job.best else None
    found: list[tuple[str, Content]] = []
    if video is not None and video.storage_uri:
        found.append(("stored", said(video.storage_uri, name="code")))
    link = public_url(job, video)
    if link is not None and link.startswith(("https://", "http://")):
        found.append(("link", tag("a", "the stored video", href=link, rel="noreferrer")))
    for one in publications_of(job):
        words = f"{one.target}: {plain(one.state.value)}, {one.details.privacy}"
        url = one.url if one.url and one.url.startswith("https://") else None
        shown = tag("a", words, href=url, rel="noreferrer") if url else words
        found.append(("published", shown))
    return found


def request_of(job: Job) -> Html:
    """Every field of the request that was set, folded."""
    given = job.request.model_dump(exclude_defaults=True, exclude={"prompt"})
    rows = [(plain(name), said(str(value))) for name, value in given.items()]
    rows += [("user", said(job.user_id)), ("job", said(job.id, name="code"))]
    return folded("request as it was given", facts([("prompt", said(job.request.prompt)), *rows]))


def files_of(job: Job, folder: Path) -> Html:
    """The delivered clip and what was made from it: links relative to the page, with digests."""
    video = job.best.video if job.best else None
    rows: list[tuple[str, Content]] = []
    if job.path is not None:
        measured = video.facts if video else None
        kind = "" if measured is None else (
            f", {seconds(measured.duration_seconds)}, {measured.width} x {measured.height}, "
            f"{measured.fps:g} fps, {measured.video_codec}, {measured.audio_codec or 'silent'}"
        )  # fmt: skip
        digest = f"sha256 {video.sha256}" if video else ""
        link = tag("a", job.path.name, href=beside(job.path, folder))
        rows.append(("delivered", joined([link, kind, tag("br"), tag("code", digest)])))
    for made in job.deliverables:
        if made.path != job.path:
            level = "" if made.loudness_lufs is None else f", {made.loudness_lufs:.1f} LUFS"
            link = tag("a", made.path.name, href=beside(made.path, folder))
            rows.append((plain(made.kind), joined([link, level])))
    return folded("files", facts(rows)) if rows else Html()
