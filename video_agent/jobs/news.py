"""What an operator reads in the log of a worker: each change of a job, once it is committed."""

import logging

from video_agent.log_context import log_context, working_for
from video_agent.models import ProgressEvent

_log = logging.getLogger(__name__)


def log_news(job_id: str, event: ProgressEvent) -> None:
    """Log a change of state; give it to `Database.watch`.

    Only names and figures: messages may quote a prompt, and a file's name is made from one.
    """
    words = _in_words(event)
    if words is None:
        return
    generation = event.data.get("generation_id")
    generation_id = str(generation) if generation else log_context().generation_id
    with working_for(job_id, generation_id):
        _log.info("%s", words)


def _in_words(event: ProgressEvent) -> str | None:
    state = str(event.data.get("state")).replace("_", " ")
    if event.kind == "status":
        reason = event.data.get("stopped_because")
        return f"job {state} ({reason})" if reason else f"job {state}"
    if event.kind == "stage":
        return f"stage {event.data.get('stage')} {state}"
    if event.kind != "generation":
        return None
    seconds = event.data.get("seconds")
    after = f" after {seconds:.1f} s" if isinstance(seconds, int | float) else ""
    return f"attempt {event.attempt_number}, {event.data.get('model')}: {state}{after}"
