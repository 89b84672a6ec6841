"""A publishing house of one test: real SQLite, a real clip row, a studio's YouTube over HTTP."""

import asyncio
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from video_agent.backends.google.youtube import YouTube
from video_agent.backends.google.youtube_http import AccessTokens, FixedToken, YouTubeHttp
from video_agent.ids import new_id
from video_agent.models import MediaFacts, PublicationDetails, Video, VideoRequest
from video_agent.models.publication import parse_publication
from video_agent.ports import Clock
from video_agent.publishing import Publishing, TransferPolicy
from video_agent.store import Database
from video_agent.store.jobs import create_job, new_job
from video_agent.store.records import insert_video
from video_agent.store.tables import GenerationRow
from video_agent.studio.server import Studio

QUARTER_MIB = 256 * 1024
QUICK = TransferPolicy(
    chunk_bytes=QUARTER_MIB,
    first_wait_seconds=0.01,
    longest_wait_seconds=0.05,
    settle_waits_seconds=(0.01,),
    lease_seconds=0.3,
    look_seconds=0.05,
    processing_seconds=20.0,
    first_look_seconds=0.05,
)
TOKEN = "studio-secret-of-this-test"  # noqa: S105 - the studio takes any


def details(**changes: Any) -> PublicationDetails:
    return parse_publication({"title": "A red boat", **changes})


async def file_of_a_job(database: Database, path: Path, content: bytes) -> Video:
    """A stored video with its job and generation, as a finished job leaves them."""
    await asyncio.to_thread(path.write_bytes, content)
    request = VideoRequest(prompt="a red boat")
    job = new_job(request, app_name="t", session_id=new_id(), backend="studio", charged=False)
    await create_job(database, job)
    generation = GenerationRow(
        job_id=job.id, attempt_number=1, fingerprint="f", state="succeeded", model="m",
        backend="studio", prompt="p", settings={}, estimate_usd=Decimal(1), reserved_usd=Decimal(1),
    )  # fmt: skip
    async with database.write() as session:
        session.add(generation)
    video = Video(
        id=new_id(),
        job_id=job.id,
        attempt_number=1,
        generation_id=generation.id,
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        facts=MediaFacts(
            duration_seconds=3, width=640, height=360, fps=24, frame_count=72,
            video_codec="h264", size_bytes=len(content),
        ),
    )  # fmt: skip
    return await insert_video(database, video)


def publishing(
    database: Database,
    url: str,
    clock: Clock,
    *,
    tokens: AccessTokens | None = None,
    policy: TransferPolicy = QUICK,
) -> Publishing:
    http = YouTubeHttp(tokens or FixedToken(SecretStr(TOKEN)), base_url=url, timeout_seconds=10)
    return Publishing(database, YouTube(http), clock, policy=policy)


@dataclass(frozen=True)
class Channel:
    """The studio's YouTube, seen from outside."""

    studio: Studio

    def fault(self, kind: str, name: str, **more: Any) -> None:
        answer = httpx.post(
            f"{self.studio.url}/studio/faults",
            json={"kind": kind, "name": name, **more},
            headers={"x-studio-token": self.studio.token},
            trust_env=False,
        )
        assert answer.status_code == 201, answer.text

    def videos(self) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.studio.url}/studio/youtube/videos", trust_env=False)
        return list(answer.json()["videos"])

    def requests(self) -> dict[str, Any]:
        answer = httpx.get(
            f"{self.studio.url}/studio/statistics",
            headers={"x-studio-token": self.studio.token},
            trust_env=False,
        )
        return dict(answer.json())
