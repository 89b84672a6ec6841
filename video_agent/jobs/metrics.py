"""Metrics of the jobs, as OpenTelemetry instruments: they cost next to nothing where nobody reads.

Two kinds, to be added up differently. What this process did is counted here and summed up over the
processes: `video_generations_total`, `video_generation_duration_seconds`,
`video_answers_lost_total`. How the database stands is the same in every process that tells it: take
the largest, not the sum.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable

from opentelemetry.metrics import CallbackOptions, Meter, Observation, get_meter

from video_agent.errors import VideoAgentError
from video_agent.jobs.figures import GAUGES, Reader, Served
from video_agent.jobs.snapshot import Snapshot
from video_agent.ledger import TERMINAL_STATES
from video_agent.models import GenerationState, ProgressEvent

_log = logging.getLogger(__name__)
DURATION_BUCKETS_SECONDS = (
    *(1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0),
    *(120.0, 180.0, 240.0, 300.0, 450.0, 600.0, 900.0),
)
_METER = "video_agent"
_RAN = (
    GenerationState.SUCCEEDED,
    GenerationState.BLOCKED,
    GenerationState.FAILED,
    GenerationState.CANCELLED,
)


class GenerationCounts:
    """Counts how generations end in this process; give it to `Database.watch`.

    Each end is told once, by whoever committed it: work that is repeated after a crash finds it
    done and tells nothing.

    Args:
        served: What this process makes; each of its counts begins at 0 instead of with the first
            end, which a rate would miss.
        meter: Where the instruments are made; None: the global one.
    """

    def __init__(self, served: Served | None = None, *, meter: Meter | None = None) -> None:
        meter = meter or get_meter(_METER)
        self._ended = meter.create_counter(
            "video_generations_total", description="Generations that ended, by how they did."
        )
        self._lost = meter.create_counter(
            "video_answers_lost_total",
            description="Paid calls whose answer was lost; most are looked up and found.",
        )
        self._seconds = meter.create_histogram(
            "video_generation_duration_seconds",
            unit="s",
            description="From the moment a generation was claimed for sending to its end.",
            explicit_bucket_boundaries_advisory=DURATION_BUCKETS_SECONDS,
        )
        if served is not None:
            self._begin_at_zero(served)

    def __call__(self, job_id: str, event: ProgressEvent) -> None:
        """Count an event that was committed."""
        if event.kind != "generation":
            return
        state = GenerationState(str(event.data["state"]))
        labels = {name: str(event.data.get(name, "")) for name in ("backend", "model")}
        if state is GenerationState.OUTCOME_UNKNOWN:
            self._lost.add(1, labels)
        if state not in TERMINAL_STATES:
            return
        labels["state"] = state.value
        self._ended.add(1, labels)
        seconds = event.data.get("seconds")
        if state in _RAN and isinstance(seconds, int | float):
            self._seconds.record(seconds, labels)

    def _begin_at_zero(self, served: Served) -> None:
        for model in served.models:
            labels = {"backend": served.backend, "model": model}
            self._lost.add(0, labels)
            for state in TERMINAL_STATES:
                self._ended.add(0, {**labels, "state": state.value})


class StandingGauges:
    """How the jobs of the whole database stand, as it was last shown.

    Args:
        served: What this process serves.
        believed_seconds: A snapshot older than this is told no more: no figure is better than an
            old one that looks new.
        meter: Where the instruments are made; None: the global one.
    """

    def __init__(
        self, served: Served, *, believed_seconds: float = 60.0, meter: Meter | None = None
    ) -> None:
        self._served = served
        self._believed_seconds = believed_seconds
        self._snapshot: Snapshot | None = None
        self._shown_at = time.monotonic()
        meter = meter or get_meter(_METER)
        for gauge in GAUGES:
            meter.create_observable_gauge(
                gauge.name,
                [self._telling(gauge.read)],
                unit=gauge.unit,
                description=gauge.description,
            )
        meter.create_observable_gauge(
            "video_snapshot_age_seconds",
            [self._age],
            unit="s",
            description="How old the figures about the database are; they go when it cannot be "
            "read.",
        )

    def show(self, snapshot: Snapshot) -> None:
        """Tell this from now on."""
        self._snapshot, self._shown_at = snapshot, time.monotonic()

    def _telling(self, read: Reader) -> Callable[[CallbackOptions], Iterable[Observation]]:
        def tell(_options: CallbackOptions) -> Iterable[Observation]:
            snapshot = self._snapshot
            if snapshot is None or time.monotonic() - self._shown_at > self._believed_seconds:
                return []
            return [
                Observation(float(value), labels) for value, labels in read(snapshot, self._served)
            ]

        return tell

    def _age(self, _options: CallbackOptions) -> Iterable[Observation]:
        return [Observation(time.monotonic() - self._shown_at)]


async def keep_showing(
    gauges: StandingGauges,
    look: Callable[[], Awaitable[Snapshot]],
    every_seconds: float = 5.0,
) -> None:
    """Show how everything stands, again and again, until cancelled.

    Args:
        gauges: What shows it.
        look: Takes a snapshot.
        every_seconds: The pause between two.
    """
    trouble = ""
    while True:
        try:
            gauges.show(await look())
            trouble = ""
        except VideoAgentError as error:  # the database is away; the age of the figures tells it
            if str(error) != trouble:
                _log.warning("the metrics of the database cannot be read: %s", error)
            trouble = str(error)
        await asyncio.sleep(every_seconds)
