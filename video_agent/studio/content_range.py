"""The Content-Range of an upload: `bytes 0-99/200`, `bytes 0-99/*`, `bytes */200`, `bytes */*`."""

import re
from dataclasses import dataclass

from video_agent.studio.reasoned_refusal import UploadServerRefusal

CONTENT_RANGE = re.compile(r"bytes\s+(?:(\d+)-(\d+)|\*)/(\d+|\*)")
GRANULARITY = 262_144


@dataclass(frozen=True)
class ContentRange:
    """The bytes that a request carries: none when `first` is None (a probe).

    Attributes:
        first: Offset of the first byte.
        last: Offset of the last byte.
        total: Size of the whole in bytes; None while the client does not know it.
    """

    first: int | None
    last: int | None
    total: int | None

    @property
    def length(self) -> int:
        """How many bytes the request carries."""
        return 0 if self.first is None or self.last is None else self.last - self.first + 1

    @property
    def final(self) -> bool:
        """Whether it carries the last byte."""
        return self.last is not None and self.total is not None and self.last + 1 == self.total


def read_content_range(header: str | None, length: int | None) -> ContentRange:
    """The range of an upload request.

    Args:
        header: The Content-Range; None means that the request carries the whole.
        length: The Content-Length in bytes; None when it is not told.

    Raises:
        UploadServerRefusal: 400, the header cannot be read or contradicts itself or the length.
    """
    if header is None:
        if not length:
            return ContentRange(None, None, length)
        return ContentRange(0, length - 1, length)
    match = CONTENT_RANGE.fullmatch(header.strip())
    if match is None:
        raise UploadServerRefusal(400, "Failed to parse Content-Range header.")
    first, last, total = (int(part) if part and part != "*" else None for part in match.groups())
    found = ContentRange(first, last, total)
    if first is not None and last is not None:
        if first > last or (total is not None and last >= total):
            raise UploadServerRefusal(400, "Failed to parse Content-Range header.")
        if length is not None and length != found.length:
            raise UploadServerRefusal(
                400,
                f"Invalid request.  There were {length} byte(s) in the request body.  There "
                f"should have been {found.length} byte(s) (starting at offset {first} and ending "
                f"at offset {last}) according to the Content-Range header.",
            )
    return found


def check_against(found: ContentRange, received: int, total: int | None) -> None:
    """Refuse a range that does not fit what is there.

    Args:
        found: The range.
        received: How many bytes are kept so far.
        total: The announced size; None when it is not known.

    Raises:
        UploadServerRefusal: 400 for another size or too short a chunk, 503 for a gap.
    """
    if found.total is not None and total is not None and found.total != total:
        raise UploadServerRefusal(
            400,
            f"Invalid request. The size of the upload is {total} byte(s), but the Content-Range "
            f"header says {found.total}.",
        )
    if found.first is None:
        return
    if found.first > received:
        raise UploadServerRefusal(
            503,
            "Invalid request.  According to the Content-Range header, the upload offset is "
            f"{found.first} byte(s), which exceeds already uploaded size of {received} byte(s).",
        )
    if not found.final and found.length < GRANULARITY:
        raise UploadServerRefusal(
            400,
            "Invalid request.  The number of bytes uploaded is required to be equal or greater "
            f"than {GRANULARITY}, except for the final request (it's recommended to be the exact "
            f"multiple of {GRANULARITY}).  The received request contained {found.length} bytes, "
            "which does not meet this requirement.",
        )
