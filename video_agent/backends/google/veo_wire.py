"""Veo's requests and operations: an order becomes a request, an operation an update. Pure.

An operation that is done has five shapes (as recorded from Agent Platform): videos; some videos
with others filtered out; only filtered ones; an error; nothing at all.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from google.genai import types

from video_agent.models import GenerationOrder, GenerationUpdate, MediaSource

ZERO = Decimal(0)
_NOT_CHARGED = re.compile(r"\b(not|won't|never) (been |be )?(charged|billed)", re.IGNORECASE)
_SAFETY_WORDS = re.compile(
    r"support codes?|usage guidelines|responsible ai|safety (filter|polic|settings)", re.IGNORECASE
)
_AUDIO_WORDS = re.compile(r"\b(audio|sound|speech)\b", re.IGNORECASE)
_AUDIO_ADVICE = (
    "the sound was the matter: the same prompt often passes; else leave out speech and music, or "
    "ask for a silent clip"
)
_ERROR_NAMES = {
    3: "the service refuses the request",
    4: "the service did not finish in time",
    8: "the service's quota or capacity is exhausted",
    13: "the service failed inside",
    14: "the service was not available",
}
_PASSING_ERRORS = frozenset({4, 8, 13, 14})
"""google.rpc codes after which a new paid attempt with the same prompt may go through."""


@dataclass(frozen=True)
class InputImage:
    """An image as it is sent."""

    content: bytes
    mime_type: str

    def as_image(self) -> types.Image:
        """The SDK's form."""
        return types.Image(image_bytes=self.content, mime_type=self.mime_type)


@dataclass(frozen=True)
class InputMedia:
    """The files of an order, read. The source clip is an address (gs://) or bytes."""

    first_frame: InputImage | None = None
    last_frame: InputImage | None = None
    references: tuple[InputImage, ...] = ()
    source_uri: str | None = None
    source_content: bytes | None = None


def request_source(order: GenerationOrder, media: InputMedia) -> types.GenerateVideosSource:
    """Prompt, first frame and the clip to go on from."""
    frame = media.first_frame
    video = None
    if media.source_uri is not None:
        video = types.Video(uri=media.source_uri, mime_type="video/mp4")
    elif media.source_content is not None:
        video = types.Video(video_bytes=media.source_content, mime_type="video/mp4")
    return types.GenerateVideosSource(
        prompt=order.prompt, image=frame.as_image() if frame else None, video=video
    )


def request_config(
    order: GenerationOrder, media: InputMedia, output_uri: str | None
) -> types.GenerateVideosConfig:
    """Everything the service would otherwise choose; prompt rewriting stays its own choice.

    Args:
        order: What is wanted.
        media: Its files.
        output_uri: The generation's own folder, gs://; None has the clips sent in the answer.
    """
    settings = order.settings
    asset = types.VideoGenerationReferenceType.ASSET
    references = [
        types.VideoGenerationReferenceImage(image=image.as_image(), reference_type=asset)
        for image in media.references
    ]
    return types.GenerateVideosConfig(
        number_of_videos=settings.samples,
        duration_seconds=round(settings.duration_seconds),
        aspect_ratio=settings.aspect_ratio,
        resolution=settings.resolution,
        generate_audio=settings.audio,
        seed=settings.seed,
        negative_prompt=settings.negative or None,
        last_frame=media.last_frame.as_image() if media.last_frame else None,
        reference_images=references or None,
        output_gcs_uri=output_uri,
        labels={"generation": order.generation_id, "job": order.job_id},
    )


def read_operation(operation: types.GenerateVideosOperation) -> GenerationUpdate | None:
    """What an operation says; None for "done" without video, error or filter.

    Only videos that can be fetched count. What was filtered is not charged; when the service says
    so for a whole generation, its cost is 0, else unknown.
    """
    if operation.error:
        return _failed(cast("Mapping[str, object]", operation.error))
    if not operation.done:
        return GenerationUpdate(status="running")
    response = operation.response or types.GenerateVideosResponse()
    filtered = max(0, response.rai_media_filtered_count or 0)
    reason = _reason(response.rai_media_filtered_reasons or [])
    sources = tuple(
        source
        for item in response.generated_videos or []
        if (source := _source(item.video)) is not None
    )
    if sources:
        return GenerationUpdate(
            status="succeeded", sources=sources, filtered=filtered, reason=reason
        )
    if not filtered:
        return None
    return GenerationUpdate(
        status="blocked",
        reason=reason or "the service held the video back without a reason",
        cost_usd=ZERO if _NOT_CHARGED.search(reason) else None,
        filtered=filtered,
        retryable=True,  # the same prompt often passes the next time
    )


def is_about_safety(text: str) -> bool:
    """Whether a refusal is one of the prompt or the result, not of the form of the request."""
    return bool(_SAFETY_WORDS.search(text))


def _failed(error: Mapping[str, object]) -> GenerationUpdate:
    code, message = error.get("code"), str(error.get("message") or "")
    known = code if isinstance(code, int) else None
    cost = ZERO if _NOT_CHARGED.search(message) else None
    if known == 3 and is_about_safety(message):
        return GenerationUpdate(status="blocked", reason=message, cost_usd=cost)
    name = _ERROR_NAMES.get(known or 0, "the service ended the generation")
    reason = f"{name} (code {code}): {message}" if message else f"{name} (code {code})"
    return GenerationUpdate(
        status="failed", reason=reason, cost_usd=cost, retryable=known in _PASSING_ERRORS
    )


def _reason(texts: list[str]) -> str:
    """The different reasons, one after the other, with advice where the sound is the matter."""
    text = " ".join(dict.fromkeys(" ".join(item.split()) for item in texts))
    return f"{text} ({_AUDIO_ADVICE})" if _AUDIO_WORDS.search(text) else text


def _source(video: types.Video | None) -> MediaSource | None:
    if video is None or not (video.uri or video.video_bytes):
        return None
    mime_type = video.mime_type or "video/mp4"
    if video.uri:
        return MediaSource(uri=video.uri, mime_type=mime_type)
    data = base64.b64encode(video.video_bytes or b"").decode("ascii")
    return MediaSource(base64_data=data, mime_type=mime_type)
