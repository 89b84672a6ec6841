"""The Interactions API: start, look, cancel, delete."""

import asyncio
import base64
import json
import secrets
import time
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from video_agent.catalog import Catalog
from video_agent.studio import interaction_answers as answers
from video_agent.studio.config import StudioConfig
from video_agent.studio.faults import FATES, Fault
from video_agent.studio.generator_rules import VideoOrder, invalid, read_order
from video_agent.studio.reading import as_fields, as_text
from video_agent.studio.renders import Renders, derived_seed
from video_agent.studio.storage import InteractionRow, Storage

UNKNOWN_ID = "Invalid interaction name."
BLOCKING_LOOK_SECONDS = 0.05


class Interactions:
    """The endpoints over storage and the render queue."""

    def __init__(
        self, config: StudioConfig, catalog: Catalog, storage: Storage, renders: Renders
    ) -> None:
        self._config = config
        self._catalog = catalog
        self._storage = storage
        self._renders = renders

    async def create(self, request: Request, fault: Fault | None) -> Response:
        """POST /interactions.

        Raises:
            Refusal: 400 or 404; nothing was started.
        """
        body = _json_object(await request.body())
        labels = as_fields(body.get("labels"))
        request.state.label = as_text(labels.get("generation"))
        order = await asyncio.to_thread(read_order, body, self._catalog)
        if previous := as_text(body.get("previous_interaction_id")):
            await asyncio.to_thread(self._find, previous)
            raise invalid("Editing an earlier video is not supported by this studio.")
        fate = fault.name if fault and fault.name in FATES else ""
        row = await asyncio.to_thread(self._accept, order, fate)
        request.state.accepted = True
        if order.background:
            return JSONResponse(answers.accepted(row))
        return JSONResponse(await self._wait_for(row.id))

    async def get(self, request: Request, _fault: Fault | None) -> Response:
        """GET /interactions/{id}.

        Raises:
            Refusal: 400 for an unknown id, or when the answer is wanted as a stream.
        """
        interaction_id = request.path_params["interaction_id"]
        if request.query_params.get("stream") == "true":
            raise invalid("Streaming is not supported by this studio.")
        return JSONResponse(await asyncio.to_thread(self._answer, interaction_id))

    async def cancel(self, request: Request, _fault: Fault | None) -> Response:
        """POST /interactions/{id}/cancel: stops it at once; one that has ended stays as it is.

        Raises:
            Refusal: 400 for an unknown id.
        """
        interaction_id = request.path_params["interaction_id"]
        await asyncio.to_thread(self._find, interaction_id)
        await asyncio.to_thread(
            self._storage.finish, interaction_id, "cancelled", finished_at=time.time()
        )
        return JSONResponse(await asyncio.to_thread(self._answer, interaction_id))

    async def delete(self, request: Request, _fault: Fault | None) -> Response:
        """DELETE /interactions/{id}.

        Raises:
            Refusal: 400 for an unknown id.
        """
        interaction_id = request.path_params["interaction_id"]
        if not await asyncio.to_thread(self._storage.delete_interaction, interaction_id):
            raise invalid(UNKNOWN_ID)
        return JSONResponse({})

    def labelled(self, label: str) -> list[dict[str, object]]:
        """The generations started with this `generation` label."""
        return [answers.label_of(row) for row in self._storage.interactions_labelled(label)]

    def _accept(self, order: VideoOrder, fate: str) -> InteractionRow:
        number = self._storage.next_number()
        limits = self._catalog.find(order.model.removeprefix("models/")).video
        rate = limits.tokens_per_second.get(order.resolution, 0) if limits else 0
        seed = derived_seed(self._config.base_seed, order.prompt, number)
        row = InteractionRow(
            id="v1_" + base64.urlsafe_b64encode(secrets.token_bytes(33)).decode(),
            number=number,
            model=order.model.removeprefix("models/"),
            request={
                "prompt": order.prompt,
                "duration_seconds": order.duration_seconds,
                "resolution": order.resolution,
                "aspect_ratio": order.aspect_ratio,
                "delivery": order.delivery,
                "labels": order.labels,
                "response_format": order.response_format,
                "first_frame_mime_type": order.first_frame_mime_type,
                "video_tokens": round(rate * order.duration_seconds),
            },
            label=order.labels.get("generation", ""),
            seed=seed if order.seed is None else order.seed,
            fate=fate,
            status="in_progress",
            accepted_at=time.time(),
        )
        if order.first_frame is not None:
            (self._storage.folder / "inputs" / str(number)).write_bytes(order.first_frame)
        self._storage.accept(row)
        self._renders.add(row)
        return row

    def _find(self, interaction_id: str) -> InteractionRow:
        row = self._storage.interaction(interaction_id)
        if row is None:
            raise invalid(UNKNOWN_ID)
        return row

    def _answer(self, interaction_id: str) -> dict[str, object]:
        row = self._find(interaction_id)
        if row.status not in ("in_progress", "cancelled") and row.finished_at:
            if row.finished_at > time.time():  # rendered, but the asked-for latency is not over
                return answers.running(replace(row, status="in_progress"))
            return answers.finished(row, self._video(row))
        return answers.running(row)

    def _video(self, row: InteractionRow) -> answers.FinishedVideo | None:
        if row.file_id is None:
            return None
        path = self._storage.path_of(row.file_id)
        by_link = as_text(row.request.get("delivery")) == "uri"
        return answers.FinishedVideo(path, row.file_id) if by_link or path.exists() else None

    async def _wait_for(self, interaction_id: str) -> dict[str, object]:
        while True:
            answer = await asyncio.to_thread(self._answer, interaction_id)
            if answer["status"] != "in_progress":
                return answer
            await asyncio.sleep(BLOCKING_LOOK_SECONDS)


def _json_object(content: bytes) -> dict[str, object]:
    try:
        body: object = json.loads(content)
    except ValueError:
        raise invalid("Invalid JSON payload received.") from None
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received.")
    return as_fields(body)
