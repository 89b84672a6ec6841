"""A whole house, fakes only at the ports: real SQLite, ledger, sessions, planner, guard, MP4s."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from google.adk.artifacts import InMemoryArtifactService
from google.adk.events import Event
from google.adk.models.base_llm import BaseLlm

from video_agent.ledger import Caps, Ledger
from video_agent.media.verify import verify
from video_agent.models import (
    GenerationSettings,
    Job,
    MediaFacts,
    ProgressEvent,
    Shot,
    TokenUsage,
    VideoRequest,
)
from video_agent.pipeline import Pipeline
from video_agent.planner import Planner
from video_agent.quality import Assessment
from video_agent.quality.compare import ComparedClip, PairVerdict
from video_agent.store import Database, SQLModelSessionService
from video_agent.testing import (
    FakeClock,
    FakeGenerator,
    FakeLanguageModel,
    report_of,
)
from video_agent.toolkit import AnyTool
from video_agent.tools import DEFAULT_TOOLS, Services

SHOT = Shot(subject="a red boat", action="it glides across a calm bay", camera="slow dolly in")
TODAY = date(2026, 11, 23)


class ScoresInTurn:
    """An assessor that gives these scores one after the other; the last one is repeated."""

    def __init__(self, scores: Sequence[float | None]) -> None:
        self.judged: list[str] = []
        self._scores = list(scores)

    async def assess(
        self, video_path: Path, *, video_id: str, threshold: float, **_: object
    ) -> Assessment:
        assert await asyncio.to_thread(video_path.is_file)
        self.judged.append(video_id)
        score = self._scores.pop(0) if len(self._scores) > 1 else self._scores[0]
        cost = Decimal("0.002")
        usage = TokenUsage(model="judge", input_tokens=900, output_tokens=99, cost_usd=cost)
        return Assessment(report_of(video_id, score, threshold), usage)

    async def compare(
        self, request: VideoRequest, first: ComparedClip, second: ComparedClip
    ) -> PairVerdict:
        """To it all clips are equal."""
        del request
        usage = TokenUsage(model="judge", cost_usd=Decimal("0.001"))
        ids = first.video_id, second.video_id
        return PairVerdict(first=ids[0], second=ids[1], winner=None, judged=True, usages=(usage,))


async def check_clip(path: Path, settings: GenerationSettings) -> MediaFacts:
    del settings
    return (await asyncio.to_thread(verify, path)).facts


@dataclass
class House:
    """Everything of one test, with what was seen from outside."""

    database: Database
    generator: FakeGenerator
    language_model: FakeLanguageModel
    assessor: ScoresInTurn
    services: Services
    planner: Planner
    pipeline: Pipeline
    model: BaseLlm
    events: list[ProgressEvent] = field(default_factory=list[ProgressEvent])

    async def see(self, event: ProgressEvent) -> None:
        self.events.append(event)

    async def create(self, **changes: Any) -> Job:
        return await self.pipeline.create(request_for(**changes), self.see)

    @staticmethod
    def request(**changes: Any) -> VideoRequest:
        return request_for(**changes)

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def reopened(self, model: BaseLlm) -> "House":
        """The same database and provider in a new process."""
        return build(self.generator, self.assessor, self.services, model)

    def without_lookup(self) -> "House":
        """The same with a provider that cannot look lost submits up."""
        like = replace(self.services, reconciler=None)
        return build(self.generator, self.assessor, like, self.model)

    def under(self, caps: Caps) -> "House":
        """The same in a process with limits that its jobs share."""
        return build(self.generator, self.assessor, self.services, self.model, caps=caps)


def request_for(**changes: Any) -> VideoRequest:
    fields: dict[str, Any] = {
        "prompt": "a red boat",
        "duration_seconds": 3.0,
        "resolution": "360p",
        "quality_threshold": 0.8,
    }
    return VideoRequest.model_validate(fields | changes)


def build(
    generator: FakeGenerator,
    assessor: ScoresInTurn,
    like: Services,
    model: BaseLlm,
    tools: Sequence[AnyTool] = DEFAULT_TOOLS,
    *,
    caps: Caps | None = None,
) -> House:
    clock, database = FakeClock(), like.database
    language_model = FakeLanguageModel({Shot: [SHOT]})
    services = replace(
        like,
        ledger=Ledger(database, clock, caps=caps),
        language_model=language_model,
        assessor=assessor,
        clock=clock,
    )
    planner = Planner(
        services,
        model=model,
        sessions=SQLModelSessionService(database),
        artifacts=InMemoryArtifactService(),
        tools=tools,
        chat_defaults={"duration_seconds": 3.0, "resolution": "360p"},
    )
    pipeline = Pipeline(services, planner)
    return House(database, generator, language_model, assessor, services, planner, pipeline, model)


async def events_of(made: House, job: Job) -> list[Event]:
    session = await made.planner.sessions.get_session(
        app_name=job.app_name, user_id=job.user_id, session_id=job.session_id
    )
    assert session is not None
    return session.events


def answers(events: list[Event], name: str) -> list[dict[str, Any]]:
    return [
        dict(answer.response or {})
        for event in events
        for answer in event.get_function_responses()
        if answer.name == name
    ]


def last_words(events: list[Event]) -> str:
    said = [
        part.text
        for event in events
        if event.author == "planner" and event.content
        for part in event.content.parts or []
        if part.text
    ]
    return said[-1]
