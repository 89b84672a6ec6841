"""Which clauses of a prompt speak of its shot, and which of something else.

"Warm light from the side" describes a shot; "Camera shops sell lenses" only holds words of one.
There is no dictionary here, so the form decides: a clause is about the shot when what it begins
with is something that is seen, heard or filmed, and when most of its words are such things. A
question, a story in the past or a remark about the writer is never a description.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from video_agent.studio.renderer import lexicon, wordsets
from video_agent.studio.renderer.stems import stem

_ARTICLES = wordsets.word_set("a an the its his her their this that these those each every some")
_COPULAS = wordsets.word_set("is are be remains stays becomes seems looks")
_PAST = wordsets.word_set(
    "was were had did been went said told sold bought kept sent made gave took came got thought"
)
_PERSONAL = wordsets.word_set("i me my mine our ours us you your yours i'm i've")
_WATCHING = wordsets.word_set("see hear follow watch glide move fly travel look drift pass start")
_PRONOUNS = wordsets.word_set("it he she they")
_FEW_WORDS = 2
_MOST_UNKNOWN, _MOST_UNKNOWN_WITHOUT_ANCHOR = 0.55, 0.4
_FREE_LABELS = ("subject", "action", "negative")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a prompt as read: words in lower case, phrases joined by hyphens.

    Attributes:
        sentence: Number of its sentence.
        label: Section it stands in, "" for running text.
        words: Its words without filler.
        asked: Whether its sentence is a question.
        foreign: Whether it was translated word by word, so that its form says nothing.
    """

    sentence: int
    label: str
    words: tuple[str, ...]
    asked: bool = False
    foreign: bool = False


@cache
def _things() -> frozenset[str]:
    """What a clause about a shot can begin with: things seen or heard, and the film's own terms."""
    tables = ("SUBJECTS", "SETTINGS", "TIMES", "WEATHERS", "CAMERAS", "SHOT_SIZES", "STYLES")
    words = {word for table in tables for word in lexicon.index_of(table)}
    return frozenset(words) | wordsets.FILM_NOUNS | wordsets.SCENE_NOUNS


@cache
def _known() -> frozenset[str]:
    """Every word that can describe a shot."""
    return (
        _things()
        | frozenset(lexicon.index_of("MOODS"))
        | frozenset(lexicon.COLOURS)
        | lexicon.all_actions()
        | wordsets.DESCRIBING
    )


def _is_known(word: str) -> bool:
    return word in _known() or stem(word) in _known() or word.endswith("ly") or _is_measure(word)


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") or word in wordsets.DIRECTIONS or word in ("overhead", "nearby")


def _is_thing(word: str) -> bool:
    return word in _things() or stem(word) in _things()


def _is_measure(word: str) -> bool:
    return word[:1].isdigit()


def _is_content(word: str) -> bool:
    return word not in wordsets.FUNCTION_WORDS and word not in _ARTICLES and word not in _COPULAS


def _is_mostly_unknown(words: Sequence[str], *, anchored: bool) -> bool:
    content = [word for word in words if _is_content(word)]
    unknown = sum(not _is_known(word) for word in content)
    most, few = (_MOST_UNKNOWN, 2) if anchored else (_MOST_UNKNOWN_WITHOUT_ANCHOR, 1)
    return unknown > max(few, most * len(content))


def _speaks_of_itself(words: Sequence[str]) -> bool:
    """Whether the clause is a remark or a story: about the writer, the reader, or the past."""
    told = set(words)
    if told & _PERSONAL or told & _PAST:
        return True
    if "we" in told:
        following = words[words.index("we") + 1 :][:1]
        return not (set(map(stem, following)) & _WATCHING)
    return False


def _opening(words: Sequence[str]) -> tuple[str, ...]:
    """The first phrase: content words from the start up to the first function word."""
    start = 0
    while start < len(words) and (words[start] in _ARTICLES or words[start].endswith("ly")):
        start += 1
    end = start
    while end < len(words) and _is_content(words[end]):
        end += 1
    return tuple(words[start:end])


def _is_verb_here(words: Sequence[str], place: int) -> bool:
    """Whether an unknown word after a thing can be its verb ("the camera lingers on ...")."""
    word = words[place]
    following = words[place + 1] if place + 1 < len(words) else ""
    free = not following or not _is_content(following) or _is_adverb(following)
    agrees = word.endswith("s") != words[place - 1].endswith("s")
    return word.endswith("ing") or (agrees and free and following not in _COPULAS)


def _compounds(words: Sequence[str], opening: Sequence[str]) -> bool:
    """Whether the opening makes another thing out of a known one ("camera shops", "lens cap")."""
    offset = list(words).index(opening[0])
    first = next(number for number, word in enumerate(opening) if _is_thing(word))
    if sum(not _is_known(word) for word in opening[:first]) > 1:
        return True  # "editors love soft light": something else does something with it
    return any(
        not _is_known(opening[number]) and not _is_verb_here(words, offset + number)
        for number in range(first + 1, len(opening))
    )


def _generalises(words: Sequence[str]) -> bool:
    """Whether it says what a thing is in general ("is a sport", "are expensive")."""
    for place in range(len(words) - 1):
        if words[place] in _COPULAS:
            phrase = _opening(words[place + 1 :])
            if phrase and not _is_known(phrase[-1]) and not phrase[-1].endswith(("ing", "ed")):
                return True
    return False


def _is_any_device(words: Sequence[str]) -> bool:
    """Whether it speaks of cameras in general: a shot has one, and it is "the camera"."""
    return words[0] in ("a", "an") and words[1:2] in (("camera",), ("lens",))


def _is_description(words: Sequence[str]) -> bool:
    if _speaks_of_itself(words) or _generalises(words) or _is_any_device(words):
        return False
    if words[0] in _PRONOUNS:
        doing = next((word for word in words[1:] if not word.endswith("ly")), "")
        return doing in _COPULAS or stem(doing) in lexicon.all_actions()
    opening = _opening(words)
    anchored = not opening or stem(opening[0]) in lexicon.all_actions()
    if any(map(_is_thing, opening)):
        if _compounds(words, opening):
            return False
        anchored = True
    elif opening and not any(map(_is_known, opening)):
        return False
    return not _is_mostly_unknown(words, anchored=anchored)


def _is_short(words: Sequence[str]) -> bool:
    return sum(map(_is_content, words)) <= _FEW_WORDS


def _names(clause: Clause, *tables: str) -> bool:
    index = {word for table in tables for word in lexicon.index_of(table)}
    return any(word in index or stem(word) in index for word in clause.words)


def _opens_shot(clauses: Sequence[Clause], plain: Sequence[bool]) -> int:
    """The clause that names what is seen: it is about the shot by definition."""
    numbers = range(len(clauses))
    candidates = (
        (n for n in numbers if plain[n] and _names(clauses[n], "SUBJECTS")),
        (n for n in numbers if not clauses[n].asked and _names(clauses[n], "SUBJECTS", "SETTINGS")),
        (n for n in numbers if not clauses[n].asked),
    )
    return next((number for found in candidates for number in found), 0)


def stray_clauses(clauses: Sequence[Clause]) -> list[bool]:
    """For each clause, whether it is about something else than the shot."""
    plain = [_stands(clause) for clause in clauses]
    opens = _opens_shot(clauses, plain) if clauses else 0
    strays: list[bool] = []
    lost = -1
    for number, clause in enumerate(clauses):
        starts = number == 0 or clauses[number - 1].sentence != clause.sentence
        stray = number != opens and (clause.sentence == lost or not plain[number])
        if stray and starts:
            lost = clause.sentence
        elif number == opens:
            lost = -1
        strays.append(stray)
    return strays


def _stands(clause: Clause) -> bool:
    """Whether a clause on its own can be part of a description."""
    if clause.foreign or clause.label in _FREE_LABELS:
        return True
    if clause.asked or _speaks_of_itself(clause.words):
        return False
    if clause.label:
        return not _is_mostly_unknown(clause.words, anchored=True)
    if _is_short(clause.words) and not set(clause.words) & _COPULAS:
        return not _is_about_something_else(clause.words)
    return _is_description(clause.words)


def _is_about_something_else(words: Sequence[str]) -> bool:
    """The same for a clause too short to be weighed: "lens cap", "in photography"."""
    opening = _opening(words)
    if any(map(_is_thing, opening)):
        return _compounds(words, opening)
    content = [word for word in words if _is_content(word)]
    return not opening and bool(content) and not any(map(_is_known, content))
