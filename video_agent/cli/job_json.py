"""A job as JSON: stable names, numbers as numbers, unknown as null."""

from typing import TYPE_CHECKING

from video_agent.notebook import public_url, publications_of

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from video_agent.models import Attempt, Deliverable, Job, Publication


def job_as_json(job: "Job") -> dict[str, object]:
    """The public JSON of a job: stable names, numbers as numbers, unknown as null.

    `public_url` is null where there is no link; lists of jobs carry those of `show` only.
    """
    best = job.best
    delivered = best.video if best else None
    return {
        "job_id": job.id,
        "status": job.status.value,
        "path": str(job.path) if job.path else None,
        "storage_uri": delivered.storage_uri if delivered else None,
        "public_url": public_url(job, delivered),
        "deliverables": [_deliverable_as_json(item) for item in job.deliverables],
        "score": job.best_score,
        "passed": job.passed,
        "threshold": job.request.quality_threshold,
        "cost_usd": _number(job.cost_usd),
        "charged": job.charged,
        "unknown_cost": job.unknown_cost,
        "budget_usd": _number(job.request.budget_usd),
        "attempts": len(job.attempts),
        "stopped_because": job.stopped_because.value if job.stopped_because else None,
        "backend": job.backend,
        "task": job.request.task,
        "prompt": job.request.prompt,
        "best_attempt": job.best_attempt,
        "dimensions": _dimensions(best),
        "feedback": best.report.feedback if best and best.report else None,
        "error": job.error,
        **_terms_as_json(job),
        "publications": [_publication_as_json(item) for item in publications_of(job)],
        "created_at": job.created_at.isoformat(),
        "history": [_attempt_as_json(job, item) for item in job.attempts],
    }


def _terms_as_json(job: "Job") -> dict[str, object]:
    """Whose job it is, when and how urgently it is done."""
    return {
        "user_id": job.user_id,
        "priority": job.priority,
        "not_before": _moment(job.not_before),
        "deadline_at": _moment(job.deadline_at),
        "cancel_requested_at": _moment(job.cancel_requested_at),
        "approved_at": _moment(job.approved_at),
        "batch_id": job.batch_id,
    }


def _moment(moment: "datetime | None") -> str | None:
    return moment.isoformat() if moment else None


def _publication_as_json(one: "Publication") -> dict[str, object]:
    """Where a video was uploaded, as JSON."""
    return {
        "target": one.target,
        "state": one.state.value,
        "youtube_id": one.youtube_id,
        "url": one.url,
        "privacy": one.details.privacy,
        "error": one.error,
    }


def _deliverable_as_json(made: "Deliverable") -> dict[str, object]:
    """What was made from the delivered video, as JSON: `final`, `thumbnail`, `contact_sheet`."""
    return {
        "kind": made.kind,
        "path": str(made.path),
        "storage_uri": made.storage_uri,
        "loudness_lufs": made.loudness_lufs,
    }


def _attempt_as_json(job: "Job", attempt: "Attempt") -> dict[str, object]:
    """One attempt of a job as JSON."""
    generation, video, report = attempt.generation, attempt.video, attempt.report
    return {
        "number": attempt.number,
        "round": attempt.round_number or attempt.number,
        "tier": attempt.tier.value,
        "prompt": attempt.prompt,
        "generation_id": generation.id if generation else None,
        "state": generation.state.value if generation else None,
        "provider_id": generation.provider_id if generation else None,
        "model": generation.model if generation else None,
        "samples": generation.settings.samples if generation else None,
        "cost_usd": _number(generation.cost_usd) if generation else None,
        "path": str(video.path) if video else None,
        "storage_uri": video.storage_uri if video else None,
        "public_url": public_url(job, video),
        "duration_seconds": video.facts.duration_seconds if video else None,
        "score": report.score if report else None,
        "passed": report.passed if report else None,
        "dimensions": _dimensions(attempt),
        "feedback": report.feedback if report else None,
        "compared": [item.model_dump(mode="json") for item in report.compared] if report else [],
        "insights": [item.model_dump(mode="json") for item in report.insights] if report else [],
    }


def _dimensions(attempt: "Attempt | None") -> dict[str, float]:
    if attempt is None or attempt.report is None:
        return {}
    return {item.name: round(item.score, 4) for item in attempt.report.dimensions}


def _number(amount: "Decimal | None") -> float | None:
    return None if amount is None else round(float(amount), 9)
