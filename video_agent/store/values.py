"""Rows as the values the rest of the program knows, and back."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from video_agent.models import (
    Attempt,
    Deliverable,
    Generation,
    GenerationState,
    Job,
    JobStatus,
    MediaFacts,
    QualityReport,
    Shot,
    StopReason,
    Tier,
    Video,
    VideoRequest,
)
from video_agent.store.tables import AttemptRow, JobRow, ReportRow, VideoRow

_NOTHING_STARTED = (GenerationState.REJECTED, GenerationState.NOT_STARTED)


def to_request(row: JobRow) -> VideoRequest:
    """What the person asked for."""
    return VideoRequest.model_validate(row.request)


def to_video(row: VideoRow) -> Video:
    """A stored file with its facts."""
    facts = row.facts or {
        "duration_seconds": row.duration_seconds,
        "width": row.width,
        "height": row.height,
        "fps": row.fps,
        "frame_count": round(row.fps * row.duration_seconds),
        "video_codec": row.video_codec,
        "audio_codec": row.audio_codec,
        "size_bytes": row.size_bytes,
    }
    return Video(
        id=row.id,
        job_id=row.job_id,
        attempt_number=row.attempt_number,
        generation_id=row.generation_id,
        path=Path(row.path),
        sha256=row.sha256,
        facts=MediaFacts.model_validate(facts),
        thumbnail_path=Path(row.thumbnail_path) if row.thumbnail_path else None,
        storage_uri=row.storage_uri,
    )


def video_row(
    video: Video,
    *,
    loudness_lufs: float | None = None,
    source_uri: str | None = None,
    sample_number: int = 1,
) -> VideoRow:
    """The row of a video. `loudness_lufs` is its integrated loudness (ITU-R BS.1770)."""
    facts = video.facts
    return VideoRow(
        id=video.id,
        job_id=video.job_id,
        attempt_number=video.attempt_number,
        generation_id=video.generation_id,
        path=str(video.path),
        sha256=video.sha256,
        size_bytes=facts.size_bytes,
        duration_seconds=facts.duration_seconds,
        width=facts.width,
        height=facts.height,
        fps=facts.fps,
        video_codec=facts.video_codec,
        audio_codec=facts.audio_codec,
        loudness_lufs=loudness_lufs,
        thumbnail_path=str(video.thumbnail_path) if video.thumbnail_path else None,
        source_uri=source_uri,
        storage_uri=video.storage_uri,
        sample_number=sample_number,
        facts=facts.model_dump(mode="json"),
    )


def to_report(row: ReportRow) -> QualityReport:
    """The verdict as it was given."""
    return QualityReport.model_validate(row.report)


def to_attempts(
    attempts: Iterable[AttemptRow],
    generations: Iterable[Generation],
    videos: Iterable[VideoRow],
    reports: Iterable[ReportRow],
) -> tuple[Attempt, ...]:
    """One job's attempts, each with its generation, its video and that video's last report.

    All arguments in the order in which they were made. Of an attempt's generations the one that
    started counts; a clean refusal is shown only when nothing else is there. Of several samples the
    best scored counts, before a verdict the first; of several files of a sample the last.
    """
    started = sorted(generations, key=lambda one: one.state not in _NOTHING_STARTED)
    generation_of = {one.attempt_number: one for one in started}
    report_of = {row.video_id: row for row in reports}
    worst_first = sorted(videos, key=lambda row: (_score(row, report_of), -row.sample_number))
    video_of = {row.attempt_number: row for row in worst_first}
    whole: list[Attempt] = []
    for row in attempts:
        video = video_of.get(row.number)
        report = report_of.get(video.id) if video else None
        whole.append(
            Attempt(
                number=row.number,
                round_number=row.round_number,
                prompt=row.prompt,
                tier=Tier(row.tier),
                shot=Shot.model_validate(row.shot) if row.shot else None,
                feedback=row.feedback,
                generation=generation_of.get(row.number),
                video=to_video(video) if video else None,
                report=to_report(report) if report else None,
            )
        )
    return tuple(whole)


def _score(video: VideoRow, report_of: Mapping[str, ReportRow]) -> float:
    """A video's score; less than any when it has none."""
    report = report_of.get(video.id)
    return -1.0 if report is None or report.score is None else report.score


def to_job(
    row: JobRow,
    attempts: tuple[Attempt, ...] = (),
    *,
    deliverables: tuple[Deliverable, ...] = (),
    cost_usd: Decimal,
    unknown_cost: bool = False,
) -> Job:
    """One request and everything it led to. What it cost is the ledger's to say."""
    message = row.error.get("message") if row.error else None
    return Job(
        id=row.id,
        session_id=row.session_id,
        user_id=row.user_id,
        app_name=row.app_name,
        request=to_request(row),
        status=JobStatus(row.status),
        stopped_because=StopReason(row.stopped_because) if row.stopped_because else None,
        backend=row.backend,
        charged=row.charged,
        cost_usd=cost_usd,
        unknown_cost=unknown_cost,
        best_attempt=row.best_attempt,
        best_score=row.best_score,
        path=Path(row.delivered_path) if row.delivered_path else None,
        deliverables=deliverables,
        attempts=attempts,
        error=None if message is None else str(message),
        priority=row.priority,
        not_before=row.not_before,
        deadline_at=row.deadline_at,
        batch_id=row.batch_id,
        approved_at=row.approved_at,
        cancel_requested_at=row.cancel_requested_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
