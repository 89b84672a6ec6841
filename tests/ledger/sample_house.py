"""Generations of several samples, and where their clips lie."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.ledger.conftest import ScriptedGenerator
from video_agent.errors import BackendError, MediaError
from video_agent.ledger import Ledger, Proposal
from video_agent.models import (
    Generation,
    GenerationSettings,
    GenerationUpdate,
    MediaFacts,
    MediaSource,
)

URIS = tuple(f"gs://made/g/7/sample_{number}.mp4" for number in range(4))
FACTS = MediaFacts(
    duration_seconds=6.0, width=1280, height=720, fps=24.0, frame_count=144, video_codec="h264"
)


async def check(path: Path, settings: GenerationSettings) -> MediaFacts:
    content = await asyncio.to_thread(path.read_bytes)
    if not content.startswith(b"clip"):
        raise MediaError(f"{path.name} is broken")
    return FACTS.model_copy(update={"size_bytes": len(content)})


class Bucket(ScriptedGenerator):
    """A generator whose samples lie where their addresses say; any of them may be missing."""

    def __init__(self, *uris: str) -> None:
        super().__init__()
        self.clips: dict[str, bytes | BackendError] = {uri: f"clip {uri}".encode() for uri in uris}
        self.end = update_of(*uris)
        self.updates = [self.end]

    async def download(self, source: MediaSource, target: Path) -> None:
        self.asked.append(source)
        content = self.clips[source.uri or ""]
        if isinstance(content, BackendError):
            raise content
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(target.write_bytes, content)

    @property
    def fetched(self) -> list[str]:
        return [source.uri or "" for source in self.asked]


def update_of(*uris: str, filtered: int = 0) -> GenerationUpdate:
    sources = tuple(MediaSource(uri=uri) for uri in uris)
    return GenerationUpdate(status="succeeded", sources=sources, filtered=filtered)


class Notices(list[str]):
    async def add(self, message: str) -> None:
        self.append(message)


async def submitted(
    ledger: Ledger, proposal: Proposal, samples: int, generator: ScriptedGenerator
) -> Generation:
    """A submitted generation of so many samples, at 0.30 dollars each."""
    settings = proposal.settings.model_copy(update={"samples": samples})
    estimate = Decimal("0.30") * samples
    wanted = replace(proposal, settings=settings, estimate_usd=estimate)
    return await ledger.submit(await ledger.intend(wanted), generator)
