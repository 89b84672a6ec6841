"""What the planner is told when a turn for a job begins: only facts of the database."""

from video_agent.models import Job
from video_agent.planner.wording import describe_attempt, next_step
from video_agent.tools.standing import Standing


def first_message(job: Job) -> str:
    """The request in words."""
    request = job.request
    lines = [
        "Make this video. The request, word for word:",
        request.prompt,
        f"({request.duration_seconds:g} s, {request.resolution}, {request.aspect_ratio}, "
        f"{'with sound' if request.audio else 'silent'}"
        f"{f', style {request.style}' if request.style else ''}"
        f"{f', avoid {request.negative}' if request.negative else ''}; "
        f"it passes at {request.quality_threshold:.2f}, at most {request.max_attempts} attempts, "
        f"${request.budget_usd})",
    ]
    return "\n".join(lines)


def continue_message(job: Job, standing: Standing) -> str:
    """Where an interrupted job stands and what comes next."""
    done = "\n".join(describe_attempt(attempt) for attempt in job.attempts) or "Nothing yet."
    return "\n".join(
        [
            "Continue this job; it was interrupted. The request, word for word:",
            job.request.prompt,
            "Done so far:",
            done,
            f"Now call {next_step(standing)}",
        ]
    )
