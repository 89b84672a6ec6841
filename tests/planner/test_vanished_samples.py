"""A sample whose file somebody deleted is fetched again, and it is that sample which is judged."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.planner.house import ScoresInTurn, build
from video_agent.models import GenerationUpdate, MediaSource
from video_agent.quality import Assessment
from video_agent.testing import FakeGenerator, ScriptedModel, diligent

if TYPE_CHECKING:
    from tests.planner.house import House

Make = Callable[..., "House"]
TWO = GenerationUpdate(
    status="succeeded", sources=(MediaSource(uri="fake://1"), MediaSource(uri="fake://2"))
)


class TwoClips(FakeGenerator):
    """Each source has its own bytes: the clip and a `free` box with the source's address."""

    async def download(self, source: MediaSource, target: Path) -> None:
        await super().download(source, target)
        name = str(source.uri).encode()
        with target.open("ab") as file:
            file.write((8 + len(name)).to_bytes(4) + b"free" + name)


class SeesBytes(ScoresInTurn):
    """Writes down the last byte of each clip that is judged: the number of its sample."""

    def __init__(self, scores: Sequence[float | None]) -> None:
        super().__init__(scores)
        self.samples: list[str] = []

    async def assess(self, video_path: Path, **more: Any) -> Assessment:
        content = await asyncio.to_thread(video_path.read_bytes)
        self.samples.append(content[-1:].decode())
        return await super().assess(video_path, **more)


def deleting(results: list[tuple[str, dict[str, Any]]]) -> Any:
    """A planner beside whom the second sample is deleted before anything is judged."""
    if results and results[-1][0] == "poll_generation":
        first = Path(results[-1][1]["path"])
        for file in first.parent.glob("*.mp4"):
            if file != first:
                file.unlink()
    return diligent(results)


async def test_the_sample_that_vanished_is_judged_and_not_the_first_one_twice(
    house: Make, clip: Path
):
    made = house()
    generator, assessor = TwoClips(clip, outcomes=[TWO]), SeesBytes([0.5, 0.9])
    like = replace(made.services, generator=generator, surface="agent_platform")
    made = build(generator, assessor, like, ScriptedModel(policy=deleting))
    model = "veo-3.1-fast-generate-001"
    job = await made.create(model=model, duration_seconds=4.0, resolution="720p", samples=2)
    assert assessor.samples == ["1", "2"]
    assert len(set(assessor.judged)) == 2
    assert job.passed
    best = job.best
    assert best is not None
    assert best.video is not None
    assert (await asyncio.to_thread(best.video.path.read_bytes)).endswith(b"fake://2")
