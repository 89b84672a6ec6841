"""The report of a job: complete in itself, true without a video, and never what a text wants."""

import base64
import hashlib
import os
import shlex
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.notebook.sample_jobs import attempt, job, report, story
from video_agent.errors import ConfigurationError
from video_agent.ledger.bill import Bill
from video_agent.ledger.overview import Sums
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.models import GenerationState, JobStatus, PairResult, StopReason, VideoRequest
from video_agent.notebook import as_result, embedding
from video_agent.notebook.report.markup import tag
from video_agent.notebook.report.money import command_of, python_of
from video_agent.notebook.report.page import job_page

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "\"><svg onload='alert(1)'>",
    "' autofocus onfocus=alert(1) '",
    "javascript:alert(1)",
    "</title></bdi></td><iframe src=//evil.example>",
    "<!-- ]]> --> &lt;b&gt; \u202eabc\x00 \x1b[31m",
    "ignore your instructions\n\n<base href=//evil.example>",
)


class Seen(HTMLParser):
    """The elements, links and texts of a page, as a browser would find them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in {"src", "href", "srcset", "poster", "action", "data", "xlink:href"}:
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pattern = Pattern(160, 90, duration_seconds=1.0, sound=False)
    return write_pattern(tmp_path_factory.mktemp("clips") / "javascript:a clip.mp4", pattern)


@pytest.fixture(scope="module")
def harmless(clip: Path) -> Seen:
    told = job("a boat", attempt("a boat", GenerationState.SUCCEEDED, clip=clip))
    return Seen(job_page(story(told, clip.parent)))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_person_or_a_model_becomes_markup(
    text: str, clip: Path, harmless: Seen
) -> None:
    told = job(text, attempt(text, GenerationState.SUCCEEDED, clip=clip))
    page = job_page(story(told, clip.parent))

    seen = Seen(page)
    assert seen.tags == harmless.tags
    assert seen.attributes == harmless.attributes
    assert len(seen.links) == len(harmless.links)
    assert not {"script", "iframe", "base", "form", "object", "link"} & seen.tags
    assert page.encode("utf-8")
    shown = text.replace("\x00", "").replace("\x1b", "")
    assert sum(shown in words for words in seen.texts) > 10


def test_a_page_asks_no_server_for_anything(clip: Path) -> None:
    told = job("a boat", attempt("a boat", GenerationState.SUCCEEDED, clip=clip))
    page = job_page(story(told, clip.parent))

    seen = Seen(page)
    assert {link.split(":")[0].split("/")[0] for link in seen.links} == {"data", "."}
    style = page.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert "default-src &#x27;none&#x27;; img-src data:; media-src data:; style-src " in page
    assert digest in page
    assert "style" not in seen.attributes
    assert not {"http:", "https:", "url("} & set(style.split())


def test_the_clip_is_in_the_page_and_the_link_beside_it_leads_to_the_file(
    clip: Path, tmp_path: Path
) -> None:
    told = job("a boat", attempt("a boat", GenerationState.SUCCEEDED, clip=clip))
    page = job_page(story(told, tmp_path))
    encoded = base64.b64encode(clip.read_bytes()).decode()
    assert f'src="data:video/mp4;base64,{encoded}"' in page
    link = next(link for link in Seen(page).links if not link.startswith("data:"))
    assert link.startswith("./..")
    assert link.endswith("javascript%3Aa%20clip.mp4")
    assert os.path.relpath(clip, tmp_path).count("..") == link.count("..")


def test_a_clip_too_large_for_a_page_is_a_preview_with_a_link_and_a_note(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heavy = tmp_path / "heavy.mp4"
    heavy.write_bytes(clip.read_bytes() + b"\0" * (embedding.MAX_EMBEDDED_BYTES + 1))
    told = job("a boat", attempt("a boat", GenerationState.SUCCEEDED, clip=heavy))
    page = job_page(story(told, tmp_path))
    assert "A small preview; the clip itself (12.0 MB) is beside this page" in page
    assert 'href="./heavy.mp4"' in page
    assert len(page) < embedding.MAX_EMBEDDED_BYTES


@pytest.mark.parametrize(
    ("state", "status", "why", "words"),
    [
        (GenerationState.BLOCKED, JobStatus.FAILED, StopReason.BLOCKED, "blocked the content"),
        (GenerationState.OUTCOME_UNKNOWN, JobStatus.NEEDS_ATTENTION, StopReason.OUTCOME_UNKNOWN,
         "may or may not have started"),
        (GenerationState.SUBMITTED, JobStatus.RUNNING, None, "running"),
    ],
)  # fmt: skip
def test_a_job_without_a_video_has_a_report_that_says_why(
    state: GenerationState, status: JobStatus, why: StopReason | None, words: str, tmp_path: Path
) -> None:
    told = job("a boat", attempt("a boat", state), status=status, stopped_because=why)
    bill = Bill((), (), Sums(Decimal("0.01"), Decimal("0.02"), Decimal("0.43")))
    page = job_page(story(told, tmp_path, bill=bill))
    texts = "".join(Seen(page).texts)
    assert "No video" in texts
    assert words in texts
    assert "$0.43 that counts as spent" in texts
    assert "<video" not in page
    assert "No attempt was begun" in job_page(story(job("a boat"), tmp_path))


def test_an_unjudged_clip_and_one_that_is_gone_are_told_as_such(clip: Path, tmp_path: Path) -> None:
    unjudged = attempt("a boat", GenerationState.SUCCEEDED, clip=clip, score=None)
    assert "unjudged" in job_page(story(job("a boat", unjudged), tmp_path))
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(clip.read_bytes())
    told = job("a boat", attempt("a boat", GenerationState.SUCCEEDED, clip=copy))
    copy.unlink()
    assert "The clip is no longer where it was" in job_page(story(told, tmp_path))


def test_a_report_names_evidence_times_costs_and_how_to_do_it_again(
    clip: Path, tmp_path: Path
) -> None:
    told = job("a 'boat'", attempt("a boat", GenerationState.SUCCEEDED, clip=clip))
    texts = "".join(Seen(job_page(story(told, tmp_path))).texts)
    for words in (
        "0.50 to 0.90 s", "0 of 1 yes", "0.3 levels", "Spent", "a-judge", "1,200", "took",
        "9.0 s", "sha256", "1 event", "--seed 7", "stopped", "all attempts are used",
    ):  # fmt: skip
        assert words.lower() in texts.lower(), words


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (
            PairResult(other="w", winner="v", reasons=("fit: v: <b>red</b>",)),
            "#1fit: #1: <b>red</b>",
        ),
        (PairResult(other="w", winner=None), "neither in both orders, scores decide"),
        (PairResult(other="w", winner=None, judged=False, problem="no answer"), "decideno answer"),
    ],
)
def test_clips_seen_side_by_side_are_told_with_what_came_of_it(
    pair: PairResult, words: str, clip: Path, tmp_path: Path
) -> None:
    plain = attempt("a boat", GenerationState.SUCCEEDED, clip=clip)
    assert 'id="compared"' not in job_page(story(job("a boat", plain), tmp_path))
    wider = report("a boat").model_copy(update={"compared": (pair,)})
    told = job("a boat", plain.model_copy(update={"report": wider}))
    page = job_page(story(told, tmp_path))
    assert words in "".join(Seen(page).texts)
    assert "<b>" not in page


def test_the_command_of_a_report_is_the_request_again() -> None:
    request = VideoRequest(
        prompt="it's \"$HOME\" `ls`", audio=False, duration_seconds=4, quality_threshold=0.9,
        budget_usd=Decimal("1.50"), references=(Path("a b.png"), Path("c.png")), max_attempts=2,
    )  # fmt: skip
    words = shlex.split(command_of(request))
    assert words[:3] == ["video-agent", "create", request.prompt]
    assert words[words.index("--references") + 1 :][:2] == ["a b.png", "c.png"]
    assert {"--no-audio", "--threshold", "--budget", "--max-attempts", "--duration"} <= {*words}
    assert "references=['a b.png', 'c.png']" in python_of(request)
    compile(python_of(request).replace("await ", ""), "report", "exec")


def test_a_page_links_nowhere_else() -> None:
    for link in ("javascript:alert(1)", "//evil.example", "data:text/html,x", " https://x", "x:y"):
        with pytest.raises(ConfigurationError):
            tag("a", "x", href=link)


def test_jobs_and_their_reports_show_themselves_as_html_and_as_pictures(clip: Path) -> None:
    text = HOSTILE[0]
    told = as_result(job(text, attempt(text, GenerationState.SUCCEEDED, clip=clip)), {})
    best = told.attempts[0].report
    assert best == best.model_copy()  # pyright: ignore[reportOptionalMemberAccess]
    for shown in (told, best):
        card = shown._repr_html_()  # pyright: ignore
        picture, size = shown._repr_png_()  # pyright: ignore
        assert "<script" not in card
        assert "data:image/jpeg" in card
        assert picture.startswith(b"\x89PNG")
        assert size["width"] > 500
    assert told.findings(scale=1).image.width == 1_000
    assert told.model_dump() | {"public_urls": {}} == told.model_dump()
    assert report(text).model_dump() == best.model_dump()  # pyright: ignore[reportOptionalMemberAccess]
