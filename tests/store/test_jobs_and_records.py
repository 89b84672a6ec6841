"""Jobs and what they leave behind, as the rest of the program asks for it."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from video_agent.errors import NotFoundError, StoreError
from video_agent.models import (
    Generation,
    GenerationSettings,
    GenerationState,
    JobStatus,
    MediaFacts,
    QualityReport,
    Shot,
    StopReason,
    Tier,
    Video,
    VideoRequest,
    utc_now,
)
from video_agent.store import Database
from video_agent.store.jobs import create_job, get_job, list_jobs, new_job, update_job
from video_agent.store.records import (
    add_attempt,
    finish_attempt,
    get_video,
    insert_report,
    insert_video,
    latest_report,
    list_attempts,
    list_charges,
    list_reports,
    list_videos,
    load_attempts,
    total_charges,
)
from video_agent.store.tables import AttemptRow, ChargeRow, GenerationRow, JobRow, VideoRow
from video_agent.store.values import to_job, to_report, to_request

SETTINGS = GenerationSettings(duration_seconds=6, resolution="720p", aspect_ratio="16:9")


def job(prompt: str = "a red boat 🚤", user: str = "local") -> JobRow:
    request = VideoRequest(
        prompt=prompt, user_id=user, budget_usd=Decimal("1.23"), references=(Path("a.png"),)
    )
    return new_job(request, app_name="video_agent", session_id="s", backend="studio", charged=False)


def generation(job_id: str, number: int, state: GenerationState) -> GenerationRow:
    return GenerationRow(
        job_id=job_id,
        attempt_number=number,
        fingerprint="f",
        state=state.value,
        model="m",
        backend="studio",
        prompt="p",
        settings=SETTINGS.model_dump(mode="json"),
        estimate_usd=Decimal("0.60"),
        reserved_usd=Decimal("0.60"),
    )


def value(row: GenerationRow) -> Generation:
    return Generation(
        id=row.id,
        job_id=row.job_id,
        attempt_number=row.attempt_number,
        state=GenerationState(row.state),
        model=row.model,
        prompt=row.prompt,
        settings=SETTINGS,
        estimate_usd=row.estimate_usd,
        intended_at=row.intended_at,
    )


def video(of: GenerationRow, name: str = "v1", sha256: str = "ab") -> Video:
    facts = MediaFacts(
        duration_seconds=6.0,
        width=1280,
        height=720,
        fps=24.0,
        frame_count=144,
        video_codec="h264",
        audio_codec="aac",
        size_bytes=3_000_000_000,
    )
    return Video(
        id=name,
        job_id=of.job_id,
        attempt_number=of.attempt_number,
        generation_id=of.id,
        path=Path("videos") / "x.mp4",
        sha256=sha256,
        facts=facts,
        thumbnail_path=Path("videos") / "x.jpg",
    )


async def add(database: Database, *rows: GenerationRow | ChargeRow) -> None:
    async with database.write(durable=True) as session:
        session.add_all(rows)


async def test_a_job_is_stored_and_comes_back_as_a_value(database: Database) -> None:
    row = await create_job(database, job())
    found = await get_job(database, row.id)
    assert to_request(found).prompt == "a red boat 🚤"
    whole = to_job(found, cost_usd=Decimal("0.10"))
    assert (whole.status, whole.charged, whole.user_id) == (JobStatus.RUNNING, False, "local")
    assert found.budget_usd == Decimal("1.23")
    with pytest.raises(StoreError):
        await create_job(database, JobRow.model_validate(found.model_dump()))


async def test_an_unknown_job_is_said_to_be_missing(database: Database) -> None:
    with pytest.raises(NotFoundError, match="there is no job x"):
        await get_job(database, "x")
    with pytest.raises(NotFoundError):
        await update_job(database, "x", best_score=0.5)
    with pytest.raises(NotFoundError):
        await add_attempt(database, "x", prompt="p")
    with pytest.raises(NotFoundError):
        await finish_attempt(database, "x", 1)
    with pytest.raises(NotFoundError):
        await get_video(database, "x")


async def test_a_job_changes_only_in_what_is_said(database: Database) -> None:
    row = await create_job(database, job())
    changed = await update_job(
        database,
        row.id,
        status=JobStatus.STOPPED,
        stopped_because=StopReason.BUDGET,
        best_score=0.7,
        error={"message": "too dear"},
    )
    assert changed.updated_at > row.updated_at
    whole = to_job(await get_job(database, row.id), cost_usd=Decimal(0))
    assert whole.stopped_because is StopReason.BUDGET
    assert (whole.status, whole.best_score, whole.error) == (JobStatus.STOPPED, 0.7, "too dear")
    assert whole.request == to_request(row)


async def test_jobs_are_listed_newest_first_and_filtered(database: Database) -> None:
    rows: list[JobRow] = []
    for number, user in enumerate(("ada", "bob", "ada")):
        row = job(user=user)
        row.created_at = utc_now() + timedelta(seconds=number)
        rows.append(await create_job(database, row))
    one, two, three = (row.id for row in rows)
    await update_job(database, three, status=JobStatus.FAILED)

    async def ids(**filters: object) -> list[str]:
        return [row.id for row in await list_jobs(database, **filters)]  # pyright: ignore[reportArgumentType]

    assert await ids() == [three, two, one]
    assert await ids(limit=2) == [three, two]
    assert await ids(user_id="ada") == [three, one]
    assert await ids(statuses=[JobStatus.RUNNING]) == [two, one]
    assert await ids(statuses=[]) == []
    assert await ids(session_id="s", app_name="video_agent", user_id="bob") == [two]
    assert await ids(session_id="other") == []


async def test_attempts_are_numbered_without_gaps(database: Database) -> None:
    parent = await create_job(database, job())
    other = await create_job(database, job())
    rows = await asyncio.gather(
        *(add_attempt(database, parent.id, prompt=f"p{number}") for number in range(6))
    )
    assert sorted(row.number for row in rows) == [1, 2, 3, 4, 5, 6]
    assert (await add_attempt(database, other.id, prompt="p")).number == 1
    assert [row.number for row in await list_attempts(database, parent.id)] == [1, 2, 3, 4, 5, 6]
    done = await finish_attempt(database, parent.id, 1)
    assert done.finished_at
    assert (await finish_attempt(database, parent.id, 1)).finished_at == done.finished_at


async def test_an_attempt_may_have_one_generation_that_started(database: Database) -> None:
    parent = await create_job(database, job())
    await add(database, generation(parent.id, 1, GenerationState.REJECTED))
    await add(database, generation(parent.id, 1, GenerationState.NOT_STARTED))
    await add(database, generation(parent.id, 1, GenerationState.INTENDED))
    with pytest.raises(StoreError):
        await add(database, generation(parent.id, 1, GenerationState.INTENDED))
    await add(database, generation(parent.id, 2, GenerationState.SUCCEEDED))


async def test_the_same_bytes_of_a_generation_are_stored_once(database: Database) -> None:
    parent = await create_job(database, job())
    made = generation(parent.id, 1, GenerationState.SUCCEEDED)
    await add(database, made)
    first = await insert_video(database, video(made, "v1"), loudness_lufs=-14.0, source_uri="u")
    again = await asyncio.gather(
        *(insert_video(database, video(made, f"w{number}")) for number in range(4))
    )
    assert {one.id for one in again} == {first.id} == {"v1"}
    other = await insert_video(database, video(made, "v2", sha256="cd"))
    assert [row.id for row in await list_videos(database, parent.id)] == ["v1", "v2"]
    assert await get_video(database, "v2") == other == video(made, "v2", sha256="cd")
    row = (await list_videos(database, parent.id))[0]
    assert (row.loudness_lufs, row.source_uri, row.size_bytes) == (-14.0, "u", 3_000_000_000)


async def test_a_video_without_a_generation_is_refused(database: Database) -> None:
    parent = await create_job(database, job())
    with pytest.raises(StoreError):
        await insert_video(database, video(generation(parent.id, 1, GenerationState.SUCCEEDED)))


async def test_a_job_comes_back_with_all_its_attempts(database: Database) -> None:
    parent = await create_job(database, job())
    shot = Shot(subject="a boat", camera="dolly")
    for number, feedback in ((1, None), (2, "more rain")):
        await add_attempt(
            database, parent.id, prompt=f"p{number}", shot=shot, feedback=feedback, tier=Tier.DRAFT
        )
    refused = generation(parent.id, 1, GenerationState.REJECTED)
    made = generation(parent.id, 1, GenerationState.SUCCEEDED)
    await add(database, refused, made)
    clip = await insert_video(database, video(made))
    for score in (0.4, 0.9):
        report = QualityReport(
            video_id=clip.id,
            score=score,
            passed=score > 0.8,
            threshold=0.8,
            feedback="ok",
            cost_usd=Decimal("0.0000000375"),
        )
        await insert_report(database, clip, report)
    one, two = await load_attempts(database, parent.id, [value(made), value(refused)])
    assert (one.number, one.shot, one.tier, one.feedback) == (1, shot, Tier.DRAFT, None)
    assert one.generation
    assert one.generation.id == made.id
    assert one.video == clip
    assert one.report
    assert (one.report.score, one.report.passed) == (0.9, True)
    assert (two.feedback, two.generation, two.video, two.report) == ("more rain", None, None, None)
    latest = await latest_report(database, clip.id)
    assert latest
    assert to_report(latest) == one.report
    assert [row.score for row in await list_reports(database, parent.id)] == [0.4, 0.9]
    assert await latest_report(database, "nothing") is None


async def test_charges_are_summed_exactly_and_unknown_is_not_zero(database: Database) -> None:
    parent = await create_job(database, job())
    assert await total_charges(database, parent.id) == (Decimal(0), 0, 0)
    for cost in (Decimal("0.1"), Decimal("0.2"), None):
        await add(database, ChargeRow(job_id=parent.id, kind="judge", model="m", cost_usd=cost))
    assert await total_charges(database, parent.id) == (Decimal("0.3"), 3, 1)
    assert len(await list_charges(database, parent.id)) == 3


async def test_what_belongs_to_a_job_goes_with_it(database: Database) -> None:
    parent = await create_job(database, job())
    await add_attempt(database, parent.id, prompt="p")
    made = generation(parent.id, 1, GenerationState.SUCCEEDED)
    await add(database, made)
    await insert_video(database, video(made))
    async with database.write() as session:
        await session.exec(delete(JobRow).where(col(JobRow.id) == parent.id))
    async with database.read() as session:
        for table in (AttemptRow, GenerationRow, VideoRow):
            assert (await session.exec(select(table))).all() == []
