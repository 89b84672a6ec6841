"""Jobs as values, with everything a report shows."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from video_agent.ledger.bill import Bill, CallSum
from video_agent.ledger.overview import Sums
from video_agent.media.verify import verify
from video_agent.models import (
    Attempt,
    Defect,
    Dimension,
    Generation,
    GenerationSettings,
    GenerationState,
    Job,
    JobEvent,
    JobStatus,
    JudgeAnswer,
    ProgressEvent,
    QualityReport,
    Shot,
    Signal,
    StopReason,
    Video,
    VideoRequest,
)
from video_agent.notebook.report.story import JobStory

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SETTINGS = GenerationSettings(duration_seconds=2, resolution="360p", aspect_ratio="16:9")
SPEND = Bill((), (CallSum("judge", "a-judge", 2, 1_200, 90, Decimal("0.004"), 1),), Sums())


def report(text: str, score: float | None = 0.7) -> QualityReport:
    """A report in which every text a model writes is this one."""
    return QualityReport(
        video_id="v",
        score=score,
        passed=False,
        threshold=0.8,
        defects=(
            Defect(kind=text, description=text, start_seconds=0.5, end_seconds=0.9, severity=0.9),
        ),
        dimensions=(Dimension(name=text, score=0.5, origin="judge", evidence=text),),
        signals=(Signal(name="flicker", value=0.3, unit="levels", score=0.4, source=text),),
        answers=(JudgeAnswer(question=text, satisfied=False, evidence=text, time_seconds=0.5),),
        feedback=text,
        not_measured=(text,),
        judge_model=text,
    )


def attempt(
    text: str, state: GenerationState, *, clip: Path | None = None, score: float | None = 0.7
) -> Attempt:
    """An attempt; with a clip it has been looked at."""
    made = Generation(
        id="g1", job_id="j", attempt_number=1, state=state, model="a-model", prompt=text,
        settings=SETTINGS, estimate_usd=Decimal("0.1"), error=text, provider_id=text,
        cost_usd=Decimal("0.1") if clip else None, intended_at=NOW, submitted_at=NOW,
        finished_at=NOW + timedelta(seconds=9),
    )  # fmt: skip
    video = None if clip is None else Video(
        id="v", job_id="j", attempt_number=1, generation_id="g1", path=clip, sha256="0" * 64,
        facts=verify(clip).facts,
    )  # fmt: skip
    return Attempt(
        number=1, prompt=text, shot=Shot(subject=text or "-"), feedback=text, generation=made,
        video=video, report=report(text, score) if clip else None,
    )  # fmt: skip


def job(text: str, *attempts: Attempt, **changes: Any) -> Job:
    """A stopped job whose request, errors and reports say this text."""
    clip = attempts[0].video.path if attempts and attempts[0].video else None
    fields: dict[str, Any] = {
        "id": "01a2099c-e314", "session_id": "s", "user_id": text, "app_name": "a",
        "request": VideoRequest(prompt=text, negative=text, duration_seconds=2, seed=7),
        "status": JobStatus.STOPPED, "stopped_because": StopReason.ATTEMPTS, "backend": "studio",
        "charged": False, "cost_usd": Decimal("0.5"), "error": text, "attempts": attempts,
        "best_attempt": 1 if clip else None, "path": clip, "created_at": NOW, "updated_at": NOW,
        "best_score": attempts[0].report.score if attempts and attempts[0].report else None,
    }  # fmt: skip
    return Job(**fields | changes)


def story(told: Job, folder: Path, *, bill: Bill = SPEND) -> JobStory:
    """The job with one event that says its prompt."""
    event = ProgressEvent(kind="warning", message=told.request.prompt, attempt_number=1)
    events = (JobEvent(sequence=1, created_at=NOW, event=event),)
    return JobStory(told, events, bill, folder, {"video-agent": "0"})
