"""Our own books as they stand: read straight from the tables, past the code that keeps them."""

from dataclasses import dataclass
from types import TracebackType

from sqlmodel import col, select

from video_agent.models import RESTING_STATUSES, GenerationState, JobStatus
from video_agent.store import Database
from video_agent.store.job_tables import DeliverableRow
from video_agent.store.tables import (
    AttemptRow,
    ChargeRow,
    GenerationRow,
    JobRow,
    ReportRow,
    VideoRow,
)

_DELIVERING = (JobStatus.SUCCEEDED.value, JobStatus.STOPPED.value)
_MADE = ("thumbnail", "contact_sheet")
_UNDECIDED = (GenerationState.INTENDED, GenerationState.OUTCOME_UNKNOWN)


@dataclass(frozen=True)
class Snapshot:
    """Every row that matters, at one moment."""

    jobs: tuple[JobRow, ...]
    attempts: tuple[AttemptRow, ...]
    generations: tuple[GenerationRow, ...]
    videos: tuple[VideoRow, ...]
    reports: tuple[ReportRow, ...]
    charges: tuple[ChargeRow, ...]


class Books:
    """A database of ours, looked at from outside. Use it as a context manager."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)

    async def __aenter__(self) -> "Books":
        await self._database.prepare()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._database.close()

    async def unfinished(self) -> int:
        """How many jobs neither ended nor wait for a person."""
        resting = [status.value for status in RESTING_STATUSES]
        async with self._database.read() as session:
            found = await session.exec(select(JobRow.id).where(col(JobRow.status).not_in(resting)))
            return len(found.all())

    async def lacking(self) -> int:
        """How many delivered jobs still lack what is made from their video."""
        async with self._database.read() as session:
            delivered = await session.exec(
                select(JobRow.best_video_id).where(
                    col(JobRow.status).in_(_DELIVERING), col(JobRow.delivered_path).is_not(None)
                )
            )
            made = await session.exec(select(DeliverableRow.video_id, DeliverableRow.kind))
            there = set(made.all())
            return sum((video, kind) not in there for video in delivered for kind in _MADE)

    async def undecided(self, generation_id: str) -> bool:
        """Whether we do not know (yet) what became of a generation that was claimed."""
        async with self._database.read() as session:
            row = await session.get(GenerationRow, generation_id)
        return row is not None and row.state in _UNDECIDED

    async def snapshot(self) -> Snapshot:
        """Everything."""
        async with self._database.read() as session:
            return Snapshot(
                jobs=tuple((await session.exec(select(JobRow))).all()),
                attempts=tuple((await session.exec(select(AttemptRow))).all()),
                generations=tuple((await session.exec(select(GenerationRow))).all()),
                videos=tuple((await session.exec(select(VideoRow))).all()),
                reports=tuple((await session.exec(select(ReportRow))).all()),
                charges=tuple((await session.exec(select(ChargeRow))).all()),
            )
