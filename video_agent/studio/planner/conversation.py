"""The turns of a request as a conversation: what was said, what was called, what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from video_agent.studio.content_request import Answer, Call, ContentRequest, Tool
from video_agent.studio.planner.tool_meaning import LEAST_SCORE, ROLES, Role, fit
from video_agent.studio.reading import Fields, as_fields, as_items, as_number, as_text

ID_KEYS: dict[Role, tuple[str, ...]] = {
    "generate": (
        "generation_id",
        "operation_id",
        "operation",
        "job_id",
        "task_id",
        "render_id",
        "id",
    ),
    "poll": ("video_id", "clip_id", "file_id", "media_id", "video", "path", "uri", "url", "id"),
    "upload": ("youtube_id", "url", "id"),
}


@dataclass(frozen=True)
class Exchange:
    """One function call with its answer. `response` is None while there is none."""

    role: Role
    name: str
    arguments: Fields
    response: Fields | None

    @property
    def status(self) -> str:
        """The answer's `status`, else `error` for an error-shaped one, else empty."""
        response = self.response or {}
        status = as_text(response.get("status")).lower()
        return status or ("error" if response.get("error") else "")

    @property
    def went_wrong(self) -> bool:
        """Whether the call was refused or failed."""
        return self.status in ("refused", "error")

    @property
    def retryable(self) -> bool:
        """Whether the answer says that the same call may work later."""
        return (self.response or {}).get("retryable") is True

    @property
    def reason(self) -> str:
        """What the answer says in words."""
        response = self.response or {}
        for key in ("message", "reason", "detail", "error"):
            if text := as_text(response.get(key)):
                return text
        return ""

    def text(self, *names: str) -> str:
        """The first of these values that is text and not empty."""
        return next(
            (found for name in names if (found := as_text((self.response or {}).get(name)))), ""
        )

    def number(self, *names: str) -> float | None:
        """The first of these values that is a number (or a number in words, as money is)."""
        for name in names:
            value = (self.response or {}).get(name)
            if (found := as_number(value)) is not None:
                return found
            if isinstance(value, str) and value.replace(".", "", 1).isdigit():
                return float(value)
        return None

    @property
    def handle(self) -> str:
        """The id that the next step needs."""
        return self.text(*ID_KEYS.get(self.role, ("id",)))

    def handle_for(self, tool: Tool | None) -> str:
        """The same, for a tool whose parameter may carry a name of its own."""
        return self.text(*(tool.properties if tool else ())) or self.handle

    def handles_for(self, tool: Tool | None = None) -> list[str]:
        """The ids of all that this call started: `generation_ids` and the like, else the one."""
        names = (*(tool.properties if tool else ()), *ID_KEYS.get(self.role, ()))
        for name in names:
            listed = as_items((self.response or {}).get(f"{name}s"))
            if found := [as_text(item) for item in listed if as_text(item)]:
                return found
        one = self.handle_for(tool)
        return [one] if one else []

    @property
    def subject(self) -> str:
        """The id that this call was made with."""
        return next((as_text(value) for value in self.arguments.values() if as_text(value)), "")


@dataclass
class Message:
    """What the person said, and the exchanges that followed until the next message."""

    text: str
    exchanges: list[Exchange] = field(default_factory=list)


@dataclass
class Conversation:
    """All of it, oldest first."""

    messages: list[Message]
    system: str

    @property
    def exchanges(self) -> list[Exchange]:
        """Every exchange, oldest first."""
        return [exchange for message in self.messages for exchange in message.exchanges]

    def last(self, role: Role) -> Exchange | None:
        """The newest answered exchange of a role."""
        found = [item for item in self.exchanges if item.role == role and item.response is not None]
        return found[-1] if found else None


def read_conversation(request: ContentRequest, tools: Mapping[Role, Tool]) -> Conversation:
    """Pair calls with answers and group them under the message that led to them."""
    roles = {tool.name: role for role, tool in tools.items()}
    messages = [Message("")]
    waiting: list[Call] = []
    for turn in request.turns:
        if turn.role == "user" and turn.text:
            messages.append(Message(turn.text))
        for part in turn.parts:
            if isinstance(part, Call):
                waiting.append(part)
            elif isinstance(part, Answer):
                messages[-1].exchanges.append(_exchange(waiting, part, roles))
    return Conversation([item for item in messages if item.text or item.exchanges], request.system)


def _exchange(waiting: list[Call], answer: Answer, roles: Mapping[str, Role]) -> Exchange:
    role = roles.get(answer.name) or _role_by_name(answer.name)
    call = _take(waiting, answer)
    return Exchange(role, answer.name, call.arguments, _unwrap(answer.response))


def _take(waiting: list[Call], answer: Answer) -> Call:
    for call in waiting:
        if call.name == answer.name and (not call.id or not answer.id or call.id == answer.id):
            waiting.remove(call)
            return call
    return Call(answer.name, {})


def _unwrap(response: Fields) -> Fields:
    """What a wrapper put under a lone `result` or `output`."""
    for key in ("result", "output"):
        if len(response) == 1 and isinstance(response.get(key), dict):
            return as_fields(response[key])
    return response


def _role_by_name(name: str) -> Role:
    """The role of a tool that is not declared any more, from its name alone."""
    bare = Tool(name, name.replace("_", " "), {})
    best: Sequence[tuple[float, Role]] = sorted((fit(bare, role), role) for role in ROLES)
    return best[-1][1] if best[-1][0] >= LEAST_SCORE else ""
