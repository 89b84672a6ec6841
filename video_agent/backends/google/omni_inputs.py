"""What an order starts from, made ready before anything is paid: pictures read, clips uploaded."""

import asyncio
from dataclasses import dataclass

from video_agent.backends.clock import SystemClock
from video_agent.backends.google import files_api
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.clips import LARGEST_INLINE_BYTES, KeepClip, read_if_small
from video_agent.backends.google.omni_request import MediaBlock, inline_block
from video_agent.backends.google.pictures import read_picture
from video_agent.backends.prefix_lookup import is_folder
from video_agent.catalog import Catalog, Surface
from video_agent.errors import InvalidRequestError
from video_agent.models import GenerationOrder, SourceClip, Task
from video_agent.ports import Clock

LENGTH_TOLERANCE_SECONDS = 0.5
"""Finished clips are a few frames longer or shorter than ordered."""
_LARGEST_PICTURES_BYTES: dict[Surface, int] = {
    "gemini_api": 70_000_000,
    "agent_platform": 15_000_000,
}
"""Of all pictures together: requests end at 100 MB (Gemini API, since January 2026) and at 20 MB
(Agent Platform), and base64 makes four bytes of three."""
_LONGEST_UPLOADED_SECONDS: dict[Surface, float] = {"gemini_api": 10.0, "agent_platform": 30.0}
"""Of a clip that is given for an extension as a file; a generation of the service may be longer."""


@dataclass(frozen=True)
class Beginnings:
    """What a request starts from: media in order, or a generation the service still has."""

    media: tuple[MediaBlock, ...] = ()
    previous_interaction_id: str | None = None


class OmniInputs:
    """Makes the inputs of an order ready.

    Args:
        clients: Configuration and the Files API.
        catalog: Says where the source's model is served.
        clock: For the wait until an uploaded clip can be used.
        keep_clip: Puts clips into Cloud Storage for Agent Platform; None where there is no bucket.
        largest_inline_bytes: Larger clips are uploaded first.
    """

    def __init__(
        self,
        clients: GoogleClients,
        catalog: Catalog,
        clock: Clock | None = None,
        *,
        keep_clip: KeepClip | None = None,
        largest_inline_bytes: int = LARGEST_INLINE_BYTES,
    ) -> None:
        self._clients = clients
        self._surface: Surface = clients.config.surface
        self._catalog = catalog
        self._clock: Clock = clock or SystemClock()
        self._keep_clip = keep_clip
        self._largest_inline_bytes = largest_inline_bytes

    async def prepare(self, order: GenerationOrder) -> Beginnings:
        """Read and upload what is needed. Nothing is paid here.

        Raises:
            InvalidRequestError: Something is missing or cannot be used.
            MediaError: The source clip cannot be read.
            BackendError: It could not be uploaded.
        """
        _check_fit(order)
        if order.inputs.source is not None:
            return await self._from_clip(order, order.inputs.source)
        return Beginnings(await self._pictures(order))

    async def _pictures(self, order: GenerationOrder) -> tuple[MediaBlock, ...]:
        inputs = order.inputs
        paths = (inputs.first_frame, inputs.last_frame, *inputs.references)
        read = [await read_picture(path) for path in paths if path is not None]
        limit = _LARGEST_PICTURES_BYTES[self._surface]
        if sum(len(data) for data, _ in read) > limit:
            raise InvalidRequestError(
                f"the pictures together are larger than {limit // 1_000_000} MB",
                hint="save them smaller or as JPEG",
            )
        return tuple(inline_block("image", data, mime_type) for data, mime_type in read)

    async def _from_clip(self, order: GenerationOrder, source: SourceClip) -> Beginnings:
        if (known := self._interaction_of(order, source)) is not None:
            return Beginnings(previous_interaction_id=known)
        longest = _LONGEST_UPLOADED_SECONDS[self._surface]
        if (
            order.settings.task == "extend"
            and source.duration_seconds > longest + LENGTH_TOLERANCE_SECONDS
        ):
            raise InvalidRequestError(
                f"a clip given as a file can be extended up to {longest:g} s, "
                f"this one has {source.duration_seconds:.1f} s",
                hint="extend a clip that this model made",
            )
        return Beginnings((await self._clip(source),))

    def _interaction_of(self, order: GenerationOrder, source: SourceClip) -> str | None:
        """The source's generation, if the service that is asked now has made it.

        Agent Platform takes no task beside an earlier generation, and what it would make of an
        extension without one is a guess that costs money: there the clip itself goes along.
        """
        if self._surface == "agent_platform" and order.settings.task == "extend":
            return None
        provider_id = source.provider_id
        if not provider_id or is_folder(provider_id):
            return None
        try:
            model = self._catalog.find(source.model)
        except InvalidRequestError:
            return None
        same = model.protocol == "interactions" and self._surface in model.surfaces
        return provider_id if same else None

    async def _clip(self, source: SourceClip) -> MediaBlock:
        in_bucket = (source.uri or "").startswith("gs://")
        if in_bucket and self._surface == "agent_platform":
            return MediaBlock(type="video", uri=source.uri or "", mime_type=files_api.MP4)
        data = await asyncio.to_thread(read_if_small, source.path, self._largest_inline_bytes)
        if data is not None:
            return inline_block("video", data, files_api.MP4)
        if self._surface == "gemini_api":
            file = await files_api.upload(self._clients, source.path, self._clock)
            return MediaBlock(type="document", uri=file.uri or "")
        if self._keep_clip is None:
            limit = self._largest_inline_bytes / 1e6
            raise InvalidRequestError(
                f"{source.path.name} is larger than {limit:g} MB and there is no bucket for it",
                hint="set VIDEO_AGENT_BUCKETS",
            )
        uri = await self._keep_clip(source.path)
        return MediaBlock(type="video", uri=uri, mime_type=files_api.MP4)


def _check_fit(order: GenerationOrder) -> None:
    """What is given must be exactly what the task needs: a picture left out would be paid for.

    Raises:
        InvalidRequestError: Something is missing or too much.
    """
    inputs, task = order.inputs, order.settings.task
    given = {
        "first frame": inputs.first_frame is not None,
        "last frame": inputs.last_frame is not None,
        "reference images": bool(inputs.references),
        "source clip": inputs.source is not None,
    }
    needed: dict[Task, tuple[str, ...]] = {
        "text_to_video": (),
        "image_to_video": ("first frame",),
        "first_and_last_frame": ("first frame", "last frame"),
        "reference_to_video": ("reference images",),
        "edit": ("source clip",),
        "extend": ("source clip",),
    }
    wrong = [name for name, there in given.items() if there != (name in needed[task])]
    if wrong:
        raise InvalidRequestError(f"{task}: {' and '.join(wrong)} missing or not needed")
