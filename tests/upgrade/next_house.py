"""Today's house on a recorded history, with a provider that remembers what it had accepted."""

import asyncio
import hashlib
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.planner.house import SHOT, TODAY, House, ScoresInTurn, build, check_clip
from tests.upgrade.stored_history import ENGINES, OURS, Facts, restore
from video_agent.catalog import load_catalog
from video_agent.jobs.executor import WorkFactory
from video_agent.jobs.work import Work
from video_agent.ledger import Collector, Ledger, PollingPolicy
from video_agent.models import (
    RESTING_STATUSES,
    GenerationOrder,
    GenerationUpdate,
    JobStatus,
    MediaSource,
    Shot,
)
from video_agent.pipeline.job_work import JobWork
from video_agent.planner import Planner
from video_agent.ports import Finding
from video_agent.quality import Assessment
from video_agent.store import Database, SQLModelSessionService
from video_agent.store.jobs import list_jobs
from video_agent.store.records import get_video
from video_agent.testing import FakeClock, FakeGenerator, FakeLanguageModel, ScriptedModel, diligent
from video_agent.tools import Services

HIGH = 0.85


class Provider(FakeGenerator):
    """Accepts every generation once, those of earlier processes included; all of them succeed."""

    def __init__(self, clip: Path, accepted: Sequence[str]) -> None:
        super().__init__(clip)
        self.accepted = list(accepted)
        self.sent: list[str] = []

    async def submit(self, order: GenerationOrder) -> str:
        self.orders.append(order)
        self.sent.append(order.generation_id)
        self.accepted.append(order.generation_id)
        return f"operations/{order.generation_id}"

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        del model
        assert provider_id.removeprefix("operations/") in self.accepted
        return GenerationUpdate(status="succeeded", sources=(MediaSource(uri="fake://clip"),))

    async def find(self, generation_id: str, *, output_uri: str | None = None) -> Finding:
        if generation_id not in self.accepted:
            return Finding(verdict="absent")
        return Finding(verdict="found", provider_id=f"operations/{generation_id}")

    @property
    def paid_twice(self) -> list[str]:
        """Generations that were accepted more than once."""
        return sorted({one for one in self.accepted if self.accepted.count(one) > 1})


class ScoresByAttempt(ScoresInTurn):
    """All pass, but first attempts at a high threshold: the same verdict, whoever judges."""

    def __init__(self, database: Database) -> None:
        super().__init__([])
        self._database = database

    async def assess(
        self, video_path: Path, *, video_id: str, threshold: float, **named: object
    ) -> Assessment:
        video = await get_video(self._database, video_id)
        self._scores = [0.5 if video.attempt_number == 1 and threshold >= HIGH else 0.9]
        return await super().assess(video_path, video_id=video_id, threshold=threshold, **named)


@dataclass
class Restored:
    """A recorded history on this machine.

    Args:
        folder: Where everything is.
        clip: What the provider delivers, and what it had delivered.
        facts: What the release that recorded it knew.
    """

    folder: Path
    clip: Path
    facts: Facts
    provider: Provider = field(init=False)

    def __post_init__(self) -> None:
        self.provider = Provider(self.clip, self.facts.started)

    @property
    def file(self) -> Path:
        return self.folder / "video_agent.db"

    @property
    def engines_file(self) -> Path:
        return self.folder / "video_agent.engine.db"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    def keep_only(self, places: Collection[str]) -> None:
        """Forget the jobs that stopped elsewhere, and what was under way for them."""
        kept = {one: place for one, place in self.facts.stopped_at.items() if place in places}
        assert len(kept) == len(places)
        self.facts = replace(self.facts, stopped_at=kept)
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute("PRAGMA foreign_keys=ON")
            _delete_others(connection, "video_jobs", "id", list(kept))
            generations = [one for (one,) in connection.execute("SELECT id FROM generations")]
        if self.engines_file.exists():
            with closing(sqlite3.connect(self.engines_file)) as connection:
                connection.execute("PRAGMA foreign_keys=ON")
                kept_workflows = [*kept, *generations]
                _delete_others(connection, "workflow_status", "workflow_uuid", kept_workflows)

    def house(self, database: Database) -> House:
        """What would resume the jobs: real store, ledger, planner, guard; fakes at the ports."""
        catalog = load_catalog()
        like = Services(
            database=database,
            ledger=Ledger(database, FakeClock()),
            collector=Collector(database, self.folder / "videos", check_clip),
            generator=self.provider,
            reconciler=self.provider,
            language_model=FakeLanguageModel({Shot: [SHOT]}),
            assessor=self.assessor(database),
            catalog=catalog,
            clock=FakeClock(),
            today=lambda: TODAY,
            output_folder=self.folder / "videos",
            enhancer_model=catalog.defaults.enhancer,
            judge_model=catalog.defaults.judge,
            planner_model=catalog.defaults.planner,
            polling=PollingPolicy(),
        )
        judge = self.assessor(database)
        return build(self.provider, judge, like, ScriptedModel(policy=diligent))

    def assessor(self, database: Database) -> "ScoresByAttempt":
        return ScoresByAttempt(database)

    def workers_part(self, database: Database) -> tuple[Services, Planner]:
        """The parts of a worker of this release."""
        services = replace(self.house(database).services, queued=True)
        sessions = SQLModelSessionService(database)
        model = ScriptedModel(policy=diligent)
        return services, Planner(services, model=model, sessions=sessions)

    def work(self, database: Database) -> Work:
        """What such a worker does for the jobs."""
        return JobWork(*self.workers_part(database))

    def make_work(self) -> WorkFactory:
        """The same, made inside the engine's event loop."""

        async def made() -> tuple[Work, Callable[[], Awaitable[None]]]:
            database = Database(self.url)
            return self.work(database), database.close

        return made


def _delete_others(
    connection: sqlite3.Connection, table: str, column: str, kept: Sequence[str]
) -> None:
    marks = ", ".join("?" * len(kept))
    statement = f"DELETE FROM {table} WHERE {column} NOT IN ({marks})"  # noqa: S608 - our own names
    connection.execute(statement, kept)
    connection.commit()


def restored(release: str, folder: Path, clip: Path) -> Restored:
    """Lay a recorded history out: databases, and the clips that had come home."""
    words = {
        "{home}": str(folder),
        "{clip_sha256}": hashlib.sha256(clip.read_bytes()).hexdigest(),
        "{host}": "another-host",
    }
    made = Restored(folder, clip, Facts({}, (), {}))
    files = {OURS: made.file}
    if (Path(__file__).with_name("stored") / release / f"{ENGINES}.sql").exists():
        files[ENGINES] = made.engines_file
    made = Restored(folder, clip, restore(release, files, words))
    with closing(sqlite3.connect(made.file)) as connection:
        paths = [Path(path) for (path,) in connection.execute("SELECT path FROM generated_videos")]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(clip, path)
    return made


async def laid_out(release: str, folder: Path, clip: Path) -> Restored:
    return await asyncio.to_thread(restored, release, folder, clip)


async def all_rest(database: Database, *, seconds: float = 100.0) -> None:
    """Wait until no job waits for a worker or is with one."""
    at_work = [status for status in JobStatus if status not in RESTING_STATUSES]
    async with asyncio.timeout(seconds):
        while await list_jobs(database, statuses=at_work):
            await asyncio.sleep(0.05)


async def check_all_is_well(history: Restored, database: Database) -> None:
    """Every job passed, as if undisturbed, and each of its attempts is paid for exactly once."""
    house, provider = history.house(database), history.provider
    assert provider.paid_twice == []
    for job_id, place in history.facts.stopped_at.items():
        job = await house.pipeline.job(job_id)
        assert (job.status, job.passed, job.unknown_cost) == (JobStatus.SUCCEEDED, True, False), (
            place
        )
        assert job.path is not None
        assert await asyncio.to_thread(job.path.is_file), place
        generations = await house.services.ledger.generations(job_id)
        paid = [one for one in generations if one.id in provider.accepted]
        assert [one.attempt_number for one in paid] == [one.number for one in job.attempts], place
