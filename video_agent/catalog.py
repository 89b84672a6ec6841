"""Models: what they can do, what they cost, how long they live.

Read from `catalog.toml`; no code names a model.

`check_request` is the preflight: it refuses what a model cannot do before anything is paid.
"""

import tomllib
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from video_agent.errors import InvalidRequestError, ModelRetiredError
from video_agent.models import GenerationSettings, Tier, VideoRequest

Surface = Literal["gemini_api", "agent_platform"]
ASPECT_PIXELS = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1)}
SHORT_SIDE_PIXELS = {"360p": 360, "720p": 720, "1080p": 1080, "4k": 2160}


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Latency(_Entry):
    """Seconds from submit to finished, as seen in the field."""

    minimum: float
    median: float
    p95: float


class TokenPrice(_Entry):
    """Dollars per million tokens; the last entry without a date holds from then on."""

    input: Decimal
    output: Decimal
    valid_until: date | None = None


class VideoLimits(_Entry):
    """What a generator can deliver."""

    min_duration_seconds: float | None = None
    max_duration_seconds: float | None = None
    durations_seconds: tuple[float, ...] = ()
    resolutions: tuple[str, ...]
    draft_resolution: str
    aspect_ratios: tuple[str, ...]
    fps: int
    audio: Literal["always", "switch"]
    seed: bool
    negative: Literal["in_words", "field"]
    first_frame: bool
    max_references: int
    price_per_second_usd: dict[str, Decimal]
    tokens_per_second: dict[str, int] = Field(default_factory=dict)
    latency_seconds: Latency

    def allows_duration(self, seconds: float) -> bool:
        """Whether a clip of this length can be ordered."""
        if self.durations_seconds:
            return seconds in self.durations_seconds
        return (self.min_duration_seconds or 0) <= seconds <= (self.max_duration_seconds or 0)

    @property
    def durations_text(self) -> str:
        """The legal durations in words."""
        if self.durations_seconds:
            return ", ".join(f"{value:g}" for value in self.durations_seconds) + " s"
        return f"{self.min_duration_seconds:g} to {self.max_duration_seconds:g} s"


class Model(_Entry):
    """One model."""

    id: str
    role: Literal["generator", "language"]
    protocol: Literal["interactions", "long_running", "generate_content"] = "generate_content"
    surfaces: tuple[Surface, ...]
    released: date
    retires: date | None = None
    fallback: str | None = None
    source: str
    confidence: Literal["high", "medium", "low"]
    thinking_levels: tuple[str, ...] = ()
    video: VideoLimits | None = None
    prices_per_million_tokens_usd: tuple[TokenPrice, ...] = ()

    def retired(self, today: date) -> bool:
        """Whether the model is gone on that day."""
        return self.retires is not None and today >= self.retires

    def token_cost_usd(self, input_tokens: int, output_tokens: int, today: date) -> Decimal | None:
        """Dollars for one call; thinking counts as output. None when the price is unknown."""
        for price in self.prices_per_million_tokens_usd:
            if price.valid_until is None or today <= price.valid_until:
                return (price.input * input_tokens + price.output * output_tokens) / 1_000_000
        return None


class Defaults(_Entry):
    """The model for each role when nothing else is asked for."""

    planner: str
    enhancer: str
    judge: str
    generator: str


class Catalog(_Entry):
    """All known models."""

    checked: date
    defaults: Defaults
    models: tuple[Model, ...]

    def find(self, model_id: str) -> Model:
        """The entry of a model.

        Raises:
            InvalidRequestError: Unknown id; the message lists the known ones of the same kind.
        """
        for model in self.models:
            if model.id == model_id:
                return model
        known = ", ".join(model.id for model in self.models if model.video)
        raise InvalidRequestError(
            f"unknown model {model_id!r}; known video models: {known}",
            hint="see: video-agent models",
        )

    def generator(self, model_id: str | None, *, today: date) -> tuple[Model, VideoLimits]:
        """A live video model with its limits; the catalog's default when no id is given.

        Raises:
            InvalidRequestError: Unknown, or not a video model.
            ModelRetiredError: Gone; the hint names the fallback.
        """
        model = self.find(model_id or self.defaults.generator)
        instead = model.fallback or self.defaults.generator
        if model.retired(today):
            raise ModelRetiredError(
                f"{model.id} was retired on {model.retires}", hint=f"use {instead}"
            )
        if model.video is None:
            raise InvalidRequestError(
                f"{model.id} does not make videos", hint=f"use {self.defaults.generator}"
            )
        return model, model.video


SURFACE_NAMES: dict[str, str] = {"gemini_api": "Gemini API", "agent_platform": "Agent Platform"}


def load_catalog() -> Catalog:
    """Read the packaged catalog."""
    text = resources.files("video_agent").joinpath("catalog.toml").read_text(encoding="utf-8")
    return Catalog.model_validate(tomllib.loads(text))


def check_settings(model: Model, limits: VideoLimits, settings: GenerationSettings) -> list[str]:
    """What this model cannot do of these settings: one clause each; empty when all is legal."""
    problems: list[str] = []
    if not limits.allows_duration(settings.duration_seconds):
        given = f"{settings.duration_seconds:g} s"
        problems.append(f"{model.id} makes clips of {limits.durations_text}, not {given}")
    if settings.resolution not in limits.resolutions:
        known = ", ".join(limits.resolutions)
        problems.append(f"{model.id} has no resolution {settings.resolution}; it has {known}")
    if settings.aspect_ratio not in limits.aspect_ratios:
        known = ", ".join(limits.aspect_ratios)
        problems.append(f"{model.id} has no aspect ratio {settings.aspect_ratio}; it has {known}")
    if settings.seed is not None and not limits.seed:
        problems.append(f"{model.id} has no seed; leave it out")
    return problems


def check_request(
    catalog: Catalog, request: VideoRequest, *, surface: Surface, today: date
) -> tuple[Model, list[str]]:
    """The preflight of a whole request against its model.

    Returns:
        The model, and notes about what is done in another way than asked (negatives in words,
        sound removed locally).

    Raises:
        InvalidRequestError: One line naming everything that cannot be done and what is allowed.
        ModelRetiredError: The model is gone; the hint names the fallback.
    """
    model, limits = catalog.generator(request.model, today=today)
    problems = check_settings(model, limits, settings_of(request))
    if surface not in model.surfaces:
        served = " and the ".join(SURFACE_NAMES[name] for name in model.surfaces)
        problems.append(
            f"{model.id} is served only by the {served}, not by the {SURFACE_NAMES[surface]}"
        )
    allowed = min(limits.max_references, 1) if limits.first_frame else 0
    if len(request.references) > allowed:
        given = len(request.references)
        problems.append(f"{given} reference images given; allowed: {allowed} (the first frame)")
    if problems:
        raise InvalidRequestError("; ".join(problems), hint="see: video-agent models")
    return model, _notes(model, limits, request)


def _notes(model: Model, limits: VideoLimits, request: VideoRequest) -> list[str]:
    notes: list[str] = []
    if request.negative and limits.negative == "in_words":
        notes.append(f"{model.id} has no negative prompt: it is said in the prompt's own words")
    if not request.audio and limits.audio == "always":
        notes.append(f"{model.id} always makes sound: it is removed locally after the download")
    return notes


def settings_of(request: VideoRequest, *, tier: Tier = Tier.FINAL) -> GenerationSettings:
    """The settings a request asks for, before a planner changes any."""
    return GenerationSettings(
        duration_seconds=request.duration_seconds,
        resolution=request.resolution,
        aspect_ratio=request.aspect_ratio,
        audio=request.audio,
        tier=tier,
        seed=request.seed,
    )


def generation_price_usd(limits: VideoLimits, settings: GenerationSettings) -> Decimal:
    """The list price of one generation in dollars."""
    return limits.price_per_second_usd[settings.resolution] * Decimal(
        str(settings.duration_seconds)
    )


def frame_size(resolution: str, aspect_ratio: str) -> tuple[int, int]:
    """Width and height in pixels, both even."""
    short = SHORT_SIDE_PIXELS[resolution]
    across, down = ASPECT_PIXELS[aspect_ratio]
    long = round(short * max(across, down) / min(across, down) / 2) * 2
    return (long, short) if across >= down else (short, long)
