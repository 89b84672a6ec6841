"""What every picture is drawn on: themes, text that is always readable, shapes with smooth edges.

Lengths are logical pixels; `scale` says how many pixels of the file each one becomes, so the same
drawing is sharp on a screen of double density. The font is the scalable one inside Pillow: nothing
is bundled or looked for on the machine, and a picture looks the same everywhere. It knows little
more than ASCII: `readable` says what becomes of the rest.
"""

import io
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from video_agent.errors import MediaError
from video_agent.media.replacing import replacing

Colour = tuple[int, int, int]
Anchor = Literal["la", "ra", "ma", "lm", "mm", "rm"]
ThemeName = Literal["light", "dark"]

MAX_SCALE = 4
_SMOOTH = 4
_JPEG_QUALITY = 84
_SUBSTITUTES = {
    "–": "-", "—": "-", "−": "-", "≥": ">=", "≤": "<=", "≈": "~", "µ": "u", "μ": "u", "•": "·",
    "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "Æ": "AE", "Ø": "O", "Ł": "L", "€": "EUR", "→": ">",
}  # fmt: skip
_KNOWN = frozenset("·…×°‘’“”")
_UNKNOWN = "·"


@dataclass(frozen=True)
class Theme:
    """The colours of a picture. `severities` are slight, clear and severe."""

    paper: Colour
    ink: Colour
    muted: Colour
    rule: Colour
    panel: Colour
    good: Colour
    bad: Colour
    judge: Colour
    measured: Colour
    severities: tuple[Colour, Colour, Colour]


LIGHT = Theme(
    paper=(255, 255, 255),
    ink=(27, 31, 36),
    muted=(91, 100, 112),
    rule=(208, 214, 221),
    panel=(241, 243, 246),
    good=(24, 128, 84),
    bad=(192, 44, 44),
    judge=(59, 108, 206),
    measured=(20, 132, 148),
    severities=((196, 142, 0), (214, 96, 16), (192, 36, 44)),
)
DARK = Theme(
    paper=(22, 25, 30),
    ink=(230, 233, 238),
    muted=(154, 164, 177),
    rule=(56, 63, 73),
    panel=(32, 37, 44),
    good=(70, 190, 134),
    bad=(240, 104, 100),
    judge=(112, 156, 240),
    measured=(62, 182, 198),
    severities=((226, 178, 48), (240, 138, 62), (240, 92, 92)),
)
"""For pages that are dark; pictures for notebooks are light, which is readable on both."""
THEMES: dict[ThemeName, Theme] = {"light": LIGHT, "dark": DARK}


class Look(NamedTuple):
    """How a picture is drawn: `scale` is 1 for plain screens, 2 for those of double density."""

    scale: int = 1
    theme: ThemeName = "light"


PLAIN = Look()


@dataclass(frozen=True, eq=False)
class Picture:
    """A finished picture. Shows itself in notebooks, at its logical size.

    Args:
        image: The pixels.
        scale: How many of them make one logical pixel.
    """

    image: Image.Image
    scale: int = 1

    @property
    def width(self) -> int:
        """Logical pixels."""
        return self.image.width // self.scale

    @property
    def height(self) -> int:
        """Logical pixels."""
        return self.image.height // self.scale

    def png(self) -> bytes:
        """The picture as a PNG file."""
        return self._encoded("PNG", compress_level=6)

    def jpeg(self) -> bytes:
        """The picture as a JPEG file: an eighth of the PNG where it shows frames."""
        return self._encoded("JPEG", quality=_JPEG_QUALITY, optimize=True)

    def write(self, target: Path) -> Path:
        """Write the PNG, whole or not at all.

        Returns:
            `target`.

        Raises:
            MediaError: It cannot be written.
        """
        content = self.png()
        with replacing(target) as partial:
            try:
                partial.write_bytes(content)
            except OSError as error:
                raise MediaError(f"{target} cannot be written: {error.strerror}") from error
        return target

    def display(self) -> tuple[bytes, dict[str, int]]:
        """What notebooks want: the PNG, and the logical size at which to show it."""
        return self.png(), {"width": self.width, "height": self.height}

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        return self.display()

    def _encoded(self, kind: str, **options: object) -> bytes:
        memory = io.BytesIO()
        self.image.save(memory, kind, **options)
        return memory.getvalue()


def readable(text: str) -> str:
    """The text in characters the font has, on one line.

    Accents fall off, dashes become `-`, and each letter of a script the font does not know becomes
    a dot: the number beside it leads to the same text in the report, where it is whole.
    """
    plain: list[str] = []
    for character in unicodedata.normalize("NFKC", " ".join(text.split())):
        if character in _SUBSTITUTES:
            plain.append(_SUBSTITUTES[character])
        elif " " <= character <= "~" or character in _KNOWN:
            plain.append(character)
        elif unicodedata.category(character)[0] not in {"C", "M"}:
            first = unicodedata.normalize("NFKD", character)[0]
            plain.append(first if " " <= first <= "~" else _UNKNOWN)
    return "".join(plain)


class Paper:
    """A sheet to draw on.

    Args:
        width: Logical pixels.
        height: Logical pixels.
        look: Scale (1 to 4) and theme.
    """

    def __init__(self, width: float, height: float, look: Look = PLAIN) -> None:
        self.scale = max(1, min(MAX_SCALE, look.scale))
        self.theme = THEMES[look.theme]
        size = (self._px(width), self._px(height))
        self.image = Image.new("RGB", size, self.theme.paper)
        self._pen = ImageDraw.Draw(self.image)
        self._fonts: dict[float, ImageFont.FreeTypeFont | ImageFont.ImageFont] = {}

    def picture(self) -> Picture:
        """What was drawn."""
        return Picture(self.image, self.scale)

    def width_of(self, text: str, size: float = 14) -> float:
        """How wide a text is, in logical pixels."""
        return self._font(size).getlength(readable(text)) / self.scale

    def fitted(self, text: str, room: float, size: float = 14) -> str:
        """The text, cut with an ellipsis where it is wider than `room`."""
        text = readable(text)
        if self.width_of(text, size) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.width_of(text[:middle] + "…", size) <= room
            low, high = (middle, high) if fits else (low, middle - 1)
        return text[:low].rstrip() + "…"

    def text(  # a place, a text and how it looks
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 14,
        colour: Colour | None = None,
        bold: bool = False,
        anchor: Anchor = "la",
    ) -> None:
        """Write one line. `anchor`: l, m or r and a (top) or m (middle), as in Pillow."""
        words, font, ink = readable(text), self._font(size), colour or self.theme.ink
        across, down = self._px(x), self._px(y)
        for shift in (0, size * self.scale / 36) if bold else (0,):  # the font has one weight
            self._pen.text((across + shift, down), words, fill=ink, font=font, anchor=anchor)

    def box(
        self,
        area: tuple[float, float, float, float],
        fill: Colour | None = None,
        *,
        outline: Colour | None = None,
        line: float = 1,
        radius: float = 0,
    ) -> None:
        """A rectangle (left, top, right, bottom), with round corners where `radius` is given."""
        left, top, right, bottom = (self._px(edge) for edge in area)
        if right <= left or bottom <= top:
            return
        corner = self._px(radius)
        if outline is not None:
            self._fill((left, top, right, bottom), outline, corner)
            inner = self._px(line)
            left, top, right, bottom = left + inner, top + inner, right - inner, bottom - inner
            corner = max(0, corner - inner)
            fill = fill or self.theme.paper
        if fill is not None and right > left and bottom > top:
            self._fill((left, top, right, bottom), fill, corner)

    def frame(self, area: tuple[float, float, float, float], colour: Colour, line: float) -> None:
        """Only the edge of a rectangle, drawn inwards."""
        left, top, right, bottom = area
        for edge in (
            (left, top, right, top + line),
            (left, bottom - line, right, bottom),
            (left, top, left + line, bottom),
            (right - line, top, right, bottom),
        ):
            self.box(edge, colour)

    def dashes(self, start: tuple[float, float], end: tuple[float, float], colour: Colour) -> None:
        """A dashed line, level or upright."""
        (x0, y0), (x1, y1) = start, end
        length, dash = max(abs(x1 - x0), abs(y1 - y0)), 5.0
        for begin in range(0, int(length), 9):
            stop = min(begin + dash, length)
            if abs(x1 - x0) >= abs(y1 - y0):
                self.box((x0 + begin, y0 - 0.75, x0 + stop, y0 + 0.75), colour)
            else:
                self.box((x0 - 0.75, y0 + begin, x0 + 0.75, y0 + stop), colour)

    def chip(self, x: float, y: float, text: str, colour: Colour) -> float:
        """A number on a round ground; its middle is at `y`. Returns its width."""
        width = max(20.0, self.width_of(text, 13) + 10)
        self.box((x, y - 10, x + width, y + 10), colour, radius=10)
        light = sum(colour) > 3 * 150
        ink = (20, 20, 20) if light else (255, 255, 255)
        self.text(x + width / 2, y, text, size=13, colour=ink, bold=True, anchor="mm")
        return width

    def paste(self, image: Image.Image, x: float, y: float) -> None:
        """Put another picture, already in pixels of the file, at a place."""
        self.image.paste(image, (self._px(x), self._px(y)))

    def _fill(self, area: tuple[int, int, int, int], colour: Colour, corner: int) -> None:
        left, top, right, bottom = area
        if corner <= 0:
            self._pen.rectangle((left, top, right - 1, bottom - 1), fill=colour)
            return
        size = ((right - left) * _SMOOTH, (bottom - top) * _SMOOTH)
        mask = Image.new("L", size, 0)
        edges = (0, 0, size[0] - 1, size[1] - 1)
        ImageDraw.Draw(mask).rounded_rectangle(edges, corner * _SMOOTH, fill=255)
        mask = mask.resize((right - left, bottom - top), Image.Resampling.BOX)
        self.image.paste(colour, (left, top), mask)

    def _font(self, size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        if size not in self._fonts:
            self._fonts[size] = ImageFont.load_default(size * self.scale)
        return self._fonts[size]

    def _px(self, length: float) -> int:
        return round(length * self.scale)
