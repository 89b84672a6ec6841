"""What `videos:annotate` accepts; anything else is a 400 in Google's words."""

import base64
import binascii
from dataclasses import dataclass

from video_agent.studio.object_storage.names import BucketError, split_uri
from video_agent.studio.reading import Fields, as_fields, as_items, as_text, pick, snake
from video_agent.studio.refusals import Refusal
from video_agent.studio.video_intelligence.features import NUMBERS, SERVED

FIELDS = ("input_uri", "input_content", "features", "video_context", "output_uri", "location_id")
LOCATIONS = ("us-east1", "us-west1", "europe-west1", "asia-east1")
MAX_INLINE_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class AnalysisOrder:
    """A checked request; the clip comes as `content` or lies at `uri` (gs://)."""

    uri: str
    content: bytes | None
    features: tuple[int, ...]
    location: str


def _refused(message: str) -> Refusal:
    return Refusal(400, message)


def read_order(body: Fields) -> AnalysisOrder:
    """Check a POST body.

    Raises:
        Refusal: 400, or 501 for a feature that this studio does not have.
    """
    for name in body:
        if snake(name) not in FIELDS:
            raise _refused(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
            )
    if pick(body, "outputUri"):
        raise Refusal(501, "outputUri is not supported by this studio.")
    uri, encoded = as_text(pick(body, "inputUri")), as_text(pick(body, "inputContent"))
    if bool(uri) == bool(encoded):
        raise _refused("Exactly one of input_uri and input_content must be set.")
    location = as_text(pick(body, "locationId")) or LOCATIONS[0]
    if location not in LOCATIONS:
        raise _refused(f"Unsupported location_id '{location}'.")
    context = pick(body, "videoContext")
    if context is not None and not isinstance(context, dict):
        raise _refused("Invalid value at 'video_context'.")
    return AnalysisOrder(
        uri=_checked_uri(uri) if uri else "",
        content=_decoded(encoded) if encoded else None,
        features=_features(body.get("features")),
        location=location,
    )


def _checked_uri(uri: str) -> str:
    try:
        _, name = split_uri(uri)
    except BucketError as error:
        raise _refused(error.message) from None
    if not name or "*" in name or "?" in name:
        raise _refused(f"Invalid or unsupported input_uri: '{uri}'.")
    return uri


def _decoded(encoded: str) -> bytes:
    try:
        content = base64.b64decode(encoded, altchars=b"-_" if "-" in encoded else None)
    except binascii.Error:
        raise _refused("Invalid value at 'input_content': base64 decoding failed.") from None
    if len(content) > MAX_INLINE_BYTES:
        raise _refused("The inline video is too large: input_content may have at most 10 MB.")
    return content


def _features(given: object) -> tuple[int, ...]:
    found: list[int] = []
    for item in as_items(given):
        number = NUMBERS.get(item, 0) if isinstance(item, str) else item
        if not isinstance(number, int) or number not in NUMBERS.values():
            raise _refused(f"Invalid value at 'features': {item}.")
        if number not in SERVED:
            raise Refusal(501, f"The feature {item} is not supported by this studio.")
        if number not in found:
            found.append(number)
    if not found:
        raise _refused("At least one feature must be specified.")
    return tuple(found)


def json_object(body: object) -> dict[str, object]:
    """The body when it is an object.

    Raises:
        Refusal: 400.
    """
    if not isinstance(body, dict):
        raise _refused("Invalid JSON payload received.")
    return as_fields(body)
