"""How patiently a generation is watched, and the watch itself."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from video_agent.catalog import Latency
from video_agent.errors import BackendError, QuotaError
from video_agent.ledger.schedules import PollSchedule
from video_agent.models import GenerationUpdate
from video_agent.ports import Clock

_LONGEST_QUOTA_WAIT_SECONDS = 60.0
_MOST_ESTIMATED_PROGRESS = 0.95


@dataclass(frozen=True)
class PollingPolicy:
    """When a generation is polled, and what is endured meanwhile.

    Args:
        schedule: The poll times while nothing better has been learned.
        catalog_latency: The catalog's figures; the ledger then learns a better schedule from the
            generations it sees end (`ledger.latencies`). None: nothing is learned.
        deadline_seconds: From then on a generation is parked, not failed.
        expected_seconds: How long a generation usually takes; progress is estimated from it where
            the provider tells none.
        tolerated_failures: How many failed polls in a row are endured.
        patience_seconds: For so long at least failed polls are endured, and a service that denies
            a generation is not believed, however quickly polls follow each other.
    """

    schedule: PollSchedule = field(default_factory=PollSchedule.backoff)
    catalog_latency: Latency | None = None
    deadline_seconds: float = 900.0
    expected_seconds: float = 45.0
    tolerated_failures: int = 10
    patience_seconds: float = 60.0

    @classmethod
    def for_latency(cls, latency: Latency, *, deadline_seconds: float = 900.0) -> "PollingPolicy":
        """The policy for a real provider: the back-off, until the ledger has learned better.

        The catalog's figures serve for the progress and as a few weak observations among the first
        real ones; polls are not planned from them alone (see `PollSchedule.backoff`).
        """
        return cls(
            catalog_latency=latency,
            deadline_seconds=deadline_seconds,
            expected_seconds=latency.median,
        )

    @classmethod
    def quick(
        cls, *, expected_seconds: float = 3.0, deadline_seconds: float = 900.0
    ) -> "PollingPolicy":
        """The policy for a service on this machine: four looks a second, later one."""
        return cls(
            schedule=PollSchedule.even(0.25, until_seconds=10.0, later_seconds=1.0),
            deadline_seconds=deadline_seconds,
            expected_seconds=expected_seconds,
            patience_seconds=0.0,
        )

    def estimated_progress(self, elapsed_seconds: float) -> float:
        """Progress 0 to 0.95 when only time is known."""
        expected = max(self.expected_seconds, 1e-3)
        return min(_MOST_ESTIMATED_PROGRESS, elapsed_seconds / expected)


async def watch(
    poll: Callable[[], Awaitable[GenerationUpdate]],
    policy: PollingPolicy,
    clock: Clock,
    *,
    rng: Random | None = None,
    age_seconds: float = 0.0,
) -> AsyncGenerator[GenerationUpdate, None]:
    """Poll until the end; yields every update, `running` ones with a progress.

    Polls come at the schedule's times, however long an answer takes, or when a service that said
    "too many" wants the next. An old generation is asked at once. The last update is terminal, or
    `running` with a reason when the deadline, counted from the start of this watch, has passed.

    Raises:
        BackendError: The generation is lost, or polls failed for longer than the policy endures
            (then `retryable`: nothing is lost).
    """
    phase = policy.schedule.draw_phase(rng or Random())  # noqa: S311 - jitter
    began, failures = clock.monotonic(), _Failures(policy)
    elapsed, due = age_seconds, policy.schedule.after(0.0, phase)
    while True:
        await clock.sleep(max(0.0, due - elapsed))
        asked_wait = 0.0
        try:
            update = await poll()
        except BackendError as error:
            asked_wait = failures.endure(error, clock.monotonic())
        else:
            failures.forget()
            if update.status != "running":
                yield update
                return
            yield _with_progress(update, policy, age_seconds + clock.monotonic() - began)
        elapsed = age_seconds + clock.monotonic() - began
        if elapsed - age_seconds >= policy.deadline_seconds:
            yield _parked(policy)
            return
        # A clock may wake a moment early: that poll was the planned one all the same.
        due = max(policy.schedule.after(max(elapsed, due), phase), elapsed + asked_wait)


class _Failures:
    """Failed polls in a row: endured until they are too many and have lasted long enough."""

    def __init__(self, policy: PollingPolicy) -> None:
        self._policy = policy
        self._count = 0
        self._since = 0.0

    def endure(self, error: BackendError, now: float) -> float:
        """Count one; raises `error` when it will not pass or has gone on for too long.

        Returns:
            How long the service asks us to wait, in seconds.
        """
        if not self._count:
            self._since = now
        self._count += 1
        too_many = self._count > self._policy.tolerated_failures
        if not error.retryable or (too_many and now - self._since >= self._policy.patience_seconds):
            raise error
        return _asked_wait(error)

    def forget(self) -> None:
        """A poll was answered."""
        self._count = 0


def _with_progress(
    update: GenerationUpdate, policy: PollingPolicy, elapsed_seconds: float
) -> GenerationUpdate:
    progress = update.progress or policy.estimated_progress(elapsed_seconds)
    return update.model_copy(update={"progress": progress})


def _asked_wait(error: BackendError) -> float:
    if isinstance(error, QuotaError) and error.retry_after_seconds is not None:
        return min(error.retry_after_seconds, _LONGEST_QUOTA_WAIT_SECONDS)
    return 0.0


def _parked(policy: PollingPolicy) -> GenerationUpdate:
    return GenerationUpdate(
        status="running",
        reason=f"still running after {policy.deadline_seconds:g} s; it is kept, poll again later",
    )
