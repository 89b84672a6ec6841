"""Observed latencies: noted from the polls, kept per backend, model and tier, learned from.

Nothing here may cost a job: when the database refuses, a line is logged and the back-off followed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, delete
from sqlmodel import col, select

from video_agent.catalog import Latency
from video_agent.errors import StoreError
from video_agent.ledger.polling import PollingPolicy
from video_agent.models import GenerationUpdate
from video_agent.ports import Clock
from video_agent.store.database import Database
from video_agent.store.latency_tables import LatencyRow
from video_agent.store.tables import GenerationRow

if TYPE_CHECKING:
    from video_agent.ledger.poll_planning import PollPlan

KEPT_OBSERVATIONS = 500
_LATE_SECONDS = 5.0

logger = logging.getLogger(__name__)


class LatencyKey(NamedTuple):
    """Whose latencies belong together."""

    backend: str
    model: str
    tier: str

    @classmethod
    def of(cls, row: GenerationRow) -> "LatencyKey":
        """The key of a generation."""
        return cls(row.backend, row.model, str(row.settings.get("tier", "")))


class LatencyBook:
    """What one database knows about latencies. Share one object in a process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._plans: dict[LatencyKey, _Learned] = {}

    async def informed(self, policy: PollingPolicy, key: LatencyKey, rng: Random) -> PollingPolicy:
        """The policy with the schedule learned for this key, drawn for one generation.

        Unchanged while too little is known, and for a policy that does not learn.
        """
        if policy.catalog_latency is None:
            return policy
        try:
            plan = await self._plan(key, policy.catalog_latency)
        except StoreError as error:
            logger.warning("observed latencies cannot be read, following the back-off: %s", error)
            return policy
        if plan is None:
            return policy
        return replace(policy, schedule=plan.draw(rng), expected_seconds=plan.median_seconds)

    async def note(self, generation_id: str, key: LatencyKey, polls: "BracketingPoll") -> None:
        """Keep when a generation that succeeded had finished, if its polls tell.

        Polls that came much later than planned (a resumed job, a service that did not answer) tell
        nothing. The newest 500 of a key are kept.
        """
        if not polls.tells_latency:
            return
        row = LatencyRow(
            generation_id=generation_id,
            backend=key.backend,
            model=key.model,
            tier=key.tier,
            lower_seconds=polls.lower_seconds,
            upper_seconds=polls.upper_seconds,
        )
        try:
            await self._keep(row, key)
        except StoreError as error:
            logger.warning("latency of generation %s is not kept: %s", generation_id, error)

    async def _keep(self, row: LatencyRow, key: LatencyKey) -> None:
        newest = select(LatencyRow.generation_id).where(*_belonging_to(key)).order_by(*_NEWEST)
        surplus = newest.offset(KEPT_OBSERVATIONS).limit(KEPT_OBSERVATIONS)
        async with self._database.write() as session:
            if await session.get(LatencyRow, row.generation_id) is not None:
                return
            session.add(row)
            await session.flush()
            old = list(await session.exec(surplus))
            if old:
                await session.exec(delete(LatencyRow).where(col(LatencyRow.generation_id).in_(old)))

    async def _plan(self, key: LatencyKey, catalog: Latency) -> "PollPlan | None":
        query = select(LatencyRow).where(*_belonging_to(key)).order_by(*_NEWEST)
        async with self._database.read() as session:
            newest = (await session.exec(query.limit(1))).first()
            known = self._plans.get(key)
            if newest is None:
                return None
            if known is not None and known.newest_id == newest.generation_id:
                return known.plan
            rows = list(await session.exec(query.limit(KEPT_OBSERVATIONS)))
        brackets = [(row.lower_seconds, row.upper_seconds) for row in reversed(rows)]
        plan = await asyncio.to_thread(_learn, brackets, catalog)
        self._plans[key] = _Learned(newest.generation_id, plan)
        return plan


class BracketingPoll:
    """A poll that notes between which times a generation finished.

    Args:
        poll: Asks once.
        policy: When it is meant to be asked.
        clock: Time.
        age_seconds: How long ago the generation was submitted.
    """

    def __init__(
        self,
        poll: Callable[[], Awaitable[GenerationUpdate]],
        policy: PollingPolicy,
        clock: Clock,
        age_seconds: float,
    ) -> None:
        self._poll = poll
        self._policy = policy
        self._clock = clock
        self._submitted = clock.monotonic() - age_seconds
        self.lower_seconds = 0.0
        self.upper_seconds: float = 0.0

    async def __call__(self) -> GenerationUpdate:
        """Ask once; raises what the poll raises."""
        asked = self._clock.monotonic() - self._submitted
        update = await self._poll()
        if update.status == "running":
            self.lower_seconds = asked
        else:
            self.upper_seconds = self._clock.monotonic() - self._submitted
        return update

    @property
    def tells_latency(self) -> bool:
        """Whether the end was seen, by a poll that came about when it was planned."""
        if self.upper_seconds <= self.lower_seconds:
            return False
        # The second poll after `lower` as planned without jitter: the next one is never later.
        schedule = self._policy.schedule
        latest = schedule.after(schedule.after(self.lower_seconds))
        return self.upper_seconds <= latest + _LATE_SECONDS


@dataclass(frozen=True)
class _Learned:
    newest_id: str
    plan: "PollPlan | None"


_NEWEST = (col(LatencyRow.observed_at).desc(), col(LatencyRow.generation_id).desc())


def _belonging_to(key: LatencyKey) -> tuple[ColumnElement[bool], ...]:
    return (
        col(LatencyRow.backend) == key.backend,
        col(LatencyRow.model) == key.model,
        col(LatencyRow.tier) == key.tier,
    )


def _learn(brackets: list[tuple[float, float]], catalog: Latency) -> "PollPlan | None":
    from video_agent.ledger.latency_law import Bracket  # noqa: PLC0415 - loads numpy
    from video_agent.ledger.poll_planning import learned_plan  # noqa: PLC0415 - loads numpy

    return learned_plan([Bracket(*each) for each in brackets], catalog)
