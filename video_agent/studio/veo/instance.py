"""What a Veo request shows the model: prompt, frames, references, a clip to go on from."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from video_agent.studio.object_storage.names import BucketError, split_uri
from video_agent.studio.reading import Fields, as_fields, as_items, as_text, pick, snake
from video_agent.studio.refusals import Refusal
from video_agent.studio.renderer import RenderError, decode_image

FIELDS = ("prompt", "image", "last_frame", "reference_images", "video", "mask")
MEDIA_FIELDS = ("bytes_base64_encoded", "gcs_uri", "mime_type")
REFERENCE_TYPES = ("asset", "style")
MAX_REFERENCES = 3
MAX_IMAGE_BYTES = 20_000_000
MAX_PROMPT_CHARACTERS = 20_000
FIRST, LAST, SOURCE, REFERENCE = "first", "last", "source", "reference_"


@dataclass(frozen=True)
class Input:
    """A picture or a clip: its bytes, or where it lies in Cloud Storage (`uri`, gs://)."""

    content: bytes | None
    uri: str
    mime_type: str


@dataclass(frozen=True)
class Instance:
    """The checked instance.

    `inputs` by role: `first`, `last`, `source`, `reference_0` and so on.
    """

    prompt: str
    task: str
    inputs: Mapping[str, Input]


def refused(message: str) -> Refusal:
    """A 400 INVALID_ARGUMENT."""
    return Refusal(400, message)


def read_instance(given: object) -> Instance:
    """Check `instances` of a request: exactly one, with a prompt or a picture or a clip.

    Raises:
        Refusal: 400.
    """
    instances = given if isinstance(given, list) else []
    if len(instances) != 1:
        raise refused(f"Exactly one instance is expected, got {len(instances)}.")
    fields = as_fields(instances[0])
    for name, value in fields.items():
        if snake(name) not in FIELDS:
            raise refused(f"Invalid value at 'instances[0]': unknown name \"{name}\".")
        if snake(name) == "mask" and value is not None:
            raise refused("Masks are not supported by this model.")
    inputs = _inputs(fields)
    prompt = pick(fields, "prompt")
    if prompt is not None and not isinstance(prompt, str):
        raise refused("The prompt must be a string.")
    text = as_text(prompt).strip()
    if not text and not inputs:
        raise refused("The request has no prompt, image or video.")
    if len(text) > MAX_PROMPT_CHARACTERS:
        raise refused("The prompt is too long.")
    return Instance(text, _task(inputs), inputs)


def _inputs(fields: Fields) -> dict[str, Input]:
    inputs: dict[str, Input] = {}
    if (image := pick(fields, "image")) is not None:
        inputs[FIRST] = read_media(image, "image", check_picture)
    if (image := pick(fields, "lastFrame")) is not None:
        inputs[LAST] = read_media(image, "lastFrame", check_picture)
    if (clip := pick(fields, "video")) is not None:
        inputs[SOURCE] = read_media(clip, "video", _check_clip)
    references = as_items(pick(fields, "referenceImages"))
    if len(references) > MAX_REFERENCES:
        raise refused(
            f"At most {MAX_REFERENCES} reference images are supported, got {len(references)}."
        )
    for index, item in enumerate(references):
        inputs[f"{REFERENCE}{index}"] = _reference(as_fields(item))
    return inputs


def _reference(fields: Fields) -> Input:
    kind = as_text(pick(fields, "referenceType")).lower()
    if kind not in REFERENCE_TYPES:
        raise refused(f"Unsupported reference type '{kind}', supported types are [asset, style].")
    return read_media(pick(fields, "image"), "referenceImages.image", check_picture)


def _task(inputs: Mapping[str, Input]) -> str:
    references = any(role.startswith(REFERENCE) for role in inputs)
    if references and len(set(inputs) & {FIRST, LAST, SOURCE}) > 0:
        raise refused("Reference images cannot be combined with an image, lastFrame or video.")
    if SOURCE in inputs and (FIRST in inputs or LAST in inputs):
        raise refused("A video cannot be combined with an image or lastFrame.")
    if LAST in inputs and FIRST not in inputs:
        raise refused("lastFrame requires an image for the first frame.")
    if references:
        return "reference_to_video"
    if SOURCE in inputs:
        return "extend"
    if LAST in inputs:
        return "first_and_last_frame"
    return "image_to_video" if FIRST in inputs else "text_to_video"


def read_media(given: object, name: str, check: Callable[[bytes], None]) -> Input:
    """A picture or clip given as bytes or by its address.

    Raises:
        Refusal: 400.
    """
    fields = as_fields(given)
    if unknown := [key for key in fields if snake(key) not in MEDIA_FIELDS]:
        raise refused(f"Invalid value at '{name}': unknown name \"{unknown[0]}\".")
    encoded, uri = pick(fields, "bytesBase64Encoded"), as_text(pick(fields, "gcsUri"))
    mime_type = as_text(pick(fields, "mimeType"))
    if bool(encoded) == bool(uri):
        raise refused(f"Exactly one of bytesBase64Encoded and gcsUri is expected in {name}.")
    if not mime_type:
        raise refused(f"The mimeType of {name} is missing.")
    if uri:
        try:
            _, path = split_uri(uri)
        except BucketError as error:
            raise refused(error.message) from None
        if not path:
            raise refused(f"Invalid Cloud Storage URI: '{uri}'")
        return Input(None, uri, mime_type)
    try:
        content = base64.b64decode(as_text(encoded), validate=True)
    except binascii.Error:
        raise refused(f"Invalid base64 in {name}.") from None
    check(content)
    return Input(content, "", mime_type)


def check_picture(content: bytes) -> None:
    """Refuse what is no picture.

    Raises:
        Refusal: 400.
    """
    if len(content) > MAX_IMAGE_BYTES:
        raise refused("The input image is too large; the limit is 20 MB.")
    try:
        decode_image(content)
    except RenderError:
        raise refused("Unable to process input image. Please retry or report.") from None


def _check_clip(content: bytes) -> None:
    if b"ftyp" not in content[:16]:
        raise refused("Unable to process input video. The video must be an MP4.")
