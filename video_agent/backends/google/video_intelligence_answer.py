"""What Video Intelligence found, read into our words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from google.cloud import videointelligence
from google.longrunning.operations_pb2 import Operation

from video_agent.backends.google.secrecy import hide_secrets
from video_agent.backends.google.video_intelligence_client import SHUTDOWN
from video_agent.backends.google.video_intelligence_errors import status_error
from video_agent.errors import BackendError
from video_agent.models import ClipInsights, Label

SERVICE = "Google Cloud Video Intelligence"
MOST_LABELS = 20
_WHAT = "the analysis by Video Intelligence"
_STEPS = 4  # from VERY_UNLIKELY (1) to VERY_LIKELY (5)
Results = videointelligence.VideoAnnotationResults


@dataclass(frozen=True)
class _Explicit:
    """The worst moment: 0 (very unlikely) to 1 (very likely)."""

    likelihood: float
    at_seconds: float


def insights_of(operation: Operation, *, price_usd: Decimal) -> ClipInsights:
    """Read a finished operation. A part that failed is named in the notes.

    Raises:
        BackendError: The operation failed, or every part of it.
    """
    if operation.HasField("error"):
        raise status_error(operation.error, _WHAT, price_usd=price_usd)
    message = videointelligence.AnnotateVideoResponse.pb(videointelligence.AnnotateVideoResponse())
    if not operation.response.Unpack(message):
        raise BackendError(
            f"{_WHAT} ended with an answer of another kind", cost_usd=price_usd, retryable=True
        )
    response = videointelligence.AnnotateVideoResponse.wrap(message)
    results = list(response.annotation_results)
    failed = [item for item in results if item.error.code]
    good = [item for item in results if not item.error.code]
    if failed and not good:
        raise status_error(failed[0].error, _WHAT, price_usd=price_usd)
    explicit = _explicit(good)
    return ClipInsights(
        service=SERVICE,
        shots=_shots(good),
        labels=_labels(good),
        explicit=explicit.likelihood if explicit else None,
        explicit_at_seconds=explicit.at_seconds if explicit and explicit.likelihood else None,
        texts=tuple(item.text for result in good for item in result.text_annotations),
        transcript=_transcript(good),
        cost_usd=price_usd,
        notes=(
            f"{SERVICE} ends on {SHUTDOWN.isoformat()}",
            *(f"a part was not examined: {hide_secrets(item.error.message)}" for item in failed),
        ),
    )


def _shots(results: Sequence[Results]) -> tuple[tuple[float, float], ...]:
    return tuple(
        (_seconds(shot.start_time_offset), _seconds(shot.end_time_offset))
        for result in results
        for shot in result.shot_annotations
    )


def _seconds(offset: object) -> float:
    """The client hands durations out as timedelta, whatever its type hints say."""
    return offset.total_seconds() if isinstance(offset, timedelta) else 0.0


def _labels(results: Sequence[Results]) -> tuple[Label, ...]:
    """The labels of the whole clip, the surest first, each once."""
    best: dict[str, float] = {}
    for result in results:
        for item in (*result.segment_label_annotations, *result.shot_label_annotations):
            confidence = max((segment.confidence for segment in item.segments), default=0.0)
            name = item.entity.description
            best[name] = max(best.get(name, 0.0), min(1.0, max(0.0, confidence)))
    order = sorted(best.items(), key=lambda entry: -entry[1])
    return tuple(
        Label(name=name, confidence=round(confidence, 4))
        for name, confidence in order[:MOST_LABELS]
    )


def _explicit(results: Sequence[Results]) -> _Explicit | None:
    """The worst judged moment, the earliest of several; None when nothing was judged."""
    unknown = videointelligence.Likelihood.LIKELIHOOD_UNSPECIFIED
    judged: Iterable[_Explicit] = (
        _Explicit(
            likelihood=(int(frame.pornography_likelihood) - 1) / _STEPS,
            at_seconds=_seconds(frame.time_offset),
        )
        for result in results
        for frame in result.explicit_annotation.frames
        if frame.pornography_likelihood != unknown
    )
    return max(judged, key=lambda item: item.likelihood, default=None)


def _transcript(results: Sequence[Results]) -> str:
    return " ".join(
        speech.alternatives[0].transcript.strip()
        for result in results
        for speech in result.speech_transcriptions
        if speech.alternatives
    )
