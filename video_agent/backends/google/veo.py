"""Veo on Agent Platform: paid long-running operations that write clips into Cloud Storage."""

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path

from google.genai import types

from video_agent.backends.clock import SystemClock
from video_agent.backends.google.adopted import (
    SETTLED_AFTER_SECONDS,
    read_folder,
)
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.download import Downloader
from video_agent.backends.google.errors import (
    caused_by,
    poll_error,
    read_failure,
    scrub,
    submit_error,
)
from video_agent.backends.google.storage import CloudStorage
from video_agent.backends.google.veo_inputs import read_inputs
from video_agent.backends.google.veo_wire import (
    is_about_safety,
    read_operation,
    request_config,
    request_source,
)
from video_agent.backends.prefix_lookup import generation_folder, is_folder
from video_agent.catalog import Catalog, Model, check_settings
from video_agent.errors import (
    AuthError,
    BackendError,
    ConfigurationError,
    ContentBlockedError,
    InvalidRequestError,
    OutcomeUnknownError,
    RejectedError,
    VideoAgentError,
)
from video_agent.models import GenerationOrder, GenerationUpdate, MediaSource, utc_now
from video_agent.ports import CancelledBeforeSending, Clock

_LAST_BOUND_SECONDS = 1.0
"""Beyond httpx's own time-outs: the bound for a service that sends a byte now and then."""
_SECOND_LOOK_SECONDS = 1.0


class VeoGenerator:
    """Implements `ports.Generator`. Veo cannot be cancelled.

    Args:
        clients: The google-genai clients, of Agent Platform.
        catalog: Limits and prices of the models.
        storage: Fetches clips from gs:// and lists the folders of adopted generations; needed
            when the configuration has an `output_uri`.
        downloader: Decodes clips that come in the answer; the default fits most.
        clock: For the wait before a second look.
        settled_after_seconds: How long nothing new may have appeared in the folder of an adopted
            generation before it counts as complete.
        today: The day by which models are retired.

    Raises:
        ConfigurationError: Clips would go where nobody here can fetch them.
    """

    def __init__(
        self,
        clients: GoogleClients,
        catalog: Catalog,
        *,
        storage: CloudStorage | None = None,
        downloader: Downloader | None = None,
        clock: Clock | None = None,
        settled_after_seconds: float = SETTLED_AFTER_SECONDS,
        today: Callable[[], date] = lambda: utc_now().date(),
    ) -> None:
        self._clients = clients
        self._config = clients.config
        self._catalog = catalog
        self._storage = storage
        self._downloader = downloader or Downloader(clients)
        self._clock: Clock = clock or SystemClock()
        self._settled_after_seconds = settled_after_seconds
        self._today = today
        if self._config.output_uri is not None and storage is None:
            raise ConfigurationError("clips in Cloud Storage need a storage client to fetch them")

    async def submit(self, order: GenerationOrder) -> str:
        """Start one generation with exactly one POST and return the operation's name.

        What the model cannot do is refused before anything is sent.

        Raises:
            RejectedError, QuotaError, AuthError, CancelledBeforeSending: Nothing was started.
            ContentBlockedError: Nothing was started: the prompt was refused, `reason` says why.
            OutcomeUnknownError: Anything else.
        """
        try:
            model = self._checked(order)
            media = await read_inputs(order.settings, order.inputs)
            source = request_source(order, media)
            config = request_config(order, media, self._output_folder(order))
            client = self._clients.paid(model)
            await self._clients.authorize()
        except (RejectedError, AuthError):
            raise
        except asyncio.CancelledError as error:
            raise CancelledBeforeSending from error
        except VideoAgentError as error:
            raise RejectedError(f"nothing was sent: {error}", hint=error.hint) from error
        except ValueError as error:  # the SDK's own check of the request
            raise RejectedError(f"nothing was sent: {scrub(str(error), self._config)}") from error
        try:
            async with asyncio.timeout(self._config.submit_timeout_seconds + _LAST_BOUND_SECONDS):
                answer = await client.aio.models.generate_videos(
                    model=order.model, source=source, config=config
                )
        except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
            raise self._refusal(error, order) from caused_by(error, self._config)
        return _name_of(answer)

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        """Ask once how an operation stands; one that ended with nothing is asked twice.

        Raises:
            BackendError: Retryable unless the service does not know the operation.
        """
        try:
            if is_folder(provider_id):
                update = await read_folder(
                    self._need_storage(),
                    provider_id,
                    settled_after_seconds=self._settled_after_seconds,
                )
            else:
                update = await self._look(provider_id, model) or await self._look_again(
                    provider_id, model
                )
        except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
            translated = poll_error(_retryable(error), config=self._config)
            raise translated from caused_by(error, self._config)
        return update.model_copy(update={"reason": scrub(update.reason, self._config)})

    async def cancel(self, provider_id: str, *, model: str) -> None:
        """Refuse: Agent Platform has no way to stop a Veo operation; it runs on and is billed.

        Raises:
            InvalidRequestError: Always.
        """
        raise InvalidRequestError(
            f"{model} cannot be stopped once it has begun",
            hint="it ends by itself within minutes and is billed; its clip can still be fetched",
        )

    async def download(self, source: MediaSource, target: Path) -> None:
        """Write a finished video to `target`, whole or not at all.

        Raises:
            BackendError: Not retryable when the object is gone.
            MediaError: The file could not be written.
            ConfigurationError: It lies in Cloud Storage and no storage client is configured.
        """
        if source.uri is None or not source.uri.startswith("gs://"):
            await self._downloader.fetch(source, target)
            return
        try:
            await self._need_storage().fetch(source.uri, target)
        except AuthError as error:
            # The clip is there; whoever mends the permission gets it.
            raise BackendError(error.message, hint=error.hint, retryable=True) from error

    def _checked(self, order: GenerationOrder) -> Model:
        surface = self._config.surface
        model, limits = self._catalog.generator(order.model, today=self._today(), surface=surface)
        problems = check_settings(model, limits, order.settings)
        if model.protocol != "long_running":
            problems.append(f"{model.id} is not spoken to by long-running operations")
        if surface not in model.surfaces:
            problems.append(f"{model.id} is served only by Agent Platform")
        if problems:
            raise InvalidRequestError("; ".join(problems), hint="see: video-agent models")
        return model

    def _output_folder(self, order: GenerationOrder) -> str | None:
        if self._config.output_uri is None:
            return None
        return generation_folder(self._config.output_uri, order.generation_id)

    def _refusal(self, error: Exception, order: GenerationOrder) -> BackendError:
        failure = read_failure(error, self._config)
        words = str((failure.error or {}).get("message") or "")
        if failure.status == 400 and failure.clean_refusal and is_about_safety(words):
            reason = scrub(words, self._config)
            return ContentBlockedError(f"the prompt was refused: {reason}", reason=reason)
        return submit_error(error, config=self._config, catalog=self._catalog, model=order.model)

    async def _look(self, name: str, model: str) -> GenerationUpdate | None:
        """One poll by the stored name alone; None when it ended with nothing."""
        await self._clients.authorize()
        client = self._clients.reading(self._entry(model))
        async with asyncio.timeout(self._config.request_timeout_seconds + _LAST_BOUND_SECONDS):
            stored = types.GenerateVideosOperation.model_validate({"name": name})
            operation = await client.aio.operations.get(stored)
        if not operation.name:
            raise BackendError("the answer is not an operation", retryable=True)
        return read_operation(operation)

    async def _look_again(self, name: str, model: str) -> GenerationUpdate:
        """A result that is late is there a moment later; else nobody knows what it cost."""
        await self._clock.sleep(_SECOND_LOOK_SECONDS)
        update = await self._look(name, model)
        if update is not None:
            return update
        reason = "the service ended the generation with neither a video nor an error"
        return GenerationUpdate(status="failed", reason=reason, retryable=True)

    def _need_storage(self) -> CloudStorage:
        if self._storage is None:
            raise ConfigurationError(
                "the clip lies in Cloud Storage", hint="set up Google Cloud credentials"
            )
        return self._storage

    def _entry(self, model: str) -> Model | None:
        try:
            return self._catalog.find(model)
        except InvalidRequestError:
            return None


def _retryable(error: Exception) -> Exception:
    """Settings and logins of ours say nothing about the operation: they can be mended."""
    if isinstance(error, VideoAgentError):
        return BackendError(error.message, hint=error.hint, retryable=True)
    return error


def _name_of(answer: types.GenerateVideosOperation) -> str:
    name = answer.name
    if isinstance(name, str) and name.strip():
        return name
    raise OutcomeUnknownError(
        "the service accepted a paid request but named no operation",
        hint="it is never sent again by itself; it counts as spent until it is looked up",
        cost_usd=None,
    )
