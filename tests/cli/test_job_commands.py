"""The commands that look at jobs and say what a person wishes: no process, no studio is needed."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from video_agent.cli import build_app
from video_agent.cli.results import exit_code_of
from video_agent.errors import ConfigurationError, InvalidRequestError, NotFoundError
from video_agent.models import GenerationState, Job, JobStatus, StopReason, utc_now
from video_agent.store import Database
from video_agent.store.jobs import update_job
from video_agent.store.tables import AttemptRow, GenerationRow
from video_agent.studio.server import Studio
from video_agent.wiring import VideoAgent

PRICE = Decimal("0.077")
ORDER = ("create", "a paper boat", "--no-wait", "--duration", "3", "--resolution", "360p")


@dataclass(frozen=True)
class Told:
    code: int
    out: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


Command = Callable[..., Told]


@pytest.fixture
def command(
    prepared_sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command in this process, on a database of the test's own."""
    monkeypatch.setenv("VIDEO_AGENT_ENGINE", "auto")
    monkeypatch.setenv("VIDEO_AGENT_DATABASE_URL", prepared_sqlite_url)

    def run(*arguments: str) -> Told:
        code = build_app()(arguments, result_action="return_value")
        return Told(code, capsys.readouterr().out)

    return run


@pytest.fixture
def change(prepared_sqlite_url: str) -> Callable[..., None]:
    """Changes a job as a worker would."""

    def write(job_id: str, **changes: Any) -> None:
        async def work() -> None:
            database = Database(prepared_sqlite_url)
            await update_job(database, job_id, **changes)
            await database.close()

        asyncio.run(work())

    return write


@pytest.fixture
def lost(command: Command, prepared_sqlite_url: str) -> tuple[str, str]:
    """A job with a paid call whose answer was lost: the ids of both."""
    job_id = command(*ORDER, "--key", "lost-1").out.strip()

    async def work() -> str:
        database = Database(prepared_sqlite_url)
        row = GenerationRow(
            job_id=job_id, attempt_number=1, fingerprint="f", model="gemini-omni-1.2-flash",
            state=GenerationState.OUTCOME_UNKNOWN.value, backend="studio", prompt="a paper boat",
            settings={"duration_seconds": 3, "resolution": "360p", "aspect_ratio": "16:9"},
            estimate_usd=PRICE, reserved_usd=PRICE, submitted_at=utc_now() - timedelta(hours=1),
        )  # fmt: skip
        async with database.write() as session:
            session.add(AttemptRow(job_id=job_id, number=1, prompt="a paper boat", tier="final"))
            session.add(row)
        await update_job(
            database,
            job_id,
            status=JobStatus.NEEDS_ATTENTION,
            stopped_because=StopReason.OUTCOME_UNKNOWN,
        )
        await database.close()
        return row.id

    return job_id, asyncio.run(work())


def test_a_job_without_a_video_has_a_report_and_a_picture_of_its_attempts(
    command: Command, lost: tuple[str, str], tmp_path: Path
) -> None:
    target, folder = tmp_path / "told" / "job.html", tmp_path / "drawn"
    told = command("show", lost[0], "--html", str(target), "--pictures", str(folder), "--hidpi")
    lines = [line.split(None, 1) for line in told.out.splitlines()]
    assert dict(lines) == {"html": str(target), "attempts": f"{folder}/job-{lost[0]}-attempts.png"}
    page = target.read_text()
    for words in ("No video", "may or may not have started", "$0.0770 that counts as spent"):
        assert words in page
    assert command("show", lost[0], "--html").out == page
    shown = command("show", lost[0], "--pictures", str(folder), "--json").json
    assert shown["job_id"] == lost[0]
    assert [Path(path).read_bytes()[:4] for path in shown["written"].values()] == [b"\x89PNG"]


def test_an_order_prints_its_id_and_with_json_an_object(command: Command) -> None:
    first = command(*ORDER, "--key", "order-17")
    again = command(*ORDER, "--key", "order-17", "--json")
    assert (first.code, first.out) == (0, "order-17\n")
    assert (again.json["job_id"], again.json["status"]) == ("order-17", "queued")
    with pytest.raises(InvalidRequestError, match="another request"):
        command("create", "a whale", "--no-wait", "--key", "order-17")


def test_terms_are_kept_and_shown(command: Command) -> None:
    job = command(*ORDER, "--priority", "1", "--delay", "60", "--deadline", "600").out.strip()
    shown = command("show", job, "--json", "--events").json
    assert shown["priority"] == 1
    assert shown["not_before"] < shown["deadline_at"]
    assert shown["publications"] == shown["deliverables"] == []
    assert [event["kind"] for event in shown["events"]] == ["status"]
    with pytest.raises(InvalidRequestError, match="priority is 500; allowed: 1"):
        command(*ORDER, "--priority", "500")


def test_cancel_ends_a_queued_job_at_once_and_retry_hands_it_in_again(command: Command) -> None:
    job = command(*ORDER).out.strip()
    assert command("cancel", job[-8:], "--json").json["status"] == "cancelled"
    assert "had ended before" in command("cancel", job).out
    assert "retry" in command("show", job).out
    assert command("resume", job, "--quiet").code == 12
    assert command("retry", job, "--no-wait", "--json").json["status"] == "queued"


def test_jobs_is_one_object_with_every_job_counts_and_sums(
    command: Command, lost: tuple[str, str]
) -> None:
    queued = [command(*ORDER, "--user", "ada").out.strip() for _ in range(2)]
    listed = command("jobs", "--json").json
    assert {job["job_id"] for job in listed["jobs"]} == {*queued, lost[0]}
    assert listed["total"] == 3
    counts = {status: number for status, number in listed["counts"].items() if number}
    assert counts == {"queued": 2, "needs_attention": 1}
    sums = listed["sums"]["list_prices"]
    assert sums["unknown_usd"] == sums["committed_usd"] == pytest.approx(0.077)
    assert (sums["spent_usd"], sums["reserved_usd"]) == (0, 0)
    assert listed["sums"]["real_money"]["committed_usd"] == 0
    of_ada = command("jobs", "--user", "ada", "--status", "queued", "--limit", "1", "--json").json
    assert (len(of_ada["jobs"]), of_ada["total"]) == (1, 2)
    text = command("jobs").out
    assert "2 queued, 1 needs attention" in text
    assert "$0.08 unknown" in text or "$0.0770 unknown" in text
    with pytest.raises(InvalidRequestError, match="there is no status asleep; allowed: waiting"):
        command("jobs", "--status", "asleep")


@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        (JobStatus.PARKED, 13, "resume"),
        (JobStatus.WAITING_FOR_APPROVAL, 13, "approve"),
        (JobStatus.CANCELLED, 12, "retry"),
        (JobStatus.QUEUED, 6, "worker"),
    ],
)
def test_every_status_has_an_exit_code_and_a_next_step(
    command: Command, change: Callable[..., None], status: JobStatus, code: int, hint: str
) -> None:
    job = command(*ORDER).out.strip()
    change(job, status=status)
    assert hint in command("show", job).out
    assert exit_code_of(asyncio.run(found(job))) == code


async def found(job_id: str) -> Job:
    async with VideoAgent() as agent:
        return await agent.find(job_id)


def test_a_lost_paid_call_is_listed_with_its_price(command: Command, lost: tuple[str, str]) -> None:
    job_id, generation_id = lost
    listed = command("reconcile", "--json").json["generations"]
    assert [(one["generation_id"], one["job_id"]) for one in listed] == [(generation_id, job_id)]
    assert (listed[0]["state"], listed[0]["price_usd"]) == ("outcome_unknown", 0.077)
    assert generation_id in command("reconcile", job_id).out
    with pytest.raises(NotFoundError, match="no job and no paid call"):
        command("reconcile", "0199-nothing")


def test_a_person_answers_for_it_that_nothing_was_started(
    command: Command, lost: tuple[str, str]
) -> None:
    job_id, generation_id = lost
    with pytest.raises(ConfigurationError, match="nobody is here to agree"):
        command("reconcile", job_id, "--not-started")
    (decided,) = command("reconcile", job_id, "--not-started", "--yes", "--json").json[
        "generations"
    ]
    assert (decided["generation_id"], decided["state"]) == (generation_id, "not_started")
    assert command("reconcile").out.strip() == "no paid call of unknown outcome"
    assert command("show", job_id, "--json").json["cost_usd"] == 0


def test_a_person_adopts_it_by_the_providers_id(command: Command, lost: tuple[str, str]) -> None:
    job_id, generation_id = lost
    with pytest.raises(InvalidRequestError, match="exclude each other"):
        command("reconcile", job_id, "--not-started", "--adopt", "v1_a", "--yes")
    done = command("reconcile", generation_id[-8:], "--adopt", "v1_abc", "--yes")
    assert "resume" in done.out
    (attempt,) = command("show", job_id, "--json").json["history"]
    assert (attempt["state"], attempt["provider_id"]) == ("submitted", "v1_abc")


def test_the_service_is_asked_again_what_became_of_it(
    command: Command, lost: tuple[str, str], studio: Studio
) -> None:
    (asked,) = command("reconcile", "--all", "--look", "--json").json["generations"]
    assert (asked["generation_id"], asked["state"]) == (lost[1], "not_started")
    assert studio.paid_starts == 0


def test_a_decision_is_about_one_call(command: Command, lost: tuple[str, str]) -> None:
    with pytest.raises(InvalidRequestError, match="a decision is about one"):
        command("reconcile", "--not-started", "--yes")
    with pytest.raises(InvalidRequestError, match="exclude each other"):
        command("reconcile", lost[0], "--all")
