"""A tournament with a judge that looks: the studio watches the clips in pairs, in both orders."""

from decimal import Decimal

from video_agent import VideoAgent
from video_agent.cli.job_json import job_as_json
from video_agent.models import VideoRequest

ASKED = VideoRequest(
    prompt="a red boat drifts across a calm bay",
    policy="tournament",
    duration_seconds=3,
    resolution="360p",
    max_attempts=2,
    quality_threshold=0.3,
)


async def test_clips_that_passed_are_compared_by_the_judge_and_one_of_them_is_delivered() -> None:
    async with VideoAgent() as agent:
        priced = await agent.estimate(ASKED)
        plain = await agent.estimate(ASKED.model_copy(update={"policy": "refine"}))
        job = await agent.create(ASKED)
    assert priced.most_usd > plain.most_usd
    assert job.cost_usd <= priced.most_usd
    reports = [item.report for item in job.attempts if item.report is not None]
    assert [report.passed for report in reports] == [True, True]
    [pair] = [found for report in reports for found in report.compared]
    assert pair.judged
    assert pair.reasons
    clips = {item.number: item.video.id for item in job.attempts if item.video is not None}
    scores = {item.number: item.report.score or 0.0 for item in job.attempts if item.report}
    left = next((n for n, clip in clips.items() if clip == pair.winner), None)
    assert job.best_attempt == (left or max(scores, key=lambda number: scores[number]))
    shown = job_as_json(job)["history"]
    assert isinstance(shown, list)
    assert [len(item["compared"]) for item in shown].count(1) == 1
    assert job.cost_usd > sum(
        (item.generation.cost_usd or Decimal(0) for item in job.attempts if item.generation),
        Decimal(0),
    )
