"""Language calls that failed: what they cost is booked all the same."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from video_agent.errors import VideoAgentError
from video_agent.models import TokenUsage
from video_agent.store.uncancelled import finish
from video_agent.tools.context import Context


@asynccontextmanager
async def failures_booked(context: Context, kind: str, model: str) -> AsyncGenerator[None]:
    """Book what a language call inside the block cost when it fails; the error goes on.

    A useless or blocked answer was paid for, and one that was lost, or that nobody waited for any
    more, may have been.

    Args:
        context: The job that pays.
        kind: What the call is for: enhance, judge.
        model: The id of the model that is asked.
    """
    try:
        yield
    except VideoAgentError as error:
        if error.cost_usd != 0:
            lost = TokenUsage(model=model, cost_usd=error.cost_usd)
            await context.services.ledger.book_charge(context.job_id, kind, lost)
        raise
    except asyncio.CancelledError:
        await finish(
            context.services.ledger.book_charge(context.job_id, kind, TokenUsage(model=model))
        )
        raise
