"""What a job's facts allow next, and how a shot is said to a video model."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from video_agent.catalog import LanguageReserve, load_catalog
from video_agent.models import (
    Attempt,
    Generation,
    GenerationSettings,
    GenerationState,
    Job,
    JobStatus,
    MediaFacts,
    QualityReport,
    Shot,
    StopReason,
    Tier,
    Video,
    VideoRequest,
)
from video_agent.prompts import load_prompt
from video_agent.tools import DEFAULT_TOOLS
from video_agent.tools.enhance_prompt import render
from video_agent.tools.standing import Standing, stand

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MODEL = load_catalog().find("gemini-omni-1.2-flash")
RESERVE = LanguageReserve(
    plan_usd=Decimal("0.02"),
    enhance_usd=Decimal("0.01"),
    judge_usd=Decimal("0.02"),
    plan_call_usd=Decimal("0.01"),
    compare_usd=Decimal("0.01"),
)


def video_of(number: int) -> Video:
    facts = MediaFacts(
        duration_seconds=6, width=2, height=2, fps=24, frame_count=144, video_codec="h264"
    )
    return Video(
        id=f"v{number}",
        job_id="j",
        attempt_number=number,
        generation_id=f"g{number}",
        path=Path(f"{number}.mp4"),
        sha256="0",
        facts=facts,
    )


def report_on(number: int, score: float | None) -> QualityReport:
    passed = score is not None and score >= 0.8
    return QualityReport(video_id=f"v{number}", score=score, passed=passed, threshold=0.8)


def attempt(
    number: int,
    score: float | None = None,
    state: GenerationState = GenerationState.SUCCEEDED,
    *,
    tier: Tier = Tier.FINAL,
    judged: bool = True,
) -> Attempt:
    settings = GenerationSettings(
        duration_seconds=6,
        resolution="360p" if tier is Tier.DRAFT else "720p",
        aspect_ratio="16:9",
        tier=tier,
    )
    filmed = state is GenerationState.SUCCEEDED
    video = video_of(number) if filmed else None
    report = report_on(number, score) if filmed and judged else None
    return Attempt(
        number=number,
        prompt="p",
        tier=tier,
        video=video,
        report=report,
        generation=Generation(
            id=f"g{number}",
            job_id="j",
            attempt_number=number,
            state=state,
            model="m",
            prompt="p",
            settings=settings,
            estimate_usd=Decimal("0.42"),
            intended_at=NOW,
        ),
    )


def standing_of(*attempts: Attempt, left: str = "2", **request: Any) -> Standing:
    job = Job(
        id="j",
        session_id="s",
        user_id="u",
        app_name="a",
        request=VideoRequest(prompt="p", **request),
        status=JobStatus.RUNNING,
        backend="studio",
        charged=False,
        cost_usd=Decimal(0),
        attempts=attempts,
        created_at=NOW,
        updated_at=NOW,
    )
    return stand(
        job,
        closed=(),
        model=MODEL,
        today=NOW.date(),
        reserve=RESERVE,
        budget_left_usd=Decimal(left),
        patience=2,
    )


STATE = GenerationState


@pytest.mark.parametrize(
    ("attempts", "options", "stop"),
    [
        ((), {}, None),
        ((), {"left": "0.477"}, StopReason.BUDGET),
        ((), {"left": "0.478"}, None),
        ((attempt(1, 0.5),), {}, None),
        ((attempt(1, 0.8),), {}, StopReason.PASSED),
        ((attempt(1, 0.9, tier=Tier.DRAFT),), {}, None),
        ((attempt(1, None),), {}, None),
        ((attempt(1, 0.5),), {"max_attempts": 1}, StopReason.ATTEMPTS),
        ((attempt(1, 0.7), attempt(2, 0.6)), {}, None),
        ((attempt(1, 0.7), attempt(2, 0.6), attempt(3, 0.7)), {"max_attempts": 9}, "patience"),
        ((attempt(1, 0.5), attempt(2, 0.4), attempt(3, 0.6)), {"max_attempts": 9}, None),
        ((attempt(1, state=STATE.BLOCKED), attempt(2, state=STATE.BLOCKED)), {}, None),
        ((attempt(1, state=STATE.OUTCOME_UNKNOWN),), {}, StopReason.OUTCOME_UNKNOWN),
        ((attempt(1, state=STATE.UNRESOLVED),), {}, None),
        ((attempt(1, state=STATE.REJECTED),), {"max_attempts": 1}, None),
    ],
)
def test_why_a_job_may_not_go_on(
    attempts: tuple[Attempt, ...], options: dict[str, Any], stop: str | None
):
    assert standing_of(*attempts, **options).stop == stop


@pytest.mark.parametrize(
    ("last", "unfinished"),
    [
        (attempt(1, state=STATE.SUBMITTED), True),
        (attempt(1, state=STATE.INTENDED), True),
        (attempt(1, state=STATE.OUTCOME_UNKNOWN), True),
        (attempt(1, judged=False), True),
        (attempt(1, None), True),
        (attempt(1, state=STATE.FAILED), False),
        (attempt(1, state=STATE.REJECTED), False),
    ],
)
def test_an_attempt_ends_when_its_generation_ended_and_its_video_was_judged(
    last: Attempt, unfinished: bool
):
    assert (standing_of(last).unfinished is not None) is unfinished


@pytest.mark.parametrize(
    ("attempts", "best"),
    [
        ((attempt(1, 0.5), attempt(2, 0.7), attempt(3, 0.7)), 2),
        ((attempt(1, 0.95, tier=Tier.DRAFT), attempt(2, 0.85)), 2),
        ((attempt(1, 0.75, tier=Tier.DRAFT), attempt(2, 0.6)), 2),  # what was asked for
        ((attempt(1, 0.75, tier=Tier.DRAFT), attempt(2, None)), 1),
        ((attempt(1, None), attempt(2, 0.1)), 2),
        ((attempt(1, None),), 1),
        ((attempt(1, state=STATE.BLOCKED),), None),
    ],
)
def test_the_best_attempt_is_chosen_over_all(attempts: tuple[Attempt, ...], best: int | None):
    chosen = standing_of(*attempts).best
    assert (chosen.number if chosen else None) == best


SHOT = Shot(
    subject="a red sailboat",
    action="it glides from left to right.",
    style="cinematic 35 mm film",
    camera="slow truck right",
    lighting="low warm sun",
    audio="Ambient noise: wind and water",
    negative="people, birds",
)


def test_a_shot_is_said_as_one_continuous_take_with_exclusions_in_words():
    text = render(SHOT, VideoRequest(prompt="a red sailboat", negative="text, people"))
    assert text == (
        "A red sailboat glides from left to right. Slow truck right. Cinematic 35 mm film. "
        "Low warm sun. A single continuous shot without cuts. Ambient noise: wind and water. "
        "No text. No people. No birds. No captions. No voice-over. No music."
    )


def test_what_the_person_asked_to_hear_or_read_is_not_excluded():
    request = VideoRequest(prompt='a man says "hello" while a piano song plays, with subtitles')
    text = render(SHOT, request)
    assert "No captions" not in text
    assert "No voice-over" not in text
    assert "No music" not in text


def test_a_silent_clip_is_asked_for_without_sound():
    text = render(SHOT, VideoRequest(prompt="a boat", audio=False))
    assert "wind and water" not in text
    assert "No sound." in text


def test_prompts_load_with_their_values():
    assert "6 seconds" in load_prompt("enhance", duration="6", aspect_ratio="16:9")
    assert load_prompt("planner", state="THE STATE").rstrip().endswith("THE STATE")


def test_the_tools_and_their_arguments_are_the_public_contract():
    contract = {item.name: list(item.arguments.model_fields) for item in DEFAULT_TOOLS}
    assert contract == {
        "enhance_prompt": ["prompt", "feedback"],
        "generate_video": [
            "prompt",
            "duration_seconds",
            "resolution",
            "aspect_ratio",
            "tier",
            "seed",
            "edits",
        ],
        "poll_generation": ["generation_id"],
        "analyze_video": ["video_id"],
        "upload_to_youtube": [
            "video_id",
            "title",
            "description",
            "tags",
            "privacy",
            "publish_at",
            "made_for_kids",
        ],
    }
