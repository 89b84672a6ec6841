"""What a job leaves behind: attempts, videos, reports, charges. Lists come in the order made."""

from decimal import Decimal
from typing import NamedTuple, Required, TypedDict, TypeVar, Unpack

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.errors import NotFoundError
from video_agent.models import Attempt, Generation, QualityReport, Shot, Tier, Video, utc_now
from video_agent.store.column_types import nano_dollars
from video_agent.store.database import Database
from video_agent.store.tables import (
    AttemptRow,
    ChargeRow,
    JobRow,
    JsonObject,
    ReportRow,
    VideoRow,
)
from video_agent.store.values import to_attempts, to_video, video_row

RowT = TypeVar("RowT", AttemptRow, VideoRow, ReportRow, ChargeRow)


class AttemptWording(TypedDict):
    """What an attempt asks for: the prompt that is sent, what it was made from and led to it.

    Attempts that are made side by side have one `round_number`.
    """

    round_number: int | None
    prompt: str
    tier: Tier
    shot: Shot | None
    feedback: str | None


class AttemptOpening(TypedDict, total=False):
    """The same for a new attempt: what is left out has its default."""

    round_number: int | None
    prompt: Required[str]
    tier: Tier
    shot: Shot | None
    feedback: str | None


class ChargeTotal(NamedTuple):
    """What a job's language-model calls cost: known dollars, calls, calls of unknown price."""

    usd: Decimal
    calls: int
    unknown: int


async def add_attempt(
    database: Database,
    job_id: str,
    *,
    number: int | None = None,
    **opening: Unpack[AttemptOpening],
) -> AttemptRow:
    """Open the job's next attempt; numbers are 1, 2, 3 without gaps, whoever asks at once.

    `number` is what the caller saw as the next one: when somebody else has opened that attempt
    meanwhile, it is returned as it is, so that two who saw the same open only one.

    Raises:
        NotFoundError: There is no such job.
        StoreError: The database refused.
    """
    async with database.write() as session:
        last = await _last_number(session, job_id)
        if number is not None and number <= last:
            return await _attempt(session, job_id, number)
        row = AttemptRow(
            job_id=job_id,
            number=last + 1,
            round_number=opening.get("round_number"),
            prompt=opening["prompt"],
            shot=_document(opening.get("shot")),
            feedback=opening.get("feedback"),
            tier=opening.get("tier", Tier.FINAL).value,
        )
        session.add(row)
    return row


async def rewrite_attempt(
    database: Database,
    job_id: str,
    number: int,
    **wording: Unpack[AttemptWording],
) -> AttemptRow:
    """Say anew what an attempt asks for: one whose submit was refused may be sent differently.

    Raises:
        NotFoundError: There is no such attempt.
        StoreError: The database refused.
    """
    async with database.write() as session:
        row = await _attempt(session, job_id, number)
        row.round_number = wording["round_number"]
        row.prompt, row.tier = wording["prompt"], wording["tier"].value
        row.shot, row.feedback = _document(wording["shot"]), wording["feedback"]
    return row


async def finish_attempt(database: Database, job_id: str, number: int) -> AttemptRow:
    """Mark an attempt as done; the first time counts.

    Raises:
        NotFoundError: There is no such attempt.
        StoreError: The database refused.
    """
    async with database.write() as session:
        row = await _attempt(session, job_id, number)
        row.finished_at = row.finished_at or utc_now()
    return row


async def reopen_attempt(database: Database, job_id: str, number: int) -> AttemptRow:
    """Mark an attempt as not done after all.

    Raises:
        NotFoundError: There is no such attempt.
        StoreError: The database refused.
    """
    async with database.write() as session:
        row = await _attempt(session, job_id, number)
        row.finished_at = None
    return row


async def list_attempts(database: Database, job_id: str) -> list[AttemptRow]:
    """The job's attempts by number."""
    query = select(AttemptRow).where(col(AttemptRow.job_id) == job_id)
    async with database.read() as session:
        return list(await session.exec(query.order_by(col(AttemptRow.number))))


async def insert_video(
    database: Database,
    video: Video,
    *,
    loudness_lufs: float | None = None,
    source_uri: str | None = None,
) -> Video:
    """Store a finished video. The same bytes of the same generation are stored once.

    Returns:
        The stored video: the first one when these bytes were there already.

    Raises:
        StoreError: The database refused.
    """
    same = select(VideoRow).where(
        col(VideoRow.generation_id) == video.generation_id, col(VideoRow.sha256) == video.sha256
    )
    async with database.write() as session:
        present = (await session.exec(same)).first()
        if present is None:
            row = video_row(video, loudness_lufs=loudness_lufs, source_uri=source_uri)
            try:
                async with session.begin_nested():
                    session.add(row)
            except IntegrityError:  # another process stored them between our look and our insert
                present = (await session.exec(same)).first()
                if present is None:
                    raise
    return video if present is None else to_video(present)


async def get_video(database: Database, video_id: str) -> Video:
    """One video.

    Raises:
        NotFoundError: There is none.
        StoreError: The database refused.
    """
    row = await database.reading(lambda session: session.get(VideoRow, video_id))
    if row is None:
        raise NotFoundError(f"there is no video {video_id}")
    return to_video(row)


async def list_videos(database: Database, job_id: str) -> list[VideoRow]:
    """The job's videos."""
    async with database.read() as session:
        return await _of_job(session, VideoRow, job_id)


async def insert_report(database: Database, video: Video, report: QualityReport) -> ReportRow:
    """Store a verdict on a video. A video may be judged more than once; the last one counts.

    Raises:
        StoreError: The database refused.
    """
    row = ReportRow(
        job_id=video.job_id,
        video_id=video.id,
        attempt_number=video.attempt_number,
        score=report.score,
        passed=report.passed,
        threshold=report.threshold,
        report=report.model_dump(mode="json"),
        judge_model=report.judge_model,
        cost_usd=None if report.cost_usd is None else nano_dollars(report.cost_usd),
    )
    await database.writing(lambda session: session.add(row))
    return row


async def latest_report(database: Database, video_id: str) -> ReportRow | None:
    """The last verdict on a video, if any."""
    query = select(ReportRow).where(col(ReportRow.video_id) == video_id)
    query = query.order_by(col(ReportRow.created_at).desc(), col(ReportRow.id).desc())
    return await database.reading(lambda session: session.exec(query.limit(1)).first())


async def list_reports(database: Database, job_id: str) -> list[ReportRow]:
    """The job's verdicts."""
    async with database.read() as session:
        return await _of_job(session, ReportRow, job_id)


async def list_charges(database: Database, job_id: str) -> list[ChargeRow]:
    """The job's language-model calls."""
    async with database.read() as session:
        return await _of_job(session, ChargeRow, job_id)


async def total_charges(database: Database, job_id: str) -> ChargeTotal:
    """What the job's language-model calls cost."""
    cost = col(ChargeRow.cost_usd)
    query = select(func.sum(cost), func.count(), func.count(cost))
    async with database.read() as session:
        row = (await session.exec(query.where(col(ChargeRow.job_id) == job_id))).one()
    usd, calls, known = row
    return ChargeTotal(usd or Decimal(0), calls, calls - known)


async def load_attempts(
    database: Database, job_id: str, generations: list[Generation]
) -> tuple[Attempt, ...]:
    """The job's attempts as whole values. `generations` comes from the ledger."""
    async with database.read() as session:
        attempts = await _of_job(session, AttemptRow, job_id)
        videos = await _of_job(session, VideoRow, job_id)
        reports = await _of_job(session, ReportRow, job_id)
    attempts.sort(key=lambda row: row.number)
    return to_attempts(attempts, generations, videos, reports)


async def _of_job(session: AsyncSession, table: type[RowT], job_id: str) -> list[RowT]:
    query = select(table).where(col(table.job_id) == job_id)
    return list(await session.exec(query.order_by(col(table.created_at), col(table.id))))


async def _last_number(session: AsyncSession, job_id: str) -> int:
    """The number of the job's last attempt, 0 without any; others who ask have to wait."""
    job = select(JobRow.id).where(col(JobRow.id) == job_id).with_for_update()
    if (await session.exec(job)).first() is None:
        raise NotFoundError(f"there is no job {job_id}")
    highest = select(func.max(AttemptRow.number)).where(col(AttemptRow.job_id) == job_id)
    return (await session.exec(highest)).one() or 0


async def _attempt(session: AsyncSession, job_id: str, number: int) -> AttemptRow:
    query = select(AttemptRow).where(
        col(AttemptRow.job_id) == job_id, col(AttemptRow.number) == number
    )
    row = (await session.exec(query.with_for_update())).first()
    if row is None:
        raise NotFoundError(f"job {job_id} has no attempt {number}")
    return row


def _document(shot: Shot | None) -> JsonObject | None:
    return shot.model_dump(mode="json") if shot else None
