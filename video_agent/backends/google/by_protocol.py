"""One generator for all models: each is spoken to in its own protocol."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from video_agent.catalog import Catalog
from video_agent.errors import BackendError, InvalidRequestError, RejectedError
from video_agent.models import GenerationOrder, GenerationUpdate, MediaSource
from video_agent.ports import Generator

_OPERATION = "/operations/"


class GeneratorByProtocol:
    """Implements `ports.Generator` by handing each call to the generator of the model's protocol.

    Args:
        catalog: Says which protocol a model speaks.
        generators: One for each protocol: `interactions`, `long_running`.
    """

    def __init__(self, catalog: Catalog, generators: Mapping[str, Generator]) -> None:
        self._catalog = catalog
        self._generators = generators

    async def submit(self, order: GenerationOrder) -> str:
        """See `ports.Generator.submit`."""
        entry = self._catalog.entry(order.model)
        generator = self._generators.get(entry.protocol) if entry is not None else None
        if generator is None:
            raise RejectedError(
                f"nothing was sent: {order.model} is not served here",
                hint="see: video-agent models",
            )
        return await generator.submit(order)

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        """See `ports.Generator.poll`."""
        return await self._maker(provider_id, model).poll(provider_id, model=model)

    async def cancel(self, provider_id: str, *, model: str) -> None:
        """See `ports.Generator.cancel`."""
        await self._maker(provider_id, model).cancel(provider_id, model=model)

    async def download(self, source: MediaSource, target: Path) -> None:
        """Any of them can fetch a link: they share downloader and object store."""
        scheme = urlsplit(source.uri or "").scheme
        names = ("long_running", "interactions") if scheme == "gs" else ("interactions",)
        for name in names:
            if name in self._generators:
                await self._generators[name].download(source, target)
                return
        raise InvalidRequestError(f"nothing here can fetch {scheme or 'inline'} clips")

    def _maker(self, provider_id: str, model_id: str) -> Generator:
        """Who made it: by its model, else, should the catalog have forgotten that, by its id.

        Raises:
            BackendError: Nobody here speaks to that service; it is kept until somebody does.
        """
        entry = self._catalog.entry(model_id)
        by_id = "long_running" if _OPERATION in provider_id else "interactions"
        generator = self._generators.get(entry.protocol if entry is not None else by_id)
        if generator is None:
            raise BackendError(
                f"{model_id} is not served by what is set up now",
                hint="set up the service that made it; its clip is kept there",
                retryable=True,
            )
        return generator
