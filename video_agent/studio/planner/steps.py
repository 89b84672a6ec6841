"""One single step, asked for by name: 'analyze video abc', 'just enhance this prompt'."""

import re
from collections.abc import Mapping

from video_agent.studio.content_answers import Reply
from video_agent.studio.content_request import Tool
from video_agent.studio.planner import arguments as give
from video_agent.studio.planner import telling
from video_agent.studio.planner.conversation import Conversation, Exchange
from video_agent.studio.planner.episode import Episode
from video_agent.studio.planner.tool_meaning import ANALYZE, ENHANCE, GENERATE, POLL, UPLOAD, Role

MOST_WAITS = 40
_QUOTED = re.compile(r"[\"'`]([^\"'`\s]+)[\"'`]")
_NAMED = re.compile(
    r"\b(?:video|clip|generation|operation|job|id|file)(?:[ _]id)?\b[\s:#=]*"
    r"(?!the\b|it\b|that\b|this\b|again\b|please\b|for\b|and\b|now\b|is\b|with\b|to\b|on\b)([\w][\w.\-/:]*)",
    re.IGNORECASE,
)
_ID_LIKE = re.compile(r"\b(?=[\w.\-/]*\d)[\w][\w.\-/]{2,}\b")
SUBJECT: dict[Role, tuple[str, Role]] = {
    POLL: (give.GENERATION, GENERATE),
    ANALYZE: (give.VIDEO, POLL),
    UPLOAD: (give.VIDEO, POLL),
}


def single_step(episode: Episode, conversation: Conversation, tools: Mapping[Role, Tool]) -> Reply:
    """Make the one call that was asked for, then tell its result."""
    role = episode.intent.role
    tool = tools.get(role)
    if tool is None:
        return Reply(telling.no_tool_for(role))
    if episode.last is not None:
        return _after(episode, episode.last, tool)
    if role in (ENHANCE, GENERATE):
        return _with_prompt(episode, tool)
    meaning, source = SUBJECT[role]
    subject = identifier(episode.intent.prompt) or _latest(conversation, source)
    if not subject:
        return Reply(telling.which_one(role))
    values: dict[str, object] = {meaning: subject}
    if role == UPLOAD:
        values[give.TITLE] = telling.title(episode.earlier)
        values[give.PRIVACY] = episode.wishes.privacy
    return Reply(calls=(give.call(tool, role, values),))


def _after(episode: Episode, last: Exchange, tool: Tool) -> Reply:
    waiting = last.role == POLL and last.status == "running" and len(episode.exchanges) < MOST_WAITS
    failed_once = last.status == "error" and last.retryable and len(episode.exchanges) < 2
    if waiting or failed_once:
        return Reply(calls=(give.again(tool, last.arguments),))
    return Reply(telling.one_result(last))


def _with_prompt(episode: Episode, tool: Tool) -> Reply:
    prompt = episode.intent.prompt or episode.earlier
    if not prompt:
        return Reply(telling.which_one(episode.intent.role))
    values = {give.PROMPT: prompt}
    if episode.intent.role == GENERATE:
        values |= give.settings(episode.wishes)
    return Reply(calls=(give.call(tool, episode.intent.role, values),))


def identifier(text: str) -> str:
    """The id that a message names, if any."""
    for pattern in (_QUOTED, _NAMED, _ID_LIKE):
        if found := pattern.search(text):
            return found.group(found.lastindex or 0).rstrip(".,:")
    return text if re.fullmatch(r"[\w\-/]{3,}", text) and text.lower() not in _NOT_IDS else ""


_NOT_IDS = {"the", "video", "clip", "generation", "that", "this", "last", "one", "them", "again"}


def _latest(conversation: Conversation, role: Role) -> str:
    found = conversation.last(role)
    return found.handle if found else ""
