"""Which chores an executor does, and when."""

from video_agent.jobs.books import KeepsBooks
from video_agent.jobs.client import EngineClient
from video_agent.jobs.left_behind import (
    ClipsLeftAlone,
    Homecoming,
    LostStarts,
    OrphanedIntents,
    StaleClaims,
)
from video_agent.jobs.retention import Retention
from video_agent.jobs.sweeper import Chore, Pace, Sweeper
from video_agent.jobs.tickets import LostTickets, PassedDeadlines
from video_agent.jobs.turn_taking import NamedLease
from video_agent.jobs.work import Work
from video_agent.settings import Settings
from video_agent.store import Database

_MARGIN_SECONDS = 60.0


def sweeper_for(
    settings: Settings,
    backend: str,
    work: Work,
    *,
    database: Database,
    client: EngineClient,
    holder: str,
) -> Sweeper:
    """The sweeper of one executor; of all that serve a backend, one sweeps at a time.

    Args:
        settings: Time-outs and retention.
        backend: Whose jobs and generations.
        work: Gives up jobs and brings clips home; the books it keeps, if any, are swept too.
        database: Ours.
        client: The engine's.
        holder: Who we are; random.
    """
    chores: list[Chore] = [
        PassedDeadlines(database, backend),
        LostTickets(database, client, backend, work),
    ]
    if isinstance(work, KeepsBooks):
        books, homecoming = work.books(), Homecoming(database, client, work)
        claim_seconds = settings.submit_timeout_seconds + _MARGIN_SECONDS
        silent_seconds = settings.poll_deadline_seconds + _MARGIN_SECONDS
        chores += [
            StaleClaims(database, books, claim_seconds),
            LostStarts(database, books, client, homecoming),
            ClipsLeftAlone(database, books, homecoming, silent_seconds),
            OrphanedIntents(database, books),
        ]
    chores.append(Retention(database, client, backend, settings.retention_days))
    pace = Pace()
    lease = NamedLease(database, f"sweeping {backend}", holder=holder, seconds=pace.lease)
    return Sweeper(lease, chores, pace)
