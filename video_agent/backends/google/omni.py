"""Gemini Omni: videos through the Interactions API in background mode, on both surfaces."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import cast

from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.download import Downloader
from video_agent.backends.google.errors import caused_by, poll_error, scrub, submit_error
from video_agent.backends.google.omni_answer import answering_model, read_interaction
from video_agent.backends.google.omni_inputs import (
    LENGTH_TOLERANCE_SECONDS,
    Beginnings,
    OmniInputs,
)
from video_agent.backends.google.omni_reader import OmniReader
from video_agent.backends.google.omni_request import create_arguments
from video_agent.backends.prefix_lookup import is_folder
from video_agent.catalog import SURFACE_NAMES, Catalog, Model, VideoLimits, check_settings
from video_agent.errors import (
    AuthError,
    BackendError,
    InvalidRequestError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
    VideoAgentError,
)
from video_agent.models import GenerationOrder, GenerationUpdate, MediaSource, utc_now
from video_agent.ports import CancelledBeforeSending

_log = logging.getLogger(__name__)
FetchObject = Callable[[str, Path], Awaitable[None]]
"""Writes a gs:// object to a file, whole or not at all."""
ReadFolder = Callable[[str], Awaitable[GenerationUpdate]]
"""What the folder of a generation in Cloud Storage says about it."""
_LAST_BOUND_SECONDS = 1.0
"""Beyond httpx's own time-outs, which tell whether a connection ever stood: the bound for a
service that sends a byte now and then and so never lets them pass."""
_BUCKET_HINT = "set VIDEO_AGENT_GENERATION_BUCKET to the bucket that was in use"


class OmniGenerator:
    """Implements `ports.Generator`.

    Args:
        clients: The google-genai clients.
        catalog: Limits and prices of the models.
        downloader: How finished files are fetched; the default fits most.
        fetch_object: Fetches gs:// results; None where no bucket is configured.
        read_folder: Reads the folder of a generation that is known only by it.
        inputs: How pictures and source clips are made ready; the default knows no bucket.
        today: The day by which models are retired and priced.
    """

    def __init__(
        self,
        clients: GoogleClients,
        catalog: Catalog,
        *,
        downloader: Downloader | None = None,
        fetch_object: FetchObject | None = None,
        read_folder: ReadFolder | None = None,
        inputs: OmniInputs | None = None,
        today: Callable[[], date] = lambda: utc_now().date(),
    ) -> None:
        self._clients = clients
        self._config = clients.config
        self._catalog = catalog
        self._downloader = downloader or Downloader(clients)
        self._fetch_object = fetch_object
        self._read_folder = read_folder
        self._today = today
        self._reader = OmniReader(clients)
        self._inputs = inputs or OmniInputs(clients, catalog)

    async def submit(self, order: GenerationOrder) -> str:
        """Start one generation with exactly one POST and return the interaction's id.

        What the model cannot do is refused before anything is sent; source clips are uploaded and
        the login is renewed before, too.

        Raises:
            RejectedError, QuotaError, AuthError, CancelledBeforeSending: Nothing was started.
            OutcomeUnknownError: Anything else.
        """
        try:
            model = self._check(order)
            client = self._clients.paid(model)
            await self._clients.authorize()
            beginnings = await self._inputs.prepare(order)
        except (RejectedError, AuthError, QuotaError):
            raise
        except asyncio.CancelledError as error:
            raise CancelledBeforeSending from error
        except VideoAgentError as error:
            raise RejectedError(
                f"nothing was sent: {error}", hint=error.hint, retryable=error.retryable
            ) from error
        create = cast("Callable[..., Awaitable[object]]", client.aio.interactions.create)
        return _identifier(await self._send(create, order, beginnings))

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        """Ask once how an interaction stands.

        While it runs the answer is small; the one that ends it may carry the whole video, so what
        it returned should be kept and not asked for again. An id that is a gs:// folder, under
        which a lost submit was found again, is looked up there.

        Raises:
            BackendError: Retryable unless the service does not know the interaction.
        """
        try:
            if is_folder(provider_id):
                return await self._look_into(provider_id)
            client = self._clients.reading(self._entry(model))
            async with asyncio.timeout(self._config.request_timeout_seconds + _LAST_BOUND_SECONDS):
                document = await self._reader.read(client, provider_id)
        except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
            translated = poll_error(error, config=self._config)
            raise translated from caused_by(error, self._config)
        answered = answering_model(document)
        if answered and answered != model:
            _log.info("generation %s was made by %s, not by %s", provider_id, answered, model)
        entry = self._entry(answered) or self._entry(model)
        update = read_interaction(document, entry, self._today())
        return update.model_copy(update={"reason": scrub(update.reason, self._config)})

    async def cancel(self, provider_id: str, *, model: str) -> None:
        """Ask the service to stop; billing of a cancelled generation is not documented.

        Raises:
            InvalidRequestError: Only its folder is known.
            BackendError: It did not answer, or does not know the generation.
        """
        if is_folder(provider_id):
            raise InvalidRequestError("a generation known only by its folder cannot be stopped")
        try:
            await self._clients.authorize()
            client = self._clients.reading(self._entry(model))
            async with asyncio.timeout(self._config.request_timeout_seconds + _LAST_BOUND_SECONDS):
                await client.aio.interactions.cancel(provider_id)
        except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
            translated = poll_error(error, config=self._config)
            raise translated from caused_by(error, self._config)

    async def download(self, source: MediaSource, target: Path) -> None:
        """Write a finished video to `target`, whole or not at all.

        Raises:
            BackendError: Not retryable when the link is gone.
            MediaError: The file could not be written.
        """
        if source.uri is None or not source.uri.startswith("gs://"):
            await self._downloader.fetch(source, target)
        elif self._fetch_object is None:
            raise BackendError("the video lies in Cloud Storage", hint=_BUCKET_HINT)
        else:
            await self._fetch_object(source.uri, target)

    async def _send(
        self,
        create: Callable[..., Awaitable[object]],
        order: GenerationOrder,
        beginnings: Beginnings,
    ) -> object:
        arguments = create_arguments(
            order, self._config, beginnings.media, beginnings.previous_interaction_id
        )
        try:
            async with asyncio.timeout(self._config.submit_timeout_seconds + _LAST_BOUND_SECONDS):
                return await create(**arguments)
        except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
            translated = submit_error(
                error, config=self._config, catalog=self._catalog, model=order.model
            )
            raise translated from caused_by(error, self._config)

    async def _look_into(self, folder: str) -> GenerationUpdate:
        if self._read_folder is None:
            raise BackendError("the video lies in Cloud Storage", hint=_BUCKET_HINT)
        return await self._read_folder(folder)

    def _check(self, order: GenerationOrder) -> Model:
        surface = self._config.surface
        model, limits = self._catalog.generator(order.model, today=self._today(), surface=surface)
        problems = check_settings(model, limits, order.settings)
        if model.protocol != "interactions":
            problems.append(f"{model.id} does not speak the Interactions API")
        if surface not in model.surfaces:
            problems.append(f"{model.id} is not served by the {SURFACE_NAMES[surface]}")
        problems += self._too_long(order, limits)
        if problems:
            raise InvalidRequestError("; ".join(problems), hint="see: video-agent models")
        return model

    def _too_long(self, order: GenerationOrder, limits: VideoLimits) -> list[str]:
        longest = limits.longest_seconds.get(self._config.surface)
        source, settings = order.inputs.source, order.settings
        if settings.task != "extend" or source is None or longest is None:
            return []
        seconds = source.duration_seconds + settings.duration_seconds
        if seconds <= longest + LENGTH_TOLERANCE_SECONDS:
            return []
        return [f"an extended clip ends at {longest:g} s, this one would have {seconds:g} s"]

    def _entry(self, model: str) -> Model | None:
        try:
            return self._catalog.find(model)
        except InvalidRequestError:
            return None


def _identifier(answer: object) -> str:
    identifier = getattr(answer, "id", None)
    if isinstance(identifier, str) and identifier.strip():
        return identifier
    raise OutcomeUnknownError(
        "the service accepted a paid request but named no operation",
        hint="it is never sent again by itself; it counts as spent until it is looked up",
        cost_usd=None,
    )
