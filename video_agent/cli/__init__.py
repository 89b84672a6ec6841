"""The `video-agent` command: parse, call, show. No logic lives here."""

import asyncio
import sys

from cyclopts import App

from video_agent import __version__
from video_agent.cli.analyze_command import analyze
from video_agent.cli.approve import approve, decline
from video_agent.cli.batch import batch, batches
from video_agent.cli.budget import budget
from video_agent.cli.create import create
from video_agent.cli.doctor import doctor
from video_agent.cli.estimate import estimate
from video_agent.cli.inspect import jobs, show
from video_agent.cli.job_commands import cancel, resume, retry
from video_agent.cli.logs import configure_logging
from video_agent.cli.models_command import models
from video_agent.cli.reconcile import reconcile
from video_agent.cli.services import studio, web
from video_agent.cli.upload_command import upload
from video_agent.cli.webhooks_command import webhooks
from video_agent.cli.worker_command import worker
from video_agent.cli.youtube_command import youtube_app

INTERRUPTED = 130


def build_app() -> App:
    """The command with all its subcommands."""
    app = App(
        name="video-agent",
        version=__version__,
        help=(
            "Ask for a video in words; get it generated, judged and improved inside a budget.\n\n"
            'Start with: `video-agent create "a red sailboat on a calm bay at sunset"`. '
            "Without a key a local studio stands in for Google and nothing is charged; with "
            "GOOGLE_API_KEY set the same command talks to the Gemini API and asks before it spends."
        ),
    )
    for command in (create, resume, upload, jobs, show, estimate, models, doctor, studio, web):
        app.command(command)
    for command in (cancel, retry, reconcile, worker):
        app.command(command)
    for command in (analyze, batch, batches, approve, decline, budget, webhooks):
        app.command(command)
    app.command(youtube_app())
    return app


def main() -> None:
    """Run the command line and exit with its code."""
    from video_agent.errors import VideoAgentError

    app = build_app()
    try:
        configure_logging()
        code = app(result_action="return_value")
    except VideoAgentError as error:
        from video_agent.cli.failures import report_failure

        code = report_failure(error, as_json="--json" in sys.argv)
    except (KeyboardInterrupt, asyncio.CancelledError):
        code = INTERRUPTED
    sys.exit(code if isinstance(code, int) else 0)
