"""Two roles, one verdict: a fair viewer and the harshest critic, merged by a declared rule.

A judge that only views fairly praises, and a loop that follows praise gets worse; a judge that only
criticises never lets anything pass. Both roles are played in one call, because the clip is most of
what a call costs: two calls would send it twice and cost about 1.5 times as much (8 s at 4 frames a
second are 2,500 tokens of an input of about 4,000, and a second column of numbers adds about 40
tokens to an answer of a thousand). What one call gives up, independence of the roles, the repeats
near the threshold win back: every second one begins with the critic.

    merged = min(viewer, (viewer + critic) / 2)
"""

from video_agent.models import JudgedDimension

FAIR, CRITIC = "the fair viewer", "the critic"


def merged_score(dimension: JudgedDimension) -> float | None:
    """One number for both roles, 0 to 1; None when the critic was not played."""
    if dimension.critic is None:
        return None
    return min(dimension.score, (dimension.score + dimension.critic) / 2)


def first_role(repeat: int) -> str:
    """Who begins in the n-th judgement of a clip, counted from 0."""
    return CRITIC if repeat % 2 else FAIR
