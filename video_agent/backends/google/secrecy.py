"""Keeping keys and tokens out of messages, logs and chained errors."""

import re
from collections.abc import Iterator

from video_agent.backends.google.configuration import GoogleConfig

_LONGEST_MESSAGE = 300
_SHOWN = "[key]"
_SHORTEST_SECRET = 6
_LOOKS_SECRET = re.compile(
    r"""
    AIza[\w-]{20,}                                    # API keys
    | \bAQ\.[\w-]{20,}                                # API keys of the newer kind
    | \bya29\.[\w.-]+                                 # access tokens
    | \b1//[\w-]{20,}                                 # refresh tokens
    | GOCSPX-[\w-]+                                   # secrets of OAuth clients
    | \beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+               # signed assertions (JWT)
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----.*?(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|\Z)
    | (?<=bearer[ ])[^\s'",;]+
    | (?<=[?&]key=)[^&\s'"]+
    | (?<=signature=)[^&\s'"]+
    | (?:api_?key|access_token|refresh_token|client_secret|id_token|assertion)
      ["']?\s*[=:]\s*["']?(?P<value>[\w./+~-]{8,}=*)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def scrub(text: str, config: GoogleConfig) -> str:
    """One short line without our key and token or anything that looks like one."""
    for secret in _secrets(config):
        text = text.replace(secret, _SHOWN)
    line = " ".join(_LOOKS_SECRET.sub(_hidden, text).split())
    return line if len(line) <= _LONGEST_MESSAGE else line[: _LONGEST_MESSAGE - 1] + "…"


def caused_by(error: BaseException, config: GoogleConfig) -> BaseException | None:
    """What to chain with `raise ... from`: the cause, unless it or its causes show a secret."""
    return None if any(_shows_secret(text, config) for text in _texts(error)) else error


def _hidden(found: re.Match[str]) -> str:
    value = found["value"]
    return found[0].replace(value, _SHOWN) if value else _SHOWN


def _secrets(config: GoogleConfig) -> list[str]:
    credentials = config.credentials
    names = ("token", "refresh_token", "client_secret")
    held = [config.secret, *(getattr(credentials, name, None) for name in names)]
    return [item for item in held if isinstance(item, str) and len(item) >= _SHORTEST_SECRET]


def _shows_secret(text: str, config: GoogleConfig) -> bool:
    if any(secret in text for secret in _secrets(config)):
        return True
    return any(found["value"] != _SHOWN for found in _LOOKS_SECRET.finditer(text))


def _texts(error: BaseException) -> Iterator[str]:
    """The texts of an error and of all that a traceback would show under it."""
    seen: set[int] = set()
    open_errors: list[BaseException | None] = [error]
    while open_errors:
        current = open_errors.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield str(current)
        yield " ".join(getattr(current, "__notes__", ()))
        open_errors += [current.__cause__, current.__context__]
