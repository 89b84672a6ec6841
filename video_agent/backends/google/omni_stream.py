"""The second reader of an interaction: its event stream, put together to the same document."""

from collections.abc import AsyncIterator, Mapping
from typing import cast

from pydantic import BaseModel

from video_agent.backends.google.omni_answer import Document


async def read_stream(events: AsyncIterator[object]) -> Document:
    """Follow the events to their end and return what a plain read would have returned.

    The steps of the last full interaction win; where the events carry none, they are made from the
    `step.start` and `step.delta` events.
    """
    state: dict[str, object] = {}
    steps: dict[int, dict[str, object]] = {}
    async for event in events:
        _apply(_fields(event), state, steps)
    if not state.get("steps"):
        state["steps"] = [_finished(step) for _, step in sorted(steps.items())]
    return state


def _apply(event: Document, state: dict[str, object], steps: dict[int, dict[str, object]]) -> None:
    kind = event.get("event_type")
    if kind in ("interaction.created", "interaction.completed"):
        state.update(_dict(event.get("interaction")))
    elif kind == "interaction.status_update":
        state["status"] = event.get("status")
    elif kind == "error":
        state["errors"] = [_dict(event.get("error"))]
    elif kind in ("step.start", "step.delta"):
        step = steps.setdefault(_index(event), {"type": "model_output", "blocks": []})
        if kind == "step.start":
            step.update(_dict(event.get("step")))
        else:
            _add(cast("list[dict[str, object]]", step["blocks"]), _dict(event.get("delta")))


def _add(blocks: list[dict[str, object]], delta: Document) -> None:
    """Append a block, or go on with the last one: words and bytes may come in pieces."""
    last = blocks[-1] if blocks else None
    if last is None or last.get("type") != delta.get("type") or delta.get("uri"):
        blocks.append(dict(delta))
        return
    for name in ("text", "data"):
        if isinstance(delta.get(name), str):
            last[name] = str(last.get(name) or "") + str(delta[name])


def _finished(step: dict[str, object]) -> Document:
    blocks = cast("list[object]", step.pop("blocks"))
    given = step.get("content")
    before = cast("list[object]", given) if isinstance(given, list) else []
    return step | {"content": before + blocks}


def _fields(event: object) -> Document:
    if isinstance(event, BaseModel):
        return cast("Mapping[str, object]", event.model_dump(mode="json", exclude_none=True))
    return _dict(event)


def _dict(value: object) -> Document:
    return cast("Document", value) if isinstance(value, dict) else {}


def _index(event: Document) -> int:
    index = event.get("index")
    return index if isinstance(index, int) else 0
