"""What a generation starts from: frames, references, the earlier clip of an edit or extension."""

import asyncio
from pathlib import Path

from video_agent.errors import NotFoundError
from video_agent.media.digest import sha256_of
from video_agent.models import (
    Generation,
    GenerationInputs,
    GenerationSettings,
    SourceClip,
    VideoRequest,
)
from video_agent.store.records import get_video, list_videos
from video_agent.tools.context import Services


async def gather_inputs(services: Services, request: VideoRequest) -> GenerationInputs:
    """The files a request's generations start from.

    Raises:
        NotFoundError: The earlier video is not known.
    """
    earlier = request.edits or request.extends
    return GenerationInputs(
        first_frame=request.first_frame,
        last_frame=request.last_frame,
        references=request.references,
        source=None if earlier is None else await source_clip(services, earlier),
    )


async def inputs_of(
    services: Services, request: VideoRequest, generation: Generation
) -> GenerationInputs:
    """The files that one generation of a job starts from: the request's, or the clip it edits.

    Raises:
        NotFoundError: The clip to edit is not known.
    """
    settings = generation.settings
    if settings.task != "edit" or request.task == "edit":
        return await gather_inputs(services, request)
    for row in await list_videos(services.database, generation.job_id):
        if row.generation_id == settings.source_generation_id:
            return GenerationInputs(source=await source_clip(services, row.id))
    raise NotFoundError("the clip to edit is not known")


async def source_clip(services: Services, video_id: str) -> SourceClip:
    """An earlier video with the generation that made it.

    Raises:
        NotFoundError: There is no such video.
    """
    video = await get_video(services.database, video_id)
    generation = await services.ledger.get(video.generation_id)
    return SourceClip(
        generation_id=generation.id,
        model=generation.model,
        path=video.path,
        duration_seconds=video.facts.duration_seconds,
        provider_id=generation.provider_id,
        uri=video.storage_uri,
    )


async def with_inputs(settings: GenerationSettings, inputs: GenerationInputs) -> GenerationSettings:
    """The settings with the sha256 of every input, so that other inputs are another order.

    Raises:
        MediaError: A file cannot be read.
    """
    source = inputs.source
    return settings.model_copy(
        update={
            "first_frame_sha256": await _sha256(inputs.first_frame),
            "last_frame_sha256": await _sha256(inputs.last_frame),
            "reference_sha256s": tuple(
                [await asyncio.to_thread(sha256_of, path) for path in inputs.references]
            ),
            "source_generation_id": source.generation_id if source else None,
            "source_seconds": source.duration_seconds if source else None,
        }
    )


async def _sha256(path: Path | None) -> str | None:
    return None if path is None else await asyncio.to_thread(sha256_of, path)
