"""What a person asks for beside the prompt: length, shape, size, price, seed, publishing."""

import re
from dataclasses import dataclass, replace

NUMBER_WORDS = {
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fifteen": 15,
}  # fmt: skip
_NUMBER = rf"(\d+(?:\.\d+)?|{'|'.join(NUMBER_WORDS)})"
_SECONDS = r"(?:s|secs?|second(?:e|o)?s?|sekunden?|segundos?)"
DURATION = re.compile(rf"\b{_NUMBER}[\s-]*{_SECONDS}\b", re.IGNORECASE)
LABELLED_DURATION = re.compile(r"\bduration(?:_seconds)?\W{1,3}(\d+(?:\.\d+)?)", re.IGNORECASE)
_THING = "(?:clip|video|format|mode|version|orientation|shorts?|reels?|film|movie)"
_MEASURE = rf"{_NUMBER}[\s-]*(?:s|sec|secs|seconds?|p)\b"
_AFTER = rf"(?=\s*(?:$|[.,;!?]|{_THING}|and\b|in\b|with\b|of\b|please\b|{_MEASURE}))"
_UPRIGHT = (
    rf"(?:vertical(?:ly)?|upright){_AFTER}|portrait (?={_THING})|in portrait(?! of)|tiktok|"
    "youtube shorts?"
)
_LEVEL = rf"horizontal(?:ly)?{_AFTER}"
SHAPES = (
    ("9:16", re.compile(rf"\b(9\s?:\s?16|{_UPRIGHT})", re.IGNORECASE)),
    ("1:1", re.compile(r"\b(1\s?:\s?1|square (?:format|clip|video))\b", re.IGNORECASE)),
    (
        "16:9",
        re.compile(rf"\b(16\s?:\s?9|widescreen|{_LEVEL}|landscape {_THING})", re.IGNORECASE),
    ),
)
SIZE = re.compile(r"\b(360p|480p|720p|1080p|4k|2160p|full[- ]?hd|uhd)\b", re.IGNORECASE)
SIZE_NAMES = {"2160p": "4k", "uhd": "4k"}
CHEAP = re.compile(
    r"\b(cheap(?:er|est|ly)?|less expensive|low(?:er)?[- ]cost|tier\W{1,3}draft|"
    r"(?:(?:as )?a )?(?:quick |rough |cheap )(?:draft|preview)|(?:as|just) a (?:draft|preview)|"
    r"a (?:draft|preview)(?= of|$|[,.!?])|"
    r"(?:draft|preview) (?:tier|quality|version|mode|first)|^(?:draft|preview)(?=:)|"
    r"billiger|günstiger|más barat[oa]|moins cher)\b:?",
    re.IGNORECASE,
)
FINAL = re.compile(
    r"\b(final (?:tier|quality|version|one|clip|video|cut)|the final(?=\W*$)|full quality|"
    r"tier\W{1,3}final)\b",
    re.IGNORECASE,
)
LONGER = re.compile(r"\b(?:longer|länger|más larg[oa]|plus long)\b", re.IGNORECASE)
SHORTER = re.compile(r"\b(?:shorter|kürzer|más cort[oa]|plus court)\b", re.IGNORECASE)
USUAL_SECONDS, SHORTEST_SECONDS, LONGEST_SECONDS = 6.0, 3.0, 15.0
STRETCH = 1.5
SEED = re.compile(r"\bseed\b\W{0,3}(?:of |is |to )?(\d+)", re.IGNORECASE)
PUBLISH = re.compile(
    r"\b(upload|publish|post it|post this|put it on youtube|on youtube)\b", re.IGNORECASE
)
NO_PUBLISH = re.compile(
    r"\b(?:not|don't|never|no|without)\s+(?:\w+\s+)?(?:upload|publish)\w*|\bpublish\w*\W{1,3}"
    r"(?:none|no|null|false|never)\b",
    re.IGNORECASE,
)
PRIVACY = re.compile(r"\b(private|unlisted|public)(?:ly)?\b", re.IGNORECASE)
ATTEMPTS = re.compile(
    r"\b(?:max(?:imum)?(?:[ _]of)?[ _]?attempts\W{1,3}(\d+)|(?:at most|up to|maximum(?: of)?|max) "
    r"(\d+) (?:attempts|tries|generations)|attempts\W{1,3}\d+ of (\d+))\b",
    re.IGNORECASE,
)
THRESHOLD = re.compile(
    r"\b(?:threshold\W{1,6}(?:is |of )?|passes at (?:a score of )?)(0?\.\d+|1(?:\.0+)?)\b",
    re.IGNORECASE,
)


_SHAPE = (
    rf"(?:9\s?:\s?16|16\s?:\s?9|1\s?:\s?1|{_UPRIGHT}|widescreen|{_LEVEL})(?: ?(?:format|mode))?"
)
_WITH = r"(?:\s*(?:,\s*and\b|,|\b(?:in|at|as|for|with|and|use an?)\b)\s*)?"
_SETTINGS = re.compile(
    rf"{_WITH}\b(?:{_NUMBER}[\s-]*{_SECONDS}(?: long)?|"
    rf"(?:(?:in|format) )?{_SHAPE}|"
    rf"(?:in )?{SIZE.pattern}|seed\W{{0,3}}\d+)(?=$|[\s,.;!])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wishes:
    """What was said; None where nothing was. `stretch` multiplies the length so far."""

    duration_seconds: float | None = None
    aspect_ratio: str | None = None
    resolution: str | None = None
    tier: str | None = None
    seed: int | None = None
    publish: bool = False
    privacy: str | None = None
    stretch: float | None = None

    def over(self, earlier: "Wishes") -> "Wishes":
        """These wishes, and the earlier ones where these say nothing (never to publish)."""
        return replace(
            self,
            duration_seconds=self.duration_seconds or self._stretched(earlier.duration_seconds),
            aspect_ratio=self.aspect_ratio or earlier.aspect_ratio,
            resolution=self.resolution or earlier.resolution,
            tier=self.tier or earlier.tier,
            seed=earlier.seed if self.seed is None else self.seed,
        )

    def _stretched(self, before: float | None) -> float | None:
        if self.stretch is None:
            return before
        wanted = float(round((before or USUAL_SECONDS) * self.stretch))
        return min(LONGEST_SECONDS, max(SHORTEST_SECONDS, wanted))


NO_WISHES = Wishes()


def read_wishes(text: str) -> Wishes:
    """Find the wishes in a message."""
    publish = bool(PUBLISH.search(text)) and not NO_PUBLISH.search(text)
    privacy = PRIVACY.search(text) if publish else None
    seed = SEED.search(text)
    return Wishes(
        duration_seconds=_duration(text),
        aspect_ratio=next((shape for shape, words in SHAPES if words.search(text)), None),
        resolution=_size(text),
        tier="draft" if CHEAP.search(text) else "final" if FINAL.search(text) else None,
        seed=int(seed.group(1)) if seed else None,
        publish=publish,
        privacy=privacy.group(1).lower() if privacy else None,
        stretch=STRETCH if LONGER.search(text) else 1 / STRETCH if SHORTER.search(text) else None,
    )


def most_attempts(text: str) -> int | None:
    """How many attempts a text allows, if it says so."""
    found = ATTEMPTS.search(text)
    return int(next(group for group in found.groups() if group)) if found else None


def threshold_of(text: str) -> float | None:
    """The quality threshold a text names, if any."""
    found = THRESHOLD.search(text)
    return float(found.group(1)) if found else None


def _duration(text: str) -> float | None:
    found = LABELLED_DURATION.search(text) or DURATION.search(text)
    if not found:
        return None
    word = found.group(1).lower()
    return float(NUMBER_WORDS.get(word, 0)) or float(word)


def _size(text: str) -> str | None:
    found = SIZE.search(text)
    if not found:
        return None
    name = found.group(1).lower()
    return SIZE_NAMES.get(name, "1080p" if "hd" in name else name)


def without_settings(prompt: str) -> str:
    """A prompt without the words that only set length, shape, size or seed."""
    shorter = _SETTINGS.sub("", prompt)
    shorter = re.sub(r"\s+([,.;!])", r"\1", re.sub(r"\s{2,}", " ", shorter))
    return re.sub(r"^(?:[\s,.;:-]|(?:and|clip|video|of)\b)+", "", shorter).rstrip(" ,;:-")
