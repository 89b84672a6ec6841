"""Calls in the planner's place: what is paid for is brought home and judged, come what may."""

from google.adk.models.llm_response import LlmResponse

from video_agent.models import Job
from video_agent.planner.history import with_call
from video_agent.planner.turns import Turn
from video_agent.tools.standing import Standing

MAX_FORCED_CALLS = 3
"""In one turn, for each attempt of a round."""


def forced_call(
    turn: Turn, job: Job, standing: Standing, response: LlmResponse
) -> LlmResponse | None:
    """The call that brings a paid clip home or has it judged; None when there is none."""
    attempt = standing.unfinished
    most = MAX_FORCED_CALLS * job.request.candidates
    if attempt is None or attempt.generation is None or turn.forced >= most:
        return None
    turn.forced += 1
    if attempt.video is not None:
        return with_call(response, "analyze_video", {"video_id": attempt.video.id})
    return with_call(response, "poll_generation", {"generation_id": attempt.generation.id})


def call_home(turn: Turn, standing: Standing) -> LlmResponse | None:
    """The call that fetches what another candidate of the round that passed has left lying.

    Each once in a turn. They are kept, and not judged.
    """
    if not standing.passed or turn.failure is not None or turn.parked is not None:
        return None
    for attempt in standing.abroad:
        generation = attempt.generation
        if generation is not None and generation.id not in turn.called_home:
            turn.called_home.add(generation.id)
            return with_call(LlmResponse(), "poll_generation", {"generation_id": generation.id})
    return None
