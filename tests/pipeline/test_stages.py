"""What is made from a delivered video, in which order, and what happens when it cannot be made."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.plain_flow import PlainFlow
from tests.pipeline.test_job_work import queued_job, workers_part
from tests.planner.house import House, build, check_clip
from tests.publishing.house import Channel
from video_agent.errors import BackendError
from video_agent.jobs.workflows import run_job
from video_agent.ledger import Collector
from video_agent.media.loudness import measure_loudness
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.media.probe import probe
from video_agent.models import Deliverable, Job, JobStatus, StoredObject
from video_agent.pipeline.stages import run_stage
from video_agent.store.events import events_of
from video_agent.testing import FakeGenerator, ScriptedModel, diligent

MakeHouse = Callable[..., House]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pattern = Pattern(320, 180, duration_seconds=2.0)
    return write_pattern(tmp_path_factory.mktemp("clips") / "clip.mp4", pattern)


class Shelf:
    """An object store in memory that may be out of order."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.out_of_order = False

    async def put(
        self, path: Path, *, sha256: str, content_type: str = "video/mp4"
    ) -> StoredObject:
        if self.out_of_order:
            raise BackendError("the shelf is closed", retryable=True)
        assert hashlib.sha256(await asyncio.to_thread(path.read_bytes)).hexdigest() == sha256
        self.kept[sha256] = content_type
        return StoredObject(uri=f"gs://shelf/{sha256}", size_bytes=0, created=True)


def with_shelf(made: House, shelf: Shelf) -> House:
    folder = made.services.output_folder
    collector = Collector(made.database, folder, check_clip, mirror=shelf)
    like = replace(made.services, collector=collector)
    return build(made.generator, made.assessor, like, made.model)


def by_kind(job: Job) -> dict[str, Deliverable]:
    return {made.kind: made for made in job.deliverables}


async def told(made: House, job: Job, kind: str = "stage") -> list[tuple[Any, Any]]:
    events = [item.event for item in await events_of(made.database, job.id)]
    return [(one.data.get("stage"), one.data.get("state")) for one in events if one.kind == kind]


async def test_a_delivered_video_gets_a_final_a_thumbnail_and_a_contact_sheet(house: MakeHouse):
    made = house()
    job = await made.create()
    files = by_kind(job)
    assert set(files) == {"final", "thumbnail", "contact_sheet"}
    for one in files.values():
        content = one.path.read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (one.size_bytes, one.sha256)
    final = files["final"]
    heard = measure_loudness(final.path)
    assert heard is not None
    assert heard.integrated_lufs == final.loudness_lufs == pytest.approx(-14.0, abs=0.5)
    video = job.attempts[0].video
    assert video is not None
    assert job.path == video.path != final.path
    assert hashlib.sha256(video.path.read_bytes()).hexdigest() == video.sha256
    assert probe(final.path).frame_count == probe(video.path).frame_count
    stages = await told(made, job)
    names = {"loudness", "thumbnail", "contact_sheet"}
    assert {name for name, state in stages if state == "started"} == names
    assert {name for name, state in stages if state == "done"} == names
    assert made.kinds()[-1] == "done"


async def test_what_is_there_is_not_made_again_and_what_was_deleted_is(house: MakeHouse):
    made = house()
    job = await made.create()
    count = len(await told(made, job))
    assert (await made.pipeline.resume(job.id)).deliverables == job.deliverables
    await run_stage(made.services, made.planner, job.id, "thumbnail")
    files = by_kind(job)
    times = {kind: one.path.stat().st_mtime_ns for kind, one in files.items()}
    assert len(await told(made, job)) == count + 2
    files["final"].path.unlink()
    again = await made.pipeline.resume(job.id)
    assert by_kind(again) == files
    assert files["final"].path.is_file()
    now = {kind: one.path.stat().st_mtime_ns for kind, one in files.items()}
    assert {kind for kind in now if now[kind] != times[kind]} == {"final"}


async def test_a_stage_that_fails_is_told_and_the_job_is_none_the_worse(house: MakeHouse):
    made = house()
    in_the_way: list[Path] = []

    async def see(event: Any) -> None:
        if event.kind == "judge" or (event.kind == "decision" and not in_the_way):
            (clip,) = made.services.output_folder.glob("*.mp4")
            in_the_way.append(clip.with_name(f"{clip.stem}-thumbnail.jpg"))
            in_the_way[0].mkdir()
        await made.see(event)

    job = await made.pipeline.create(made.request(), see)
    assert job.status is JobStatus.SUCCEEDED
    assert set(by_kind(job)) == {"final", "contact_sheet"}
    assert ("thumbnail", "failed") in await told(made, job)
    (warning,) = [event.message for event in made.events if event.kind == "warning"]
    assert warning.startswith("thumbnail failed: ")
    in_the_way[0].rmdir()
    assert set(by_kind(await made.pipeline.resume(job.id))) >= {"thumbnail"}


async def test_a_silent_clip_is_its_own_final(house: MakeHouse, tmp_path: Path):
    silent = write_pattern(tmp_path / "silent.mp4", Pattern(sound=False))
    generator, usual = FakeGenerator(silent), house()
    like = replace(usual.services, generator=generator)
    made = build(generator, usual.assessor, like, usual.model)
    job = await made.create(audio=False)
    final = by_kind(job)["final"]
    assert (final.path, final.loudness_lufs) == (job.path, None)
    assert len(list(made.services.output_folder.glob("*.mp4"))) == 1


async def test_copies_go_to_the_buckets_and_a_closed_one_costs_nothing_but_the_copy(
    house: MakeHouse,
):
    shelf = Shelf()
    made = with_shelf(house(), shelf)
    shelf.out_of_order = True
    job = await made.create()
    assert job.status is JobStatus.SUCCEEDED
    assert {one.storage_uri for one in job.deliverables} == {None}
    assert ("upload", "failed") in await told(made, job)
    shelf.out_of_order = False
    await run_stage(made.services, made.planner, job.id, "upload")
    job = await made.pipeline.job(job.id)
    for one in job.deliverables:
        assert one.storage_uri == f"gs://shelf/{one.sha256}"
    video = job.attempts[0].video
    assert video is not None
    assert video.storage_uri == f"gs://shelf/{video.sha256}"
    assert sorted(shelf.kept.values()) == ["image/jpeg", "image/jpeg", "video/mp4", "video/mp4"]


async def test_the_final_is_published_last(published: MakeHouse, channel: Channel):
    made = published(0.9)
    job = await queued_job(made, publish="unlisted")
    flow = PlainFlow(workers_part(made))
    await run_job(flow, workers_part(made), job.id)
    assert flow.steps[-1] == "publish"
    assert set(flow.steps[-4:-1]) == {"loudness", "thumbnail", "contact_sheet"}
    done = await made.pipeline.job(job.id)
    (there,) = channel.videos()
    assert there["status"]["privacyStatus"] == "unlisted"
    assert made.services.publishing is not None
    (publication,) = await made.services.publishing.find(job_id=job.id)
    assert publication.size_bytes == by_kind(done)["final"].size_bytes
    assert (await told(made, done))[-2:] == [("publish", "started"), ("publish", "done")]
    await run_stage(made.services, made.planner, job.id, "publish")
    assert len(channel.videos()) == 1


async def test_a_publication_that_cannot_be_is_a_warning(house: MakeHouse):
    made = house()
    job = await made.create(publish="private")
    assert job.status is JobStatus.SUCCEEDED
    assert (await told(made, job))[-1] == ("publish", "failed")
    warnings = [event.message for event in made.events if event.kind == "warning"]
    assert any("uploading is not configured" in message for message in warnings)


async def test_a_planner_that_does_not_upload_is_told_as_the_reason(published: MakeHouse):
    usual = published(0.9)
    made = build(usual.generator, usual.assessor, usual.services, ScriptedModel(policy=diligent))
    job = await made.create(publish="private")
    assert job.status is JobStatus.SUCCEEDED
    warnings = [event.message for event in made.events if event.kind == "warning"]
    assert warnings[0] == "not published: the planner did not upload it"
    assert warnings[1].startswith("publish failed: the video is not published")
