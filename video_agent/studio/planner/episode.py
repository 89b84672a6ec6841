"""One task inside a conversation: what it is about, and what has been done for it."""

import re
from dataclasses import dataclass, field

from video_agent.studio.planner.conversation import Conversation, Exchange
from video_agent.studio.planner.intents import (
    ASK,
    CHANGE,
    GO_ON,
    GREET,
    MAKE,
    STEP,
    Intent,
    understand,
)
from video_agent.studio.planner.merging import merge
from video_agent.studio.planner.tool_meaning import ANALYZE, ENHANCE, GENERATE, POLL, Role
from video_agent.studio.planner.wishes import Wishes


@dataclass
class Episode:
    """The task of the last message.

    Attributes:
        intent: What the message wants.
        prompt: What to show, with all changes so far.
        wishes: Length, shape and the like, with all changes so far.
        feedback: What the last analysis before this task said, when the task is to do it again.
        exchanges: What was done for it.
        nudges: How often the person (or a guard) said to go on.
        hint: What the newest turn says to do next, when it only says to go on.
        earlier: The prompt of the task before this message.
    """

    intent: Intent
    prompt: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    feedback: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    nudges: int = 0
    hint: str = ""
    earlier: str = ""

    def of(self, role: Role) -> list[Exchange]:
        """The exchanges of a role."""
        return [exchange for exchange in self.exchanges if exchange.role == role]

    @property
    def last(self) -> Exchange | None:
        """The newest exchange."""
        return self.exchanges[-1] if self.exchanges else None

    @property
    def started(self) -> list[Exchange]:
        """The generations that were really started."""
        return [exchange for exchange in self.of(GENERATE) if not exchange.went_wrong]

    @property
    def generations(self) -> int:
        """How many clips were ordered: a call may start several side by side."""
        return sum(max(1, len(exchange.handles_for())) for exchange in self.started)

    @property
    def round(self) -> list[Exchange]:
        """What was done since the newest clips were ordered, that call first."""
        if not self.started:
            return []
        return self.exchanges[self.exchanges.index(self.started[-1]) :]

    @property
    def written(self) -> Exchange | None:
        """The newest enhancement that worked."""
        return next((item for item in reversed(self.of(ENHANCE)) if not item.went_wrong), None)

    @property
    def best(self) -> Exchange | None:
        """The analysis with the highest score."""
        return _best(self.exchanges)

    @property
    def lesson(self) -> Exchange | None:
        """The analysis that teaches most: the best of the newest clips, else the newest one."""
        return _best(self.round) or (self.of(ANALYZE) or [None])[-1]

    @property
    def video(self) -> Exchange | None:
        """What brought the best video, or the newest one while none is judged."""
        brought = [item for item in self.of(POLL) if item.handle]
        brought = brought or [item for item in self.of(GENERATE) if item.text("path", "uri")]
        best = self.best.subject if self.best else ""
        chosen = [item for item in brought if best and best in (item.response or {}).values()]
        return (chosen or brought or [None])[-1]


def _best(exchanges: list[Exchange]) -> Exchange | None:
    analyses = [item for item in exchanges if item.role == ANALYZE]
    scored = [item for item in analyses if item.number("score") is not None]
    return max(scored, key=lambda item: item.number("score") or 0.0, default=None)


def read_episode(conversation: Conversation) -> Episode:
    """Fold the conversation into its last task: changes build on the request before them."""
    episode = Episode(Intent(GREET))
    task: Episode | None = None
    for message in conversation.messages:
        intent = understand(message.text, follows_a_request=task is not None)
        if not message.text:  # the first turns can be exchanges without a message
            episode.exchanges += message.exchanges
            continue
        if intent.kind == GO_ON:
            state = f"{message.text}\n{conversation.system}"
            task = task or _taken_up(state, episode.intent.prompt)
            if not task.prompt:
                task = None
                continue
            task.exchanges += message.exchanges
            task.nudges += 1
            task.hint = "" if message.exchanges else state
            episode = task
            continue
        episode = _begin(intent, task)
        episode.exchanges += message.exchanges
        if intent.kind in (MAKE, CHANGE):
            task = episode
    return episode


def _taken_up(state: str, said: str) -> Episode:
    """The task that a message or the system instruction speaks of; else what was said last."""
    found = _REQUEST_IN_STATE.search(state)
    prompt = found.group(2).replace("\\'", "'") if found else said
    return Episode(Intent(MAKE, prompt), prompt)


_REQUEST_IN_STATE = re.compile(
    r"request, word for word: (['\"])(.+?)(?<!\\)\1", re.IGNORECASE | re.DOTALL
)


def _begin(intent: Intent, before: Episode | None) -> Episode:
    if intent.kind != CHANGE or before is None:
        earlier = before.prompt if before else ""
        return Episode(intent, intent.prompt, intent.wishes, earlier=earlier)
    wishes = intent.wishes.over(before.wishes)
    feedback = ""
    if not intent.prompt and (analyses := before.of(ANALYZE)):
        feedback = analyses[-1].text("feedback")
    feedback = "\n".join(part for part in (intent.complaint, feedback) if part)
    return Episode(intent, merge(before.prompt, intent.prompt), wishes, feedback)


__all__ = ["ASK", "CHANGE", "GREET", "MAKE", "STEP", "Episode", "read_episode"]
