"""What is made from a video: one row for each kind, the newest file counts."""

from decimal import Decimal
from pathlib import Path

from video_agent.ledger.facts import load_facts
from video_agent.models import (
    Deliverable,
    GenerationState,
    MediaFacts,
    Video,
    VideoRequest,
)
from video_agent.store import Database
from video_agent.store.deliverables import (
    deliverables_of,
    find_deliverable,
    keep_deliverable,
    note_copy,
)
from video_agent.store.jobs import create_job, new_job, update_job
from video_agent.store.records import insert_video
from video_agent.store.tables import GenerationRow, JsonObject

FACTS = MediaFacts(
    duration_seconds=2, width=64, height=64, fps=24, frame_count=48, video_codec="h264"
)
MADE: JsonObject = {"duration_seconds": 2, "resolution": "360p", "aspect_ratio": "16:9"}


async def stored_video(database: Database) -> Video:
    row = new_job(
        VideoRequest(prompt="a red boat"),
        app_name="app", session_id="s", backend="studio", charged=False,
    )  # fmt: skip
    await create_job(database, row)
    generation = GenerationRow(
        job_id=row.id, attempt_number=1, fingerprint="f", state=GenerationState.SUCCEEDED.value,
        model="m", backend="studio", prompt="p", settings=MADE, estimate_usd=Decimal(1),
        reserved_usd=Decimal(1),
    )  # fmt: skip
    async with database.write() as session:
        session.add(generation)
    video = Video(
        id=f"v-{row.id}", job_id=row.id, attempt_number=1, generation_id=generation.id,
        path=Path("clip.mp4"), sha256="0", facts=FACTS,
    )  # fmt: skip
    return await insert_video(database, video)


def still(sha256: str) -> Deliverable:
    return Deliverable(kind="thumbnail", path=Path("t.jpg"), sha256=sha256, size_bytes=9)


async def test_what_is_made_anew_takes_the_place_of_what_was(prepared_url: str):
    database = Database(prepared_url)
    video = await stored_video(database)
    assert await find_deliverable(database, video.id, "thumbnail") is None
    await keep_deliverable(database, video, still("1"))
    await keep_deliverable(database, video, still("2"))
    assert await find_deliverable(database, video.id, "thumbnail") == still("2")
    assert await note_copy(database, video.id, "1", "gs://b/1") is False
    assert await note_copy(database, video.id, "2", "gs://b/2") is True
    (only,) = await deliverables_of(database, video.id)
    assert only.storage_uri == "gs://b/2"
    await database.close()


async def test_a_job_shows_what_was_made_from_the_video_it_delivers(prepared_sqlite_url: str):
    database = Database(prepared_sqlite_url)
    video = await stored_video(database)
    final = Deliverable(
        kind="final", path=Path("f.mp4"), sha256="1", size_bytes=1, loudness_lufs=-14.1
    )
    await keep_deliverable(database, video, final)
    assert (await load_facts(database, video.job_id)).job.deliverables == ()
    await update_job(database, video.job_id, best_video_id=video.id)
    assert (await load_facts(database, video.job_id)).job.deliverables == (final,)
    await database.close()
