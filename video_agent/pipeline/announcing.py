"""The first and the last lines of a job's live progress: who does it, and what came of it."""

from video_agent.models import Job, ProgressEvent


def opening_events(job: Job, planner_model: str) -> tuple[ProgressEvent, ...]:
    """Which service does the job, whether it costs real money, and which model plans."""
    charged = "real money" if job.charged else "list prices, nothing is charged"
    return (
        ProgressEvent(kind="backend", message=f"{job.backend}: {charged}", job_id=job.id),
        ProgressEvent(kind="plan", message=f"{planner_model} plans", job_id=job.id),
    )


def closing_event(job: Job) -> ProgressEvent:
    """Why it stopped and where its video is."""
    where = str(job.path) if job.path else "no video"
    reason = job.stopped_because.value if job.stopped_because else "not finished"
    score = {"score": job.best_score, "cost_usd": round(float(job.cost_usd), 6)}
    return ProgressEvent(kind="done", message=f"{reason}: {where}", job_id=job.id, data={**score})
