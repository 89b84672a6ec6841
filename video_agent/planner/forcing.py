"""Calls in the planner's place: what is paid for is brought home and judged, come what may.

A draft that passed is promoted too: it is not what the person asked for, and what a final clip
costs was kept for it.
"""

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
    if attempt is None or attempt.generation is None or turn.forced >= _most(job, standing):
        return None
    turn.forced += 1
    if attempt.video is not None:
        return with_call(response, "analyze_video", {"video_id": attempt.video.id})
    return with_call(response, "poll_generation", {"generation_id": attempt.generation.id})


def forced_promotion(
    turn: Turn, job: Job, standing: Standing, response: LlmResponse
) -> LlmResponse | None:
    """The call that makes a draft that passed as it was asked for; None when none is due."""
    call = standing.advice.promotion if standing.advice else None
    if call is None or not is_promotion_due(turn, job, standing):
        return None
    turn.forced += 1
    return with_call(response, call.tool, {**call.arguments})


def is_promotion_due(turn: Turn, job: Job, standing: Standing) -> bool:
    """Whether a draft that passed waits, and the turn may still act in the planner's place."""
    waits = standing.advice is not None and standing.advice.promotion is not None
    ready = standing.stop is None and standing.unfinished is None
    return waits and ready and turn.forced < _most(job, standing)


def _most(job: Job, standing: Standing) -> int:
    tiers = 1 if standing.advice is None else 2
    return MAX_FORCED_CALLS * job.request.candidates * tiers


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
