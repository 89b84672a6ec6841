"""The page as a whole: its head, its parts in their order, what it is allowed to do (nothing)."""

import base64
import hashlib
from importlib.resources import files

from video_agent.notebook.report.attempts import attempts_of
from video_agent.notebook.report.compared import compared_of
from video_agent.notebook.report.head import files_of, head_of, outcome_of, request_of
from video_agent.notebook.report.markup import Html, clean, joined, tag
from video_agent.notebook.report.money import again_of, foot_of, money_of, timeline_of
from video_agent.notebook.report.story import JobStory
from video_agent.notebook.report.verdict import verdict_of

_LONGEST_TITLE = 80


def job_page(story: JobStory) -> str:
    """The report of a job as one HTML document. Blocking: it reads the clip and draws.

    The page may load nothing, run nothing and send nothing: its policy allows the pictures, clips
    and the one style that it contains.

    Raises:
        VideoAgentError: A clip is damaged in a way that cannot be told in its place.
    """
    job = story.job
    body = joined(
        [
            head_of(job),
            outcome_of(job, story.folder),
            verdict_of(job),
            attempts_of(job, story.folder),
            compared_of(job),
            money_of(job, story.bill),
            timeline_of(job, story.events),
            again_of(job, story.versions),
            tag("section", request_of(job), files_of(job, story.folder), id="files"),
            foot_of(job),
        ]
    )
    page = tag("html", _head(job.request.prompt), tag("body", tag("main", body)), lang="en")
    return f"<!doctype html>\n{page}\n"


def _head(prompt: str) -> Html:
    style = files("video_agent.notebook.report").joinpath("report.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data:; media-src data:; "
        f"style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    title = " ".join(clean(prompt).split())[:_LONGEST_TITLE]
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Html(style)),
    )
