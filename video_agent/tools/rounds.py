"""Rounds: attempts of one prompt that are made side by side, each its own paid generation."""

from collections.abc import Sequence
from decimal import Decimal

from video_agent.models import Attempt, GenerationSettings, Job, VideoRequest
from video_agent.tools.standing import Standing, round_of

_SEEDS = 2**32


def round_size(
    request: VideoRequest, standing: Standing, *, left_usd: Decimal, price_usd: Decimal
) -> int:
    """How many attempts a new round has: what the request wants, as far as the limits go.

    Args:
        request: Wants so many candidates.
        standing: How many attempts are left.
        left_usd: What may still be spent.
        price_usd: What one attempt costs with its judge.

    Returns:
        At least 1: whether that can be paid is the ledger's to say.
    """
    payable = int(left_usd // price_usd) if price_usd > 0 else request.candidates
    return max(1, min(request.candidates, standing.attempts_left, payable))


def seeded(settings: GenerationSettings, position: int) -> GenerationSettings:
    """The settings of a round's attempt at a position from 0: each with a seed of its own."""
    if settings.seed is None or position == 0:
        return settings
    return settings.model_copy(update={"seed": (settings.seed + position) % _SEEDS})


def round_with(job: Job, attempt: Attempt) -> Sequence[Attempt]:
    """The attempts of one round, by number; those that were never started too."""
    return [item for item in job.attempts if round_of(item) == round_of(attempt)]
