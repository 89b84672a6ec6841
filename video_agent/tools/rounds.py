"""Rounds: attempts of one prompt that are made side by side, each its own paid generation."""

from collections.abc import Sequence
from decimal import Decimal

from video_agent.models import Attempt, GenerationSettings, Job, VideoRequest
from video_agent.policies import Generate
from video_agent.tools.standing import Standing, round_of

_SEEDS = 2**32


def round_size(
    request: VideoRequest,
    standing: Standing,
    settings: GenerationSettings,
    *,
    left_usd: Decimal,
    price_usd: Decimal,
) -> int:
    """How many attempts a new round has: what request and policy want, as far as the limits go.

    Args:
        request: Wants so many candidates.
        standing: How many attempts are left, and what the policy would do next.
        settings: What is ordered; an edit of a clip is made once.
        left_usd: What may still be spent.
        price_usd: What one attempt costs with its judge.

    Returns:
        At least 1: whether that can be paid is the ledger's to say.
    """
    wanted = _wanted(request, standing, settings)
    payable = int(left_usd // price_usd) if price_usd > 0 else wanted
    return max(1, min(wanted, standing.attempts_left, payable))


def _wanted(request: VideoRequest, standing: Standing, settings: GenerationSettings) -> int:
    if settings.task == "edit" and request.task != "edit":
        return 1
    advice = standing.advice
    if advice is None or not isinstance(advice.step, Generate) or advice.tier != settings.tier:
        return request.candidates
    return max(request.candidates, advice.step.count)


def seeded(settings: GenerationSettings, position: int) -> GenerationSettings:
    """The settings of a round's attempt at a position from 0: each with a seed of its own."""
    if settings.seed is None or position == 0:
        return settings
    return settings.model_copy(update={"seed": (settings.seed + position) % _SEEDS})


def round_with(job: Job, attempt: Attempt) -> Sequence[Attempt]:
    """The attempts of one round, by number; those that were never started too."""
    return [item for item in job.attempts if round_of(item) == round_of(attempt)]
