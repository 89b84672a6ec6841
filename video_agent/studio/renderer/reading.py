"""Reading a prompt: sentences, clauses, tokens, labels and negations, without filler or repeats."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from video_agent.studio.renderer import languages, lexicon, wordsets
from video_agent.studio.renderer.relevance import Clause, stray_clauses
from video_agent.studio.renderer.stems import stem

_MAX_CHARACTERS = 6000
_SENTENCES = re.compile(r"([!?;\n。！？]+|\.(?=\s|$))")
_CLAUSES = re.compile(r"[,、，()\[\]—–|]| - ")
_LABEL = re.compile(r"^\W*([a-z][a-z /&-]{2,24}?)\s*[:：]\s*")
_WORD = re.compile(r"[^\W_]+(?:['’.\-/][^\W_]+)*", re.UNICODE)
_LABELS = {
    "subject": "subject character",
    "action": "action movement",
    "setting": "setting scene location environment background place",
    "style": "style genre look aesthetic",
    "camera": "camera camera-motion camera-movement motion",
    "lens": "lens composition framing shot focus shot-size lens-and-focus",
    "light": "light lighting time time-of-day",
    "ambience": "ambiance ambience mood atmosphere colour color palette weather tone",
    "sound": "audio sound music soundtrack sfx ambient-noise ambient-sound sound-effects dialogue",
    "negative": "negative avoid exclude negative-prompt",
}
_NEGATORS = wordsets.word_set(
    "no not without avoid never excluding lacking free-of don't doesn't isn't nor"
)
_NEGATION_REACH = 4
_STOPS_NEGATION = wordsets.word_set("but with while as then instead and")
_PHRASES = (
    "golden hour|blue hour|golden light|first light|setting sun|rising sun|close up|wide shot|"
    "long shot|extreme close up|medium shot|medium close|establishing shot|wide angle|"
    "extreme close|extreme wide|extreme long|full shot|cowboy shot|waist up|low angle|"
    "high angle|eye level|top down|bird's eye|worm's eye|depth of field|shallow focus|"
    "deep focus|rack focus|over the shoulder|hot air|locked off|locked down|pull back|push in|"
    "deep sea|ocean floor|award winning|high key|low key|rim light|key light|"
    "nature documentary|snow covered|cruise ship|sports car|steam train|cherry tree|free of|"
    "high quality|top quality|highly detailed|ultra detailed|high resolution|star field|"
    "fly over|sky lantern|black and white"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word in its place.

    Attributes:
        text: Lower-case word; known phrases are joined by hyphens.
        sentence: Number of its sentence.
        clause: Number of its clause, counted over the whole text.
        negated: Whether the prompt rules it out ("no rain").
        label: Section it stands in ("camera", "sound", ...), "" for running text.
        loose: Whether it stands in a bare list of words without grammar.
    """

    text: str
    sentence: int
    clause: int
    negated: bool
    label: str
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt as read.

    Attributes:
        tokens: Words in order, without filler, repeats and empty sentences.
        parsed: False if the text is in a script whose grammar is not understood.
        letters: Letters in the text, for texts without any known word.
        loose_share: Share of words that stand in bare lists.
        stray_share: Share of words that were left out because they are about something else.
    """

    tokens: tuple[Token, ...]
    parsed: bool
    letters: int
    loose_share: float
    stray_share: float = 0.0


@cache
def _phrase_pattern() -> re.Pattern[str]:
    words = sorted(_PHRASES.split("|"), key=len, reverse=True)
    joined = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in words)
    return re.compile(rf"\b(?:{joined})\b")


@cache
def _label_index() -> dict[str, str]:
    return {word: label for label, words in _LABELS.items() for word in words.split()}


def _translate(text: str) -> tuple[str, bool]:
    """Replace emoji and ideograms by English words; tell whether grammar can be read."""
    for sign, word in sorted(languages.PICTOGRAMS.items(), key=lambda pair: -len(pair[0])):
        if sign in text:
            text = text.replace(sign, f" {word.replace('-', ' ')} ")
    foreign = sum(1 for sign in text if ord(sign) >= 0x250 and sign.isalpha())
    if foreign:
        for sign, word in languages.IDEOGRAMS.items():
            text = text.replace(sign, f" {word} ")
    latin = sum(1 for sign in text if sign.isalpha() and ord(sign) < 0x250)
    return text, foreign == 0 or latin > 6 * foreign


def _is_foreign(text: str) -> bool:
    """Whether a text in Latin letters is rather one of the other known languages than English."""
    words = _WORD.findall(text)
    english = sum(word in wordsets.FUNCTION_WORDS for word in words)
    return sum(word in languages.LATIN for word in words) > english


def _words(clause: str, *, foreign: bool) -> list[str]:
    joined = _phrase_pattern().sub(lambda found: re.sub(r"[\s-]+", "-", found.group()), clause)
    words = [str(word).replace("’", "'") for word in _WORD.findall(joined)]
    if foreign:
        words = [str(languages.LATIN.get(word, word)) for word in words]
    return [word for word in words if word not in wordsets.FILLER]


def _label_of(sentence: str) -> tuple[str, str]:
    found = _LABEL.match(sentence)
    if not found:
        return "", sentence
    name = found.group(1).strip().replace(" ", "-")
    label = _label_index().get(name, "")
    return (label, sentence[found.end() :]) if label else ("", sentence)


def _negations(words: Sequence[str]) -> list[bool]:
    flags = [False] * len(words)
    left = 0
    for place, word in enumerate(words):
        if word in _NEGATORS:
            left = _NEGATION_REACH
            continue
        if word in _STOPS_NEGATION and left < _NEGATION_REACH:
            left = 0
        if word == "or":
            left = _NEGATION_REACH if left else 0
            continue
        flags[place] = left > 0
        left = max(0, left - 1)
    return flags


def _is_grammatical(words: Sequence[str]) -> bool:
    """Whether a run of words hangs together: a function word, a verb form or an adverb."""
    for word in words:
        if word in wordsets.FUNCTION_WORDS or word in wordsets.MANNERS:
            return True
        if word.endswith("ing") and stem(word) in lexicon.all_actions():
            return True
    return False


def _mark_loose(clauses: Sequence[Sequence[str]]) -> list[bool]:
    """Find clauses that are bare word lists: long runs, or many one-word clauses in a row."""
    loose = [False] * len(clauses)
    run: list[int] = []
    for number, words in enumerate([*clauses, ["the", "end"]]):
        if len(words) == 1 and not _is_grammatical(words):
            run.append(number)
            continue
        if len(run) >= 4:
            for member in run:
                loose[member] = True
        run = []
    return loose


def _loose_flags(words: Sequence[str]) -> list[bool]:
    """Mark runs of six or more content words without any grammar between them."""
    flags = [False] * len(words)
    start = 0
    for place in range(len(words) + 1):
        ends = place == len(words) or words[place] in wordsets.FUNCTION_WORDS
        if not ends:
            continue
        run = words[start:place]
        if len(run) >= 6 and not _is_grammatical(run):
            flags[start:place] = [True] * len(run)
        start = place + 1
    return flags


def _unrepeated(words: list[str]) -> list[str]:
    kept: list[str] = []
    for word in words:
        if not kept or kept[-1] != word:
            kept.append(word)
    return kept


def _split(text: str) -> list[Clause]:
    """Cut into clauses; repeated ones are dropped."""
    out: list[Clause] = []
    seen: set[tuple[str, ...]] = set()
    pieces = [*_SENTENCES.split(text), ""]
    for number, (sentence, end) in enumerate(zip(pieces[::2], pieces[1::2], strict=True)):
        label, rest = _label_of(sentence.strip().lstrip("*#-• ").replace("**", ""))
        foreign, asked = _is_foreign(sentence), "?" in end or "？" in end
        for part in _CLAUSES.split(rest):
            words = tuple(_unrepeated(_words(part, foreign=foreign)))
            if words and words not in seen:
                seen.add(words)
                out.append(Clause(number, label, words, asked, foreign))
    return out


def read(prompt: str) -> Reading:
    """Read a prompt of any language; only the first 6,000 characters count."""
    text = unicodedata.normalize("NFKC", prompt[:_MAX_CHARACTERS]).lower().replace("\ufe0f", "")
    text, parsed = _translate(text)
    said = _split(text)
    strays = stray_clauses(said) if parsed else [False] * len(said)
    clauses = [clause for clause, stray in zip(said, strays, strict=True) if not stray]
    lists = _mark_loose([clause.words for clause in clauses])
    tokens: list[Token] = []
    for number, clause in enumerate(clauses):
        words, label = clause.words, clause.label
        negated = [True] * len(words) if label == "negative" else _negations(words)
        loose = [True] * len(words) if lists[number] else _loose_flags(words)
        for place, word in enumerate(words):
            slack = parsed and loose[place]
            tokens.append(Token(word, clause.sentence, number, negated[place], label, slack))
    letters = sum(1 for sign in text if sign.isalpha())
    stray = sum(len(clause.words) for clause in said) - len(tokens)
    return Reading(
        tuple(tokens),
        parsed,
        letters,
        loose_share=sum(token.loose for token in tokens) / max(1, len(tokens)),
        stray_share=stray / max(1, len(tokens) + stray),
    )
