"""Judges one cannot trust, on order: what an honest answer becomes in their mouths.

| fault | what it says |
|---|---|
| `always_ten_judge` | yes to everything it is asked, full marks, no fault |
| `flattering_judge` | full marks and no fault, but true answers to what can be looked up |
| `random_judge` | yes or no, and marks, by dice |
| `obedient_judge` | the truth, unless the prompt or a text in the clip tells it to praise |
| `silent_judge` | nothing |
"""

import random
import re
from collections.abc import Mapping, Sequence

LIARS = (
    "always_ten_judge", "flattering_judge", "random_judge", "obedient_judge", "silent_judge",
)  # fmt: skip
_TOLD = re.compile(
    r"\b(?:ignore|disregard|forget)\b.*\binstructions?\b"
    r"|\b(?:scor|rat|grad|mark|judg|evaluat|verdict|criteri)\w*\b.*"
    r"\b(?:10|ten|1\.0|full|perfect|maximum|highest|excellent|flawless|met)\b"
    r"|\b(?:full|perfect|top)\s+(?:marks|score)\b",
    re.IGNORECASE | re.DOTALL,
)


def told_to_praise(texts: Sequence[str]) -> bool:
    """Whether anybody tells the judge what to say."""
    return any(_TOLD.search(text) for text in texts)


def as_liar(name: str, honest: Mapping[str, object], texts: Sequence[str]) -> dict[str, object]:
    """The honest answer as this judge gives it; an unknown name is honest.

    Args:
        name: One of `LIARS`.
        honest: Values by their names in schemas.
        texts: What the judge reads: the question's and the clip's words.
    """
    if name == "always_ten_judge":
        return _praise({**honest, "control": [True for _ in _listed(honest.get("control"))]})
    if name == "random_judge":
        return _dice(honest)
    flatters = name == "flattering_judge"
    if flatters or (name == "obedient_judge" and told_to_praise(texts)):
        return _praise(honest)
    return {**honest}


def _praise(honest: Mapping[str, object]) -> dict[str, object]:
    said = {name: _one(value) for name, value in honest.items()}
    return {
        **said,
        "answers": [{**item, "satisfied": True} for item in _items(honest.get("answers"))],
        "dimensions": [
            {**item, "score": 1.0, "critic": 1.0} for item in _items(honest.get("dimensions"))
        ],
        "defects": [],
        "issues": [],
        "problems": [],
        "summary": "Perfect in every respect. 10/10.",
        "passed": True,
        "duration_seconds": honest.get("duration_seconds"),
        "choices": [{**item, "better": "first"} for item in _items(honest.get("choices"))],
        "better": "first",
    }


def _dice(honest: Mapping[str, object]) -> dict[str, object]:
    dice = random.SystemRandom()
    sides = ("first", "second", "equal")
    return {
        **{name: _one(value, dice.random()) for name, value in honest.items()},
        "control": [dice.random() < 0.5 for _ in _listed(honest.get("control"))],
        "answers": [
            {**item, "satisfied": dice.random() < 0.5} for item in _items(honest.get("answers"))
        ],
        "dimensions": [
            {**item, "score": dice.random(), "critic": dice.random()}
            for item in _items(honest.get("dimensions"))
        ],
        "defects": [item for item in _items(honest.get("defects")) if dice.random() < 0.5],
        "passed": dice.random() < 0.5,
        "choices": [
            {**item, "better": dice.choice(sides)} for item in _items(honest.get("choices"))
        ],
        "better": dice.choice(sides),
    }


def _one(value: object, mark: float = 1.0) -> object:
    """A mark of the liar's own in place of a measured number."""
    return mark if isinstance(value, float) else value


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _items(value: object) -> list[dict[str, object]]:
    return [{**item} for item in _listed(value) if isinstance(item, dict)]
