"""A changed wish folded into an earlier prompt: what contradicts is replaced, the rest is added."""

import re

from video_agent.studio.enhancer.anatomy import take_apart

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


_REPLACE = re.compile(r"(?:replace|swap|change) (?:the |a |an )?(.+?) (?:with|for|to|by) (.+)")
_REMOVE = re.compile(r"(?:remove|without|no|less|drop) (?:the |any |all )?(.+)", re.IGNORECASE)
_ADD = re.compile(r"(?:add|include|put in) (?:some )?(.+)", re.IGNORECASE)
_COLOURED = re.compile(
    rf"(?:the |its |his |her )?(\w+) (?:in |to be |is )?{_COLOUR.pattern}$", re.IGNORECASE
)
_INSTEAD = re.compile(r"\s*\b(?:instead(?: of .*)?|rather)\b\s*", re.IGNORECASE)
_THING = re.compile(r"(?:an?|the|two|three|some) ", re.IGNORECASE)


def merge(prompt: str, change: str) -> str:
    """The earlier prompt with the change in it. What does not contradict is kept."""
    bare = _INSTEAD.sub(" ", change).strip(" ,")
    if not bare:
        return prompt
    instead = bare != change
    return (
        _swapped(prompt, bare)
        or _removed(prompt, bare)
        or _coloured(prompt, bare)
        or (instead and _THING.match(bare) and _resubjected(prompt, bare))
        or _added(prompt, bare, instead=instead)
    )


def _swapped(prompt: str, change: str) -> str:
    found = _REPLACE.fullmatch(change)
    if not found:
        return ""
    old, new = found.groups()
    if not (stands := re.search(rf"\b(?:an? |the )?{re.escape(old)}\b", prompt, re.IGNORECASE)):
        return ""
    return prompt[: stands.start()] + new + prompt[stands.end() :]


def _removed(prompt: str, change: str) -> str:
    found = _REMOVE.fullmatch(change)
    if not found:
        return ""
    thing = re.escape(found.group(1))
    shorter = re.sub(
        rf"\s*,?\s*\b(?:with|in|and) (?:the |an? |some )?{thing}\b", "", prompt, flags=re.IGNORECASE
    )
    return shorter if shorter != prompt else f"{prompt.rstrip(' .,')} without {found.group(1)}"


def _coloured(prompt: str, change: str) -> str:
    if colour := _COLOUR.fullmatch(change.removeprefix("in ")):
        return _recolour(prompt, colour.group(1))
    found = _COLOURED.fullmatch(change)
    if not found:
        return ""
    thing = rf"(?:{_COLOUR.pattern} )?\b{re.escape(found.group(1))}\b"
    if not re.search(thing, prompt, re.IGNORECASE):
        return ""
    named = f"{found.group(2)} {found.group(1)}"
    return re.sub(thing, named, prompt, count=1, flags=re.IGNORECASE)


def _resubjected(prompt: str, subject: str) -> str:
    """Somebody else does it: "a dog instead"."""
    parts = take_apart(prompt)
    first = parts.subject if prompt.startswith(parts.subject) else prompt
    return f"{subject}{prompt[len(first) :]}"


def _added(prompt: str, change: str, *, instead: bool) -> str:
    if found := _ADD.fullmatch(change):
        change = f"with {found.group(1)}"
    if _TIME.search(change):
        prompt = _TIME_PHRASE.sub("", prompt)
        if _TIME.fullmatch(change):
            change = "in the morning" if change.lower() == "morning" else f"at {change}"
    if _WEATHER.search(change):
        if instead:
            prompt = _WEATHER_PHRASE.sub("", prompt)
        if change.lower() in ("rain", "snow", "fog"):
            change = f"in {change}"
    joint = " " if _PREPOSITION.match(change) else ", "
    return f"{prompt.rstrip(' .,')}{joint}{change}"


def _recolour(prompt: str, colour: str) -> str:
    if _COLOUR.search(prompt):
        return _COLOUR.sub(colour, prompt, count=1)
    return f"{prompt.rstrip(' .,')}, {colour}"
