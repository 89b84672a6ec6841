"""Control questions: statements about a clip whose truth is already measured.

A judge that praises without looking, that throws dice, or that does as a text in the clip tells it,
gives itself away: it cannot know that half of these statements are false. Who gets more than one of
the eight wrong has not watched, and its verdict is no verdict. Always saying yes, or always no,
gets four wrong; dice pass in 9 of 256 cases. They cost about 150 tokens to ask and 20 to answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from video_agent.errors import AnswerError
from video_agent.media.measures import ClipMeasures
from video_agent.models import MediaFacts

COUNT = 8
MOST_WRONG = 1


@dataclass(frozen=True, slots=True)
class Control:
    """A statement, and whether it is true of the clip."""

    statement: str
    true: bool


def control_questions(clip: ClipMeasures, seed: str) -> tuple[Control, ...]:
    """Eight statements, half of them true, in an order that the seed decides.

    Only what is beyond doubt in a clip that passed its gates is stated.
    """
    seen = [
        ("At least one frame is not black.", "Every frame is black."),
        ("The picture changes over time.", "All frames are identical."),
    ]
    return _drawn([*_pairs(clip.facts), *seen], seed)


def pair_control(first: MediaFacts, second: MediaFacts, seed: str) -> tuple[Control, ...]:
    """Eight statements about two clips, half of them true."""
    pairs = [
        (f"{name} clip: {right}", f"{name} clip: {wrong}")
        for name, facts in (("First", first), ("Second", second))
        for right, wrong in _pairs(facts)
    ]
    return _drawn(pairs, seed)


def _drawn(pairs: Sequence[tuple[str, str]], seed: str) -> tuple[Control, ...]:
    order = Random(seed)  # noqa: S311 - no secret: whoever does not look cannot use it
    drawn = order.sample(pairs, COUNT)
    half = [True] * (COUNT // 2) + [False] * (COUNT - COUNT // 2)
    order.shuffle(half)
    return tuple(
        Control(right if true else wrong, true)
        for (right, wrong), true in zip(drawn, half, strict=True)
    )


def control_section(controls: Sequence[Control]) -> str:
    """The statements as a section of the question."""
    numbered = (f"{number}. {item.statement}" for number, item in enumerate(controls, 1))
    return "## Control\n" + "\n".join(numbered)


def check_control(controls: Sequence[Control], answers: Sequence[bool]) -> None:
    """Accept a judge that has looked.

    Raises:
        AnswerError: Answers are missing, or more than one is wrong.
    """
    if len(answers) != len(controls):
        raise AnswerError(
            f"the judge answered {len(answers)} of {len(controls)} control questions",
            hint="judge again",
        )
    wrong = sum(given != asked.true for asked, given in zip(controls, answers, strict=True))
    if wrong > MOST_WRONG:
        raise AnswerError(
            f"the judge got {wrong} of {len(controls)} control questions wrong: it did not look",
            hint="judge again, or choose another judge",
        )


def _pairs(facts: MediaFacts) -> list[tuple[str, str]]:
    """What is true beside what is false, one pair a fact."""
    long = round(3 * facts.duration_seconds) + 10
    heard, mute = "There is a sound track.", "There is no sound track."
    return [
        _shape(facts.width, facts.height),
        (heard, mute) if facts.audio_codec else (mute, heard),
        (f"It lasts less than {long} seconds.", f"It lasts more than {long} seconds."),
        (f"It is {facts.width} pixels wide.", f"It is {2 * facts.width} pixels wide."),
        (f"It is {facts.height} pixels high.", f"It is {3 * facts.height} pixels high."),
        (f"It has {facts.fps:g} frames a second.", f"It has {2 * facts.fps:g} frames a second."),
        ("It has more than one frame.", "It has only one frame."),
    ]


def _shape(width: int, height: int) -> tuple[str, str]:
    wide = "The picture is wider than it is high."
    tall = "The picture is higher than it is wide."
    if width == height:
        return "The picture is square.", wide
    return (wide, tall) if width > height else (tall, wide)
