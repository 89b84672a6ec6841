"""Bodies of type multipart/related: JSON about a content, then the content (RFC 2387)."""

import json
from email.message import Message

from video_agent.studio.reading import as_fields
from video_agent.studio.reasoned_refusal import ReasonedRefusal


def split_multipart(content_type: str, body: bytes) -> tuple[dict[str, object], str, bytes]:
    """The JSON object, the content's type and the content.

    Raises:
        ReasonedRefusal: 400, the body is not of that form.
    """
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/related" or not isinstance(boundary, str):
        raise ReasonedRefusal(400, "Malformed multipart body.", "badContent")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1", "replace"))
    if len(pieces) != 4 or not pieces[3].startswith(b"--"):
        raise ReasonedRefusal(400, "Malformed multipart body.", "badContent")
    _, about = _part(pieces[1])
    media_type, media = _part(pieces[2])
    return read_object(about), media_type, media


def read_object(content: bytes) -> dict[str, object]:
    """The JSON object of a body; an empty body is an empty object.

    Raises:
        ReasonedRefusal: 400, it is no JSON.
    """
    try:
        return as_fields(json.loads(content or b"{}"))
    except ValueError:
        raise ReasonedRefusal(400, "Parse Error", "parseError") from None


def _part(piece: bytes) -> tuple[str, bytes]:
    head, found, content = piece.partition(b"\r\n\r\n")
    if not found:
        raise ReasonedRefusal(400, "Malformed multipart body.", "badContent")
    for line in head.decode("latin-1").splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-type":
            return value.strip(), content
    return "", content
