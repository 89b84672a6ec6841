"""What the judge is shown: the clip, or a contact sheet of it.

The clip is what judges see best by: it moves, it sounds, and times can be read off it. It costs 70
tokens for each of 4 frames a second and 32 for each second of sound, 312 a second. A sheet of 24
frames is one picture of 1,120 tokens, whatever the length, but nobody can judge motion, steadiness
or sound by it, so that these rest on the signals alone. `affordable` takes the sheet where the clip
would cost more than so many tokens: with the default no clip up to 19 s, beyond what any model
makes in one piece. Token counts are those of Gemini 3 at its default resolution.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from video_agent.media.thumbnails import write_contact_sheet

Shown = Literal["clip", "sheet"]
CLIP_TOKENS_PER_SECOND = 4 * 70 + 32
SHEET_TOKENS = 1_120
MOST_CLIP_TOKENS = 6_000
SHEET_FRAMES, _COLUMNS, _WIDTH = 24, 6, 1920
UNSEEN_ON_A_SHEET = ("motion", "temporal_consistency", "physical_commonsense", "video_format")
SHEET_NOTE = (
    f"## Shown\nA contact sheet: up to {SHEET_FRAMES} frames in order, each with its time. Score "
    "no dimension of motion or sound, and answer only what still frames can show."
)


def affordable(duration_seconds: float, most_tokens: int = MOST_CLIP_TOKENS) -> Shown:
    """The clip where looking at it costs at most so many tokens, else its contact sheet."""
    return "clip" if duration_seconds * CLIP_TOKENS_PER_SECOND <= most_tokens else "sheet"


def unseen_on(shown: Shown) -> tuple[str, ...]:
    """The dimensions, beside those of sound, that nobody can judge by it."""
    return UNSEEN_ON_A_SHEET if shown == "sheet" else ()


@asynccontextmanager
async def as_shown(clip: Path, shown: Shown) -> AsyncGenerator[Path]:
    """The file to show: the clip itself, or a JPEG that is gone afterwards.

    Raises:
        MediaError: The clip cannot be read.
    """
    if shown == "clip":
        yield clip
        return
    with tempfile.TemporaryDirectory(prefix="video-agent-sheet-") as folder:
        sheet = Path(folder) / "sheet.jpg"
        yield await asyncio.to_thread(
            write_contact_sheet, clip, sheet, frames=SHEET_FRAMES, columns=_COLUMNS, width=_WIDTH
        )
