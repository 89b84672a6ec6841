"""What the planner is told when a turn for a job begins: only facts of the database."""

from video_agent.models import Job, Video
from video_agent.planner.wording import describe_attempt, next_step
from video_agent.tools.standing import Standing


def first_message(job: Job) -> str:
    """The request in words."""
    request = job.request
    asked = [
        f"{request.duration_seconds:g} seconds, {request.resolution}, {request.aspect_ratio}",
        "with sound" if request.audio else "silent",
        f"style {request.style}" if request.style else "",
        f"without {request.negative}" if request.negative else "",
    ]
    settings = ", ".join(part for part in asked if part)
    wish = f"Make this video.\n\n## Request\n{request.prompt}\n\n## Settings\n{settings}"
    if request.publish is None:
        return wish
    return f"{wish}\n\n## Afterwards\nUpload the video that passed to YouTube, {request.publish}."


def continue_message(job: Job, standing: Standing) -> str:
    """Where an interrupted job stands and what comes next."""
    done = "\n".join(describe_attempt(attempt) for attempt in job.attempts) or "Nothing."
    return (
        "This job was interrupted and is not finished. "
        f"The request, word for word: {job.request.prompt!r}\n"
        f"Done so far:\n{done}\nNow call {next_step(standing)}"
    )


def publish_message(job: Job, video: Video) -> str:
    """What is left to do when the finished video is to be published."""
    return (
        "The video passed and is ready to be published. "
        f"The request, word for word: {job.request.prompt!r}\n"
        f"Upload it now: call upload_to_youtube with video_id {video.id}, a fitting title and "
        f"description, and privacy {job.request.publish}."
    )
