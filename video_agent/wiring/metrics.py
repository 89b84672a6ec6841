"""Metrics over HTTP, as Prometheus reads them: here OpenTelemetry is set up, and nowhere else."""

from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIServer

from opentelemetry.metrics import get_meter_provider, set_meter_provider

from video_agent import __version__
from video_agent.errors import ConfigurationError

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics import MeterProvider

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
    try:
        from opentelemetry.exporter.prometheus import PrometheusMetricReader
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.resources import Resource
        from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
    except ImportError as error:
        raise ConfigurationError(
            "metrics need packages that are not installed",
            hint="pip install 'video-agent[metrics]'",
        ) from error
    if whole_process:
        _refuse_if_exported()
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    provider = MeterProvider(
        [PrometheusMetricReader(registry=registry)],
        resource=Resource.create({"service.name": "video-agent", "service.version": __version__}),
        shutdown_on_exit=False,
    )
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


def _refuse_if_exported() -> None:
    from opentelemetry.sdk.metrics import MeterProvider

    if isinstance(get_meter_provider(), MeterProvider):
        raise ConfigurationError(
            "this process exports its metrics already, as OpenTelemetry was told to",
            hint="leave out --metrics-port",
        )
