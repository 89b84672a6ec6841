"""How a line of the log looks: with its job, without secrets."""

import json
import logging
from datetime import UTC, datetime

from video_agent.backends.google.secrecy import mask_secrets
from video_agent.log_context import log_context


class TextLines(logging.Formatter):
    """`time level job=... generation=... logger message`, times in UTC; `-` for no job."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as text; a traceback follows on lines of its own."""
        job_id, generation_id = _works_for(record)
        generation = f" generation={generation_id}" if generation_id else ""
        head = f"{_time_of(record)} {record.levelname} job={job_id or '-'}{generation}"
        return mask_secrets("\n".join([f"{head} {record.name} {_words(record)}", *_trace(record)]))


class JsonLines(logging.Formatter):
    """One JSON object a line: `time`, `level`, `job`, `generation`, `logger`, `message`.

    `exception` holds the traceback of a record that has one.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line of JSON."""
        job_id, generation_id = _works_for(record)
        line = {
            "time": _time_of(record),
            "level": record.levelname,
            "job": job_id,
            "generation": generation_id,
            "logger": record.name,
            "message": mask_secrets(_words(record)),
        }
        trace = mask_secrets("\n".join(_trace(record)))
        return json.dumps(line | ({"exception": trace} if trace else {}), ensure_ascii=False)


def _works_for(record: logging.LogRecord) -> tuple[str | None, str | None]:
    """The job and the generation; for the engine's own lines it names the workflow itself."""
    context = log_context()
    workflow: object = getattr(record, "operationUUID", None)
    return context.job_id or (str(workflow) if workflow else None), context.generation_id


def _time_of(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _words(record: logging.LogRecord) -> str:
    """The message on one line: nobody can forge a second one."""
    return record.getMessage().replace("\r", " ").replace("\n", " ")


def _trace(record: logging.LogRecord) -> list[str]:
    plain = logging.Formatter()
    parts = [plain.formatException(record.exc_info)] if record.exc_info else []
    return parts + ([plain.formatStack(record.stack_info)] if record.stack_info else [])
