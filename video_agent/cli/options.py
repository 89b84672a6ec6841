"""Options that several commands share, so that they read the same everywhere."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

if TYPE_CHECKING:
    from video_agent.models import VideoRequest

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
Backend = Annotated[
    str | None,
    Parameter(
        group=RUN,
        help="auto (by the environment), studio, gemini or agent_platform.",
    ),
]
Database = Annotated[
    str | None,
    Parameter(group=RUN, help="Database URL; default: SQLite in ~/.video-agent."),
]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class RequestOptions:
    """The fields of a request, named without unit or prefix. Defaults are those of the request."""

    style: Annotated[
        str | None, Parameter(group=REQUEST, help="cinematic, animated or documentary.")
    ] = None
    duration: Annotated[float, Parameter(group=REQUEST, help="Seconds.")] = 6.0
    resolution: Annotated[str, Parameter(group=REQUEST, help="360p, 720p, 1080p or 4k.")] = "720p"
    aspect_ratio: Annotated[str, Parameter(group=REQUEST, help="16:9 or 9:16.")] = "16:9"
    audio: Annotated[bool, Parameter(group=REQUEST, help="With sound.")] = True
    negative: Annotated[
        str | None, Parameter(group=REQUEST, help="What must not appear: 'people, text'.")
    ] = None
    first_frame: Annotated[
        Path | None, Parameter(group=REQUEST, help="An image file the clip begins with.")
    ] = None
    last_frame: Annotated[
        Path | None, Parameter(group=REQUEST, help="An image file the clip ends with.")
    ] = None
    references: Annotated[
        tuple[Path, ...],
        Parameter(
            name=["--references", "--reference"],
            group=REQUEST,
            negative="",
            consume_multiple=True,
            show_default=False,
            help="Image files of people, things or a style that the clip shows.",
        ),
    ] = ()
    edits: Annotated[
        str | None, Parameter(group=REQUEST, help="A video or job to change: 'make it snow'.")
    ] = None
    extends: Annotated[
        str | None, Parameter(group=REQUEST, help="A video or job to go on with by --duration.")
    ] = None
    samples: Annotated[
        int, Parameter(group=REQUEST, help="Clips made by each paid generation (Veo: 1 to 4).")
    ] = 1
    candidates: Annotated[
        int,
        Parameter(group=REQUEST, help="Attempts made side by side, 1 to 8; the best one counts."),
    ] = 1
    seed: Annotated[
        int | None, Parameter(group=REQUEST, help="Only for models that have a seed.")
    ] = None
    model: Annotated[
        str | None, Parameter(group=REQUEST, help="A video model; see: video-agent models.")
    ] = None
    threshold: Annotated[
        float, Parameter(group=LIMITS, help="Stop as soon as the score reaches this, 0 to 1.")
    ] = 0.8
    max_attempts: Annotated[int, Parameter(group=LIMITS, help="At most so many paid clips.")] = 3
    budget: Annotated[
        Decimal, Parameter(group=LIMITS, help="Dollars; no call that could exceed it is made.")
    ] = Decimal("2.00")
    policy: Annotated[
        str,
        Parameter(
            group=LIMITS,
            help="How it improves: economical (drafts first, where they are clearly cheaper), "
            "refine, draft_then_promote or tournament.",
        ),
    ] = "economical"
    publish: Annotated[
        str | None,
        Parameter(group=LIMITS, help="Widest privacy of an upload: private, unlisted, public."),
    ] = None
    user: Annotated[
        str, Parameter(name=["--user", "--user-id"], group=LIMITS, help="Whose job it is.")
    ] = "local"

    def request(self, prompt: str) -> "VideoRequest":
        """The request these options ask for.

        Raises:
            InvalidRequestError: One line naming every field that is wrong and what is allowed.
        """
        from video_agent.models import parse_request

        return parse_request({"prompt": prompt, **self.fields()})

    def fields(self) -> dict[str, object]:
        """The fields of a request, without its prompt."""
        return {
            "style": self.style,
            "duration_seconds": self.duration,
            "resolution": self.resolution,
            "aspect_ratio": self.aspect_ratio,
            "audio": self.audio,
            "negative": self.negative,
            "first_frame": self.first_frame,
            "last_frame": self.last_frame,
            "references": self.references,
            "edits": self.edits,
            "extends": self.extends,
            "samples": self.samples,
            "candidates": self.candidates,
            "seed": self.seed,
            "model": self.model,
            "quality_threshold": self.threshold,
            "max_attempts": self.max_attempts,
            "budget_usd": self.budget,
            "policy": self.policy,
            "publish": self.publish,
            "user_id": self.user,
        }


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Where a job runs and how it is shown."""

    backend: Backend = None
    output_folder: Annotated[
        Path | None,
        Parameter(
            name=["--output-folder", "-o"], group=RUN, help="Where videos go; default: ./videos."
        ),
    ] = None
    database: Database = None
    quiet: Annotated[
        bool, Parameter(name=["--quiet", "-q"], negative="", group=RUN, help="No progress.")
    ] = False
    as_json: AsJson = False


DEFAULT_REQUEST = RequestOptions()
DEFAULT_RUN = RunOptions()
