"""Whether models answer: their descriptions are read, which costs nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.errors import read_error
from video_agent.catalog import Catalog
from video_agent.errors import BackendError, InvalidRequestError

_PROBE_SECONDS = 15.0


@dataclass(frozen=True)
class ModelProbe:
    """What one model's description call gave.

    `error` is None when it answered.
    """

    model: str
    error: BackendError | InvalidRequestError | None = None


async def probe_models(
    clients: GoogleClients, catalog: Catalog, models: Sequence[str]
) -> list[ModelProbe]:
    """Read the description of each model; never raises for a service that fails."""
    return list(await asyncio.gather(*(_probe(clients, catalog, model) for model in models)))


async def _probe(clients: GoogleClients, catalog: Catalog, model: str) -> ModelProbe:
    try:
        client = clients.reading(catalog.entry(model))
    except InvalidRequestError as error:
        return ModelProbe(model, error)
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            await client.aio.models.get(model=model)
    except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
        return ModelProbe(model, read_error(error, config=clients.config, what=f"asking {model}"))
    return ModelProbe(model)
