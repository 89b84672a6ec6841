"""The pictures a request starts from, as the judge is shown them: side by side on one sheet.

One picture costs 1,120 tokens whatever is on it (Gemini 3 at its default resolution), and its
numbers let a question name what it means.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from video_agent.errors import MediaError
from video_agent.media.thumbnails import write_picture_sheet
from video_agent.models import JudgedAxis, VideoRequest

LIKENESS = "likeness to the given images"
"""What a report calls not measured where nobody compared the clip with them."""
_MOST = 9


@dataclass(frozen=True, slots=True)
class GivenPicture:
    """One picture of the request: what it is for, and the question about it."""

    path: Path
    role: str
    question: str


def given_pictures(request: VideoRequest) -> tuple[GivenPicture, ...]:
    """The pictures a request gives, numbered by their order from 1; the first nine."""
    frames = (
        (request.first_frame, "the first frame", "Does the clip begin with picture {}?"),
        (request.last_frame, "the last frame", "Does the clip end with picture {}?"),
    )
    given = [(path, role, ask) for path, role, ask in frames if path is not None]
    like = "Is what picture {} shows recognisably the same in the clip?"
    given += [(path, "a reference", like) for path in request.references]
    return tuple(
        GivenPicture(path, role, ask.format(number))
        for number, (path, role, ask) in enumerate(given[:_MOST], 1)
    )


def given_section(pictures: Sequence[GivenPicture]) -> str:
    """What the sheet shows, for the question."""
    lines = [f"{number}: {one.role}" for number, one in enumerate(pictures, 1)]
    return "## Given pictures\n" + "\n".join(lines)


def asked_of(pictures: Sequence[GivenPicture]) -> list[tuple[JudgedAxis, str]]:
    """A question about each."""
    return [("condition_fidelity", one.question) for one in pictures]


@asynccontextmanager
async def sheet_of(pictures: Sequence[GivenPicture]) -> AsyncGenerator[Path | None]:
    """A JPEG with all of them, gone afterwards; None without any, or where one cannot be read."""
    captioned = [(one.path, f"{number}: {one.role}") for number, one in enumerate(pictures, 1)]
    with tempfile.TemporaryDirectory(prefix="video-agent-given-") as folder:
        try:
            sheet = Path(folder) / "given.jpg"
            made = await asyncio.to_thread(write_picture_sheet, captioned, sheet)
        except MediaError:  # the report then says that nobody compared the clip with them
            made = None
        yield made
