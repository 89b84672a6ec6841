"""`video-agent worker`: a process that carries jobs out."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from video_agent.cli.options import RUN, AsJson, Backend, Database

if TYPE_CHECKING:
    from video_agent.jobs.embedded import JobEngine


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class WatchOptions:
    """How a worker can be watched."""

    metrics_port: Annotated[
        int | None,
        Parameter(group=RUN, help="Serve Prometheus metrics there; see docs/operations.md."),
    ] = None
    metrics_host: Annotated[
        str | None,
        Parameter(group=RUN, help="The address for it; default: 127.0.0.1, this machine only."),
    ] = None
    log_format: Annotated[
        Literal["text", "json"] | None,
        Parameter(group=RUN, help="How log lines look; json is also the format with --json."),
    ] = None

    def settings(self) -> dict[str, object]:
        """The settings that these options name."""
        named = {"metrics_port": self.metrics_port, "metrics_host": self.metrics_host}
        return {name: value for name, value in named.items() if value is not None}


NOT_WATCHED = WatchOptions()


async def worker(
    *,
    backend: Backend = None,
    output_folder: Annotated[
        Path | None,
        Parameter(
            name=["--output-folder", "-o"], group=RUN, help="Where videos go; default: ./videos."
        ),
    ] = None,
    database: Database = None,
    watched: WatchOptions = NOT_WATCHED,
    as_json: AsJson = False,
) -> int:
    """Carry out jobs until SIGTERM or Ctrl+C; then drain: nothing paid is lost, others go on.

    Any number of workers share one PostgreSQL database, on any number of machines; on SQLite one
    process carries jobs out and the next one takes over when it ends. Jobs come from
    `video-agent create --no-wait`, from `VideoAgent.submit`, and from commands that wait.

    - `video-agent worker`
    - `video-agent worker --backend gemini --database postgresql://user@host/videos`
    - `video-agent worker --metrics-port 9464 --log-format json`

    Prints one line when it is ready. Its log names the job on every line.
    """
    from video_agent.cli.logs import configure_logging
    from video_agent.cli.opening import settings_with
    from video_agent.settings import load_settings
    from video_agent.wiring.worker import run_worker

    configure_logging(service=True, log_format=watched.log_format or ("json" if as_json else None))
    settings = settings_with(backend, output_folder, database)
    if told := watched.settings():
        settings = load_settings(**{**settings.model_dump(), **told})

    async def ready(engine: "JobEngine", name: str) -> None:
        _say_ready(name, engine.executes, settings.job_slots, as_json=as_json)

    await run_worker(settings, on_ready=ready)
    return 0


def _say_ready(backend: str, executes: bool, slots: int, *, as_json: bool) -> None:
    import json
    import os

    if as_json:
        line = {"ready": True, "backend": backend, "executes": executes, "process_id": os.getpid()}
        print(json.dumps(line), flush=True)
        return
    doing = (
        f"carries out jobs, {slots} turns at once"
        if executes
        else "waits: another process carries out the jobs of this database"
    )
    print(f"worker ready: {backend}, {doing} (SIGTERM drains)", flush=True)
    sys.stdout.flush()
