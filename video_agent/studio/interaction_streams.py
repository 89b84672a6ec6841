"""An interaction as server-sent events, which can be taken up again after any of them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from video_agent.studio.connection import CUT
from video_agent.studio.interaction_fields import invalid
from video_agent.studio.reading import Fields, as_fields, as_items, as_text

LOOK_SECONDS = 0.05
RUNNING = ("in_progress", "queued", "paused")
FIRST_EVENTS = 2  # created, status_update: what can be told before the end

Event = dict[str, object]
Look = Callable[[], Awaitable[dict[str, object]]]


@dataclass(frozen=True)
class Stream:
    """The events of one interaction, told as they come.

    Attributes:
        request: The request to answer.
        look: Gives the interaction as a GET would.
        last_event_id: The last event that the client has seen; empty for none.
        cut: Close the connection after the first events.
        at_end: Called when everything is told.
    """

    request: Request
    look: Look
    last_event_id: str = ""
    cut: bool = False
    at_end: Callable[[], Awaitable[None]] | None = None

    def response(self) -> Response:
        """The answer.

        Raises:
            Refusal: 400, there is no such event to go on after.
        """
        if self.last_event_id and not self.last_event_id.isdigit():
            raise invalid(f"Invalid 'last_event_id': '{self.last_event_id[:80]}'.")
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[bytes]:
        seen, body = int(self.last_event_id or 0), await self.look()
        for line in _lines(_beginning(body), 1, seen):
            yield line
        if self.cut:
            await asyncio.sleep(LOOK_SECONDS)  # let the events go out
            self.request.scope[CUT]()
            return
        while body["status"] in RUNNING:
            await asyncio.sleep(LOOK_SECONDS)
            body = await self.look()
        for line in _lines(_rest(body), FIRST_EVENTS + 1, seen):
            yield line
        yield b"event: done\ndata: [DONE]\n\n"
        if self.at_end:
            await self.at_end()


def _lines(events: list[Event], first: int, seen: int) -> Iterator[bytes]:
    """The events on the wire, numbered from `first`, without those that were seen."""
    for number, event in enumerate(events, start=first):
        if number > seen:
            told = json.dumps({"event_id": str(number), **event})
            yield f"event: {event['event_type']}\ndata: {told}\n\n".encode()


def _beginning(body: Fields) -> list[Event]:
    about = {name: body[name] for name in ("id", "object", "model")}
    started = {**about, "status": "in_progress"}
    update = {"interaction_id": body["id"], "status": "in_progress"}
    return [
        {"event_type": "interaction.created", "interaction": started},
        {"event_type": "interaction.status_update", **update},
    ]


def _rest(body: Fields) -> list[Event]:
    events: list[Event] = []
    made = [as_fields(step) for step in as_items(body.get("steps"))]
    made = [step for step in made if step.get("type") != "user_input"]
    for index, step in enumerate(made):
        events += _step(index, step)
    events += [{"event_type": "error", "error": error} for error in as_items(body.get("errors"))]
    told = {name: value for name, value in body.items() if name not in ("steps", "response_format")}
    return [*events, {"event_type": "interaction.completed", "interaction": told}]


def _step(index: int, step: Fields) -> list[Event]:
    if signature := as_text(step.get("signature")):
        deltas: list[object] = [{"type": "thought_signature", "signature": signature}]
    else:
        deltas = as_items(step.get("content"))
    return [
        {"event_type": "step.start", "index": index, "step": {"type": step["type"]}},
        *({"event_type": "step.delta", "index": index, "delta": delta} for delta in deltas),
        {"event_type": "step.stop", "index": index},
    ]
