"""The studio's safety system: a short list of words that no clip is made of."""

import re

UNSAFE = (
    r"gore|gory|nude|nudes|nudity|naked|pornograph\w*|porn|behead\w*|dismember\w*|torture\w*|"
    r"child soldiers?|bestiality|snuff film|suicide"
)
_PATTERN = re.compile(rf"\b({UNSAFE})\b", re.IGNORECASE)


def refused_word(prompt: str) -> str | None:
    """The first word of the prompt that is refused; None when all is well."""
    found = _PATTERN.search(prompt)
    return found.group(1) if found else None
