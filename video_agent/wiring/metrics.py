"""Metrics over HTTP, as Prometheus reads them: here OpenTelemetry is set up, and nowhere else."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIServer

from opentelemetry.metrics import get_meter_provider, set_meter_provider

from video_agent import __version__
from video_agent.errors import ConfigurationError
from video_agent.settings import Settings
from video_agent.wiring.reach import PlannedReach

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics import MeterProvider
    from prometheus_client import CollectorRegistry

    from video_agent.jobs.figures import Served
    from video_agent.store import Database

_log = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class MetricsServer:
    """What is served at `url` until it is closed; by a thread, so that a busy worker answers."""

    url: str
    provider: "MeterProvider"
    _server: WSGIServer
    _thread: Thread

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.provider.shutdown()


def serve_metrics(port: int, host: str = LOOPBACK, *, whole_process: bool = True) -> MetricsServer:
    """Serve this process's metrics at http://host:port/metrics, google-adk's too.

    There is no authentication: whoever reaches the port reads the figures, users' names among them.

    Args:
        port: 0 picks a free one.
        host: Where to listen.
        whole_process: Take the metrics of all libraries of the process, for good; else only those
            that are made with `provider`.

    Raises:
        ConfigurationError: The extra is not installed, the port cannot be used, or the process
            exports metrics already.
    """
    if whole_process:
        _refuse_if_exported()
    provider, registry = _open_meters()
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise ConfigurationError(
            f"metrics cannot be served at {host}:{port}: {error.strerror or error}",
            hint="give it another --metrics-port; each worker of a machine needs its own",
        ) from error
    if whole_process:
        set_meter_provider(provider)
    name = f"[{host}]" if ":" in host else host
    return MetricsServer(f"http://{name}:{server.server_port}/metrics", provider, server, thread)


def _open_meters() -> "tuple[MeterProvider, CollectorRegistry]":
    """Where metrics are made, and where Prometheus reads them.

    Raises:
        ConfigurationError: The extra is not installed.
    """
    try:
        from opentelemetry.exporter.prometheus import PrometheusMetricReader
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.resources import Resource
        from prometheus_client import CollectorRegistry, ProcessCollector
    except ImportError as error:
        raise ConfigurationError(
            "metrics need packages that are not installed",
            hint="pip install 'video-agent[metrics]'",
        ) from error
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    provider = MeterProvider(
        [PrometheusMetricReader(registry=registry)],
        resource=Resource.create({"service.name": "video-agent", "service.version": __version__}),
        shutdown_on_exit=False,
    )
    return provider, registry


@asynccontextmanager
async def metrics_of_worker(
    settings: Settings, reach: PlannedReach, database: "Database"
) -> AsyncGenerator[MetricsServer | None]:
    """Serve the metrics of this worker while the body runs, if the settings say where.

    Raises:
        ConfigurationError: See `serve_metrics`.
    """
    if settings.metrics_port is None:
        yield None
        return
    from video_agent.jobs.metrics import StandingGauges, keep_showing
    from video_agent.jobs.snapshot import take_snapshot
    from video_agent.ledger.headroom import caps_of

    server = serve_metrics(settings.metrics_port, settings.metrics_host)
    gauges = StandingGauges(served_by(settings, reach.name))
    look = partial(take_snapshot, database, caps_of(settings), charged=reach.charged)
    showing = asyncio.create_task(keep_showing(gauges, look))
    _log.info("metrics are served at %s", server.url)
    try:
        yield server
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
        await asyncio.to_thread(server.close)


def served_by(settings: Settings, backend: str) -> "Served":
    """What a worker of a backend serves, as metrics tell it."""
    from video_agent.catalog import load_catalog
    from video_agent.jobs.figures import Served
    from video_agent.jobs.queues import plan_queues

    return Served(backend, tuple(plan_queues(backend, settings, load_catalog()).generations))


def _refuse_if_exported() -> None:
    from opentelemetry.sdk.metrics import MeterProvider

    if isinstance(get_meter_provider(), MeterProvider):
        raise ConfigurationError(
            "this process exports its metrics already, as OpenTelemetry was told to",
            hint="leave out --metrics-port",
        )
