"""What a person says about a video when it is published, and how its publication stands."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from video_agent.errors import InvalidRequestError
from video_agent.models.vocabulary import Privacy, Value, utc_now

LONGEST_TITLE = 100
LARGEST_DESCRIPTION_BYTES = 5_000
LONGEST_TAGS = 500
_QUOTES = 2


class PublicationDetails(Value):
    """What is told to the video service, with YouTube's limits.

    `tags` together have at most 500 characters, a tag with spaces counted with two quotes and a
    comma between two. `publish_at` (with a time zone, in the future) makes a private video public
    then. `contains_synthetic_media` is the disclosure that a realistic picture was made by a model.
    `playlist_id`, `thumbnail` and `captions` are added once the video is there.
    """

    title: str
    description: str = ""
    tags: tuple[str, ...] = ()
    category_id: str = Field(default="22", pattern=r"^[0-9]{1,4}$")
    privacy: Privacy = "private"
    publish_at: datetime | None = None
    made_for_kids: bool = False
    contains_synthetic_media: bool = True
    notify_subscribers: bool = False
    language: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    license: Literal["youtube", "creativeCommon"] = "youtube"
    embeddable: bool = True
    playlist_id: str | None = Field(default=None, pattern=r"^[\w-]{2,80}$")
    thumbnail: Path | None = None
    captions: Path | None = None
    captions_language: str = Field(default="en", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")

    @field_validator("title")
    @classmethod
    def _a_title(cls, title: str) -> str:
        title = title.strip()
        if not 1 <= len(title) <= LONGEST_TITLE:
            message = f"the title has {len(title)} characters; allowed: 1 to {LONGEST_TITLE}"
            raise ValueError(message)
        return _without_brackets("title", title)

    @field_validator("description")
    @classmethod
    def _a_description(cls, description: str) -> str:
        size = len(description.encode("utf-8", "surrogatepass"))
        if size > LARGEST_DESCRIPTION_BYTES:
            message = (
                f"the description has {size:,} bytes in UTF-8; "
                f"allowed: {LARGEST_DESCRIPTION_BYTES:,}"
            )
            raise ValueError(message)
        return _without_brackets("description", description)

    @field_validator("tags")
    @classmethod
    def _tags(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        tidy = tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
        size = characters_of(tidy)
        if size > LONGEST_TAGS:
            message = (
                f"the tags have {size} characters together (a comma between two, quotes around "
                f"those with spaces); allowed: {LONGEST_TAGS}"
            )
            raise ValueError(message)
        for tag in tidy:
            _without_brackets("tag", tag)
        return tidy

    @model_validator(mode="after")
    def _a_time_to_come(self) -> "PublicationDetails":
        if self.publish_at is None:
            return self
        if self.publish_at.tzinfo is None:
            message = "publish_at has no time zone; write 2026-12-24T18:00:00Z or +01:00"
            raise ValueError(message)
        if self.privacy != "private":
            message = f"publish_at needs privacy private (until then), not {self.privacy}"
            raise ValueError(message)
        return self

    def check_in_time(self) -> None:
        """Refuse a time that is past; asked before an upload, since stored details grow old.

        Raises:
            InvalidRequestError: `publish_at` is not in the future.
        """
        if self.publish_at is not None and self.publish_at <= utc_now():
            moment = self.publish_at.astimezone(UTC).isoformat(timespec="minutes")
            raise InvalidRequestError(f"publish_at is {moment}; allowed: a time in the future")


class PublicationState(StrEnum):
    """How far a publication is."""

    PREPARED = "prepared"  # nothing has left; no upload session yet
    OPENED = "opened"  # the upload session is known, no byte was sent
    SENDING = "sending"
    PROCESSING = "processing"  # the service has the whole video under its id
    PUBLISHED = "published"
    FAILED = "failed"  # the service could not use the video or refused it


class Publication(Value):
    """One video at one service, as the rest of the program sees it.

    `warnings` tell what did not work beside the video itself (thumbnail, captions, playlist).
    """

    id: str
    video_id: str
    job_id: str
    target: str
    state: PublicationState
    details: PublicationDetails
    sent_bytes: int
    size_bytes: int
    youtube_id: str | None = None
    url: str | None = None
    warnings: tuple[str, ...] = ()
    error: str | None = None
    created_at: datetime
    published_at: datetime | None = None


class UploadStep(Value):
    """Where an upload stands at the service.

    `remote_id` is the finished video's id; `gone` says that the session is unknown there.
    """

    received_bytes: int = Field(default=0, ge=0)
    remote_id: str | None = None
    gone: bool = False


class RemoteState(Value):
    """What the service made of an uploaded video; `reason` explains a failure."""

    status: Literal["processing", "ready", "failed"]
    reason: str = ""
    hint: str = ""


def characters_of(tags: Sequence[str]) -> int:
    """How long a list of tags is as YouTube counts it."""
    quotes = sum(_QUOTES for tag in tags if " " in tag)
    return sum(len(tag) for tag in tags) + quotes + max(0, len(tags) - 1)


def parse_publication(fields: Mapping[str, object]) -> PublicationDetails:
    """Build the details from loose fields.

    Raises:
        InvalidRequestError: One line naming every field that is wrong and what is allowed.
    """
    try:
        details = PublicationDetails.model_validate(dict(fields))
    except ValidationError as error:
        problems = "; ".join(
            _problem(item["loc"], item["msg"]) for item in error.errors(include_url=False)
        )
        raise InvalidRequestError(problems, hint="nothing was uploaded; change it") from None
    details.check_in_time()
    return details


def _problem(location: tuple[int | str, ...], message: str) -> str:
    plain = message.removeprefix("Value error, ")
    return plain if plain != message or not location else f"{location[0]}: {message}"


def _without_brackets(name: str, text: str) -> str:
    found = sorted(set(text) & {"<", ">"})
    if found:
        message = f"the {name} contains {' and '.join(found)}; YouTube allows neither < nor >"
        raise ValueError(message)
    return text
