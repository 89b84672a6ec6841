"""The receiver of webhooks: the one way to learn the id of a paid start whose answer was lost.

The Gemini API can neither be asked for a generation by our id nor sent the same request twice. But
it tells the address in `VIDEO_AGENT_WEBHOOK_URL` how each generation ended, with our ids beside its
own. The receiver believes only what is signed, keeps only ids, and answers at once; then it lets
the ledger adopt what was lost. How the generation stands is asked of the service as ever.
"""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, cast

from pydantic import BaseModel, Field, ValidationError
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from video_agent.backends.clock import SystemClock
from video_agent.backends.google.webhook_signature import Delivery, WebhookSignatures
from video_agent.backends.webhook_lookup import WebhookLookup
from video_agent.errors import AuthError, ConfigurationError, VideoAgentError
from video_agent.jobs.going_on import queue_after_news
from video_agent.ledger import Ledger
from video_agent.models import GenerationState
from video_agent.settings import Settings
from video_agent.store import Database
from video_agent.store.webhook_events import store_webhook_event, told_provider_ids
from video_agent.store.webhook_tables import WebhookEventRow
from video_agent.wiring.reach import backend_name

_log = logging.getLogger(__name__)
_LARGEST_BYTES = 65_536
_BODY_SECONDS = 10.0
_MOST_LOST = 1_000
_ID = r"^[A-Za-z0-9_.:/=+-]{1,300}$"


_Word = Annotated[str, Field(pattern=_ID)]


class _Subject(BaseModel):
    id: _Word


class _Event(BaseModel):
    """What is read of an event; everything else in it is ignored."""

    type: _Word
    data: _Subject
    user_metadata: object = None

    @property
    def generation_id(self) -> str | None:
        """Which generation of ours it is about, if any: a project's events may be of others."""
        if not isinstance(self.user_metadata, dict):
            return None
        named = cast("dict[str, object]", self.user_metadata).get("generation")
        return named if isinstance(named, str) and re.fullmatch(_ID, named) else None


def build_receiver(settings: Settings) -> Starlette:
    """The receiver as an ASGI application: every POST is a delivery, GET says that it runs.

    Raises:
        ConfigurationError: There is no address to be told, or the backend tells nobody.
    """
    if settings.webhook_url is None:
        raise ConfigurationError(
            "nobody is told of this receiver",
            hint="set VIDEO_AGENT_WEBHOOK_URL, here and for the workers, to where it is reached",
        )
    signatures = WebhookSignatures(
        settings.webhook_audience or settings.webhook_url,
        signing_secret=settings.webhook_signing_secret,
        base_url=_teller(settings),
    )
    return Receiver(Database(settings.resolved_database_url), signatures).app


def _teller(settings: Settings) -> str | None:
    """The address of the service that tells; None: Google's own.

    Raises:
        ConfigurationError: This backend tells nobody, or it is not known where it is.
    """
    name = backend_name(settings)
    if name == "agent_platform":
        raise ConfigurationError(
            "Agent Platform sends no webhooks",
            hint="VIDEO_AGENT_GENERATION_BUCKET lets lost starts be found there",
        )
    if name == "gemini":
        return settings.gemini_base_url
    if settings.studio_url is None:
        raise ConfigurationError(
            "it is not known which studio tells",
            hint="start one (video-agent studio) and set VIDEO_AGENT_STUDIO_URL to its address",
        )
    return settings.studio_url


class Receiver:
    """Takes deliveries for one database.

    Args:
        database: Where the generations are; closed with the application.
        signatures: Tells which deliveries are to be believed.
    """

    def __init__(self, database: Database, signatures: WebhookSignatures) -> None:
        self._database = database
        self._signatures = signatures
        self._ledger = Ledger(database, SystemClock())
        self._lookup = WebhookLookup(self._told)
        self.app = Starlette(
            routes=[
                Route("/{path:path}", self.take, methods=["POST"]),
                Route("/{path:path}", _runs, methods=["GET"]),
            ],
            lifespan=self._lifespan,
        )

    async def take(self, request: Request) -> Response:
        """One delivery: 204 when it is kept or not about us; else why it is not."""
        try:
            delivery = await _read(request)
            await self._signatures.check(delivery)
            event = _Event.model_validate_json(delivery.body)
            return await self._keep(delivery.message_id, event)
        except _RefusedError as error:
            return PlainTextResponse(error.words, error.status, {"connection": "close"})
        except AuthError as error:
            _log.warning("a webhook is not believed: %s", error)
            return PlainTextResponse("not believed", 401)
        except ValidationError:
            return PlainTextResponse("not an event of this API", 400)
        except VideoAgentError as error:  # it is delivered again, for a day
            _log.warning("a webhook cannot be taken just now: %s", error)
            return PlainTextResponse("try again later", 503)

    async def _keep(self, message_id: str, event: _Event) -> Response:
        generation_id = event.generation_id
        if generation_id is None:
            return Response(status_code=204)
        row = WebhookEventRow(
            id=message_id,
            generation_id=generation_id,
            provider_id=event.data.id,
            kind=event.type,
        )
        if not await store_webhook_event(self._database, row):
            return Response(status_code=204)
        _log.info("webhook: generation %s, %s", generation_id, event.type)
        return Response(status_code=204, background=BackgroundTask(self.adopt, generation_id))

    async def adopt(self, generation_id: str) -> None:
        """Let the ledger adopt a generation it lost; others stay as they are.

        A job of the workers that waited for this goes on; one of no worker's is for `resume`.
        """
        try:
            before = await self._ledger.get(generation_id)
            generation = await self._ledger.reconcile(generation_id, self._lookup)
            if generation.state is GenerationState.SUBMITTED and before.state != generation.state:
                _log.info("generation %s was lost and is adopted", generation_id)
                await queue_after_news(self._database, self._ledger, generation.job_id)
        except VideoAgentError as error:  # the event is kept: whoever looks next adopts it
            _log.warning("generation %s is not adopted yet: %s", generation_id, error)

    async def _told(self, generation_id: str) -> frozenset[str]:
        return await told_provider_ids(self._database, generation_id)

    async def _adopt_earlier(self) -> None:
        """What was told before an earlier receiver ended, but not adopted by it."""
        try:
            for generation in await self._ledger.unknown(limit=_MOST_LOST):
                if await self._told(generation.id):
                    await self.adopt(generation.id)
        except VideoAgentError as error:
            _log.warning("what was told earlier is not looked through: %s", error)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncGenerator[None]:
        del app
        earlier = asyncio.create_task(self._adopt_earlier())
        yield
        earlier.cancel()
        await asyncio.wait([earlier])
        await self._database.close()


class _RefusedError(Exception):
    """A request that is answered with a status and a few words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


async def _read(request: Request) -> Delivery:
    """The delivery, with a bound on its size and on the time it takes."""
    body = b""
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > _LARGEST_BYTES:
                    raise _RefusedError(413, "too large")
    except TimeoutError:
        raise _RefusedError(408, "too slow") from None
    except ClientDisconnect:
        raise _RefusedError(400, "cut off") from None
    headers = request.headers
    return Delivery(
        message_id=headers.get("webhook-id", ""),
        timestamp=headers.get("webhook-timestamp", ""),
        signature=headers.get("webhook-signature", ""),
        body=body,
    )


async def _runs(request: Request) -> Response:
    del request
    return PlainTextResponse("the receiver of Video Agent's webhooks runs\n")
