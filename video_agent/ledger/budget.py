"""What counts against a limit, and the refusal when it is not enough.

Every amount is counted alike everywhere: the cost once it is known, nothing for what never began,
else the reservation, because unknown is never zero. `ledger.sums` says the same in SQL.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from video_agent.catalog import UNKNOWN_CHARGE_USD
from video_agent.errors import BudgetError
from video_agent.ledger.states import RESUBMITTABLE
from video_agent.models import GenerationState as State
from video_agent.store.tables import ChargeRow, GenerationRow

ZERO = Decimal(0)


class AttemptLimitError(BudgetError):
    """All attempts of the job are used; nothing was sent."""


class CapError(BudgetError):
    """A limit beyond the job's own budget would be exceeded; nothing was sent.

    Args:
        message: What is needed, spent and left, of which cap.
        hint: What to do, and when the cap is new.
        resets_at: When there is money again; None when waiting does not help.
    """

    def __init__(self, message: str, *, hint: str, resets_at: datetime | None) -> None:
        super().__init__(message, hint=hint)
        self.resets_at = resets_at


@dataclass(frozen=True)
class Limit:
    """A cap that a job shares with others, and how much of it is used, in dollars.

    Args:
        scope: What it limits, as the end of a sentence: "user anna may spend on 2026-11-23".
        limit_usd: The most that may be committed.
        committed_usd: What is: settled costs, reservations, and the estimates of what is unknown.
        remedy: What a person can do about it.
        resets_at: When it is new; None: never.
    """

    scope: str
    limit_usd: Decimal
    committed_usd: Decimal
    remedy: str
    resets_at: datetime | None = None

    @property
    def left_usd(self) -> Decimal:
        """What may still be spent; never less than 0."""
        return max(ZERO, self.limit_usd - self.committed_usd)

    @property
    def advice(self) -> str:
        """When it is new, and what a person can do."""
        if self.resets_at is None:
            return self.remedy
        return f"it is new at {self.resets_at:%Y-%m-%d %H:%M} UTC; {self.remedy}"

    def __str__(self) -> str:
        """How it stands, in words."""
        return (
            f"{dollars(self.left_usd)} is left of the {dollars(self.limit_usd)} that {self.scope} "
            f"({dollars(self.committed_usd)} spent or reserved)"
        )

    def check(self, needed_usd: Decimal, what: str) -> None:
        """Refuse what would exceed it.

        Raises:
            CapError: Says what is needed, spent and left, and when the cap is new.
        """
        if needed_usd <= self.left_usd:
            return
        raise CapError(
            f"{what} needs {dollars(needed_usd)}, but {self}",
            hint=self.advice,
            resets_at=self.resets_at,
        )


@dataclass(frozen=True)
class Spend:
    """Where a job's money stands, in dollars.

    Args:
        budget_usd: What the request allows.
        committed_usd: What counts against it: settled costs, reservations of what is running, and
            the estimates of what nobody can tell.
        settled_usd: The part whose cost is known and final.
        unknown: Whether the cost of something that ended, or may have started, is not known.
        caps: Further limits that hold for the job, each with its own sum.
    """

    budget_usd: Decimal
    committed_usd: Decimal
    settled_usd: Decimal
    unknown: bool
    caps: tuple[Limit, ...] = ()

    @property
    def left_usd(self) -> Decimal:
        """What may still be spent by all limits; never less than 0."""
        own = max(ZERO, self.budget_usd - self.committed_usd)
        return min([own, *(cap.left_usd for cap in self.caps)])

    def check(self, needed_usd: Decimal, what: str) -> None:
        """Refuse what would exceed the budget or a cap.

        Raises:
            BudgetError: Says what is needed, spent and left.
            CapError: The same of a cap.
        """
        enough = self.committed_usd + needed_usd
        if enough > self.budget_usd:
            left = max(ZERO, self.budget_usd - self.committed_usd)
            raise BudgetError(
                f"{what} needs {dollars(needed_usd)}, but {dollars(left)} is left of "
                f"{dollars(self.budget_usd)} ({dollars(self.committed_usd)} spent or reserved)",
                hint=f"a budget of {dollars(enough)} would be enough",
            )
        for cap in self.caps:
            cap.check(needed_usd, what)


def counted_usd(row: GenerationRow) -> Decimal:
    """What a generation counts.

    Nothing when nothing was started; the cost once it is known; nothing for a refusal that made no
    video; else the reservation.
    """
    state = State(row.state)
    if state in RESUBMITTABLE:
        return ZERO
    if row.cost_usd is not None:
        return row.cost_usd
    if state is State.BLOCKED and not (row.usage or {}).get("video_tokens"):
        return ZERO
    return row.reserved_usd


def charged_usd(row: ChargeRow) -> Decimal:
    """What a language call counts: its cost, else what was reserved for it.

    A call that was booked afterwards, without a reservation, counts `UNKNOWN_CHARGE_USD`.
    """
    if row.cost_usd is not None:
        return row.cost_usd
    return UNKNOWN_CHARGE_USD if row.reserved_usd is None else row.reserved_usd


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
    caps: tuple[Limit, ...] = (),
) -> Spend:
    """Sum up a job. A call that is under way is of unknown cost: its process may have died."""
    rows, calls = list(generations), list(charges)
    settled = sum((row.cost_usd for row in rows if row.cost_usd is not None), ZERO)
    settled += sum((call.cost_usd for call in calls if call.cost_usd is not None), ZERO)
    committed = sum(map(counted_usd, rows), ZERO) + sum(map(charged_usd, calls), ZERO)
    unknown = any(map(cost_is_unknown, rows)) or any(call.cost_usd is None for call in calls)
    return Spend(budget_usd, committed, settled, unknown, caps)


def dollars(amount_usd: Decimal) -> str:
    """An amount for people: cents, or as many digits as a small amount needs."""
    cents = amount_usd.quantize(Decimal("0.01"))
    return f"${cents}" if cents == amount_usd else f"${amount_usd.normalize():f}"
