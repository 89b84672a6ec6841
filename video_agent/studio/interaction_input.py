"""The `input` of an interaction: text, images and clips of this turn, and turns replayed before."""

import base64
import binascii
import re
from dataclasses import dataclass, field

from video_agent.studio.interaction_fields import invalid
from video_agent.studio.media_sources import MediaSources
from video_agent.studio.places import Place
from video_agent.studio.reading import Fields, as_fields, as_items, as_text

MAX_IMAGE_BYTES = 20_000_000
TAG = re.compile(r"<([A-Z][A-Z0-9_]*)>")
REPLAYED = ("thought", "model_output")


@dataclass(frozen=True)
class Ingredients:
    """What a turn gives the model.

    `frames` names what each image is for, by the tags FIRST_FRAME and LAST_FRAME in the text in
    their order; `earlier_clip` is the last clip of the replayed turns; `shown` is the input as a
    GET tells it, without bytes.
    """

    text: str
    images: tuple[bytes, ...] = field(default=(), repr=False)
    clips: tuple[bytes, ...] = field(default=(), repr=False)
    frames: tuple[str, ...] = ()
    earlier_clip: bytes | None = field(default=None, repr=False)
    shown: tuple[Fields, ...] = ()


def read_input(given: object, place: Place, sources: MediaSources) -> Ingredients:
    """Read the input, fetching what it names by address.

    Raises:
        Refusal: 400, 403 or 404.
    """
    if given is None:
        raise invalid("Missing required parameter: 'input'.")
    blocks, earlier = _turns(given)
    texts, images, clips = [""], list[bytes](), list[bytes]()
    for block in blocks:
        kind = block.get("type")
        if kind == "text":
            texts.append(as_text(block.get("text")))
        elif kind == "image":
            images.append(_image(block, place, sources))
        elif kind in ("video", "document"):  # an uploaded clip is a document to Google's samples
            clips.append(_bytes(block, place, sources))
        else:
            raise invalid(f"Input of type '{kind}' is not supported for this model.")
    text = "\n".join(texts[1:])
    tags = [name for name in TAG.findall(text) if name in ("FIRST_FRAME", "LAST_FRAME")]
    return Ingredients(
        text=TAG.sub("", text).strip(),
        images=tuple(images),
        clips=tuple(clips),
        frames=tuple(dict.fromkeys(tags)),
        earlier_clip=_bytes(earlier, place, sources) if earlier else None,
        shown=tuple({k: v for k, v in block.items() if k != "data"} for block in blocks),
    )


def _turns(given: object) -> tuple[list[Fields], Fields]:
    """The blocks of the last turn, and the last clip that a replayed turn made."""
    steps = [{"type": "text", "text": item} if isinstance(item, str) else as_fields(item)
             for item in as_items(given)]  # fmt: skip
    last = max((n for n, step in enumerate(steps) if step.get("type") in REPLAYED), default=-1)
    outputs = [
        as_fields(part)
        for step in steps[: last + 1]
        if step.get("type") == "model_output"
        for part in as_items(step.get("content"))
    ]
    clips = [part for part in outputs if part.get("type") == "video"]
    blocks: list[Fields] = []
    for step in steps[last + 1 :]:
        if step.get("type") == "user_input":
            parts = as_items(step.get("content"))
            blocks += [{"type": "text", "text": part} if isinstance(part, str) else as_fields(part)
                       for part in parts]  # fmt: skip
        else:
            blocks.append(step)
    return blocks, clips[-1] if clips else {}


def _bytes(block: Fields, place: Place, sources: MediaSources) -> bytes:
    kind = block.get("type")
    if uri := as_text(block.get("uri")):
        return sources.read(uri, place, interaction=True)
    if not block.get("data"):
        raise invalid(f"A block of type '{kind}' needs 'data' or 'uri'.")
    try:
        return base64.b64decode(as_text(block["data"]), validate=True)
    except binascii.Error:
        raise invalid(f"Invalid base64 in 'input' {kind}.") from None


def _image(block: Fields, place: Place, sources: MediaSources) -> bytes:
    from video_agent.studio.renderer import RenderError, decode_image  # noqa: PLC0415 - heavy

    data = _bytes(block, place, sources)
    if not data or len(data) > MAX_IMAGE_BYTES:
        raise invalid("The image in 'input' is empty or too large.")
    try:
        decode_image(data)
    except RenderError:
        raise invalid("Unable to process input image.") from None
    return data
