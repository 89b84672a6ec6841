"""What a report shows beside text: bars, pictures in both themes, the clip."""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from video_agent.errors import MediaError, VideoAgentError
from video_agent.media.pictures import Look, Picture
from video_agent.notebook.embedding import MAX_EMBEDDED_BYTES, clip_bytes, data_uri
from video_agent.notebook.report.markup import Html, joined, tag

_SHARP = 2


def bar(share: float, kind: str, *, mark: float | None = None, label: str = "") -> Html:
    """A bar from 0 to 1 (SVG, so that no style is needed), with a mark at `mark`.

    Args:
        share: How much is filled, 0 to 1.
        kind: The class that colours it.
        mark: Where a line stands, 0 to 1; None: nowhere.
        label: What it says to who cannot see it.
    """
    filled = 100 * min(1.0, max(0.0, share))
    line = None
    if mark is not None:
        at = round(100 * mark, 2)
        line = tag("line", x1=at, x2=at, y1=0, y2=10, class_="mark")
    return tag(
        "svg",
        tag("rect", width=100, height=10, class_="track"),
        tag("rect", width=round(filled, 2), height=10, class_=kind),
        line,
        class_="bar",
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        role="img",
        aria_label=label or f"{share:.2f}",
    )


def in_both_themes(
    draw: Callable[[Look], Picture], alt: str, *, photographic: bool = False, scale: int = _SHARP
) -> Html:
    """A picture that is light on light pages and dark on dark ones. Blocking.

    A picture that cannot be drawn is replaced by the reason.
    """
    try:
        light, dark = (draw(Look(scale, theme)) for theme in ("light", "dark"))
    except MediaError as error:
        return tag("p", error.message, class_="note")
    kind = "image/jpeg" if photographic else "image/png"
    sources = [data_uri(one.jpeg() if photographic else one.png(), kind) for one in (light, dark)]
    return tag(
        "picture",
        tag("source", media="(prefers-color-scheme: dark)", srcset=sources[1]),
        tag("img", src=sources[0], alt=alt, width=light.width, height=light.height),
    )


def player(path: Path, folder: Path, still: Path | None = None) -> Html:
    """The clip, playable inside the page, or a small preview of it and a link. Blocking.

    Args:
        path: The clip.
        folder: Where the page will be.
        still: A JPEG that is shown until it plays, and on paper.
    """
    if not path.is_file():
        words = f"The clip is no longer where it was: {path.name}"
        return tag("p", words, class_="note")
    link = tag("a", path.name, href=beside(path, folder))
    size = f"{path.stat().st_size / 1e6:.1f} MB"
    try:
        content, whole = clip_bytes(path)
    except (OSError, VideoAgentError) as error:
        return tag("p", f"The clip cannot be shown here ({error}): ", link, class_="note")
    note = None
    if not whole:
        note = tag("p", f"A small preview; the clip itself ({size}) is beside this page: ", link,
                   class_="note")  # fmt: skip
    if len(content) > MAX_EMBEDDED_BYTES:
        return tag("p", f"The clip ({size}) is too large for a page: ", link, class_="note")
    shown = still is not None and still.is_file()
    poster = data_uri(still.read_bytes(), "image/jpeg") if still and shown else None
    video = tag("video", src=data_uri(content, "video/mp4"), controls=True, loop=True, muted=True,
                playsinline=True, preload="metadata", poster=poster)  # fmt: skip
    return joined([video, note])


def beside(path: Path, folder: Path) -> str:
    """A link from a page in `folder` to a file: relative, so that both can be moved together."""
    try:
        relative = Path(os.path.relpath(path, folder))
    except ValueError:  # another drive: only its name leads anywhere
        relative = Path(path.name)
    return quote(f"./{relative.as_posix()}")
