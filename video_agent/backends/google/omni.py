"""Gemini Omni: videos through the Interactions API in background mode."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import cast

from pydantic import BaseModel

from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.download import Downloader
from video_agent.backends.google.errors import caused_by, poll_error, scrub, submit_error
from video_agent.backends.google.omni_wire import (
    Document,
    generation_config,
    image_type,
    read_interaction,
    request_input,
    response_format,
)
from video_agent.catalog import Catalog, Model, VideoLimits, check_settings
from video_agent.errors import (
    BackendError,
    InvalidRequestError,
    OutcomeUnknownError,
    RejectedError,
    VideoAgentError,
)
from video_agent.models import GenerationOrder, GenerationUpdate, MediaSource, utc_now

_LARGEST_FIRST_FRAME_BYTES = 15_000_000
_LAST_BOUND_SECONDS = 1.0
"""Beyond httpx's own time-outs, which tell whether a connection ever stood: the bound for a
service that sends a byte now and then and so never lets them pass."""


class OmniGenerator:
    """Implements `ports.Generator`.

    Args:
        clients: The google-genai clients.
        catalog: Limits and prices of the models.
        downloader: How finished files are fetched; the default fits most.
        today: The day by which models are retired.
    """

    def __init__(
        self,
        clients: GoogleClients,
        catalog: Catalog,
        *,
        downloader: Downloader | None = None,
        today: Callable[[], date] = lambda: utc_now().date(),
    ) -> None:
        self._clients = clients
        self._config = clients.config
        self._catalog = catalog
        self._downloader = downloader or Downloader(clients)
        self._today = today

    async def submit(self, order: GenerationOrder) -> str:
        """Start one generation with exactly one POST and return the interaction's id.

        What the model cannot do is refused before anything is sent.

        Raises:
            RejectedError, QuotaError, AuthError: Nothing was started.
            OutcomeUnknownError: Anything else.
        """
        try:
            _, limits = self._catalog.generator(order.model, today=self._today())
            self._check(order, limits)
            first_frame = await _read_first_frame(order.inputs.first_frame)
        except RejectedError:
            raise
        except VideoAgentError as error:
            raise RejectedError(f"nothing was sent: {error}", hint=error.hint) from error
        try:
            async with asyncio.timeout(self._config.submit_timeout_seconds + _LAST_BOUND_SECONDS):
                answer = await self._create(order, first_frame)
        except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
            translated = submit_error(
                error, config=self._config, catalog=self._catalog, model=order.model
            )
            raise translated from caused_by(error, self._config)
        return _identifier(answer)

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        """Ask once how an interaction stands.

        Raises:
            BackendError: Retryable unless the service does not know the interaction.
        """
        try:
            async with asyncio.timeout(self._config.request_timeout_seconds + _LAST_BOUND_SECONDS):
                answer = await self._clients.reading(self._entry(model)).aio.interactions.get(
                    provider_id
                )
            document = _document(answer)
        except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
            translated = poll_error(error, config=self._config)
            raise translated from caused_by(error, self._config)
        update = read_interaction(document, self._entry(model), self._today())
        return update.model_copy(update={"reason": scrub(update.reason, self._config)})

    async def cancel(self, provider_id: str, *, model: str) -> None:
        """Ask the service to stop; billing of a cancelled generation is not documented.

        Raises:
            BackendError: It did not answer, or does not know the generation.
        """
        try:
            async with asyncio.timeout(self._config.request_timeout_seconds + _LAST_BOUND_SECONDS):
                await self._clients.reading(self._entry(model)).aio.interactions.cancel(provider_id)
        except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
            translated = poll_error(error, config=self._config)
            raise translated from caused_by(error, self._config)

    async def download(self, source: MediaSource, target: Path) -> None:
        """Write a finished video to `target`, whole or not at all.

        Raises:
            BackendError: Not retryable when the link is gone.
            MediaError: The file could not be written.
        """
        await self._downloader.fetch(source, target)

    async def _create(self, order: GenerationOrder, first_frame: bytes | None) -> object:
        return await self._clients.paid(self._entry(order.model)).aio.interactions.create(
            model=order.model,
            input=request_input(order.prompt, first_frame),
            background=True,
            store=True,
            labels={"generation": order.generation_id, "job": order.job_id},
            generation_config=generation_config(order),
            response_format=response_format(order),
        )

    def _check(self, order: GenerationOrder, limits: VideoLimits) -> None:
        model = self._catalog.find(order.model)
        problems = check_settings(model, limits, order.settings)
        if model.protocol != "interactions":
            problems.append(f"{model.id} does not speak the Interactions API")
        if problems:
            raise InvalidRequestError("; ".join(problems), hint="see: video-agent models")

    def _entry(self, model: str) -> Model | None:
        try:
            return self._catalog.find(model)
        except InvalidRequestError:
            return None


async def _read_first_frame(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise InvalidRequestError(f"the first frame cannot be read: {error}") from error
    if image_type(data) is None:
        raise InvalidRequestError(f"{path.name} is not a PNG, JPEG or WebP image")
    if len(data) > _LARGEST_FIRST_FRAME_BYTES:
        limit = _LARGEST_FIRST_FRAME_BYTES // 1_000_000
        raise InvalidRequestError(f"{path.name} is larger than {limit} MB")
    return data


def _identifier(answer: object) -> str:
    identifier = getattr(answer, "id", None)
    if isinstance(identifier, str) and identifier.strip():
        return identifier
    raise OutcomeUnknownError(
        "the service accepted a paid request but named no operation",
        hint="it is never sent again by itself; it counts as spent until it is looked up",
        cost_usd=None,
    )


def _document(answer: object) -> Document:
    if isinstance(answer, BaseModel):
        dumped = answer.model_dump(mode="json", exclude_none=True)
        return cast("Mapping[str, object]", dumped)
    raise BackendError("the answer is not an interaction", retryable=True)
