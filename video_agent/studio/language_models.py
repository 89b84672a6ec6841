"""generateContent, its stream, countTokens, and the list of models."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from video_agent.catalog import Catalog, Model
from video_agent.studio import content_answers as answers
from video_agent.studio.content_request import ContentRequest, read_request
from video_agent.studio.faults import Fault
from video_agent.studio.places import Place, place_of
from video_agent.studio.refusals import Refusal

Play = Callable[[ContentRequest, str], answers.Reply]
Measure = Callable[[ContentRequest], float]
GARBAGE = "The clip looks quite nice to me, I would give it 8/10 {answers: oops"
WRONG_SHAPE = '{"verdict": "good", "score": "high"}'


class LanguageModels:
    """The endpoints.

    `play` answers in the role a request asks for, `measure` tells how much of a clip it shows.
    """

    def __init__(self, catalog: Catalog, play: Play, measure: Measure) -> None:
        self._catalog = catalog
        self._play = play
        self._measure = measure

    async def role_of(self, request: Request) -> str:
        """The role a request asks for; empty when it cannot be read."""
        try:
            return read_request("", await request.body()).role
        except Refusal:
            return ""

    async def generate(self, request: Request, fault: Fault | None) -> Response:
        """POST :generateContent.

        Raises:
            Refusal: 400 or 404.
        """
        return JSONResponse(await self._answer(request, fault))

    async def stream(self, request: Request, fault: Fault | None) -> Response:
        """POST :streamGenerateContent, as server-sent events with `alt=sse`, else as a JSON list.

        Raises:
            Refusal: 400 or 404.
        """
        body = await self._answer(request, fault)
        if request.query_params.get("alt") != "sse":
            return JSONResponse([body])
        return StreamingResponse(_events(body), media_type="text/event-stream")

    async def count(self, request: Request, _fault: Fault | None) -> Response:
        """POST :countTokens.

        Raises:
            Refusal: 400 or 404.
        """
        place = place_of(request)
        model = self._language_model(request.path_params["model"], place)
        parsed = read_request(model.id, await request.body(), place=place)
        seconds = await asyncio.to_thread(self._measure, parsed)
        by_modality = answers.input_tokens(parsed, seconds)
        details = [{"modality": name, "tokenCount": count} for name, count in by_modality.items()]
        total = sum(by_modality.values())
        return JSONResponse({"totalTokens": total, "promptTokensDetails": details})

    async def list(self, request: Request, _fault: Fault | None) -> Response:
        """GET /models."""
        place = place_of(request)
        live = [model for model in self._catalog.models if self._served(model, place)]
        name = "publisherModels" if place.on_cloud else "models"
        return JSONResponse({name: [describe(model, place) for model in live]})

    async def get(self, request: Request, _fault: Fault | None) -> Response:
        """GET /models/{model}.

        Raises:
            Refusal: 404.
        """
        place = place_of(request)
        model = self._find(request.path_params["model"], "getModel", place)
        return JSONResponse(describe(model, place))

    async def _answer(self, request: Request, fault: Fault | None) -> dict[str, object]:
        place = place_of(request)
        model = self._language_model(request.path_params["model"], place)
        parsed = read_request(model.id, await request.body(), model.thinking_levels, place)
        name = fault.name if fault else ""
        if name == "safety":
            return answers.blocked(parsed)
        if name == "empty_judge":
            return answers.empty(parsed)
        if name == "garbage_judge":
            return answers.answer(parsed, answers.Reply(GARBAGE))
        if name == "wrong_shape_judge":
            return answers.answer(parsed, answers.Reply(WRONG_SHAPE))
        reply = await asyncio.to_thread(self._play, parsed, name)
        if name == "truncated":
            return answers.truncated(parsed, reply)
        if name == "fenced_judge":
            reply = answers.Reply(f"```json\n{reply.text}\n```", clip_seconds=reply.clip_seconds)
        return answers.answer(parsed, reply)

    def _served(self, model: Model, place: Place) -> bool:
        today = max(datetime.now(UTC).date(), self._catalog.checked)
        here = not (place.project and model.locations) or place.location in model.locations
        return place.surface in model.surfaces and not model.retired(today, place.surface) and here

    def _find(self, name: str, method: str, place: Place) -> Model:
        model = next((entry for entry in self._catalog.models if entry.id == name), None)
        if model is not None and self._served(model, place):
            return model
        if place.on_cloud:
            raise Refusal(
                404,
                f"Publisher Model `{place.model_name(name)}` was not found or your project does "
                "not have access to it. Please ensure you are using a valid model version.",
            )
        if model is None or place.surface not in model.surfaces:
            raise Refusal(
                404,
                f"models/{name} is not found for API version v1beta, or is not supported for "
                f"{method}. Call ListModels to see the list of available models and their "
                "supported methods.",
            )
        raise Refusal(404, f"This model models/{name} is no longer available.")

    def _language_model(self, name: str, place: Place) -> Model:
        """The model that answers: a routed one does so for another without saying so."""
        model = self._find(name, "generateContent", place)
        if model.protocol == "interactions":
            raise Refusal(400, "This model only supports Interactions API.")
        return self._find(model.routed_to, "generateContent", place) if model.routed_to else model


async def _events(body: dict[str, object]) -> AsyncIterator[bytes]:
    yield f"data: {json.dumps(body)}\r\n\r\n".encode()


METHODS = {
    "generate_content": ["generateContent", "countTokens"],
    "interactions": ["createInteraction"],
    "long_running": ["predictLongRunning"],
}


def describe(model: Model, place: Place) -> dict[str, object]:
    """A model as Google describes it on a surface."""
    if place.on_cloud:
        name = f"publishers/google/models/{model.id}"
        stage = "PUBLIC_PREVIEW" if model.id.endswith("-preview") else "GA"
        return {"name": name, "versionId": "default", "launchStage": stage}
    return {
        "name": f"models/{model.id}",
        "version": model.id.rsplit("-", 1)[-1],
        "displayName": model.id.replace("-", " ").title(),
        "description": "Played by a local studio; nothing is charged.",
        "inputTokenLimit": 1_048_576,
        "outputTokenLimit": 65_536,
        "supportedGenerationMethods": METHODS[model.protocol],
    }
