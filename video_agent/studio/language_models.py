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
from video_agent.studio.refusals import Refusal

Play = Callable[[ContentRequest], answers.Reply]
GARBAGE = "The clip looks quite nice to me, I would give it 8/10 {answers: oops"
WRONG_SHAPE = '{"verdict": "good", "score": "high"}'


class LanguageModels:
    """The endpoints; `play` answers in the role a request asks for."""

    def __init__(self, catalog: Catalog, play: Play) -> None:
        self._catalog = catalog
        self._play = play

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
        model = self._language_model(request.path_params["model"])
        parsed = read_request(model.id, await request.body())
        by_modality = answers.input_tokens(parsed, answers.ASSUMED_CLIP_SECONDS)
        details = [{"modality": name, "tokenCount": count} for name, count in by_modality.items()]
        total = sum(by_modality.values())
        return JSONResponse({"totalTokens": total, "promptTokensDetails": details})

    async def list(self, _request: Request, _fault: Fault | None) -> Response:
        """GET /models."""
        live = [model for model in self._catalog.models if self._served(model)]
        return JSONResponse({"models": [describe(model) for model in live]})

    async def get(self, request: Request, _fault: Fault | None) -> Response:
        """GET /models/{model}.

        Raises:
            Refusal: 404.
        """
        return JSONResponse(describe(self._find(request.path_params["model"], "getModel")))

    async def _answer(self, request: Request, fault: Fault | None) -> dict[str, object]:
        model = self._language_model(request.path_params["model"])
        parsed = read_request(model.id, await request.body(), model.thinking_levels)
        name = fault.name if fault else ""
        if name == "safety":
            return answers.blocked(parsed)
        if name == "empty_judge":
            return answers.empty(parsed)
        if name == "garbage_judge":
            return answers.answer(parsed, answers.Reply(GARBAGE))
        if name == "wrong_shape_judge":
            return answers.answer(parsed, answers.Reply(WRONG_SHAPE))
        reply = await asyncio.to_thread(self._play, parsed)
        if name == "truncated":
            return answers.truncated(parsed, reply)
        if name == "fenced_judge":
            reply = answers.Reply(f"```json\n{reply.text}\n```", clip_seconds=reply.clip_seconds)
        return answers.answer(parsed, reply)

    def _served(self, model: Model) -> bool:
        today = max(datetime.now(UTC).date(), self._catalog.checked)
        return "gemini_api" in model.surfaces and not model.retired(today)

    def _find(self, name: str, method: str) -> Model:
        model = next((entry for entry in self._catalog.models if entry.id == name), None)
        if model is None or "gemini_api" not in model.surfaces:
            raise Refusal(
                404,
                f"models/{name} is not found for API version v1beta, or is not supported for "
                f"{method}. Call ListModels to see the list of available models and their "
                "supported methods.",
            )
        if not self._served(model):
            raise Refusal(404, f"This model models/{name} is no longer available.")
        return model

    def _language_model(self, name: str) -> Model:
        model = self._find(name, "generateContent")
        if model.protocol == "interactions":
            raise Refusal(400, "This model only supports Interactions API.")
        return model


async def _events(body: dict[str, object]) -> AsyncIterator[bytes]:
    yield f"data: {json.dumps(body)}\r\n\r\n".encode()


METHODS = {
    "generate_content": ["generateContent", "countTokens"],
    "interactions": ["createInteraction"],
    "long_running": ["predictLongRunning"],
}


def describe(model: Model) -> dict[str, object]:
    """A model as Google describes it."""
    return {
        "name": f"models/{model.id}",
        "version": model.id.rsplit("-", 1)[-1],
        "displayName": model.id.replace("-", " ").title(),
        "description": "Played by a local studio; nothing is charged.",
        "inputTokenLimit": 1_048_576,
        "outputTokenLimit": 65_536,
        "supportedGenerationMethods": METHODS[model.protocol],
    }
