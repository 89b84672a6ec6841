"""What the person asked for, and the one line that says why it is refused."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from pydantic import Field, ValidationError, field_validator, model_validator

from video_agent.errors import InvalidRequestError
from video_agent.models.vocabulary import PolicyName, Privacy, Style, Task, Value

MAX_PROMPT_CHARACTERS = 8_000


class VideoRequest(Value):
    """What the person asked for.

    `negative` lists things that must not appear. `audio=False` asks for a silent clip.
    `first_frame` and `last_frame` are image files the clip begins and ends with, `references` image
    files of people, things or a style it shows. `edits` and `extends` name an earlier video (or
    job) that is changed, or gone on with by `duration_seconds`. `samples` clips are made by each
    paid generation. `candidates` attempts are made side by side in each round, each with its own
    generation; they count as attempts. `publish` is the widest privacy an upload may have; None
    means no upload. `policy` says how it goes on from a clip that fell short: `economical` searches
    with drafts where they are clearly cheaper and promotes the first that passes.
    """

    prompt: str = Field(min_length=1, max_length=MAX_PROMPT_CHARACTERS)
    style: Style | None = None
    duration_seconds: float = Field(default=6.0, gt=0, le=600, allow_inf_nan=False)
    resolution: str = "720p"
    aspect_ratio: str = "16:9"
    audio: bool = True
    negative: str | None = Field(default=None, max_length=2_000)
    first_frame: Path | None = None
    last_frame: Path | None = None
    references: tuple[Path, ...] = ()
    edits: str | None = Field(default=None, min_length=1, max_length=128)
    extends: str | None = Field(default=None, min_length=1, max_length=128)
    samples: int = Field(default=1, ge=1, le=4)
    candidates: int = Field(default=1, ge=1, le=8)
    seed: int | None = Field(default=None, ge=0, le=2**32 - 1)
    model: str | None = None
    user_id: str = Field(default="local", min_length=1, max_length=128)
    quality_threshold: float = Field(default=0.8, ge=0.0, le=1.0, allow_inf_nan=False)
    max_attempts: int = Field(default=3, ge=1, le=50)
    budget_usd: Decimal = Field(default=Decimal("2.00"), gt=0, le=100_000, max_digits=15)
    publish: Privacy | None = None
    policy: PolicyName = "economical"

    @field_validator("prompt")
    @classmethod
    def _prompt_says_something(cls, prompt: str) -> str:
        if not prompt.strip():
            message = "the prompt is empty"
            raise ValueError(message)
        return prompt.strip()

    @model_validator(mode="after")
    def _one_way_of_making_it(self) -> "VideoRequest":
        ways = {
            "first_frame": self.first_frame,
            "references": self.references,
            "edits": self.edits,
            "extends": self.extends,
        }
        given = [name for name, value in ways.items() if value]
        if len(given) > 1:
            message = f"{' and '.join(given)} cannot be combined; give one of them"
            raise ValueError(message)
        if self.last_frame is not None and self.first_frame is None:
            message = "last_frame needs a first_frame"
            raise ValueError(message)
        return self

    @property
    def task(self) -> Task:
        """The way of making the clip that the given inputs mean."""
        if self.edits or self.extends:
            return "edit" if self.edits else "extend"
        if self.references:
            return "reference_to_video"
        if self.first_frame is None:
            return "text_to_video"
        return "image_to_video" if self.last_frame is None else "first_and_last_frame"


def parse_request(fields: Mapping[str, object]) -> VideoRequest:
    """Build a request from loose fields.

    Raises:
        InvalidRequestError: One line naming every field that is wrong and what is allowed.
    """
    try:
        return VideoRequest.model_validate(dict(fields))
    except ValidationError as error:
        problems = "; ".join(_problem(dict(item)) for item in error.errors(include_url=False))
        raise InvalidRequestError(
            problems, hint="nothing was paid; change it and try again"
        ) from None


_LIMITS = {
    "prompt": f"1 to {MAX_PROMPT_CHARACTERS:,} characters",
    "style": "cinematic, animated or documentary",
    "duration_seconds": "more than 0 seconds",
    "quality_threshold": "0 to 1",
    "max_attempts": "1 to 50",
    "samples": "1 to 4",
    "candidates": "1 to 8",
    "budget_usd": "more than 0 dollars",
    "seed": "0 to 4294967295",
    "publish": "private, unlisted or public",
    "policy": "economical, refine, draft_then_promote or tournament",
}


def _problem(item: Mapping[str, object]) -> str:
    location = item.get("loc")
    name = str(location[0]) if isinstance(location, tuple) and location else "request"
    given = item.get("input")
    if name == "prompt":
        text = given if isinstance(given, str) else ""
        return f"the prompt has {len(text.strip()):,} characters; allowed: {_LIMITS[name]}"
    if item.get("type") == "extra_forbidden":
        return f"there is no field {name}; allowed: {', '.join(VideoRequest.model_fields)}"
    if name in _LIMITS:
        return f"{name} is {given!r}; allowed: {_LIMITS[name]}"
    message = str(item.get("msg")).removeprefix("Value error, ")
    return message if name == "request" else f"{name}: {message}"
