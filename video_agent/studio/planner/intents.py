"""What a message wants: a video, a change, one single step, an answer, or just a word back."""

import json
import re
from dataclasses import dataclass

from video_agent.studio.planner import phrases
from video_agent.studio.planner.tool_meaning import GENERATE, Role
from video_agent.studio.planner.wishes import (
    CHEAP,
    NO_WISHES,
    Wishes,
    read_wishes,
    without_settings,
)
from video_agent.studio.reading import as_fields, as_text

MAKE, CHANGE, STEP, ASK, GREET, GO_ON = "make", "change", "step", "ask", "greet", "go_on"


@dataclass(frozen=True)
class Intent:
    """A message, understood.

    Attributes:
        kind: `MAKE`, `CHANGE`, `STEP`, `ASK`, `GREET` or `GO_ON`.
        prompt: What to show (MAKE), to alter (CHANGE), to act on (STEP), or the question (ASK).
        wishes: Length, shape and the like.
        role: The role of the one tool to call (STEP).
        complaint: What the person finds wrong with the last video (CHANGE).
    """

    kind: str
    prompt: str = ""
    wishes: Wishes = NO_WISHES
    role: Role = ""
    complaint: str = ""


def understand(text: str, *, follows_a_request: bool) -> Intent:
    """Tell what a message wants; some words only make sense after an earlier request."""
    if phrases.NUDGE.search(text) and not phrases.SECTION.search(text):
        return Intent(GO_ON, text)
    if stated := stated_prompt(text):
        return Intent(MAKE, stated, _wishes_beside(stated, text))
    if phrases.GREETING.fullmatch(text) or phrases.ABOUT_YOU.match(text):
        return Intent(GREET)
    wishes = read_wishes(text)
    return (
        _step(text, wishes)
        or _about_the_last(text, wishes, follows_a_request)
        or _request(text, wishes)
        or _rest(text, wishes, follows_a_request)
    )


def _wishes_beside(prompt: str, text: str) -> Wishes:
    """The wishes around a stated prompt, and in it when it has no heading of its own."""
    beside = text.replace(prompt, " ")
    return read_wishes(beside if phrases.SECTION.search(text) else f"{beside}\n{prompt}")


def _step(text: str, wishes: Wishes) -> Intent | None:
    for role, pattern in phrases.STEPS:
        if found := pattern.match(text):
            return Intent(STEP, text[found.end() :].strip(" :\"'"), wishes, role)
    return None


def _about_the_last(text: str, wishes: Wishes, follows_a_request: bool) -> Intent | None:
    """A complaint, or a change of what is pointed at: "it's too dark", "make the cat black"."""
    if not follows_a_request:  # "make it longer", but there is nothing yet
        return Intent(GREET) if phrases.POINT_AT.match(text) else None
    if phrases.GO_FURTHER.match(text):
        return Intent(ASK, text)
    if phrases.COMPLAINT.match(text):
        return Intent(CHANGE, "", wishes, complaint=text)
    return Intent(CHANGE, bare_change(text), wishes) if phrases.RESHAPE.match(text) else None


def _request(text: str, wishes: Wishes) -> Intent | None:
    if not phrases.REQUEST.match(text):
        return None
    if phrases.ONE_STEP_ONLY.search(text):
        return Intent(STEP, bare_prompt(text), wishes, GENERATE)
    return Intent(MAKE, bare_prompt(text), wishes)


def _rest(text: str, wishes: Wishes, follows_a_request: bool) -> Intent:
    asks = phrases.QUESTION.match(text) is not None
    if asks and (follows_a_request or phrases.ABOUT_US.search(text)):
        return Intent(ASK, text)
    repeats = phrases.AGAIN.fullmatch(text) if not follows_a_request else phrases.AGAIN.match(text)
    if follows_a_request and (repeats or phrases.ALTER.match(text)):
        return Intent(CHANGE, bare_change(text), wishes)
    if text.rstrip().endswith("?"):
        return Intent(ASK, text)
    changes_nothing = phrases.ALTER.match(text) and not bare_change(text)
    return Intent(GREET) if repeats or changes_nothing else Intent(MAKE, bare_prompt(text), wishes)


def stated_prompt(text: str) -> str:
    """The prompt where a message names it: a section, a line, a JSON field; else empty."""
    if text.lstrip().startswith("{"):
        try:
            fields = as_fields(json.loads(text))
        except ValueError:
            fields = {}
        if prompt := as_text(fields.get("prompt")) or as_text(fields.get("request")):
            return prompt
    found = phrases.SECTION.search(text) or phrases.LINE.search(text)
    return found.group(1).strip().strip("\"'`") if found else ""


def bare_prompt(text: str) -> str:
    """What is to be seen, without 'please make me a 6 second clip of'."""
    openings = (
        phrases.LEAD_IN,
        phrases.BARE_LEAD_IN,
        phrases.FOREIGN_LEAD_IN,
        phrases.OTHER_IDEA,
    )
    found = next((match for opening in openings if (match := opening.match(text))), None)
    rest = re.sub(r"\s+instead\s*[.!]*$", "", text[found.end() :]) if found else text
    rest = phrases.PUBLISHING.sub("", CHEAP.sub("", rest))
    return without_settings(rest).strip(" .,\"'") or text.strip()


def bare_change(text: str) -> str:
    """What is to be different, without 'try again' and 'make it'."""
    polite = phrases.starting("").match(text)
    rest = text[polite.end() :].strip() if polite else text.strip()
    for opening in (phrases.REDO, phrases.RESHAPE_THING, phrases.JOINT):
        if found := opening.match(rest):
            rest = rest[found.end() :]
    rest = phrases.FILLER.sub("", phrases.PUBLISHING.sub("", CHEAP.sub("", rest)))
    rest = without_settings(rest).strip(" .,!?\"'")
    return "" if phrases.ONLY_JOINTS.fullmatch(rest) else rest
