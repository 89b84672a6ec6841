"""What the command line lets out of the log: our own warnings; of a service, all with its jobs."""

import logging
import os
from typing import Literal

LogFormat = Literal["text", "json"]
FORMATS: tuple[LogFormat, ...] = ("text", "json")

_NOISY = ("google_adk", "google_genai")
_ENGINE = "dbos"
_SILENT = logging.CRITICAL + 1


def configure_logging(*, service: bool = False, log_format: LogFormat | None = None) -> None:
    """Send log lines to standard error: warnings of ours, or all from VIDEO_AGENT_LOG_LEVEL on.

    google-adk logs every failed call with two tracebacks; the errors themselves reach the person
    as one clear line, so by default its log stays silent.

    Args:
        service: For a process that works until it is stopped: lines from INFO on with their time
            and job, those of all libraries alike.
        log_format: How lines look; default: VIDEO_AGENT_LOG_FORMAT, else `text` for a service and
            a bare line for a command.

    Raises:
        ConfigurationError: VIDEO_AGENT_LOG_FORMAT is neither `text` nor `json`.
    """
    wanted = log_format or _format_named(os.environ.get("VIDEO_AGENT_LOG_FORMAT", ""))
    handler = logging.StreamHandler()
    handler.setFormatter(_lines(wanted or ("text" if service else None)))
    logging.basicConfig(handlers=[handler], force=True)
    logging.captureWarnings(service)
    level = os.environ.get("VIDEO_AGENT_LOG_LEVEL", "").upper()
    # A person who presses Ctrl+C need not read which of the engine's tasks that ended.
    usual = "WARNING" if service else "ERROR"
    _join_the_engine(handler, level if level in logging.getLevelNamesMapping() else usual)
    _set_levels(level, service=service)


def _format_named(name: str) -> LogFormat | None:
    from video_agent.errors import ConfigurationError

    for known in FORMATS:
        if name.strip().lower() == known:
            return known
    if name.strip():
        raise ConfigurationError(f"VIDEO_AGENT_LOG_FORMAT is {name!r}; it can be text or json")
    return None


def _lines(wanted: LogFormat | None) -> logging.Formatter:
    if wanted is None:
        return logging.Formatter("%(levelname)s %(name)s: %(message)s")
    from video_agent.cli.log_lines import JsonLines, TextLines

    return JsonLines() if wanted == "json" else TextLines()


def _join_the_engine(handler: logging.Handler, level: str) -> None:
    """Have the engine's lines look like all others.

    It brings a handler of its own where there is none (hence the empty one, which works before its
    import too) and sets its own level when it starts (hence the filter).
    """
    engine = logging.getLogger(_ENGINE)
    engine.handlers = [logging.NullHandler()]
    engine.propagate = True
    least = logging.getLevelNamesMapping()[level]
    handler.addFilter(lambda record: record.name != _ENGINE or record.levelno >= least)


def _set_levels(level: str, *, service: bool) -> None:
    root, asked = logging.getLogger(), level in logging.getLevelNamesMapping()
    root.setLevel(level if asked else logging.WARNING)
    logging.getLogger("video_agent").setLevel(
        logging.INFO if service and not asked else logging.NOTSET
    )
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.NOTSET if asked else _SILENT)
    logging.getLogger("asyncio").setLevel(logging.NOTSET if asked or service else _SILENT)
    # Their debug lines hold answer headers and stored values: secret addresses of uploads.
    for name in ("httpcore", "aiosqlite"):
        logging.getLogger(name).setLevel(logging.INFO if asked else logging.NOTSET)
