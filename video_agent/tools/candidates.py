"""The clips of a job: as its loop policy sees them, and the one to hand over. Pure."""

from collections.abc import Sequence

from video_agent.models import (
    Attempt,
    GenerationSettings,
    Job,
    QualityReport,
    VideoRequest,
)
from video_agent.policies import Candidate, Comparison, champion_of


def candidates_of(job: Job) -> tuple[Candidate, ...]:
    """The judged clips of a job as its policy sees them, oldest first."""
    videos = {
        item.generation.id: item.video.id
        for item in job.attempts
        if item.generation is not None and item.video is not None
    }
    made: list[Candidate] = []
    for attempt in job.attempts:
        generation, video, report = attempt.generation, attempt.video, attempt.report
        if generation is None or video is None or report is None:
            continue
        final = as_requested(generation.settings, job.request)
        source = videos.get(generation.settings.source_generation_id or "")
        made.append(
            Candidate(
                video_id=video.id,
                attempt_number=attempt.number,
                tier="final" if final else "draft",
                prompt=attempt.prompt,
                score=report.score,
                lower=report.lower,
                upper=report.upper,
                passed=report.passed,
                gate_failed=gate_failed(report),
                defects=report.defects,
                made_from=source or (_draft_of(attempt, made) if final else None),
            )
        )
    return tuple(made)


def _draft_of(attempt: Attempt, made: Sequence[Candidate]) -> str | None:
    """The draft whose prompt a final clip was made from again."""
    same = (item for item in made if item.tier == "draft" and item.prompt == attempt.prompt)
    return next((item.video_id for item in same), None)


def gate_failed(report: QualityReport) -> bool:
    """Whether a hard gate rejected the clip."""
    return any(item.origin == "gate" for item in report.defects)


def as_requested(made: GenerationSettings, request: VideoRequest) -> bool:
    """Whether a generation has the length, size and shape of the request."""
    return (made.duration_seconds, made.resolution, made.aspect_ratio) == (
        request.duration_seconds,
        request.resolution,
        request.aspect_ratio,
    )


def comparisons_of(job: Job) -> tuple[Comparison, ...]:
    """Every pairwise verdict on clips of a job."""
    return tuple(
        Comparison(first=pair.other, second=attempt.report.video_id, winner=pair.winner)
        for attempt in job.attempts
        if attempt.report is not None
        for pair in attempt.report.compared
    )


def champion_id(job: Job) -> str | None:
    """The video that pairwise verdicts left standing; None where no clips were compared."""
    compared = comparisons_of(job)
    champion = champion_of(candidates_of(job), compared) if compared else None
    return champion.video_id if champion is not None else None


def delivers(attempt: Attempt, request: VideoRequest) -> bool:
    """Whether an attempt's video passed and is what was asked for (a smaller draft is not)."""
    made = attempt.generation.settings if attempt.generation else None
    passed = attempt.report is not None and attempt.report.passed
    return passed and made is not None and as_requested(made, request)


def score_of(attempt: Attempt | None) -> float | None:
    """An attempt's score; None when it has none."""
    return attempt.report.score if attempt and attempt.report else None


def best_attempt(job: Job) -> Attempt | None:
    """The attempt to hand over: one that passed as requested, else the best one.

    What a gate rejected comes last, even after what nobody could judge. What was made as requested
    and judged goes before a smaller draft; then what was left standing of clips compared in pairs,
    then the score, and among equals the earlier one wins.
    """
    champion = champion_id(job)

    def rank(attempt: Attempt) -> tuple[bool, bool, bool, bool, float, int]:
        score, report, made = score_of(attempt), attempt.report, attempt.generation
        rejected = report is not None and gate_failed(report)
        sound = score is not None and not rejected
        asked_for = sound and made is not None and as_requested(made.settings, job.request)
        known = -1.0 if score is None else score
        stands = attempt.video is not None and attempt.video.id == champion
        passed = delivers(attempt, job.request)
        return passed, not rejected, asked_for, stands, known, -attempt.number

    return max((item for item in job.attempts if item.video is not None), key=rank, default=None)
