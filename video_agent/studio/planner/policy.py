"""The planner's decision, made new for each request: the next call, or the last word."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from video_agent.studio.content_answers import Reply
from video_agent.studio.content_request import ContentRequest, Tool
from video_agent.studio.planner import arguments as give
from video_agent.studio.planner import telling
from video_agent.studio.planner.conversation import Conversation, Exchange, read_conversation
from video_agent.studio.planner.episode import ASK, GREET, STEP, Episode, read_episode
from video_agent.studio.planner.steps import single_step
from video_agent.studio.planner.suggestions import hinted_generation, suggested_call
from video_agent.studio.planner.tool_meaning import (
    ANALYZE,
    ENHANCE,
    GENERATE,
    POLL,
    UPLOAD,
    Role,
    assign,
)
from video_agent.studio.planner.wishes import most_attempts, threshold_of

MOST_GENERATIONS = 6
MOST_POLLS_OF_ONE = 40
MOST_CALLS = 120
DEFAULT_THRESHOLD = 0.8
WAITING = ("running", "in_progress", "queued", "pending")
FAILED = ("blocked", "failed", "cancelled")


def plan(request: ContentRequest) -> Reply:
    """Answer a request that declares tools."""
    tools = assign(request.tools)
    conversation = read_conversation(request, tools)
    episode = read_episode(conversation)
    if len(episode.exchanges) >= MOST_CALLS:
        return Reply(telling.finished(episode, "I have made too many calls and stop here."))
    if episode.intent.kind == GREET:
        return Reply(telling.greeting(bool(conversation.exchanges), GENERATE in tools))
    if episode.intent.kind == ASK:
        return Reply(telling.answer(episode.intent.prompt, conversation))
    if episode.intent.kind == STEP:
        return single_step(episode, conversation, tools)
    return _Task(episode, conversation, tools).next()


@dataclass(frozen=True)
class _Task:
    """A video to make: enhance, generate, poll, analyze, and again until it passes."""

    episode: Episode
    conversation: Conversation
    tools: Mapping[Role, Tool]

    def next(self) -> Reply:
        if GENERATE not in self.tools:
            return Reply(telling.cannot_generate(self.episode, self.tools))
        last = self.episode.last
        if hinted := self._hinted():
            return hinted
        if last is None:
            return self._write(self.episode.feedback)
        if last.went_wrong:
            return self._after_trouble(last)
        follow = {
            ENHANCE: self._after_enhance,
            GENERATE: self._after_generate,
            POLL: self._after_poll,
            ANALYZE: self._after_analyze,
        }.get(last.role)
        return follow(last) if follow else self._finish()

    def _hinted(self) -> Reply | None:
        """The call that a nudge names, e.g. 'call poll_generation with generation_id X'."""
        names = "|".join(re.escape(tool.name) for tool in self.tools.values())
        found = re.search(rf"\b({names})\b(?: with \w+ ([\w\-]+))?", self.episode.hint)
        if not found:
            return None
        role = next(role for role, tool in self.tools.items() if tool.name == found.group(1))
        if role == GENERATE:
            call = hinted_generation(self.episode.hint, self.tools)
            return Reply(calls=(call,)) if call else None
        if role == ENHANCE:
            lesson = self.episode.lesson
            return self._write(lesson.text("feedback") if lesson else "")
        if role == UPLOAD and found.group(2):
            privacy = re.search(r"\b(private|unlisted|public)\b", self.episode.hint[found.end() :])
            return self._publish(found.group(2), privacy.group(1) if privacy else None)
        if role in (POLL, ANALYZE) and found.group(2):
            return self._poll(found.group(2)) if role == POLL else self._analyze(found.group(2))
        return None

    # ---- the steps

    def _write(self, feedback: str) -> Reply:
        tool = self.tools.get(ENHANCE)
        if tool is None:
            return self._generate(telling.with_feedback(self.episode.prompt, feedback))
        values = {give.PROMPT: self.episode.prompt, give.FEEDBACK: feedback}
        return Reply(calls=(give.call(tool, ENHANCE, values),))

    def _generate(self, prompt: str) -> Reply:
        if self.episode.generations >= self._most_generations():
            return self._finish("I have used the attempts I was given.")
        tool = self.tools[GENERATE]
        values = {give.PROMPT: prompt, **give.settings(self.episode.wishes)}
        if self.episode.wishes.tier == "draft" and not give.takes(tool, GENERATE, give.TIER):
            values[give.RESOLUTION] = values[give.RESOLUTION] or "360p"
        return Reply(calls=(give.call(tool, GENERATE, values),))

    def _poll(self, handle: str) -> Reply:
        tool = self.tools.get(POLL)
        if tool is None or not handle:
            return self._finish("The generation is under way; I have no means to wait for it.")
        return Reply(calls=(give.call(tool, POLL, {give.GENERATION: handle}),))

    def _analyze(self, video: str) -> Reply:
        tool = self.tools.get(ANALYZE)
        if tool is None or not video:
            return self._publish_or_finish()
        return Reply(calls=(give.call(tool, ANALYZE, {give.VIDEO: video}),))

    def _publish_or_finish(self) -> Reply:
        if not self.episode.wishes.publish or self.episode.of(UPLOAD):
            return self._finish()
        return self._publish(self._video_to_publish(), self.episode.wishes.privacy)

    def _publish(self, video: str, privacy: str | None) -> Reply:
        tool = self.tools.get(UPLOAD)
        if tool is None:
            return self._finish()
        values = {
            give.VIDEO: video,
            give.TITLE: telling.title(self.episode.prompt),
            give.PRIVACY: privacy,
        }
        return Reply(calls=(give.call(tool, UPLOAD, values),))

    def _finish(self, note: str = "") -> Reply:
        return Reply(telling.finished(self.episode, note))

    # ---- what follows from an answer

    def _after_enhance(self, last: Exchange) -> Reply:
        return self._generate(telling.written_prompt(last) or self.episode.prompt)

    def _after_generate(self, last: Exchange) -> Reply:
        poll = self.tools.get(POLL)
        if poll is None and (video := last.text("video_id", "path", "uri")):
            return self._analyze(last.handle_for(self.tools.get(ANALYZE)) or video)
        return self._poll(last.handle_for(poll))

    def _after_poll(self, last: Exchange) -> Reply:
        if last.status in (*FAILED, "outcome_unknown") and (following := self._rest_of_round()):
            return following
        if last.status == "outcome_unknown":
            asked_again = _trailing(self.episode, lambda item: item.status == last.status) > 1
            return self._finish(last.reason) if asked_again else self._poll(self._handle(last))
        if last.status in WAITING:
            polls = _trailing(self.episode, lambda item: item.role == POLL)
            if polls < MOST_POLLS_OF_ONE:
                return self._poll(self._handle(last))
            return self._finish("It is still running; it can be polled again later.")
        if last.status in FAILED:
            return self._after_failure(last)
        return self._analyze(last.handle_for(self.tools.get(ANALYZE)))

    def _after_failure(self, last: Exchange) -> Reply:
        if last.status == "blocked":
            return self._reword(last)
        failures = [item for item in self.episode.of(POLL) if item.status == last.status]
        return self._generate(self._prompt()) if len(failures) < 2 else self._finish(last.reason)

    def _after_analyze(self, last: Exchange) -> Reply:
        if call := suggested_call(last, self.tools):
            return Reply(calls=(call,))
        if self._passed(last):
            return self._publish_or_finish()
        return self._rest_of_round() or self._improve(last)

    def _improve(self, lesson: Exchange) -> Reply:
        if self.episode.generations >= self._most_generations():
            return self._publish_or_finish()
        return self._write(lesson.text("feedback") or telling.feedback_from(lesson))

    def _rest_of_round(self) -> Reply | None:
        """What is left of clips ordered side by side: the next one to wait for, or the lesson."""
        done = self.episode.round
        ordered = done[0].handles_for(self.tools.get(POLL)) if done else []
        if len(ordered) < 2 or POLL not in self.tools:
            return None
        judged = [item for item in done if item.role == ANALYZE]
        over = _over(done)
        waiting = [handle for handle in ordered if handle not in over]
        if waiting:
            return self._poll(waiting[0])
        return self._improve(self.episode.lesson or judged[-1]) if judged else None

    def _after_trouble(self, last: Exchange) -> Reply:
        tool = self.tools.get(last.role)
        tries = _trailing(self.episode, lambda item: item.role == last.role and item.went_wrong)
        if tool and last.retryable and tries < 2 + self.episode.nudges:
            return Reply(calls=(give.again(tool, last.arguments),))
        if last.role == ENHANCE and last.status == "error":
            return self._generate(self.episode.prompt)
        return self._finish(last.reason)

    def _reword(self, last: Exchange) -> Reply:
        blocked = [item for item in self.episode.of(POLL) if item.status == "blocked"]
        if len(blocked) > 1 or ENHANCE not in self.tools:
            return self._finish(last.reason or "The prompt was blocked.")
        return self._write(f"The prompt was blocked, reword it: {last.reason}".rstrip(": "))

    # ---- facts

    def _passed(self, last: Exchange) -> bool:
        said = (last.response or {}).get("passed")
        if isinstance(said, bool):
            return said
        score = last.number("score", "overall", "rating")
        threshold = last.number("threshold") or threshold_of(self._all_text()) or DEFAULT_THRESHOLD
        return score is None or score >= threshold

    def _most_generations(self) -> int:
        return (most_attempts(self._all_text()) or MOST_GENERATIONS) + self.episode.nudges

    def _all_text(self) -> str:
        said = [message.text for message in self.conversation.messages]
        return "\n".join([*said, self.conversation.system])

    def _prompt(self) -> str:
        written = self.episode.written
        return (telling.written_prompt(written) if written else "") or self.episode.prompt

    def _handle(self, last: Exchange) -> str:
        started = self.episode.of(GENERATE)
        return last.subject or (started[-1].handle if started else "")

    def _video_to_publish(self) -> str:
        best, video = self.episode.best, self.episode.video
        return (best.subject if best else "") or (video.handle if video else "")


def _over(done: list[Exchange]) -> set[str]:
    """The generations of a round that need not be polled any more.

    A clip that was judged without having been polled to its end (somebody brought it home
    meanwhile, and said so) stands for the first generation that was still running when last asked.
    """
    polls = [item for item in done if item.role == POLL]
    ended = {item.subject for item in polls if item.status not in WAITING}
    running = list(dict.fromkeys(item.subject for item in polls if item.subject not in ended))
    brought = {item.handle for item in polls}
    judged = {item.subject for item in done if item.role == ANALYZE}
    return ended | set(running[: len(judged - brought)])


def _trailing(episode: Episode, counts: Callable[[Exchange], bool]) -> int:
    """How many of the newest exchanges in a row count."""
    number = 0
    for exchange in reversed(episode.exchanges):
        if not counts(exchange):
            break
        number += 1
    return number
