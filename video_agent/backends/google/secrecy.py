"""The one place that keeps keys, tokens and secret links out of messages, logs and causes."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from video_agent.backends.google.configuration import GoogleConfig

LONGEST_MESSAGE: Final = 300
_SHOWN = "[key]"
_SHORTEST_SECRET = 6
_LONGEST_READ = 50_000  # beyond that a text is a whole web page or a clip
_QUERY = re.compile(
    r"""
    (?<![\w/.:+%-])(?:https?://|(?:[\w.-]+(?::\d+)?)?/)[^\s?'"]*  # an address
    (?P<value>\?(?!(?:(?:project|projectId|alt|hl)=[\w.-]*&?)+(?:[\s'"),;]|\Z))[^\s'"]+)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Links of upload sessions and signed links open the object to whoever has them."""
_LOOKS_SECRET = re.compile(
    r"""
    AIza[\w-]{20,}                                    # API keys
    | \bAQ\.[\w-]{20,}                                # API keys of the newer kind
    | \bya29\.[\w.-]+                                 # access tokens
    | \b1//[\w-]{20,}                                 # refresh tokens
    | (?<=code=)4/[\w-]+                              # codes of an OAuth consent
    | GOCSPX-[\w-]+                                   # secrets of OAuth clients
    | \beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+               # signed assertions (JWT)
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----.*?(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|\Z)
    | (?<=bearer[ ])[^\s'",;]+
    | (?<=[?&]key=)[^&\s'"]+
    | (?<=signature=)[^&\s'"]+
    | (?<=upload_id=)[^&\s'"]+
    | (?<=://)[^\s/:@'"]*:[^\s/@'"]+(?=@)         # logins in addresses of databases
    | (?:api_?key|access_token|refresh_token|client_secret|id_token|assertion)
      ["']?\s*[=:]\s*["']?(?P<value>[\w./+~-]{6,}=*)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def hide_secrets(text: str, also: Iterable[str] = ()) -> str:
    """One short line without anything that looks like a key, a token or a secret link.

    Args:
        text: Words of a service or of a library.
        also: Secrets known by value.
    """
    line = _hidden(text[:_LONGEST_READ], also)
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"


def mask_secrets(text: str) -> str:
    """Lines of a log, as they are but for what looks like a key, a token or a secret link."""
    return _LOOKS_SECRET.sub(_mask, _QUERY.sub(_mask, text))


def safe_cause(error: BaseException, also: Iterable[str] = ()) -> BaseException | None:
    """What to chain with `raise ... from`: the cause, unless it or its causes show a secret.

    Args:
        error: What was raised.
        also: Secrets known by value.
    """
    known = tuple(also)
    return error if all(_is_clean(text, known) for text in _texts(error)) else None


def scrub(text: str, config: "GoogleConfig") -> str:
    """`hide_secrets` with the key, or the login, of a configuration."""
    return hide_secrets(text, _secrets(config))


def caused_by(error: BaseException, config: "GoogleConfig") -> BaseException | None:
    """`safe_cause` with the key, or the login, of a configuration."""
    return safe_cause(error, _secrets(config))


def _is_clean(text: str, also: Iterable[str]) -> bool:
    return len(text) <= _LONGEST_READ and _hidden(text, also) == _one_line(text)


def _hidden(text: str, also: Iterable[str]) -> str:
    for secret in also:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, _SHOWN)
    return mask_secrets(_one_line(text))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _mask(found: re.Match[str]) -> str:
    value = found["value"]
    return found[0].replace(value, _SHOWN) if value else _SHOWN


def _secrets(config: "GoogleConfig") -> list[str]:
    credentials = config.credentials
    names = ("token", "refresh_token", "client_secret")
    held = [config.secret, *(getattr(credentials, name, None) for name in names)]
    return [item for item in held if isinstance(item, str)]


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
