"""Jobs watched from outside: their events as they become true, and progress between them.

No row exists for a poll of the provider. While a generation is under way its progress is estimated
here, from when it was submitted and how long its model usually takes.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from video_agent.catalog import Catalog
from video_agent.ledger.facts import load_facts
from video_agent.ledger.polling import PollingPolicy
from video_agent.models import (
    RESTING_STATUSES,
    GenerationState,
    Job,
    JobEvent,
    JobStatus,
    ProgressEvent,
    utc_now,
)
from video_agent.store import Database
from video_agent.store.events import events_of
from video_agent.store.job_lists import events_of_all, last_sequence

_SHORTEST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 0.7
_SLOWER = 1.25
_DELIVERING = (JobStatus.SUCCEEDED, JobStatus.STOPPED)
_PATIENCE_SECONDS = 60.0
_OVERLAP = 1_000

StillWorking = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class Expectations:
    """How long generations usually take, in seconds.

    Args:
        catalog: Knows each model's latency.
    """

    catalog: Catalog

    def policy(self, model_id: str, *, charged: bool) -> PollingPolicy:
        """The policy whose estimate fits: a service on this machine is quick."""
        model = self.catalog.entry(model_id)
        if not charged or model is None or model.video is None:
            return PollingPolicy.quick()
        return PollingPolicy.for_latency(model.video.latency_seconds)


@dataclass
class _UnderWay:
    """The generations that run at the provider now, by what the events told of them."""

    expectations: Expectations
    charged: bool
    running: dict[str, tuple[int | None, datetime, PollingPolicy]] = field(
        default_factory=dict[str, tuple[int | None, datetime, PollingPolicy]]
    )

    def note_job(self, job: Job) -> None:
        for attempt in job.attempts:
            made = attempt.generation
            if made is not None and made.state is GenerationState.SUBMITTED:
                self._begin(made.id, made.model, attempt.number, made.submitted_at or utc_now())

    def note(self, event: JobEvent) -> None:
        told = event.event
        if told.kind != "generation":
            return
        generation_id = str(told.data.get("generation_id"))
        if told.data.get("state") == GenerationState.SUBMITTED.value:
            model = str(told.data.get("model"))
            self._begin(generation_id, model, told.attempt_number, event.created_at)
        else:
            self.running.pop(generation_id, None)

    def progress(self, sequence: int) -> list[JobEvent]:
        now = utc_now()
        return [
            JobEvent(
                sequence=sequence,
                created_at=now,
                event=ProgressEvent(
                    kind="poll",
                    message="generating",
                    attempt_number=number,
                    fraction=policy.estimated_progress(max(0.0, (now - since).total_seconds())),
                    data={"generation_id": generation_id},
                ),
            )
            for generation_id, (number, since, policy) in self.running.items()
        ]

    def _begin(self, generation_id: str, model: str, number: int | None, at: datetime) -> None:
        policy = self.expectations.policy(model, charged=self.charged)
        self.running[generation_id] = (number, at, policy)


async def follow(
    database: Database,
    job_id: str,
    expectations: Expectations,
    *,
    after: int = 0,
    still_working: StillWorking,
) -> AsyncGenerator[JobEvent]:
    """A job's events, at most one second late, until it rests.

    Between them come `poll` events with an estimated fraction; they carry the sequence number of
    the event before them and are kept nowhere. `after` leaves out the events up to that number;
    `still_working` tells whether workers still make something from a video that was delivered.

    Raises:
        NotFoundError, StoreError: There is no such job; the database refused.
    """
    job = (await load_facts(database, job_id)).job
    under_way = _UnderWay(expectations, job.charged)
    under_way.note_job(job)
    status, quiet_since, pause_seconds = job.status, time.monotonic(), _SHORTEST_PAUSE_SECONDS
    while True:
        events = await events_of(database, job_id, after=after)
        for event in events:
            after = event.sequence
            status = _status_told(event, status)
            under_way.note(event)
            yield event
        if events:
            quiet_since, pause_seconds = time.monotonic(), _SHORTEST_PAUSE_SECONDS
            continue
        quiet_seconds = time.monotonic() - quiet_since
        if status in RESTING_STATUSES and await _is_over(status, quiet_seconds, still_working):
            break
        for event in under_way.progress(after):
            yield event
        await asyncio.sleep(pause_seconds)
        pause_seconds = min(_LONGEST_PAUSE_SECONDS, pause_seconds * _SLOWER)
    for event in await events_of(database, job_id, after=after):
        yield event


async def follow_all(
    database: Database, *, user_id: str | None = None, after: int | None = None
) -> AsyncGenerator[JobEvent]:
    """Events of all jobs as they come, at most one second late, for ever.

    Args:
        database: Where they are.
        user_id: Only those of this user's jobs.
        after: Begin after this number; None: with what happens from now on.

    Raises:
        StoreError: The database refused.
    """
    highest = await last_sequence(database) if after is None else after
    floor, seen = highest, set[int]()
    if after is None:
        earlier = await events_of_all(database, after=highest - _OVERLAP, user_id=user_id)
        floor, seen = highest - _OVERLAP, {event.sequence for event in earlier}
    while True:
        # A commit may come later than one with a higher number: look back, leave out what was seen.
        events = await events_of_all(database, after=floor, seen=seen, user_id=user_id)
        for event in events:
            highest = max(highest, event.sequence)
            seen.add(event.sequence)
            yield event
        floor = max(floor, highest - _OVERLAP)
        seen = {number for number in seen if number > floor}
        if not events:
            await asyncio.sleep(_LONGEST_PAUSE_SECONDS)


def _status_told(event: JobEvent, before: JobStatus) -> JobStatus:
    state = event.event.data.get("state")
    return JobStatus(str(state)) if event.event.kind == "status" else before


async def _is_over(status: JobStatus, quiet_seconds: float, still_working: StillWorking) -> bool:
    if status not in _DELIVERING or quiet_seconds >= _PATIENCE_SECONDS:
        return True
    return not await still_working()
