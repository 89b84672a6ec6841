"""What is made from a delivered video. Filled by the enhance stage."""

from video_agent.jobs.work import Stage
from video_agent.planner import Planner
from video_agent.tools import Services


async def run_stage(services: Services, planner: Planner, job_id: str, stage: Stage) -> None:
    """Make one thing from the delivered video of a job; failing is a warning."""
    del services, planner, job_id, stage
