"""Words addressed to the judge, in a prompt or in a clip: they are not shown to it, nor obeyed.

In a prompt such a sentence is left out of the question before it is asked, so that a judge that
would obey never reads it, and the verdict is that on the rest. In a clip it cannot be left out; the
judge writes down what it reads and hears before it judges, and what it then says is not believed.
Sentences are recognised by their wording, so a new wording can get through: then the control
questions and the caps of the measured quality hold.
"""

import re
import unicodedata
from collections.abc import Iterable

LEFT_OUT = "[words to the judge left out]"
_GAP = r"[^.!?\n]{0,80}?"
_VERB = r"(?:give|assign|award|return|output|answer|respond|reply|report|set|rate|score|grade|mark)"
_TOP = r"(?:10|ten|1\.0+|1|100\s?%?|full|perfect|maximum|max|highest|top)"
_NUMBER = r"(?:10|ten|1\.0+|100\s?%)"
_IT = (
    r"(?:it|this|the|that|every\w*|all|each|a|an|me|us|my|our|with|as|by|clip|video|film|movie|"
    r"dimensions?|questions?|answers?|criteri\w+)"
)
_JUDGED = r"(?:scores?|ratings?|marks?|grades?|points|verdict|dimensions?|questions?)"
_ORDERS = re.compile(
    "|".join(
        (
            r"\b(?:ignore|disregard|forget|override|bypass)\s+(?:all\s+|any\s+|of\s+)*"
            r"(?:your|previous|prior|earlier|above|these|those|everything|all|the)\s+"
            r"(?:\w+\s+){0,2}?(?:instructions?|criteria|guidelines|rubric)\b",
            r"\b(?:ignore|disregard|forget|override|bypass)\s+(?:all\s+|any\s+|of\s+)*"
            r"(?:your|previous|prior|earlier)\s+(?:\w+\s+)?(?:rules|prompts?|orders)\b",
            r"\b(?:ignore|disregard)\s+(?:instructions?|the\s+above|everything\s+above)\b",
            rf"\b{_VERB}\s+(?:{_IT}\s+)*{_TOP}(?:\s*/\s*10|\s+out\s+of\s+\w+|\s+{_JUDGED})",
            rf"\b{_VERB}\s+(?:{_IT}\s+){{1,4}}{_NUMBER}(?!\w|\s+(?:[a-z]+s|[smhk]+)\b)",
            rf"\b{_VERB}{_GAP}\b{_TOP}\s+{_JUDGED}\b",
            rf"\b{_JUDGED}\s+(?:of|to|must\s+be|should\s+be|is|are|at|=|:)\s*(?:a\s+)?{_TOP}"
            r"(?:\s*/\s*10|\s+out\s+of\s+\w+|\s*$)",
            r"(?:^|[,;:.])\s*score\s*:?\s*(?:10|1\.0)\b(?!\s+[a-z]+s\b)",
            r"\b(?:dear|attention|note\s+(?:to|for)|you\s+are|hey)[\s,:]+"
            r"(?:(?:the|a|an|now|our)\s+)*(?:\w+\s+)?"
            r"(?:judge|grader|evaluator|rater|assessor|language\s+model|ai\s+model)\b",
            r"\b(?:judge|grader|evaluator|rater|assessor)s?\s+(?:must|should|shall|will|has\s+to)"
            rf"\s+{_VERB}\b",
            r"(?:^|(?<=[.!?;]))\s*(?:system|assistant|developer)\s*:",
            r"\b(?:satisfied|passed)\s*[:=]\s*true\b",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
_CLAUSE = re.compile(r"[,;:\u2013\u2014(\"]\s*")
_SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\S)[^.!?\n]+)*[.!?]*|\n")


def addresses_the_judge(text: str) -> bool:
    """Whether a text tells a judge what to answer."""
    return _ORDERS.search(_plain(text)) is not None


def any_addresses_the_judge(texts: Iterable[str]) -> bool:
    """Whether any of the texts, or all of them read on, tell a judge what to answer."""
    found = list(texts)
    return any(map(addresses_the_judge, found)) or addresses_the_judge(" ".join(found))


def without_orders(prompt: str) -> str:
    """The prompt without the sentences that tell a judge what to answer.

    Of a sentence that begins with something else, that is kept. Where something was left out, a
    note says so; a prompt without such words stays as it is.
    """
    if not addresses_the_judge(prompt):
        return prompt
    kept = [_cut(sentence) for sentence in _SENTENCE.findall(_plain(prompt))]
    text = re.sub(rf"(?:\s*{re.escape(LEFT_OUT)})+", f" {LEFT_OUT}", "".join(kept)).strip()
    return LEFT_OUT if addresses_the_judge(text.replace(LEFT_OUT, "")) else text


def _cut(sentence: str) -> str:
    """A sentence up to the clause in which the judge is told something."""
    order = _ORDERS.search(sentence)
    if order is None:
        return sentence
    breaks = [mark for mark in _CLAUSE.finditer(sentence) if mark.end() <= order.start()]
    return f"{sentence[: breaks[-1].start()] if breaks else ''} {LEFT_OUT}"


def _plain(text: str) -> str:
    """Without invisible characters, and with look-alikes of letters as the letters."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in normal if unicodedata.category(letter) != "Cf")
