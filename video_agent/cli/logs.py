"""What the command line lets out of the log: our own warnings; more on demand."""

import logging
import os


def configure_logging() -> None:
    """Send log lines to standard error: warnings of ours, or all from VIDEO_AGENT_LOG_LEVEL on.

    google-adk logs every failed call with two tracebacks; the errors themselves reach the person
    as one clear line, so by default its log stays silent.
    """
    level = os.environ.get("VIDEO_AGENT_LOG_LEVEL", "").upper()
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    if level in logging.getLevelNamesMapping():
        logging.getLogger().setLevel(level)
        # Their debug lines hold answer headers and stored values: secret addresses of uploads.
        for name in ("httpcore", "aiosqlite"):
            logging.getLogger(name).setLevel(logging.INFO)
        return
    for name in ("google_adk", "google_genai", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
