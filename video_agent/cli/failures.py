"""How an error leaves the command line: one clear line, or one JSON object."""

from typing import TYPE_CHECKING

from video_agent.cli.console import print_error, print_json

if TYPE_CHECKING:
    from video_agent.errors import VideoAgentError


def report_failure(error: "VideoAgentError", *, as_json: bool) -> int:
    """Print the error and return its exit code."""
    if as_json:
        print_json(
            {
                "job_id": getattr(error, "job_id", None),
                "status": "error",
                "path": None,
                "score": None,
                "passed": False,
                "threshold": None,
                "cost_usd": None if error.cost_usd is None else float(error.cost_usd),
                "attempts": 0,
                "stopped_because": "error",
                "error": type(error).__name__,
                "message": error.message,
                "hint": error.hint,
                "retryable": error.retryable,
                "exit_code": error.exit_code,
            }
        )
    print_error(error)
    return error.exit_code
