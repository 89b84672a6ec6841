"""What the planner says in words, always from the answers of the tools."""

import re
from collections.abc import Mapping

from video_agent.studio.content_request import Tool
from video_agent.studio.planner import phrases
from video_agent.studio.planner.conversation import Conversation, Exchange
from video_agent.studio.planner.episode import Episode
from video_agent.studio.planner.tool_meaning import ANALYZE, ENHANCE, GENERATE, POLL, UPLOAD, Role
from video_agent.studio.reading import as_fields, as_items, as_text

TASKS: dict[Role, str] = {
    ENHANCE: "improve a prompt",
    GENERATE: "generate a video",
    POLL: "wait for a generation",
    ANALYZE: "analyze a video",
    UPLOAD: "upload a video",
}
MAX_TITLE = 90


def written_prompt(exchange: Exchange) -> str:
    """The prompt that an enhancer wrote: its text, else its shot put in one sentence."""
    if text := exchange.text(
        "prompt", "enhanced_prompt", "improved_prompt", "text", "result", "output"
    ):
        return text
    shot = as_fields((exchange.response or {}).get("shot"))
    return ". ".join(as_text(part) for part in shot.values() if as_text(part))


def with_feedback(prompt: str, feedback: str) -> str:
    """The prompt with the feedback in its own words, for want of an enhancer."""
    if not feedback:
        return prompt
    return f"{prompt.rstrip(' .')}. {feedback.strip()}"


def feedback_from(exchange: Exchange) -> str:
    """Feedback put together from the defects, when the analysis words none."""
    defects = as_items((exchange.response or {}).get("defects"))
    words = [as_text(as_fields(item).get("description")) or as_text(item) for item in defects]
    return "; ".join(word for word in words if word) or "the quality is below the threshold"


def title(prompt: str) -> str:
    """A title of at most 90 characters."""
    clean = re.sub(r"[<>]", "", prompt).strip(" .")
    short = clean if len(clean) <= MAX_TITLE else clean[:MAX_TITLE].rsplit(" ", 1)[0]
    return short[:1].upper() + short[1:]


def greeting(has_history: bool, can_generate: bool) -> str:
    """A short word back."""
    if has_history:
        return "You are welcome. Tell me what to change, or describe another video."
    if can_generate:
        return "Hello! Describe the video you would like, for example: a red sailboat at sunset."
    return "Hello! I have no tool to generate a video here."


def cannot_generate(episode: Episode, tools: Mapping[Role, Tool]) -> str:
    """What to say without a generator."""
    others = [TASKS[role] for role in tools if role != GENERATE]
    able = f" I can only {' and '.join(others)}." if others else ""
    asked = f" You asked for: {episode.prompt}."
    return f"I cannot generate a video: no tool for it is available.{able}{asked}"


def no_tool_for(role: Role) -> str:
    """What to say when the one step asked for has no tool."""
    return f"I cannot do that: no tool is available to {TASKS.get(role, 'do that')}."


def which_one(role: Role) -> str:
    """Ask back for what the step is about."""
    if role in (ENHANCE, GENERATE):
        return f"What should it show? I need a prompt to {TASKS[role]}."
    return f"Which one? I need its id to {TASKS[role]}."


def one_result(exchange: Exchange) -> str:
    """The result of a single step."""
    if exchange.went_wrong:
        return f"That did not work: {exchange.reason or exchange.status}."
    if exchange.role == ENHANCE:
        return f"The improved prompt: {written_prompt(exchange)}"
    if exchange.role == ANALYZE:
        return _verdict(exchange)
    if exchange.role in (GENERATE, POLL):
        where = exchange.text("path", "uri", "video_id") or exchange.handle
        status = exchange.status or "done"
        return f"The generation: {status}{f', {where}' if where else ''}{_price(exchange)}."
    return f"Done: {exchange.text('url', 'youtube_id') or exchange.status or 'ok'}."


_NO_GOING_ON = (
    "My tools make new clips; they do not go on with one. Say what a longer new clip should show, "
    "or extend this one outside of the chat."
)


def finished(episode: Episode, note: str = "") -> str:
    """The last word on a task."""
    parts: list[str] = []
    video, best = episode.video, episode.best
    if video is not None:
        parts.append(f"Your video: {video.text('path', 'uri') or video.handle}.")
    if best is not None:
        parts.append(_verdict(best))
    parts.append(_sum(episode))
    parts += [_published(item) for item in episode.of(UPLOAD)]
    if note:
        parts.append(f"{note[:1].upper()}{note[1:].rstrip('.')}.")
    elif best is not None and (best.response or {}).get("passed") is False:
        parts.append("It is the best of the attempts, below the threshold.")
    said = " ".join(part for part in parts if part)
    return said or "Nothing was made."


def answer(question: str, conversation: Conversation) -> str:
    """Answer a question from what the tools said, else from the system instruction."""
    exchanges = conversation.exchanges
    if not exchanges:
        known = _from_system(question, conversation.system)
        return known or "Nothing has been made in this conversation yet."
    if phrases.GO_FURTHER.match(question):
        return _NO_GOING_ON
    asked = question.lower()
    told = [tell(exchanges) for pattern, tell in ANSWERS if re.search(pattern, asked)]
    lines = [line for lines in told for line in lines]
    return "\n".join(lines or [*_attempts(exchanges), *_money(exchanges)])


def _attempts(exchanges: list[Exchange]) -> list[str]:
    lines: list[str] = []
    line_of: dict[str, int] = {}
    for exchange in exchanges:
        at = line_of.get(exchange.subject, len(lines) - 1)
        if exchange.role == GENERATE and not exchange.went_wrong:
            for handle in exchange.handles_for() or [""]:
                line_of[handle] = len(lines)
                lines.append(f"Attempt {len(lines) + 1}: generation {handle}")
            lines[-1] += _price(exchange)
        elif lines and exchange.role == POLL and exchange.status != "running":
            line_of[exchange.handle] = at
            lines[at] += (
                f", {exchange.status or 'done'} {exchange.text('path', 'video_id')}".rstrip()
            )
        elif lines and exchange.role == ANALYZE and (score := exchange.number("score")) is not None:
            passed = (exchange.response or {}).get("passed")
            lines[at] += f", score {score:.2f}" + (f" ({'passed' if passed else 'not passed'})")
    return lines or ["No attempt has been made yet."]


def _money(exchanges: list[Exchange]) -> list[str]:
    total, known = 0.0, False
    for exchange in exchanges:
        cost = exchange.number("cost_usd", "cost")
        if exchange.role == GENERATE and not exchange.went_wrong and cost is not None:
            total, known = total + cost, True
    return [f"It cost ${total:.2f} so far." if known else "No cost was reported."]


def _last_verdict(exchanges: list[Exchange]) -> list[str]:
    return [_verdict(item) for item in exchanges if item.role == ANALYZE][-1:]


def _last_prompt(exchanges: list[Exchange]) -> list[str]:
    return [f"Prompt: {written_prompt(item)}" for item in exchanges if item.role == ENHANCE][-1:]


def _last_path(exchanges: list[Exchange]) -> list[str]:
    paths = [item.text("path", "uri") for item in exchanges if item.role == POLL]
    return [f"It is here: {path}" for path in paths if path][-1:]


ANSWERS = (
    (r"attempt|tries|version|all|list|show|summar|compare|history", _attempts),
    (r"cost|price|spen[dt]|pay|paid|money|budget|expensive|dollar", _money),
    (r"score|good|quality|pass|verdict|rating|why|wrong|defect|feedback", _last_verdict),
    (r"prompt|word", _last_prompt),
    (r"where|path|file|link|download|url", _last_path),
)


def _verdict(exchange: Exchange) -> str:
    score, threshold = exchange.number("score"), exchange.number("threshold")
    if score is None:
        return exchange.reason or "The analysis gave no score."
    passed = (exchange.response or {}).get("passed")
    against = f" against a threshold of {threshold:.2f}" if threshold is not None else ""
    word = "passed" if passed else "did not pass" if passed is False else "was judged"
    feedback = exchange.text("feedback") if passed is False else ""
    return f"It {word} with a score of {score:.2f}{against}." + (
        f" {feedback.strip().rstrip('.')}." if feedback else ""
    )


def _sum(episode: Episode) -> str:
    count = episode.generations
    if not count:
        return ""
    costs = [item.number("cost_usd", "cost") for item in episode.started]
    known = [cost for cost in costs if cost is not None]
    price = f", ${sum(known):.2f} in all" if known else ""
    return f"{count} attempt{'s' if count > 1 else ''}{price}."


def _published(exchange: Exchange) -> str:
    if exchange.went_wrong:
        return f"It was not uploaded: {exchange.reason or exchange.status}."
    return f"Uploaded: {exchange.text('url', 'youtube_id') or 'done'}."


def _price(exchange: Exchange) -> str:
    cost = exchange.number("cost_usd", "cost")
    return "" if cost is None else f", ${cost:.2f}"


def _from_system(question: str, system: str) -> str:
    """The lines of the system instruction that share a telling word with the question."""
    words = set(re.findall(r"[a-z]{4,}", question.lower())) - {"what", "show", "tell", "does"}
    lines = [line.strip() for line in system.splitlines() if re.search(r"\d", line)]
    facts = [line for line in lines if words & set(re.findall(r"[a-z]+", line.lower()))]
    return "\n".join(facts[:6])
