"""Shots, orders and what became of them."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field

from video_agent.models.vocabulary import GenerationState, Score, Tier, Value


class Shot(Value):
    """The structured prompt: what is seen and heard in one continuous take.

    Empty text means "not said".
    """

    subject: str = Field(min_length=1, max_length=2_000)
    action: str = ""
    setting: str = ""
    style: str = ""
    camera: str = ""
    composition: str = ""
    lens: str = ""
    lighting: str = ""
    ambiance: str = ""
    audio: str = ""
    negative: str = ""


class GenerationSettings(Value):
    """What one generation is asked to deliver (the request with the planner's changes)."""

    duration_seconds: float
    resolution: str
    aspect_ratio: str
    audio: bool = True
    tier: Tier = Tier.FINAL
    seed: int | None = None
    first_frame_sha256: str | None = None


class GenerationOrder(Value):
    """Everything a generator needs for one paid submit.

    `generation_id` travels as a label where the provider keeps one.
    """

    generation_id: str
    job_id: str
    model: str
    prompt: str
    settings: GenerationSettings
    first_frame: Path | None = None


class MediaSource(Value):
    """Where a finished generation's bytes are: a provider link or the bytes themselves (base64)."""

    uri: str | None = None
    base64_data: str | None = Field(default=None, repr=False)
    mime_type: str = "video/mp4"


class TokenUsage(Value):
    """What one language-model call used and, by the catalog, cost.

    `cost_usd` is None when the price is unknown.
    """

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None


class GenerationUpdate(Value):
    """What one poll of a generation found.

    `status` is `running`, `succeeded` (then `sources` is not empty), `blocked` or `failed` (then
    `reason` says why).
    `progress` is 0 to 1 where the provider tells. `cost_usd` comes from reported usage; None when
    it was not reported.
    """

    status: Literal["running", "succeeded", "blocked", "failed"]
    progress: Score | None = None
    sources: tuple[MediaSource, ...] = ()
    reason: str = ""
    cost_usd: Decimal | None = None
    usage: dict[str, int] = Field(default_factory=dict)


class Generation(Value):
    """One ledger row as the rest of the program sees it."""

    id: str
    job_id: str
    attempt_number: int
    state: GenerationState
    model: str
    prompt: str
    settings: GenerationSettings
    estimate_usd: Decimal
    cost_usd: Decimal | None = None
    provider_id: str | None = None
    progress: float | None = None
    error: str | None = None
    intended_at: datetime
    submitted_at: datetime | None = None
    finished_at: datetime | None = None


class MediaFacts(Value):
    """What a file is, as measured by opening it. Sizes in pixels and bytes."""

    duration_seconds: float
    width: int
    height: int
    fps: float
    frame_count: int
    video_codec: str
    pixel_format: str = ""
    audio_codec: str | None = None
    audio_duration_seconds: float | None = None
    sample_rate: int | None = None
    channels: int | None = None
    size_bytes: int = 0


class Video(Value):
    """A stored file with its facts."""

    id: str
    job_id: str
    attempt_number: int
    generation_id: str
    path: Path
    sha256: str
    facts: MediaFacts
    thumbnail_path: Path | None = None
