"""The outcome table of a judge's or enhancer's call, row by row."""

from dataclasses import dataclass

from tests.outcomes.generation_rows import ALWAYS


@dataclass(frozen=True)
class Promise:
    """What must follow: how it ends, how many requests leave, whether the cost is known."""

    ends: str
    requests: int
    cost: str = "known"
    retryable: str = "-"


@dataclass(frozen=True)
class LanguageRow:
    """One fault of generateContent, and how often it strikes."""

    situation: str
    fault: str
    times: int
    promise: Promise


_USELESS = Promise("AnswerError", 3, "known", "no")
_DOWN = Promise("BackendError", 3, "known", "yes")
_LOST = Promise("BackendError", 3, "not known", "yes")

LANGUAGE_ROWS = [
    LanguageRow("words instead of JSON, once", "garbage_judge", 1, Promise("answer", 2)),
    LanguageRow("words instead of JSON, for ever", "garbage_judge", ALWAYS, _USELESS),
    LanguageRow("JSON in a code fence", "fenced_judge", 1, Promise("answer", 1)),
    LanguageRow("the wrong shape, once", "wrong_shape_judge", 1, Promise("answer", 2)),
    LanguageRow("the wrong shape, for ever", "wrong_shape_judge", ALWAYS, _USELESS),
    LanguageRow("no candidates, for ever", "empty_judge", ALWAYS, _USELESS),
    LanguageRow("cut off at the token limit, once", "truncated", 1, Promise("answer", 2)),
    LanguageRow("cut off at the token limit, for ever", "truncated", ALWAYS, _USELESS),
    LanguageRow("blocked by safety", "safety", 1, Promise("ContentBlockedError", 1, "known", "no")),
    LanguageRow("429 that asks to wait, once", "429", 1, Promise("answer", 2)),
    LanguageRow("503, once", "503", 1, Promise("answer", 2)),
    LanguageRow("503, for ever", "503", ALWAYS, _DOWN),
    LanguageRow("HTML, for ever", "html_503", ALWAYS, _DOWN),
    LanguageRow("cut before the answer, once", "cut_before", 1, Promise("answer", 2, "not known")),
    LanguageRow("cut before the answer, for ever", "cut_before", ALWAYS, _LOST),
    LanguageRow("400", "400", 1, Promise("BackendError", 1, "known", "no")),
    LanguageRow("403: no permission", "403", 1, Promise("AuthError", 1, "known", "no")),
]
