"""What counts against a job's budget, and the refusal when it is not enough."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from video_agent.catalog import UNKNOWN_CHARGE_USD
from video_agent.errors import BudgetError
from video_agent.ledger.states import RESUBMITTABLE
from video_agent.models import GenerationState as State
from video_agent.store.tables import ChargeRow, GenerationRow

ZERO = Decimal(0)


class AttemptLimitError(BudgetError):
    """All attempts of the job are used; nothing was sent."""


@dataclass(frozen=True)
class Spend:
    """Where a job's money stands, in dollars.

    Args:
        budget_usd: What the request allows.
        committed_usd: What counts against it: settled costs, reservations of what is running, and
            the estimates of what nobody can tell.
        settled_usd: The part whose cost is known and final.
        unknown: Whether the cost of something that ended, or may have started, is not known.
    """

    budget_usd: Decimal
    committed_usd: Decimal
    settled_usd: Decimal
    unknown: bool

    @property
    def left_usd(self) -> Decimal:
        """What may still be spent; never less than 0."""
        return max(ZERO, self.budget_usd - self.committed_usd)

    def check(self, needed_usd: Decimal, what: str) -> None:
        """Refuse what would exceed the budget.

        Raises:
            BudgetError: Says what is needed, spent and left.
        """
        if needed_usd <= self.left_usd:
            return
        enough = self.committed_usd + needed_usd
        raise BudgetError(
            f"{what} needs {dollars(needed_usd)}, but {dollars(self.left_usd)} is left of "
            f"{dollars(self.budget_usd)} ({dollars(self.committed_usd)} spent or reserved)",
            hint=f"a budget of {dollars(enough)} would be enough",
        )


def counted_usd(row: GenerationRow) -> Decimal:
    """What a generation counts against the budget.

    Nothing when nothing was started; the cost once it is known; nothing for a refusal that made no
    video; else the reservation, because unknown is never zero.
    """
    state = State(row.state)
    if state in RESUBMITTABLE:
        return ZERO
    if row.cost_usd is not None:
        return row.cost_usd
    if state is State.BLOCKED and not (row.usage or {}).get("video_tokens"):
        return ZERO
    return row.reserved_usd


def cost_is_unknown(row: GenerationRow) -> bool:
    """Whether the generation ended, or may have started, at a cost nobody told."""
    state = State(row.state)
    if state in (State.OUTCOME_UNKNOWN, State.UNRESOLVED):
        return True
    ended = state in (State.SUCCEEDED, State.FAILED, State.CANCELLED)
    return ended and row.cost_usd is None


def spend_of(
    budget_usd: Decimal,
    generations: Iterable[GenerationRow],
    charges: Iterable[ChargeRow],
) -> Spend:
    """Sum up a job. A language call of unknown cost counts `UNKNOWN_CHARGE_USD`."""
    rows, calls = list(generations), list(charges)
    settled = sum((row.cost_usd for row in rows if row.cost_usd is not None), ZERO)
    settled += sum((call.cost_usd for call in calls if call.cost_usd is not None), ZERO)
    unknown_calls = sum(call.cost_usd is None for call in calls)
    committed = sum((counted_usd(row) for row in rows), ZERO) + sum(
        (UNKNOWN_CHARGE_USD if call.cost_usd is None else call.cost_usd for call in calls), ZERO
    )
    unknown = unknown_calls > 0 or any(cost_is_unknown(row) for row in rows)
    return Spend(budget_usd, committed, settled, unknown)


def dollars(amount_usd: Decimal) -> str:
    """An amount for people: cents, or as many digits as a small amount needs."""
    cents = amount_usd.quantize(Decimal("0.01"))
    return f"${cents}" if cents == amount_usd else f"${amount_usd.normalize():f}"
