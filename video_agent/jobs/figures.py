"""The figures that tell how the jobs of a database stand: their names, and how each is read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from video_agent.jobs.money_now import other_users_together
from video_agent.jobs.queues import jobs_queue
from video_agent.jobs.snapshot import UNKNOWN_STATES, Snapshot
from video_agent.models import JobStatus

TOP_USERS = 20
_ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)
_FOR_PEOPLE = (JobStatus.WAITING_FOR_APPROVAL, JobStatus.PARKED, JobStatus.NEEDS_ATTENTION)


@dataclass(frozen=True)
class Served:
    """What a process serves; told as 0 where there is nothing, so that alerts need not guess.

    Args:
        backend: Whose jobs it does.
        models: Whose generations it makes.
    """

    backend: str
    models: Sequence[str] = ()


Labels = dict[str, str]
Figures = Iterable[tuple[int | float | Decimal, Labels]]
Reader = Callable[[Snapshot, Served], Figures]


def _active_jobs(snapshot: Snapshot, served: Served) -> Figures:
    return _jobs(snapshot, served, _ACTIVE)


def _jobs_for_people(snapshot: Snapshot, served: Served) -> Figures:
    return _jobs(snapshot, served, _FOR_PEOPLE)


def _jobs(snapshot: Snapshot, served: Served, statuses: Sequence[JobStatus]) -> Figures:
    counts = {(served.backend, status): 0 for status in statuses}
    counts |= {(one.backend, one.status): one.jobs for one in snapshot.jobs}
    for (backend, status), jobs in counts.items():
        if status in statuses:
            yield jobs, {"backend": backend, "status": status.value}


def _queues(snapshot: Snapshot, served: Served) -> Iterable[tuple[int, float, Labels]]:
    found = {one.name: (one.depth, one.oldest_seconds, one.backend) for one in snapshot.queues}
    own = [jobs_queue(served.backend)]
    own += [f"gen-{served.backend}-{model}" for model in served.models]
    for name in own:
        found.setdefault(name, (0, 0.0, served.backend))
    for name, (depth, oldest_seconds, backend) in found.items():
        yield depth, oldest_seconds, {"queue": name, "backend": backend}


def _depths(snapshot: Snapshot, served: Served) -> Figures:
    return ((depth, labels) for depth, _, labels in _queues(snapshot, served))


def _oldest(snapshot: Snapshot, served: Served) -> Figures:
    return ((seconds, labels) for _, seconds, labels in _queues(snapshot, served))


def _in_flight(snapshot: Snapshot, served: Served) -> Figures:
    counts = {(served.backend, model): 0 for model in served.models}
    counts |= {(one.backend, one.model): one.generations for one in snapshot.in_flight}
    for (backend, model), generations in counts.items():
        yield generations, {"backend": backend, "model": model}


def _unknown(snapshot: Snapshot, served: Served) -> Figures:
    counts = {(served.backend, state): 0 for state in UNKNOWN_STATES}
    counts |= {(one.backend, one.state): one.generations for one in snapshot.unknown}
    for (backend, state), generations in counts.items():
        yield generations, {"backend": backend, "state": state.value}


def _unknown_usd(snapshot: Snapshot, served: Served) -> Figures:
    amounts = {(served.backend, state): Decimal(0) for state in UNKNOWN_STATES}
    amounts |= {(one.backend, one.state): one.reserved_usd for one in snapshot.unknown}
    for (backend, state), amount_usd in amounts.items():
        yield amount_usd, {"backend": backend, "state": state.value}


def _lease_ages(snapshot: Snapshot, served: Served) -> Figures:
    for one in snapshot.workers:
        yield (
            one.silent_seconds,
            {
                "worker": one.id,
                "kind": one.kind,
                "backend": one.backend,
                "host": one.host,
                "draining": str(one.draining).lower(),
            },
        )


def _spend(snapshot: Snapshot, served: Served) -> Figures:
    for one in other_users_together(snapshot.spend_today, TOP_USERS):
        labels = {"user": one.user_id, "charged": str(one.charged).lower()}
        yield one.settled_usd, {**labels, "kind": "settled"}
        yield one.reserved_usd, {**labels, "kind": "reserved"}


def _caps(snapshot: Snapshot, served: Served) -> Figures:
    return ((one.limit_usd, {"cap": one.cap}) for one in snapshot.caps)


def _caps_left(snapshot: Snapshot, served: Served) -> Figures:
    return ((one.left_usd, {"cap": one.cap}) for one in snapshot.caps)


class Gauge(NamedTuple):
    """A figure: its name on the scrape, what it means, and how it is read."""

    name: str
    description: str
    read: Reader

    @property
    def unit(self) -> str:
        """As OpenTelemetry calls it."""
        return "s" if self.name.endswith("_seconds") else ""


GAUGES = (
    Gauge("active_video_jobs", "Jobs that wait for a worker or are being done.", _active_jobs),
    Gauge("video_jobs_for_people", "Jobs that rest until a person acts.", _jobs_for_people),
    Gauge("video_queue_depth", "What waits on a queue and could begin now.", _depths),
    Gauge("video_queue_oldest_seconds", "How long the first of a queue has waited.", _oldest),
    Gauge(
        "video_generations_in_flight",
        "Generations that the provider is working on, or that are being sent.",
        _in_flight,
    ),
    Gauge(
        "video_generations_unknown",
        "Paid calls of which nobody knows whether they began.",
        _unknown,
    ),
    Gauge(
        "video_generations_unknown_usd",
        "What they count as spent until it is known, in dollars.",
        _unknown_usd,
    ),
    Gauge(
        "video_worker_lease_age_seconds",
        "Since when a worker has not said that it lives.",
        _lease_ages,
    ),
    Gauge("video_spend_today_usd", "What users' jobs cost since midnight UTC.", _spend),
    Gauge("video_budget_cap_usd", "The caps that are set, in dollars.", _caps),
    Gauge(
        "video_budget_left_usd",
        "What is left of each; of the user_day cap for the user who has least left.",
        _caps_left,
    ),
)
