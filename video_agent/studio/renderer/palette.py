"""Light and colour: one palette per time of day, bent by weather, place and colour words."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from video_agent.studio.renderer.description import SceneDescription
from video_agent.studio.renderer.pixels import Colour, hex_colour, mix


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """Colours of light; all BGR 0..255.

    Attributes:
        top: Sky at the zenith.
        middle: Sky half way down.
        low: Sky at the horizon.
        sun: The disc of sun or moon and its glow.
        haze: What far things fade into.
        light: Multiplier (255 = 1) for the colour of lit things.
        shade: What unlit things turn towards.
        accent: Small bright things: windows, signs, flowers.
        dark: Whether lamps are on and stars are out.
        sun_height: 0 at the horizon .. 1 at the zenith.
    """

    top: Colour
    middle: Colour
    low: Colour
    sun: Colour
    haze: Colour
    light: Colour
    shade: Colour
    accent: Colour
    dark: bool
    sun_height: float

    def lit(self, material: Colour, share: float = 1.0) -> Colour:
        """Show a material colour under this light; ``share`` 0 leaves it in the shade."""
        bright = material * self.light / 255.0
        return mix(mix(bright, self.shade, 0.62), bright, share)

    def distant(self, colour: Colour, depth: float) -> Colour:
        """Fade a colour into the haze by distance: depth 0 is far, 1 is near."""
        return mix(colour, self.haze, 0.74 * (1 - min(1.0, depth)) ** 1.7)


# top, middle, low, sun, haze, light, shade, accent | lamps on | sun height
_TIMES: dict[str, tuple[str, bool, float]] = {
    "day": ("2270c4 6fb4ea dceff6 fffbe8 a9cbe2 fffaf0 22405c ffd23f", False, 0.68),
    "golden": ("4f76a6 dda98a ffd8a0 fff3c8 e6cfb8 ffe2bc 4e4a66 ffb84a", False, 0.22),
    "sunset": ("2a2150 a5446c ffb45e ffefc0 b9788a ffb690 3a3266 ff6b4a", False, 0.13),
    "dawn": ("40528a cf93aa ffdcb4 fff4d8 c6a6bc f0c4c0 43456e ffc0b0", False, 0.17),
    "dusk": ("0e1740 3b4a8c d98a92 ffe6d8 6d6a9a 8e8ab8 1c2148 ffb070", True, 0.16),
    "night": ("050a1e 10204c 2f4f88 eef3ff 2a4274 6a86c4 0a1230 ffd27a", True, 0.66),
    "neon": ("0a0422 2f105c cc4486 ffd0ea 4a2a70 8f7ac0 120a30 22e0ff", True, 0.60),
    "overcast": ("5d6b78 8796a2 b9c4c9 eef2f4 a3b0b7 b4c0c6 3f4b55 f0c060", False, 0.62),
    "storm": ("1a222c 38454f 7d8b92 d8e2e6 5e6c75 7c8a94 1a232b c8e6ff", True, 0.62),
}


def _from_row(row: tuple[str, bool, float]) -> Palette:
    colours = [hex_colour(code) for code in row[0].split()]
    return Palette(*colours, dark=row[1], sun_height=row[2])


def _under_water(palette: Palette) -> Palette:
    dim = 0.5 if palette.dark else 1.0
    codes = ("6fd6dc", "1d93ac", "0b4f70", "e9fff8", "1579a0", "a8dce4", "06344c", "ffb347")
    top, middle, low, sun, haze, light, shade, accent = (hex_colour(code) * dim for code in codes)
    warm = 0.25 if palette.sun_height < 0.3 else 0.0
    top = mix(top, palette.low, warm)
    return Palette(top, middle, low, sun, haze, light, shade, accent, palette.dark, 0.9)


def _in_space() -> Palette:
    codes = "03040c 080c22 140f34 fff2d4 1c1840 f4ecff 0c0a1e ffb05a"
    return _from_row((codes, True, 0.72))


def tinted(palette: Palette, code: str, share: float) -> Palette:
    """Bend the sky towards a colour ``"rrggbb"``, keeping about its brightness; share 0..1."""
    tint = hex_colour(code)
    scale = float(palette.middle.mean()) / max(24.0, float(tint.mean()))
    wanted = np.clip(tint * min(1.6, max(0.35, scale)), 0, 255)
    return replace(
        palette,
        top=mix(palette.top, wanted * 0.7, 0.55 * share),
        middle=mix(palette.middle, wanted, 0.65 * share),
        low=mix(palette.low, np.clip(wanted * 1.25, 0, 255), 0.45 * share),
        haze=mix(palette.haze, wanted, 0.45 * share),
        light=mix(palette.light, tint, 0.18 * share),
    )


def palette_name(scene: SceneDescription) -> str:
    """Choose the row of light for a scene: storms and rain grey the day, cities glow at night."""
    time = scene.time_of_day if scene.time_of_day in _TIMES else "day"
    if scene.setting == "city" and time == "night":
        return "neon"
    if time in ("night", "dusk", "neon"):
        return time
    if scene.weather == "storm":
        return "storm"
    if scene.weather in ("rain", "fog") and time == "day":
        return "overcast"
    return time


def palette_for(scene: SceneDescription) -> Palette:
    """Give the palette of a scene; colour words for sky or light tint it."""
    palette = _from_row(_TIMES[palette_name(scene)])
    if scene.setting == "space":
        palette = _in_space()
    elif scene.setting == "underwater":
        palette = _under_water(palette)
    elif scene.weather in ("rain", "fog") and palette_name(scene) != "overcast":
        grey = _from_row(_TIMES["overcast"])
        amount = 0.15 if palette.dark else 0.4
        palette = replace(
            palette,
            middle=mix(palette.middle, grey.middle, amount),
            low=mix(palette.low, grey.low, amount),
            haze=mix(palette.haze, grey.haze, amount),
        )
    if scene.sky_colour:
        palette = tinted(palette, scene.sky_colour, scene.sky_share)
    return palette
