"""Records jobs of a release that works inside the call (no engine), each stopped somewhere else.

Run it in the release's own tree:

    git worktree add ../video-agent-old v0.1.0
    PYTHONPATH=../video-agent-old python -P tests/upgrade/store_inline_history.py v0.1.0

What a process leaves behind that is killed at a place is what it has committed by then: so each job
is held there, and the file is read while all of them hang.
"""

import asyncio
import hashlib
import os
import sys
import tempfile
from collections.abc import AsyncGenerator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

sys.path.append(str(Path(__file__).parent))

from google.adk.artifacts import InMemoryArtifactService
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from stored_history import OURS, Facts, record

from tests.planner.house import SHOT, TODAY, ScoresInTurn, check_clip, request_for
from video_agent.catalog import load_catalog
from video_agent.errors import OutcomeUnknownError
from video_agent.ledger import Collector, Intent, Ledger, PollingPolicy
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.models import Generation, GenerationOrder, GenerationUpdate, MediaSource, Shot
from video_agent.pipeline import Pipeline
from video_agent.planner import Planner
from video_agent.store import Database, SQLModelSessionService
from video_agent.testing import (
    FakeClock,
    FakeGenerator,
    FakeLanguageModel,
    ScriptedModel,
    diligent,
)
from video_agent.tools import Services

PLACES = (
    "before its planner answered",
    "before its intent was claimed",
    "before the request left",
    "before the answer was written down",
    "while attempt 1 was followed",
    "before the clip of attempt 1 was stored",
    "before the clip of attempt 1 was judged",
    "while attempt 2 was followed",
    "before the clip of attempt 2 was judged",
    "nowhere: nobody could tell whether it was started",
    "nowhere: it ended",
)


class Held:
    """Lets a job go on until it comes to its place, and never from there."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.reached = asyncio.Event()
        self._never = asyncio.Event()

    async def at(self, place: str) -> None:
        if place == self.place:
            self.reached.set()
            await self._never.wait()


class HeldLedger(Ledger):
    held: Held

    async def submit(self, intent: Intent, *arguments: Any, **named: Any) -> Generation:
        await self.held.at("before its intent was claimed")
        return await super().submit(intent, *arguments, **named)


class HeldGenerator(FakeGenerator):
    held: Held
    accepted: list[str]

    async def submit(self, order: GenerationOrder) -> str:
        await self.held.at("before the request left")
        self.accepted.append(order.generation_id)
        provider_id = await super().submit(order)
        await self.held.at("before the answer was written down")
        return provider_id

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        await self.held.at(f"while attempt {len(self.orders)} was followed")
        return await super().poll(provider_id, model=model)

    async def download(self, source: MediaSource, target: Path) -> None:
        await self.held.at(f"before the clip of attempt {len(self.orders)} was stored")
        await super().download(source, target)


class HeldAssessor(ScoresInTurn):
    held: Held

    async def assess(self, *arguments: Any, **named: Any) -> Any:
        await self.held.at(f"before the clip of attempt {len(self.judged) + 1} was judged")
        return await super().assess(*arguments, **named)


class HeldModel(ScriptedModel):
    held: Any

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        await self.held.at("before its planner answered")
        async for answer in super().generate_content_async(llm_request, stream):
            yield answer


class Recorder:
    """Jobs of one database, one for each place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "video_agent.db"
        self.database = Database(f"sqlite:///{self.file}")
        self.clip = write_pattern(folder / "clip.mp4", Pattern(320, 180, duration_seconds=1.0))
        self.started: list[str] = []
        self._hanging: list[tuple[Held, asyncio.Task[Any]]] = []  # else they are collected

    def pipeline(self, held: Held) -> Pipeline:
        lost = held.place.startswith("nowhere: nobody")
        generator = HeldGenerator(self.clip, submit_errors=[OutcomeUnknownError("cut")] * lost)
        ledger, assessor = HeldLedger(self.database, FakeClock()), HeldAssessor([0.5, 0.9])
        model = HeldModel(policy=diligent, held=held)
        ledger.held = generator.held = assessor.held = held
        generator.accepted = self.started
        catalog = load_catalog()
        services = Services(
            database=self.database,
            ledger=ledger,
            collector=Collector(self.database, self.folder / "videos", check_clip),
            generator=generator,
            reconciler=None if lost else generator,
            language_model=FakeLanguageModel({Shot: [SHOT]}),
            assessor=assessor,
            catalog=catalog,
            clock=FakeClock(),
            today=lambda: TODAY,
            output_folder=self.folder / "videos",
            enhancer_model=catalog.defaults.enhancer,
            judge_model=catalog.defaults.judge,
            planner_model=catalog.defaults.planner,
            polling=PollingPolicy(),
        )
        planner = Planner(
            services,
            model=model,
            sessions=SQLModelSessionService(self.database),
            artifacts=InMemoryArtifactService(),
        )
        return Pipeline(services, planner)

    async def stop_at(self, place: str) -> tuple[str, Decimal]:
        """One job up to a place; its id and what it has spent."""
        held = Held(place)
        pipeline = self.pipeline(held)
        known = {job.id for job in await pipeline.jobs()}
        work = asyncio.create_task(pipeline.create(request_for()))
        self._hanging.append((held, work))
        reached = asyncio.create_task(held.reached.wait())
        await asyncio.wait([work, reached], return_when=asyncio.FIRST_COMPLETED)
        if held.reached.is_set() == place.startswith("nowhere"):
            raise SystemExit(f"a job was not stopped {place}")
        (job,) = [job for job in await pipeline.jobs() if job.id not in known]
        return job.id, (await pipeline.services.ledger.spent(job.id)).committed_usd


async def main(release: str) -> NoReturn:
    folder = Path(tempfile.mkdtemp())
    recorder = Recorder(folder)
    stopped_at: dict[str, str] = {}
    spent_usd: dict[str, str] = {}
    for place in PLACES:
        job_id, spent = await recorder.stop_at(place)
        stopped_at[job_id], spent_usd[job_id] = place, str(spent)
    digest = hashlib.sha256(recorder.clip.read_bytes()).hexdigest()
    words = {str(folder): "{home}", digest: "{clip_sha256}"}
    facts = Facts(stopped_at, tuple(recorder.started), spent_usd)
    record(release, {OURS: recorder.file}, words, facts)
    print(f"{len(stopped_at)} jobs are recorded")  # noqa: T201
    os._exit(0)  # what hangs is never to go on


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
