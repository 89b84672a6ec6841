"""How this command is called here, so that a printed next step can be pasted."""

import os
import shutil
import sys
from pathlib import Path


def command_name() -> str:
    """`video-agent` when it is on the path, else as it was started: `.venv/bin/video-agent`."""
    started = Path(sys.argv[0])
    if shutil.which("video-agent") or started.name != "video-agent":
        return "video-agent"
    try:
        return os.path.relpath(started)
    except ValueError:  # another drive on Windows
        return str(started)
