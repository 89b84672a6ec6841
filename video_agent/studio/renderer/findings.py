"""What a reading says, category by category: the ground for both the scene and its fidelity."""

from __future__ import annotations

from dataclasses import dataclass, field

from video_agent.studio.renderer import lexicon, wordsets
from video_agent.studio.renderer.reading import Reading, Token
from video_agent.studio.renderer.stems import stem

_CATEGORIES = (
    ("setting", "SETTINGS"),
    ("time", "TIMES"),
    ("weather", "WEATHERS"),
    ("camera", "CAMERAS"),
    ("shot", "SHOT_SIZES"),
    ("style", "STYLES"),
    ("mood", "MOODS"),
)
_SUBJECT_LABELS = ("", "subject", "action", "setting")
_VERB_REACH = 8
_OBJECT_REACH = 3
_UNTYPED_STOP = wordsets.word_set("shot scene camera lens view background foreground")


@dataclass(frozen=True, slots=True)
class Finding:
    """A word that means something for the picture.

    Attributes:
        category: ``"setting"``, ``"time"``, ``"camera"`` and so on.
        value: Its value in the lexicon.
        place: Index of the token.
    """

    category: str
    value: str
    place: int


@dataclass(slots=True)
class Findings:
    """Everything found in a prompt.

    Attributes:
        reading: The text as read.
        wanted: Findings that the prompt asks for.
        ruled_out: Findings that the prompt negates.
        subject_place: Index of the subject's token, None without a subject.
        subject: Sprite name, ``"landscape"`` or ``"orb"`` (something that cannot be drawn).
        action_place: Index of the verb that belongs to the subject.
    """

    reading: Reading
    wanted: list[Finding] = field(default_factory=list[Finding])
    ruled_out: list[Finding] = field(default_factory=list[Finding])
    subject_place: int | None = None
    subject: str = "landscape"
    action_place: int | None = None

    def values(self, category: str) -> list[str]:
        """Distinct wanted values of a category in order of appearance."""
        return list(dict.fromkeys(f.value for f in self.wanted if f.category == category))

    def of(self, category: str) -> list[Finding]:
        """Wanted findings of a category."""
        return [finding for finding in self.wanted if finding.category == category]

    def token(self, place: int) -> Token | None:
        """The token at an index, None outside the text."""
        tokens = self.reading.tokens
        return tokens[place] if 0 <= place < len(tokens) else None

    def near(self, place: int, back: int, ahead: int) -> list[str]:
        """Words around a token within its clause, without itself."""
        tokens = self.reading.tokens
        clause = tokens[place].clause
        span = range(max(0, place - back), min(len(tokens), place + ahead + 1))
        return [tokens[i].text for i in span if i != place and tokens[i].clause == clause]

    def clause(self, place: int) -> list[str]:
        """All words of a token's clause."""
        clause = self.reading.tokens[place].clause
        return [token.text for token in self.reading.tokens if token.clause == clause]


def _category_findings(found: Findings) -> None:
    for place, token in enumerate(found.reading.tokens):
        base = stem(token.text)
        for category, table in _CATEGORIES:
            index = lexicon.index_of(table)
            value = index.get(token.text) or index.get(base)
            if value is None or (category == "style" and value == "cinematic" and base == "film"
                                 and token.label == "lens"):  # fmt: skip
                continue
            target = found.ruled_out if token.negated else found.wanted
            target.append(Finding(category, value, place))
        if token.text in lexicon.COLOURS and not token.negated:
            found.wanted.append(Finding("colour", token.text, place))


def _subject_score(found: Findings, place: int) -> float:
    """How likely a noun is what the shot is about: early, with an article, not after "in the"."""
    token = found.reading.tokens[place]
    before = found.near(place, 4, 0)
    score = 10.0 - 0.15 * place
    if token.label == "setting":
        score -= 6
    if any(word in wordsets.PREPOSITIONS for word in before):
        score -= 4
    if token.label == "subject" or (
        before and before[-1] in ("a", "an", "the", "one", "two", "three")
    ):
        score += 1
    if token.loose:
        score -= 1
    following = found.near(place, 0, 3)
    if any(stem(word) in lexicon.all_actions() for word in following):
        score += 2
    return score


def _find_subject(found: Findings) -> None:
    index = lexicon.index_of("SUBJECTS")
    best = -99.0
    for place, token in enumerate(found.reading.tokens):
        name = index.get(token.text) or index.get(stem(token.text))
        if name is None or token.label not in (*_SUBJECT_LABELS, "negative"):
            continue
        if token.negated:
            found.ruled_out.append(Finding("subject", name, place))
            continue
        found.wanted.append(Finding("subject", name, place))
        score = _subject_score(found, place)
        if score > best:
            best, found.subject, found.subject_place = score, name, place
    if found.subject_place is None or best < 3:
        _find_other_subject(found)


def _find_other_subject(found: Findings) -> None:
    """Without a drawable subject: the place itself, or an unknown noun after an article."""
    known = found.subject_place
    settings = {finding.place for finding in found.of("setting")}
    for place, token in enumerate(found.reading.tokens[:14]):
        if token.negated or token.label not in ("", "subject", "action"):
            continue
        before = found.near(place, 4, 0)
        if any(word in wordsets.PREPOSITIONS for word in before):
            continue
        if place in settings or stem(token.text) in wordsets.WATERS:
            found.subject, found.subject_place = "landscape", place
            return
        if before and before[-1] in ("a", "an", "the") and _is_unknown_noun(found, place):
            found.subject, found.subject_place = "orb", place
            return
    found.subject_place = known
    if known is None and settings:
        found.subject_place = min(settings)


def _is_unknown_noun(found: Findings, place: int) -> bool:
    """Whether the token may head a noun phrase: unknown, and no other noun after it."""
    token = found.reading.tokens[place]
    if len(token.text) < 3 or token.text in wordsets.QUALIFIERS or token.text in lexicon.COLOURS:
        return False
    if token.text in _UNTYPED_STOP or any(f.place == place for f in found.wanted):
        return False
    following = found.near(place, 0, 2)
    known = {stem(found.reading.tokens[f.place].text) for f in found.wanted}
    if following and not _ends_noun(following[0]) and stem(following[0]) not in known:
        following = following[1:]  # a compound of two unknown words
    return not following or _ends_noun(following[0])


def _ends_noun(word: str) -> bool:
    return word in wordsets.FUNCTION_WORDS or stem(word) in lexicon.all_actions()


def _follows(found: Findings, place: int) -> bool:
    """Whether a token can belong to what is said of the subject: its sentence or the next one."""
    start, token = found.subject_place or 0, found.reading.tokens[place]
    if token.label == "action":
        return True
    first = found.reading.tokens[start]
    if token.sentence == first.sentence:
        return place <= start + _VERB_REACH and token.label == first.label
    opens = found.reading.tokens[place - 1].sentence != token.sentence
    return opens and place <= start + _VERB_REACH and token.label == ""


def _find_action(found: Findings) -> None:
    """The first verb after the subject in its sentence, or one that opens the next sentence."""
    start = found.subject_place
    if start is None:
        return
    for place in range(start + 1, len(found.reading.tokens)):
        token = found.reading.tokens[place]
        if token.negated or token.loose or stem(token.text) not in lexicon.all_actions():
            continue
        if _follows(found, place):
            found.action_place = place
            return
    found.action_place = _verb_before(found, start)


def _verb_before(found: Findings, start: int) -> int | None:
    """The verb that somebody does with the subject ("someone rides a bicycle")."""
    tokens = found.reading.tokens
    for place in range(max(1, start - _OBJECT_REACH), start):
        token = tokens[place]
        doing = stem(token.text) in lexicon.all_actions() and not (token.negated or token.loose)
        if doing and token.clause == tokens[start].clause and token.text.endswith("s"):
            return place
    return None


def find(reading: Reading) -> Findings:
    """Find subject, action and every other category in a reading."""
    found = Findings(reading)
    _category_findings(found)
    _find_subject(found)
    _find_action(found)
    return found
