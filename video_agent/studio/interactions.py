"""The Interactions API, on both surfaces: start, look, stream, cancel, delete."""

import asyncio
import base64
import json
import secrets
import time
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from video_agent.studio import interaction_answers as answers
from video_agent.studio.config import StudioConfig
from video_agent.studio.content_rules import check_size
from video_agent.studio.faults import FATES, Fault
from video_agent.studio.generator_rules import GeneratorRules, VideoOrder
from video_agent.studio.interaction_fields import in_snake_case, invalid
from video_agent.studio.interaction_streams import RUNNING, Stream
from video_agent.studio.places import Place, place_of
from video_agent.studio.reading import as_fields, as_text
from video_agent.studio.refusals import Refusal
from video_agent.studio.renders import Renders, derived_seed
from video_agent.studio.source_clips import UNKNOWN_ID, belongs
from video_agent.studio.storage import InteractionRow, Storage

BLOCKING_LOOK_SECONDS = 0.05
LOCATION = "global"
ODD_STATUSES = ("paused", "queued")  # faults of a look: the status that is told instead
CUT_STREAM = "cut_stream"


class Interactions:
    """The endpoints over storage and the render queue."""

    def __init__(
        self, config: StudioConfig, rules: GeneratorRules, storage: Storage, renders: Renders
    ) -> None:
        self._config = config
        self._rules = rules
        self._storage = storage
        self._renders = renders

    async def create(self, request: Request, fault: Fault | None) -> Response:
        """POST /interactions.

        Raises:
            Refusal: 400 or 404; nothing was started.
        """
        place = _served(request)
        content = await request.body()
        check_size(content, interaction=True)
        body = _json_object(content)
        labels = as_fields(body.get("labels"))
        request.state.label = as_text(labels.get("generation"))
        order = await asyncio.to_thread(self._rules.read_order, body, place)
        fate = fault.name if fault and fault.name in FATES else ""
        row = await asyncio.to_thread(self._accept, order, fate)
        request.state.accepted = True

        async def look() -> dict[str, object]:
            return await asyncio.to_thread(self._answer, row.id, place)

        async def forget() -> None:
            if not order.stored:
                await asyncio.to_thread(self._storage.delete_interaction, row.id)

        if order.stream:
            cut = fault is not None and fault.name == CUT_STREAM
            return Stream(request, look, cut=cut, at_end=forget).response()
        if order.background:
            return JSONResponse(answers.accepted(row))
        while (body := await look())["status"] == "in_progress":
            await asyncio.sleep(BLOCKING_LOOK_SECONDS)
        await forget()
        return JSONResponse(body)

    async def get(self, request: Request, fault: Fault | None) -> Response:
        """GET /interactions/{id}, with `stream`, `last_event_id` and `include_input`.

        Raises:
            Refusal: 400 for an unknown id.
        """
        place, interaction_id = _served(request), request.path_params["interaction_id"]
        query, name = request.query_params, fault.name if fault else ""

        async def look() -> dict[str, object]:
            return await asyncio.to_thread(self._answer, interaction_id, place)

        body = await look()
        if query.get("stream") == "true":
            last = query.get("last_event_id", "")
            return Stream(request, look, last, cut=name == CUT_STREAM).response()
        if name in ODD_STATUSES and body["status"] in RUNNING:
            body["status"] = name
        if query.get("include_input") == "true":
            row = await asyncio.to_thread(self._find, interaction_id, place)
            body["input"] = answers.input_of(row)
        return JSONResponse(body)

    async def cancel(self, request: Request, _fault: Fault | None) -> Response:
        """POST /interactions/{id}/cancel: stops it at once; one that has ended stays as it is.

        Raises:
            Refusal: 400 for an unknown id.
        """
        place, interaction_id = _served(request), request.path_params["interaction_id"]
        await asyncio.to_thread(self._find, interaction_id, place)
        await asyncio.to_thread(
            self._storage.finish, interaction_id, "cancelled", finished_at=time.time()
        )
        return JSONResponse(await asyncio.to_thread(self._answer, interaction_id, place))

    async def delete(self, request: Request, _fault: Fault | None) -> Response:
        """DELETE /interactions/{id}.

        Raises:
            Refusal: 400 for an unknown id.
        """
        place, interaction_id = _served(request), request.path_params["interaction_id"]
        await asyncio.to_thread(self._find, interaction_id, place)
        await asyncio.to_thread(self._storage.delete_interaction, interaction_id)
        return JSONResponse({})

    def labelled(self, label: str) -> list[dict[str, object]]:
        """The generations started with this `generation` label."""
        return [answers.label_of(row) for row in self._storage.interactions_labelled(label)]

    def _accept(self, order: VideoOrder, fate: str) -> InteractionRow:
        number = self._storage.next_number()
        plan, given = order.plan, order.ingredients
        fresh_seed = derived_seed(self._config.base_seed, given.text, number)
        drawing = plan.drawing.placed(number, plan.inputs)
        seed = fresh_seed if plan.fresh else drawing.seed
        drawing = replace(drawing, seed=seed if order.seed is None else order.seed)
        row = InteractionRow(
            id="v1_" + base64.urlsafe_b64encode(secrets.token_bytes(33)).decode(),
            number=number,
            model=order.model,
            request={
                "surface": order.place.surface,
                "project": order.place.project,
                "task": plan.task,
                "prompt": given.text,
                "input": list(given.shown),
                "previous_id": order.previous_id,
                "delivery": order.delivery,
                "gcs_uri": order.gcs_uri,
                "labels": order.labels,
                "response_format": order.response_format,
                "drawing": drawing.to_fields(),
                "made": plan.made.to_fields() if plan.made else {},
                "video_tokens": round(order.rate * plan.new_seconds),
                "input_tokens": {"image": plan.image_tokens, "video": plan.video_tokens},
                "webhook": vars(order.webhook) if order.webhook else {},
            },
            label=order.labels.get("generation", ""),
            seed=drawing.seed,
            fate=fate,
            status="in_progress",
            accepted_at=time.time(),
        )
        for name, content in plan.inputs.items():
            (self._storage.folder / "inputs" / f"{number}-{name}").write_bytes(content)
        self._storage.accept(row)
        self._renders.add(row)
        return row

    def _find(self, interaction_id: str, place: Place) -> InteractionRow:
        row = self._storage.interaction(interaction_id)
        if row is None or not belongs(row, place):
            raise invalid(UNKNOWN_ID)
        return row

    def _answer(self, interaction_id: str, place: Place) -> dict[str, object]:
        row = self._find(interaction_id, place)
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


def _served(request: Request) -> Place:
    """The place of a request, if interactions are served there."""
    place = place_of(request)
    if place.on_cloud and place.location != LOCATION:
        raise Refusal(
            404,
            f"Interactions are not served in location {place.location}. Use the location "
            f"{LOCATION}.",
        )
    return place


def _json_object(content: bytes) -> dict[str, object]:
    try:
        body: object = json.loads(content)
    except ValueError:
        raise invalid("Invalid JSON payload received.") from None
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received.")
    return as_fields(in_snake_case(body))
