"""A request in another language, in emoji or in signs, put into plain English words.

A small dictionary word by word, no more: a request of which too little is known is left as it is.
"""

import re

from video_agent.studio.renderer import languages, lexicon
from video_agent.studio.renderer.stems import stem

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ENGLISH_WORDS = re.compile(r"[a-z]+(?:-[a-z]+)*")
_KNOWN_SHARE = 0.7
_BEYOND_LATIN = 0x250
_PARTICLES = frozenset("在的了上下里中着一只个条辆艘のはがをにでともへ")


def in_english(request: str) -> str:
    """The request in English where that can be told, else unchanged."""
    if any(sign.isalpha() and ord(sign) >= _BEYOND_LATIN for sign in request):
        return _assembled(request, {**languages.PICTOGRAMS, **languages.IDEOGRAMS}) or request
    if not _WORD.search(request):
        return _assembled(request, languages.PICTOGRAMS) or request
    return _word_by_word(request)


def _word_by_word(request: str) -> str:
    words = [word.lower() for word in _WORD.findall(request)]
    known = sum(word in languages.LATIN for word in words)
    if known < _KNOWN_SHARE * len(words):
        return request
    return _WORD.sub(lambda found: languages.LATIN.get(found[0].lower(), found[0]), request)


def _assembled(request: str, signs: dict[str, str]) -> str:
    """One English phrase from signs without grammar: "a red car driving in a city at night"."""
    text = request
    for sign, word in sorted(signs.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(sign, f" {word.replace('-', ' ')} ")
    words = list(dict.fromkeys(_ENGLISH_WORDS.findall(text)))
    subject = next((word for word in words if _means(word, "SUBJECTS")), "")
    if not subject:
        return ""
    colours = [word for word in words if word in lexicon.COLOURS]
    actions = [word for word in words if word.endswith("ing") and stem(word) != word]
    phrases = ["a", *colours[:1], subject, *actions[:1]]
    for table, joint in (("SETTINGS", "in a"), ("TIMES", "at"), ("WEATHERS", "in the")):
        named = [word for word in words if word != subject and _means(word, table)]
        phrases += [f"{joint} {named[0]}"] if named else []
    style = [word for word in words if _means(word, "STYLES")]
    unread = any(ord(sign) >= _BEYOND_LATIN and sign.isalpha() for sign in {*text} - _PARTICLES)
    return ", ".join([" ".join(phrases), *style[:1], *([request] if unread else [])])


def _means(word: str, table: str) -> bool:
    index = lexicon.index_of(table)
    return word in index or stem(word) in index
