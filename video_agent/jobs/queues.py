"""The queues of a backend: one for its jobs, one for the paid generations of each video model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from video_agent.catalog import Catalog, Quota
from video_agent.settings import Settings

_JOBS_POLL_SECONDS = 0.25
_USUAL_MODEL_POLL_SECONDS = 0.5
_OTHER_MODELS_POLL_SECONDS = 1.0
_JOBS_AT_ONCE = (50, 1.0)
_MINUTE_SECONDS = 60.0
_RATE_MARGIN = 0.9
_KEPT_FREE_FROM = 5

AGENT_PLATFORM: Literal["agent_platform"] = "agent_platform"
GEMINI_API: Literal["gemini_api"] = "gemini_api"


@dataclass(frozen=True, kw_only=True)
class QueuePlan:
    """One queue and its limits. Every entry carries a user: who waits is drawn among the users.

    Args:
        name: `jobs-<backend>` or `gen-<backend>-<model>`.
        each_worker: How many entries one process may hold.
        everywhere: How many may be held by all processes together.
        each_user: How many of these may be one user's.
        starts: How many may be begun in any period of so many seconds.
        poll_seconds: How often a process looks for new entries.
    """

    name: str
    each_user: int
    each_worker: int | None = None
    everywhere: int | None = None
    starts: tuple[int, float] | None = None
    poll_seconds: float


@dataclass(frozen=True, kw_only=True)
class BackendQueues:
    """All queues of one backend."""

    jobs: QueuePlan
    generations: Mapping[str, QueuePlan]
    default_model: str

    @property
    def plans(self) -> tuple[QueuePlan, ...]:
        """Every queue that a worker of the backend serves."""
        return (self.jobs, *self.generations.values())

    def for_model(self, model: str) -> str:
        """The queue of a model's generations; one that was retired meanwhile uses the default's."""
        served = self.generations
        plan = served.get(model) or served.get(self.default_model) or next(iter(served.values()))
        return plan.name


def jobs_queue(backend: str) -> str:
    """The name of the queue that holds a backend's jobs."""
    return f"jobs-{backend}"


def plan_queues(backend: str, settings: Settings, catalog: Catalog) -> BackendQueues:
    """The queues of a backend: the catalog's quotas, unless the settings say otherwise."""
    surface = AGENT_PLATFORM if backend == AGENT_PLATFORM else GEMINI_API
    held = settings.jobs_in_flight
    default = catalog.defaults.generator
    usual = settings.generator_model or default
    return BackendQueues(
        jobs=QueuePlan(
            name=jobs_queue(backend),
            each_worker=held,
            each_user=held,
            starts=_JOBS_AT_ONCE,  # a backlog is shared out, not taken by who looks first
            poll_seconds=_JOBS_POLL_SECONDS,
        ),
        generations={
            model.id: _generations_queue(
                backend, settings, model.id, model.video.quota, usual=model.id == usual
            )
            for model in catalog.models
            if model.video is not None and surface in model.surfaces
        },
        default_model=default,
    )


def _generations_queue(
    backend: str, settings: Settings, model: str, quota: Quota, *, usual: bool
) -> QueuePlan:
    """A slot is kept free for other users where there are some; the rate keeps off the limit."""
    everywhere = settings.generations_in_flight or quota.concurrent
    rate = settings.requests_per_minute or quota.requests_per_minute
    return QueuePlan(
        name=f"gen-{backend}-{model}",
        everywhere=everywhere,
        each_user=everywhere - 1 if everywhere >= _KEPT_FREE_FROM else everywhere,
        starts=(max(1, int(rate * _RATE_MARGIN)), _MINUTE_SECONDS),
        poll_seconds=_USUAL_MODEL_POLL_SECONDS if usual else _OTHER_MODELS_POLL_SECONDS,
    )
