"""A changed wish folded into an earlier prompt: what contradicts is replaced, the rest is added."""

import re

_TIMES = (
    "night|midnight|dawn|sunrise|morning|noon|midday|dusk|sunset|twilight|golden hour|blue hour|"
    "evening"
)
_TIME = re.compile(rf"\b({_TIMES})\b", re.IGNORECASE)
_TIME_PHRASE = re.compile(
    r"\s*,?\s*\b(?:(?:in|at|during|under|by) )?(?:the |a |an )?(?:early |late |bright |warm )?"
    rf"(?:{_TIMES})(?: light)?\b",
    re.IGNORECASE,
)
_WEATHER = re.compile(
    r"\b(?:rain\w*|snow\w*|fog\w*|mist\w*|storm\w*|sunshine|sunny|wind\w*)\b", re.IGNORECASE
)
_WEATHER_PHRASE = re.compile(
    r"\s*,?\s*\b(?:in|with|under|through) (?:the |a |heavy |light |gentle )*"
    r"(?:rain|snow|fog|mist|storm|sunshine|wind)\b",
    re.IGNORECASE,
)
_COLOUR = re.compile(
    r"\b(red|orange|yellow|green|blue|purple|violet|pink|white|black|brown|grey|gray|golden|silver|"
    r"turquoise|teal)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"(?:with|without|in|at|during|under|by|on|near|and)\b", re.IGNORECASE)


def merge(prompt: str, change: str) -> str:
    """The earlier prompt with the change in it."""
    if not change:
        return prompt
    if colour := _COLOUR.fullmatch(change):
        return _recolour(prompt, colour.group(1))
    if _TIME.search(change):
        prompt = _TIME_PHRASE.sub("", prompt)
        if _TIME.fullmatch(change):
            change = "in the morning" if change.lower() == "morning" else f"at {change}"
    if _WEATHER.search(change):
        prompt = _WEATHER_PHRASE.sub("", prompt)
        if change.lower() in ("rain", "snow", "fog"):
            change = f"in {change}"
    joint = " " if _PREPOSITION.match(change) else ", "
    return f"{prompt.rstrip(' .,')}{joint}{change}"


def _recolour(prompt: str, colour: str) -> str:
    if _COLOUR.search(prompt):
        return _COLOUR.sub(colour, prompt, count=1)
    return f"{prompt.rstrip(' .,')}, {colour}"
