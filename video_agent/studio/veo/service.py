"""Veo's two methods: predictLongRunning and fetchPredictOperation."""

import asyncio
import json
import time
import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from video_agent.catalog import Catalog
from video_agent.studio.buckets import Buckets
from video_agent.studio.callers import check_agent_platform
from video_agent.studio.config import StudioConfig
from video_agent.studio.entrance import Entrance
from video_agent.studio.faults import VEO_FATES, Fault
from video_agent.studio.interaction_answers import stamp
from video_agent.studio.reading import as_fields, as_text, pick
from video_agent.studio.refusals import Refusal
from video_agent.studio.renders import derived_seed
from video_agent.studio.safety import refused_word
from video_agent.studio.storage import Storage
from video_agent.studio.veo.drawing import Drawing
from video_agent.studio.veo.endings import BLOCKED_PROMPT, ended, running
from video_agent.studio.veo.instance import refused
from video_agent.studio.veo.operations import OperationRow, Operations
from video_agent.studio.veo.queue import Queue
from video_agent.studio.veo.rules import PLACE, VeoOrder, find_limits, read_order

VERSIONS = ("v1beta1", "v1")


class Veo:
    """The endpoints over the rows and the queue."""

    def __init__(
        self, config: StudioConfig, catalog: Catalog, storage: Storage, buckets: Buckets
    ) -> None:
        self._config = config
        self._catalog = catalog
        self._storage = storage
        self._operations = Operations(storage)
        self._drawing = Drawing(storage, buckets)
        self.queue = Queue(config, self._operations, self._drawing)

    def routes(self, entrance: Entrance) -> list[BaseRoute]:
        """The routes on Agent Platform."""
        submit = entrance.wrap("veo.submit", self.submit, role_of=None, check=check_agent_platform)
        fetch = entrance.wrap("veo.poll", self.fetch, role_of=None, check=check_agent_platform)
        found: list[BaseRoute] = []
        for version in VERSIONS:
            model = f"/{version}/{PLACE}"
            found.append(Route(f"{model}:predictLongRunning", submit, methods=["POST"]))
            found.append(Route(f"{model}:fetchPredictOperation", fetch, methods=["POST"]))
        return found

    async def submit(self, request: Request, fault: Fault | None) -> Response:
        """POST ...:predictLongRunning.

        Raises:
            Refusal: 400 or 404; nothing was started.
        """
        place = _place(request)
        limits = find_limits(place, self._catalog)
        body = _json_object(await request.body())
        request.state.label = as_text(as_fields(body.get("labels")).get("generation"))
        order = await asyncio.to_thread(read_order, body, place["model"], limits)
        fate = fault.name if fault and fault.name in VEO_FATES else ""
        if fate == "prompt_blocked" or refused_word(order.instance.prompt):
            raise refused(BLOCKED_PROMPT)
        row = await asyncio.to_thread(self._accept, order, PLACE.format_map(place), fate)
        request.state.accepted = True
        return JSONResponse(running(row))

    async def fetch(self, request: Request, _fault: Fault | None) -> Response:
        """POST ...:fetchPredictOperation.

        Raises:
            Refusal: 400 without a name, 404 for an unknown operation.
        """
        name = as_text(pick(_json_object(await request.body()), "operationName"))
        if not name:
            raise refused("The operationName is missing.")
        if not name.startswith(f"{PLACE.format_map(_place(request))}/operations/"):
            raise refused(f"Invalid operation name: {name}")
        return JSONResponse(await asyncio.to_thread(self._answer, name))

    def labelled(self, label: str) -> list[dict[str, object]]:
        """The operations started with this `generation` label, for the studio's look-up."""
        return [
            {
                "id": row.name,
                "accepted_at": stamp(row.accepted_at),
                "status": "in_progress" if row.result is None else "done",
            }
            for row in self._operations.labelled(label)
        ]

    def _answer(self, name: str) -> dict[str, object]:
        row = self._operations.find(name)
        if row is None:
            raise Refusal(404, f"The operation {name} was not found.")
        if row.result is None or (row.finished_at or 0.0) > time.time():
            return running(row)
        return ended(row, self._drawing.clips)

    def _accept(self, order: VeoOrder, place: str, fate: str) -> OperationRow:
        number = self._storage.next_number()
        prompt = order.instance.prompt
        row = OperationRow(
            name=f"{place}/operations/{uuid.uuid4()}",
            number=number,
            model=order.model,
            request={
                "prompt": prompt,
                "negative": order.negative,
                "duration_seconds": order.duration_seconds,
                "resolution": order.resolution,
                "aspect_ratio": order.aspect_ratio,
                "samples": order.samples,
                "audio": order.audio,
                "storage_uri": order.storage_uri,
                "inputs": {role: item.uri for role, item in order.instance.inputs.items()},
            },
            label=order.labels.get("generation", ""),
            seed=derived_seed(self._config.base_seed, prompt, number)
            if order.seed is None
            else order.seed,
            fate=fate,
            accepted_at=time.time(),
        )
        for role, item in order.instance.inputs.items():
            if item.content is not None:
                self._drawing.input_path(number, role).write_bytes(item.content)
        self._operations.accept(row)
        self.queue.add(row)
        return row


def _place(request: Request) -> dict[str, str]:
    return {name: request.path_params[name] for name in ("project", "location", "model")}


def _json_object(content: bytes) -> dict[str, object]:
    try:
        body: object = json.loads(content)
    except ValueError:
        raise refused("Invalid JSON payload received.") from None
    if not isinstance(body, dict):
        raise refused("Invalid JSON payload received.")
    return as_fields(body)
