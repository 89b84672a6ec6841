"""The two methods: videos:annotate, and the look at its operation."""

import asyncio
import json
import time
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from video_agent.studio.bearer import check_token
from video_agent.studio.buckets import Buckets
from video_agent.studio.entrance import Entrance
from video_agent.studio.faults import ANALYSIS_FATES, Fault
from video_agent.studio.refusals import Refusal
from video_agent.studio.storage import Storage
from video_agent.studio.video_intelligence.analyses import Analyses, AnalysisRow
from video_agent.studio.video_intelligence.rules import AnalysisOrder, json_object, read_order
from video_agent.studio.video_intelligence.work import Work

PROGRESS_TYPE = "type.googleapis.com/google.cloud.videointelligence.v1.AnnotateVideoProgress"
PROJECT_NUMBER = "123456789012"
PERCENT_BY_LOOK = (40, 80)
DONE = 100


class VideoIntelligence:
    """The endpoints over the rows and the thread that measures."""

    def __init__(self, storage: Storage, buckets: Buckets) -> None:
        self._storage = storage
        self._analyses = Analyses(storage)
        self.work = Work(storage, buckets, self._analyses)

    def routes(self, entrance: Entrance) -> list[BaseRoute]:
        """The routes."""
        annotate = entrance.wrap(
            "video_intelligence.annotate", self.annotate, role_of=None, check=check_token
        )
        look = entrance.wrap(
            "video_intelligence.operation", self.look, role_of=None, check=check_token
        )
        one = "/v1/projects/{project}/locations/{location}/operations/{operation}"
        return [
            Route("/v1/videos:annotate", annotate, methods=["POST"]),
            Route(one, look, methods=["GET"]),
        ]

    async def annotate(self, request: Request, fault: Fault | None) -> Response:
        """POST /v1/videos:annotate.

        Raises:
            Refusal: 400 or 501; nothing was started.
        """
        try:
            body = json_object(json.loads(await request.body()))
        except ValueError:
            raise Refusal(400, "Invalid JSON payload received.") from None
        order = await asyncio.to_thread(read_order, body)
        fate = fault.name if fault and fault.name in ANALYSIS_FATES else ""
        row = await asyncio.to_thread(self._accept, order, fate)
        request.state.accepted = True
        return JSONResponse({"name": row.name})

    async def look(self, request: Request, _fault: Fault | None) -> Response:
        """GET /v1/{operation}.

        Raises:
            Refusal: 404 for an unknown operation.
        """
        name = request.url.path.removeprefix("/v1/")
        row = await asyncio.to_thread(self._analyses.look, name)
        if row is None:
            raise Refusal(404, f"Operation not found: {name}")
        shown = row.looks < len(PERCENT_BY_LOOK)
        if row.result is None or shown:
            percent = PERCENT_BY_LOOK[min(row.looks, len(PERCENT_BY_LOOK) - 1)]
            return JSONResponse({"name": row.name, "metadata": _progress(row, percent)})
        metadata = _progress(row, DONE)
        return JSONResponse({"name": row.name, "metadata": metadata, "done": True, **row.result})

    def _accept(self, order: AnalysisOrder, fate: str) -> AnalysisRow:
        number, now = self._storage.next_number(), time.time()
        place = f"projects/{PROJECT_NUMBER}/locations/{order.location}"
        row = AnalysisRow(
            name=f"{place}/operations/{number}",
            number=number,
            uri=order.uri,
            features=order.features,
            fate=fate,
            started_at=now,
            updated_at=now,
        )
        if order.content is not None:
            self.work.input_path(number).write_bytes(order.content)
        self._analyses.accept(row)
        self.work.add(row)
        return row


def _progress(row: AnalysisRow, percent: int) -> dict[str, object]:
    entry: dict[str, object] = {
        "progressPercent": percent,
        "startTime": _stamp(row.started_at),
        "updateTime": _stamp(row.updated_at),
    }
    if row.uri:
        entry["inputUri"] = row.uri.removeprefix("gs:/")
    return {
        "@type": PROGRESS_TYPE,
        "annotationProgress": [{**entry, "feature": feature} for feature in row.features],
    }


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
