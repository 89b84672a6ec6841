"""How long a finished clip takes from "succeeded" to kept, beside the bare transfer, in one run.

    python evals/collect_delay.py                 8 s of 720p and of 1080p, made here
    python evals/collect_delay.py --repeats 9

Kept means: on disk, every frame decoded, hashed, in the books. The clip lies in the Cloud Storage
of a studio on this machine, so the transfer costs next to nothing and what is left is ours. Each
number is the median of several runs, transfer and collection in turn, so that a busy machine hits
both alike; the gate is collection <= transfer + 1 s.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from pathlib import Path

from video_agent.backends.clock import SystemClock
from video_agent.backends.google.storage import CloudStorage
from video_agent.backends.google.storage_client import StorageConfig
from video_agent.ledger import Collector, Ledger, Proposal
from video_agent.media.digest import sha256_of
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.models import (
    Generation,
    GenerationOrder,
    GenerationSettings,
    GenerationUpdate,
    MediaSource,
    VideoRequest,
)
from video_agent.store import Database
from video_agent.store.jobs import create_job, new_job
from video_agent.studio.server import Studio, StudioConfig
from video_agent.wiring.assessing import check_delivery

GATE_SECONDS = 1.0
SECONDS = 8.0
CLIPS = {
    "8 s 720p24, 4 Mb/s": Pattern(1280, 720, duration_seconds=SECONDS, bit_rate=4_000_000),
    "8 s 1080p24, 8 Mb/s": Pattern(1920, 1080, duration_seconds=SECONDS, bit_rate=8_000_000),
}


class Finished:
    """A generator whose generations have all ended with the same clip."""

    def __init__(self, storage: CloudStorage, uri: str) -> None:
        self._storage = storage
        self.end = GenerationUpdate(status="succeeded", sources=(MediaSource(uri=uri),))

    async def submit(self, order: GenerationOrder) -> str:
        return f"operation of {order.generation_id}"

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        return self.end

    async def download(self, source: MediaSource, target: Path) -> None:
        await self._storage.fetch(source.uri or "", target)

    async def cancel(self, provider_id: str, *, model: str) -> None:
        raise NotImplementedError


async def succeeded(database: Database, generator: Finished) -> Generation:
    request = VideoRequest(prompt="a test pattern", duration_seconds=SECONDS)
    job = await create_job(
        database, new_job(request, app_name="a", session_id="s", backend="b", charged=False)
    )
    ledger = Ledger(database, SystemClock())
    proposal = Proposal(
        job_id=job.id,
        attempt_number=1,
        model="any",
        prompt=request.prompt,
        settings=GenerationSettings(
            duration_seconds=SECONDS, resolution="720p", aspect_ratio="16:9"
        ),
        estimate_usd=Decimal("0.10"),
        backend="b",
    )
    started = await ledger.submit(await ledger.intend(proposal), generator)
    return await ledger.finish(started.id, generator.end)


async def seconds_of(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def measure(studio: Studio, folder: Path, clip: Path, repeats: int) -> tuple[float, float]:
    """Medians of transfer and collection, in seconds."""
    storage = CloudStorage(StorageConfig(base_url=studio.url), ["gs://made"])
    stored = await storage.put(clip, sha256=await asyncio.to_thread(sha256_of, clip))
    generator = Finished(storage, stored.uri)
    database = Database(f"sqlite:///{folder / 'delay.db'}")
    collector = Collector(database, folder / "videos", check_delivery)
    transfers: list[float] = []
    collections: list[float] = []
    for number in range(repeats + 1):
        generation = await succeeded(database, generator)
        target = folder / f"{number}.mp4"
        transfer = await seconds_of(lambda: storage.fetch(stored.uri, target))  # noqa: B023
        collection = await seconds_of(
            lambda: collector.collect(generation, generator, generator.end.sources)  # noqa: B023
        )
        if number:  # the first one also loads what is loaded on use
            transfers.append(transfer)
            collections.append(collection)
    await database.close()
    await storage.close()
    return statistics.median(transfers), statistics.median(collections)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="collecting a clip beside transferring it")
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args(arguments).repeats
    print(f"{'clip':22}{'size':>9}{'transfer':>10}{'kept':>9}{'ours':>9}")
    slow = False
    with tempfile.TemporaryDirectory() as name, Studio(StudioConfig(Path(name) / "st")) as studio:
        for title, pattern in CLIPS.items():
            clip = write_pattern(Path(name) / "clip.mp4", pattern)
            transfer, kept = asyncio.run(measure(studio, Path(name), clip, repeats))
            size = f"{clip.stat().st_size / 1e6:.1f} MB"
            over = kept > transfer + GATE_SECONDS
            slow |= over
            verdict = "SLOW" if over else "ok"
            ours = kept - transfer
            print(f"{title:22}{size:>9}{transfer:>8.3f} s{kept:>7.3f} s{ours:>7.3f} s  {verdict}")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
