"""When to ask how a generation stands, and how patiently."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from random import Random

from video_agent.catalog import Latency
from video_agent.errors import BackendError, QuotaError
from video_agent.models import GenerationUpdate
from video_agent.ports import Clock

_LONGEST_QUOTA_WAIT_SECONDS = 60.0
_MOST_ESTIMATED_PROGRESS = 0.95


@dataclass(frozen=True)
class PollingPolicy:
    """A schedule in seconds, counted from the submit.

    Args:
        first_seconds: The first poll.
        intervals: Pairs (until, interval): up to the time `until` polls are `interval` apart.
        last_interval_seconds: The interval after the last pair.
        jitter: Every wait is varied by up to this share, so that jobs do not poll in step.
        deadline_seconds: From then on a generation is parked, not failed.
        expected_seconds: How long a generation usually takes; progress is estimated from it where
            the provider tells none.
        tolerated_failures: How many failed polls in a row are endured.
    """

    first_seconds: float = 8.0
    intervals: tuple[tuple[float, float], ...] = ((60.0, 5.0), (300.0, 10.0))
    last_interval_seconds: float = 30.0
    jitter: float = 0.2
    deadline_seconds: float = 900.0
    expected_seconds: float = 45.0
    tolerated_failures: int = 10

    @classmethod
    def for_latency(cls, latency: Latency, *, deadline_seconds: float = 900.0) -> "PollingPolicy":
        """The schedule for a model: the first poll a little before the fastest known run."""
        return cls(
            first_seconds=min(8.0, latency.minimum * 0.4),
            deadline_seconds=deadline_seconds,
            expected_seconds=latency.median,
        )

    @classmethod
    def quick(
        cls, *, expected_seconds: float = 3.0, deadline_seconds: float = 900.0
    ) -> "PollingPolicy":
        """The schedule for a service on this machine: four looks a second, later one."""
        return cls(
            first_seconds=0.25,
            intervals=((10.0, 0.25),),
            last_interval_seconds=1.0,
            deadline_seconds=deadline_seconds,
            expected_seconds=expected_seconds,
        )

    def interval(self, elapsed_seconds: float) -> float:
        """The wait after a poll at this time, without jitter."""
        if elapsed_seconds < self.first_seconds:
            return self.first_seconds - elapsed_seconds
        for until, seconds in self.intervals:
            if elapsed_seconds < until:
                return seconds
        return self.last_interval_seconds

    def delays(self, rng: Random, *, age_seconds: float = 0.0) -> Iterator[float]:
        """Waits without end, the first one to the first poll; an old generation is asked at once.

        Args:
            rng: For the jitter.
            age_seconds: How long ago the generation was submitted.
        """
        elapsed = age_seconds
        if elapsed >= self.first_seconds:
            yield 0.0
        while True:
            delay = self.interval(elapsed) * (1.0 + self.jitter * rng.uniform(-1.0, 1.0))
            elapsed += delay
            yield delay

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

    The last update is terminal, or `running` with a reason when the deadline has passed. The
    deadline counts from the start of this watch: one poll at least is made.

    Raises:
        BackendError: The generation is lost, or more polls in a row failed than the policy endures
            (then `retryable`: nothing is lost).
    """
    began, failures = clock.monotonic(), 0
    for delay in policy.delays(rng or Random(), age_seconds=age_seconds):  # noqa: S311 - jitter
        extra = 0.0
        await clock.sleep(delay)
        try:
            update = await poll()
        except BackendError as error:
            failures += 1
            if not error.retryable or failures > policy.tolerated_failures:
                raise
            extra = _asked_wait(error)
        else:
            failures = 0
            if update.status != "running":
                yield update
                return
            elapsed = age_seconds + clock.monotonic() - began
            progress = update.progress or policy.estimated_progress(elapsed)
            yield update.model_copy(update={"progress": progress})
        if clock.monotonic() - began >= policy.deadline_seconds:
            yield _parked(policy)
            return
        await clock.sleep(extra)


def _asked_wait(error: BackendError) -> float:
    if isinstance(error, QuotaError) and error.retry_after_seconds is not None:
        return min(error.retry_after_seconds, _LONGEST_QUOTA_WAIT_SECONDS)
    return 0.0


def _parked(policy: PollingPolicy) -> GenerationUpdate:
    return GenerationUpdate(
        status="running",
        reason=f"still running after {policy.deadline_seconds:g} s; it is kept, poll again later",
    )
