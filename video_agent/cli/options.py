"""Options that several commands share, so that they read the same everywhere."""

from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

REQUEST = Group("What to make", sort_key=1)
LIMITS = Group("How good, how much", sort_key=2)
RUN = Group("How to run", sort_key=3)

AsJson = Annotated[
    bool,
    Parameter(
        name="--json",
        negative="",
        group=RUN,
        help="Print one JSON object on standard output; progress goes to standard error.",
    ),
]
Quiet = Annotated[
    bool, Parameter(name=["--quiet", "-q"], negative="", group=RUN, help="No progress.")
]
Yes = Annotated[
    bool,
    Parameter(
        name=["--yes", "-y"], negative="", group=RUN, help="Spend real money without asking."
    ),
]
Backend = Annotated[
    str | None,
    Parameter(
        group=RUN,
        help="auto (Gemini when a key is set, else the studio), studio, or gemini.",
    ),
]
Database = Annotated[
    str | None,
    Parameter(group=RUN, help="Database URL; default: SQLite in ~/.video-agent."),
]
OutputFolder = Annotated[
    Path | None,
    Parameter(
        name=["--output-folder", "-o"], group=RUN, help="Where videos go; default: ./videos."
    ),
]
