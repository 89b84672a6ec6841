"""A judge that says ten to everything passes nothing."""

from pathlib import Path
from typing import Any

from video_agent.models import JobStatus
from video_agent.studio.server import Studio, StudioConfig
from video_agent.wiring import VideoAgent

SMALL: dict[str, Any] = {"duration_seconds": 3.0, "resolution": "360p", "max_attempts": 1}


async def test_a_judge_that_says_ten_to_everything_passes_nothing(tmp_path: Path):
    with Studio(StudioConfig(folder=tmp_path / "studio")) as studio:
        async with VideoAgent(backend="studio", studio_url=studio.url) as agent:
            with studio.fault("generate_content", "always_ten_judge", times=-1):
                job = await agent.create("a red boat at sunset", quality_threshold=0.3, **SMALL)
    (attempt,) = job.attempts
    assert attempt.report is not None
    assert attempt.report.score is None
    assert "did not look" in attempt.report.feedback
    assert job.status is not JobStatus.SUCCEEDED
    assert not job.passed
    assert job.cost_usd <= job.request.budget_usd
