"""The catalog's entries. Every group of figures carries its source, its day and how sure it is."""

import tomllib
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from video_agent.errors import InvalidRequestError, ModelRetiredError
from video_agent.models import Task

Surface = Literal["gemini_api", "agent_platform"]
Role = Literal["generator", "language", "speech", "music"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Evidence(_Entry):
    """Where the figures of an entry come from.

    Args:
        source: The evidence in words.
        dated: The day of the evidence, not of our reading.
        confidence: high: primary source; medium: dated secondary sources that agree; low: one
            source, or inferred.
    """

    source: str
    dated: date
    confidence: Literal["high", "medium", "low"]


class Latency(_Evidence):
    """Seconds from submit to finished, as seen in the field."""

    minimum: float
    median: float
    p95: float


class TokenPrice(_Evidence):
    """Dollars per million tokens, thinking counted as output; holds until and on `valid_until`."""

    input: Decimal
    output: Decimal
    valid_until: date | None = None


class SecondPrice(_Evidence):
    """Dollars per second of video by resolution; `silent_usd` where no sound costs less."""

    usd: dict[str, Decimal]
    silent_usd: dict[str, Decimal] = Field(default_factory=dict)
    valid_until: date | None = None


class PiecePrice(_Evidence):
    """Dollars per piece of music."""

    usd: Decimal
    valid_until: date | None = None


class Quota(_Evidence):
    """How much of a generator one project may use, unless Google granted more.

    `concurrent` are generations under way at once; `requests_per_minute` paid starts.
    """

    concurrent: int = Field(ge=1)
    requests_per_minute: int = Field(ge=1)


class VideoLimits(_Evidence):
    """What a generator can deliver. Lengths in seconds.

    `tasks` are the ways of making a clip that the model knows. `extension_seconds` is the least and
    the most that one extension adds, `longest_seconds` what a clip may reach by extensions. Clips
    that go in count `input_tokens_per_video_second`, whatever their size.
    """

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
    tasks: tuple[Task, ...]
    max_reference_images: int = 0
    max_reference_videos: int = 0
    reference_durations_seconds: tuple[float, ...] = ()
    longest_interpolation_seconds: float | None = None
    edit_source_seconds: tuple[float, float] | None = None
    extension_seconds: tuple[float, float] | None = None
    longest_seconds: dict[Surface, float] = Field(default_factory=dict)
    max_samples: int = 1
    tokens_per_second: dict[str, int] = Field(default_factory=dict)
    input_tokens_per_image: int = 0
    input_tokens_per_video_second: int = 0
    overhead_output_tokens: int = 0
    prices: tuple[SecondPrice, ...]
    latency_seconds: Latency
    quota: Quota

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

    def price(self, today: date) -> SecondPrice:
        """The price list of a day; the last one when all have an end and it has passed."""
        for price in self.prices:
            if price.valid_until is None or today <= price.valid_until:
                return price
        return self.prices[-1]

    def second_price_usd(
        self, resolution: str, *, today: date, audio: bool = True
    ) -> Decimal | None:
        """Dollars per second; None for a resolution that has no price."""
        price = self.price(today)
        silent = None if audio else price.silent_usd.get(resolution)
        return price.usd.get(resolution) if silent is None else silent


class Model(_Evidence):
    """One model; its evidence is that of the dates.

    Args:
        id: As Google writes it.
        role: What it is for.
        protocol: How it is spoken to.
        surfaces: Where it is served.
        locations: Where on Agent Platform; empty means everywhere. The first one is the default.
        released: The day of its launch.
        retires: The day from which calls fail; None when no day is known.
        retires_on: The same for one surface, where it differs.
        kept_until_at_least: Google promised service until this day.
        routed_to: The model that answers in its place without saying so.
        fallback: What to use instead.
        thinking_levels: The levels it accepts; empty when it has no such knob.
    """

    id: str
    role: Role
    protocol: Literal["interactions", "long_running", "generate_content", "predict"] = (
        "generate_content"
    )
    surfaces: tuple[Surface, ...]
    locations: tuple[str, ...] = ()
    released: date
    retires: date | None = None
    retires_on: dict[Surface, date] = Field(default_factory=dict)
    kept_until_at_least: date | None = None
    routed_to: str | None = None
    fallback: str | None = None
    thinking_levels: tuple[str, ...] = ()
    video: VideoLimits | None = None
    prices_per_million_tokens_usd: tuple[TokenPrice, ...] = ()
    prices_per_piece_usd: tuple[PiecePrice, ...] = ()

    def retirement(self, surface: Surface | None = None) -> date | None:
        """The day from which calls fail, on one surface or on all."""
        if surface is not None and surface in self.retires_on:
            return self.retires_on[surface]
        if self.retires is None and set(self.surfaces) <= set(self.retires_on):
            return max(self.retires_on.values(), default=None)
        return self.retires

    def retired(self, today: date, surface: Surface | None = None) -> bool:
        """Whether the model is gone on that day."""
        day = self.retirement(surface)
        return day is not None and today >= day

    def token_price(self, today: date) -> TokenPrice | None:
        """Dollars per million tokens on that day; None when unknown."""
        for price in self.prices_per_million_tokens_usd:
            if price.valid_until is None or today <= price.valid_until:
                return price
        return None

    def token_cost_usd(self, input_tokens: int, output_tokens: int, today: date) -> Decimal | None:
        """Dollars for one call; thinking counts as output. None when the price is unknown."""
        price = self.token_price(today)
        if price is None:
            return None
        return (price.input * input_tokens + price.output * output_tokens) / 1_000_000


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
        model = self.entry(model_id)
        if model is not None:
            return model
        known = ", ".join(model.id for model in self.models if model.video)
        raise InvalidRequestError(
            f"unknown model {model_id!r}; known video models: {known}",
            hint="see: video-agent models",
        )

    def entry(self, model_id: str) -> Model | None:
        """The entry of a model, None for one we do not know."""
        return next((model for model in self.models if model.id == model_id), None)

    def generator(
        self, model_id: str | None, *, today: date, surface: Surface | None = None
    ) -> tuple[Model, VideoLimits]:
        """A live video model with its limits; the catalog's default when no id is given.

        Raises:
            InvalidRequestError: Unknown, or not a video model.
            ModelRetiredError: Gone; the hint names the fallback.
        """
        model = self.find(model_id or self.defaults.generator)
        instead = model.fallback or self.defaults.generator
        if model.retired(today, surface):
            raise ModelRetiredError(
                f"{model.id} was retired on {model.retirement(surface)}", hint=f"use {instead}"
            )
        if model.video is None:
            raise InvalidRequestError(
                f"{model.id} does not make videos", hint=f"use {self.defaults.generator}"
            )
        return model, model.video


def load_catalog() -> Catalog:
    """Read the packaged catalog."""
    folder = resources.files("video_agent.catalog")
    text = folder.joinpath("catalog.toml").read_text(encoding="utf-8")
    return Catalog.model_validate(tomllib.loads(text))
