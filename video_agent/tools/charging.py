"""Language calls of tools: on the books before they are made, settled whatever comes of them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal

from video_agent.errors import VideoAgentError
from video_agent.ledger import ChargeIntent
from video_agent.models import TokenUsage
from video_agent.store.uncancelled import finish
from video_agent.tools.context import Context


@dataclass
class Call:
    """One call under way. Whoever makes it says what it used; else that stays unknown.

    Args:
        used: What the model used.
        beside: What else was paid for meanwhile out of the same reservation, each with its kind.
    """

    used: TokenUsage | None = None
    beside: tuple[tuple[str, TokenUsage], ...] = ()


@asynccontextmanager
async def charged(
    context: Context, kind: str, model: str, *, most_usd: Decimal, what: str
) -> AsyncGenerator[Call]:
    """Around one paid language call: reserved before it, settled after it.

    An error costs what it says; a useless or blocked answer was paid for. An answer that was lost,
    or that nobody waited for any more, counts at its reservation.

    Args:
        context: The job that pays.
        kind: What the call is for: enhance, judge.
        model: The id of the model that is asked.
        most_usd: What such a call is expected to cost at most.
        what: What it is, for the refusal: "judging".

    Raises:
        BudgetError: There is not enough left; the block is not entered.
    """
    ledger, call = context.services.ledger, Call()
    intent = ChargeIntent(context.job_id, kind, model, most_usd)
    charge_id = await ledger.begin_charge(intent, what)
    try:
        yield call
    except VideoAgentError as error:
        call.used = call.used or TokenUsage(model=model, cost_usd=error.cost_usd)
        raise
    finally:
        used = call.used or TokenUsage(model=model)
        await finish(ledger.settle_charge(charge_id, used, beside=call.beside))
