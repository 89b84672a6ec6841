"""HTML that cannot be broken by what it shows: text is escaped unless it was made here.

Every element is built by `tag`. What is not `Html` is text and is escaped, so a prompt or a
model's words stay words, whatever they contain.
"""

import unicodedata
from collections.abc import Iterable
from html import escape

from video_agent.errors import ConfigurationError

_VOID = frozenset({"img", "meta", "br", "source", "rect", "line", "hr"})
_LINKS = frozenset({"href", "src", "srcset", "poster"})
_SAFE_LINKS = ("https://", "http://", "data:image/", "data:video/", "./", "../", "#")
_KEPT_CONTROLS = frozenset("\n\t")


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = Html | str | None
"""What an element may contain: HTML, a text to be escaped, or nothing."""


def tag(name: str, /, *children: Content, **attributes: str | float | bool | None) -> Html:
    """An element.

    Args:
        name: Its name.
        *children: What it contains, in order.
        **attributes: By name; a trailing underscore falls off, others become hyphens. None and
            False leave one out, True writes its name only.

    Raises:
        ConfigurationError: A link goes anywhere but to https, http, a file beside, or embedded
            pictures and clips.
    """
    opening = "".join([f"<{name}", *map(_attribute, attributes, attributes.values())])
    if name in _VOID:
        return Html(f"{opening}/>")
    return Html(f"{opening}>{joined(children)}</{name}>")


def joined(children: Iterable[Content]) -> Html:
    """Several pieces as one."""
    return Html("".join(map(_content, children)))


def said(text: str, *, name: str = "bdi") -> Html:
    """A person's or a model's words: escaped, line breaks kept, in their own direction of writing.

    A text that turns the direction of writing cannot turn that of the page.
    """
    return tag(name, text, class_="said", dir="auto")


def clean(text: str) -> str:
    """Without control characters and halves of surrogate pairs, which no page can hold."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(
        character
        for character in whole
        if character in _KEPT_CONTROLS or unicodedata.category(character) != "Cc"
    )


def _content(child: Content) -> str:
    if child is None:
        return ""
    return child if isinstance(child, Html) else escape(clean(child))


def _attribute(name: str, value: str | float | bool | None) -> str:
    name = name.removesuffix("_").replace("_", "-")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = clean(str(value))
    if name in _LINKS and not text.startswith(_SAFE_LINKS):
        raise ConfigurationError(f"a page may not link to {text[:40]!r}")
    return f' {name}="{escape(text)}"'
