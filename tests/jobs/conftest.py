"""Fixtures that tests of jobs share, some of them with those of the ledger."""

import threading
from collections.abc import Generator

import pytest

from tests.ledger.conftest import clock, generator, job_id, ledger, new_job_id, proposal
from video_agent.wiring.metrics import MetricsServer, serve_metrics

__all__ = ["clock", "generator", "job_id", "ledger", "new_job_id", "proposal"]


@pytest.fixture
def server() -> Generator[MetricsServer]:
    """Metrics that are served over HTTP, those of this test alone."""
    running = serve_metrics(0, whole_process=False)
    yield running
    threading.Thread(target=running.close).start()  # it takes half a second
