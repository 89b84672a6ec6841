"""Shots, orders and what became of them."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field

from video_agent.models.vocabulary import GenerationState, Score, Task, Tier, Value


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
    """What one generation is asked to deliver (the request with the planner's changes).

    The length is that of the new clip; for an extension what is added to the `source_seconds` of
    the clip it goes on from. Inputs are named by the sha256 of their bytes, in order. `output_uri`
    is the gs:// folder of the generator's clips, each generation in its own; None: in the answers.
    """

    duration_seconds: float
    resolution: str
    aspect_ratio: str
    audio: bool = True
    tier: Tier = Tier.FINAL
    seed: int | None = None
    task: Task = "text_to_video"
    negative: str | None = None
    samples: int = Field(default=1, ge=1, le=4)
    reference_count: int = Field(default=0, ge=0)
    first_frame_sha256: str | None = None
    last_frame_sha256: str | None = None
    reference_sha256s: tuple[str, ...] = ()
    source_generation_id: str | None = None
    source_seconds: float | None = None
    output_uri: str | None = None

    @property
    def clip_seconds(self) -> float:
        """How long the finished clip is."""
        added_to = self.source_seconds if self.task == "extend" else None
        return self.duration_seconds + (added_to or 0.0)


class SourceClip(Value):
    """The earlier clip that an edit or an extension starts from.

    `provider_id` is its generation at the service, `uri` where it lies in Cloud Storage, `path` our
    own file.
    """

    generation_id: str
    model: str
    path: Path
    duration_seconds: float
    provider_id: str | None = None
    uri: str | None = None


class GenerationInputs(Value):
    """The files a generation starts from."""

    first_frame: Path | None = None
    last_frame: Path | None = None
    references: tuple[Path, ...] = ()
    source: SourceClip | None = None


class GenerationOrder(Value):
    """Everything a generator needs for one paid submit.

    `generation_id` travels as a label where the provider keeps one.
    """

    generation_id: str
    job_id: str
    model: str
    prompt: str
    settings: GenerationSettings
    inputs: GenerationInputs = GenerationInputs()


class MediaSource(Value):
    """Where a finished generation's bytes are: a provider link or the bytes themselves (base64).

    A link is https, or gs:// where the service writes into Cloud Storage.
    """

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
    `progress` is 0 to 1 where the provider tells. `cost_usd` comes from reported usage, or is 0
    where the service says that it does not charge; None when nothing was said. `filtered` counts
    samples that a safety filter held back: `sources` then has fewer than were asked for.
    `retryable` says whether a new paid attempt with the same prompt may help.
    """

    status: Literal["running", "succeeded", "blocked", "failed"]
    progress: Score | None = None
    sources: tuple[MediaSource, ...] = ()
    reason: str = ""
    cost_usd: Decimal | None = None
    usage: dict[str, int] = Field(default_factory=dict)
    filtered: int = Field(default=0, ge=0)
    retryable: bool = False


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
    """What a file is, as measured by opening it. Sizes in pixels and bytes.

    Width and height are those of the stored picture; `rotation_degrees` is by how much a player
    turns it clockwise, where that was looked at.
    """

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
    rotation_degrees: int = 0


class StoredObject(Value):
    """A file in an object store.

    `created` is False when the same bytes were there already. `public_url` is a link that works
    without a login, None when there is none.
    """

    uri: str
    size_bytes: int
    created: bool
    public_url: str | None = None


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
    storage_uri: str | None = None
