"""Jobs and reports that show themselves: as a card, as pictures, as PNG where there is no HTML."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, PrivateAttr

from video_agent.errors import NotFoundError
from video_agent.models import Job, Publication, QualityReport, Video

if TYPE_CHECKING:
    from video_agent.media.pictures import Picture

_SHARP = 2


class ReportResult(QualityReport):
    """A report that shows itself in notebooks, with everything a `QualityReport` has."""

    _clip: Path | None = PrivateAttr(default=None)
    _title: str = PrivateAttr(default="")

    def scores(self, *, scale: int = _SHARP) -> "Picture":
        """The score and its dimensions as a picture; `scale` 1 is for plain screens."""
        from video_agent.media.pictures import Look, draw_scores

        return draw_scores(self, Look(scale), title=self._title)

    def findings(self, *, scale: int = _SHARP) -> "Picture":
        """The clip's frames with this report's defects marked, as a picture. Blocking.

        Raises:
            NotFoundError: The clip is not known here.
            MediaError: It cannot be read.
        """
        from video_agent.media.pictures import Look, draw_findings

        if self._clip is None:
            raise NotFoundError("there is no clip to this report")
        return draw_findings(self._clip, self, Look(scale), title=self._title)

    def _repr_html_(self) -> str:
        from video_agent.notebook.card import report_html

        return report_html(self, self._clip, self._title)

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        return self.scores().display()


class VideoResult(Job):
    """A job that shows itself in notebooks, with everything a `Job` has.

    `public_urls` are links that work without a login, by the id of the video; a signed link is
    made anew each time a job is looked at. `publications` tell where its videos were uploaded,
    newest first.
    """

    public_urls: dict[str, str] = Field(default_factory=dict)
    publications: tuple[Publication, ...] = ()

    def history(self, *, scale: int = _SHARP) -> "Picture":
        """Score, tier and cost of each attempt as a picture; `scale` 1 is for plain screens."""
        from video_agent.media.pictures import Look, draw_history

        return draw_history(self, Look(scale))

    def findings(self, *, scale: int = _SHARP) -> "Picture":
        """The delivered clip's frames with its defects marked, as a picture. Blocking.

        Raises:
            NotFoundError: There is no clip, or nobody looked at it.
            MediaError: The clip cannot be read.
        """
        return _report_of(self).findings(scale=scale)

    def scores(self, *, scale: int = _SHARP) -> "Picture":
        """The delivered clip's score and its dimensions as a picture.

        Raises:
            NotFoundError: There is no clip, or nobody looked at it.
        """
        return _report_of(self).scores(scale=scale)

    def _repr_html_(self) -> str:
        from video_agent.notebook.card import job_html

        return job_html(self)

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        return self.history().display()


def as_result(
    job: Job, public_urls: Mapping[str, str], publications: tuple[Publication, ...] = ()
) -> VideoResult:
    """The same job, able to show itself; so are its reports."""
    fields: dict[str, Any] = {name: getattr(job, name) for name in Job.model_fields}
    fields["attempts"] = tuple(
        item
        if item.report is None
        else item.model_copy(
            update={
                "report": as_report_result(
                    item.report,
                    item.video.path if item.video else None,
                    title=f"attempt {item.number}",
                )
            }
        )
        for item in job.attempts
    )
    return VideoResult.model_construct(
        **fields, public_urls=dict(public_urls), publications=publications
    )


def as_report_result(
    report: QualityReport, clip: Path | None = None, *, title: str = ""
) -> ReportResult:
    """The same report, able to show itself.

    Args:
        report: The report.
        clip: The video it is about; None: only the numbers are shown.
        title: What stands on its pictures.
    """
    fields: dict[str, Any] = {name: getattr(report, name) for name in QualityReport.model_fields}
    shown = ReportResult.model_construct(**fields)
    shown._clip, shown._title = clip, title  # pyright: ignore[reportPrivateUsage]
    return shown


def public_url(job: Job, video: Video | None) -> str | None:
    """A link to a video of a job that works without a login, where there is one."""
    links = job.public_urls if isinstance(job, VideoResult) else {}
    return links.get(video.id) if video else None


def publications_of(job: Job) -> tuple[Publication, ...]:
    """Where a job's videos were uploaded, newest first, where it is known."""
    return job.publications if isinstance(job, VideoResult) else ()


def _report_of(job: Job) -> ReportResult:
    best = job.best
    if best is None or best.report is None or best.video is None:
        raise NotFoundError("this job has no clip that was looked at")
    return as_report_result(best.report, best.video.path, title=f"attempt {best.number}")
