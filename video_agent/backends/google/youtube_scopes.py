"""The permissions of a YouTube login, by what needs them (discovery file, revision 20261104)."""

from collections.abc import Iterable

from video_agent.errors import InvalidRequestError

_ROOT = "https://www.googleapis.com/auth/"
UPLOAD = f"{_ROOT}youtube.upload"
"""videos.insert and thumbnails.set."""
READ = f"{_ROOT}youtube.readonly"
"""videos.list and channels.list: whether a video is processed, and whether a lost upload is there.
Without it a lost answer to the last byte could not be told from a failure."""
MANAGE = f"{_ROOT}youtube.force-ssl"
"""captions.insert and playlistItems.insert; includes reading. Asked for only when wanted."""
LOGIN_SCOPES = (UPLOAD, READ)
_KNOWN = {scope.removeprefix(_ROOT): scope for scope in (UPLOAD, READ, MANAGE)}
_INCLUDED = {READ: (MANAGE, f"{_ROOT}youtube"), UPLOAD: (f"{_ROOT}youtube", MANAGE)}


def scope_named(name: str) -> str:
    """A scope by its short or full name.

    Raises:
        InvalidRequestError: We never need such a one.
    """
    short = name.removeprefix(_ROOT)
    if short not in _KNOWN:
        raise InvalidRequestError(
            f"there is no use for the permission {name}", hint=f"one of: {', '.join(_KNOWN)}"
        )
    return _KNOWN[short]


def lacking(granted: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """The wanted scopes that the granted ones neither are nor include."""
    have = set(granted)
    return [
        scope
        for scope in wanted
        if scope not in have and not have.intersection(_INCLUDED.get(scope, ()))
    ]
