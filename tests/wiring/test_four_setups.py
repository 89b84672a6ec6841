"""The same job on four set-ups: only settings differ, and the model that a request may name."""

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from video_agent.models import GenerationState, Job, VideoRequest, parse_request
from video_agent.settings import load_settings
from video_agent.studio.server import Studio, StudioConfig
from video_agent.wiring import VideoAgent

PROMPT = "a red sailboat glides across a calm bay at sunset"
SMALL: dict[str, object] = {"duration_seconds": 3, "resolution": "360p", "quality_threshold": 0.5}
VEO: dict[str, object] = {
    "duration_seconds": 4,
    "resolution": "720p",
    "quality_threshold": 0.5,
    "model": "veo-3.1-lite-generate-001",
}


@dataclass(frozen=True)
class Setup:
    """How one set-up is configured; `{url}` is the studio's address."""

    name: str
    settings: dict[str, str]
    request: dict[str, object] = field(default_factory=lambda: SMALL)
    paid_kind: str = "interactions.create"
    path: str = "/v1beta/interactions"


SETUPS = [
    Setup("studio", {"backend": "studio", "studio_url": "{url}"}),
    Setup(
        "Gemini API wire",
        {"backend": "gemini", "google_api_key": "a-users-key", "gemini_base_url": "{url}"},
    ),
    Setup(
        "Agent Platform, Omni wire",
        {
            "backend": "agent_platform",
            "agent_platform_base_url": "{url}",
            "google_cloud_project": "my-project",
            "generation_bucket": "gs://my-bucket/generations",
        },
    ),
    Setup(
        "Agent Platform, Veo wire",
        {
            "backend": "agent_platform",
            "agent_platform_base_url": "{url}",
            "google_cloud_project": "my-project",
            "generation_bucket": "gs://my-bucket/generations",
        },
        VEO,
        "veo.submit",
    ),
]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path_factory.mktemp("studio"))) as running:
        yield running


def agent_of(setup: Setup, studio: Studio) -> VideoAgent:
    settings = {name: value.format(url=studio.url) for name, value in setup.settings.items()}
    return VideoAgent(load_settings(**settings))


def request_of(fields: dict[str, object]) -> VideoRequest:
    return parse_request({"prompt": PROMPT, **fields})


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.name)
async def test_the_same_job_ends_in_a_judged_video(setup: Setup, studio: Studio) -> None:
    posts = len(studio.paid_posts)
    async with agent_of(setup, studio) as agent:
        job = await agent.create(request_of(setup.request))

    assert_delivered(job)
    paid = studio.paid_posts[posts:]
    assert [record.kind for record in paid] == [setup.paid_kind] * len(job.attempts)
    assert job.charged is False


def assert_delivered(job: Job) -> None:
    assert job.passed
    assert isinstance(job.path, Path)
    assert job.path.is_file()
    for attempt in job.attempts:
        assert attempt.generation is not None
        assert attempt.generation.state is GenerationState.SUCCEEDED
        assert attempt.generation.provider_id
        assert attempt.report is not None
        assert attempt.report.score is not None
    assert job.cost_usd > 0


async def test_results_on_agent_platform_lie_in_a_folder_of_their_generation(
    studio: Studio,
) -> None:
    async with agent_of(SETUPS[3], studio) as agent:
        job = await agent.create(request_of({**VEO, "samples": 2, "audio": False}))

    generation = job.attempts[0].generation
    assert generation is not None
    assert generation.settings.output_uri == "gs://my-bucket/generations"
    objects = studio.buckets.list("my-bucket", f"generations/{generation.id}/")
    assert len(objects) == 2
    assert job.attempts[0].video is not None
    assert job.attempts[0].video.facts.audio_codec is None


async def test_a_finished_video_is_kept_in_cloud_storage_too(studio: Studio) -> None:
    async with VideoAgent(
        backend="studio", studio_url=studio.url, buckets=("gs://first/videos", "gs://second")
    ) as agent:
        job = await agent.create(request_of(SMALL))

    video = job.attempts[-1].video
    assert video is not None
    assert video.storage_uri is not None
    assert video.sha256 in video.storage_uri
    bucket, _, name = video.storage_uri.removeprefix("gs://").partition("/")
    assert bucket in {"first", "second"}
    stored = studio.buckets.find(bucket, name)
    assert stored is not None
    assert stored.size == video.facts.size_bytes


async def test_a_region_without_the_model_is_refused_before_anything_is_paid(
    studio: Studio,
) -> None:
    from video_agent.errors import VideoAgentError

    posts = len(studio.paid_posts)
    agent = VideoAgent(
        backend="agent_platform",
        agent_platform_base_url=studio.url,
        google_cloud_location="europe-west4",
    )
    with pytest.raises(VideoAgentError, match="europe-west4"):
        async with agent:
            await agent.create(request_of(SMALL))
    assert len(studio.paid_posts) == posts


async def test_an_earlier_video_is_edited_and_extended(studio: Studio) -> None:
    async with VideoAgent(backend="studio", studio_url=studio.url) as agent:
        first = await agent.create(request_of(SMALL))
        edited = await agent.create("make it snow", edits=first.id, quality_threshold=0.1)
        longer = await agent.create(
            "it sails on", extends=first.id, duration_seconds=3, quality_threshold=0.1
        )

    def seconds(job: Job) -> float:
        best = job.best
        assert best is not None
        assert best.video is not None
        return best.video.facts.duration_seconds

    assert seconds(edited) == pytest.approx(3.0, abs=0.1)
    assert seconds(longer) == pytest.approx(6.0, abs=0.15)
    assert edited.best is not None
    assert edited.best.generation is not None
    assert edited.best.generation.settings.task == "edit"
