"""What the language models of one attempt will cost at most, so that money is kept for them.

A generation must leave enough to have its clip judged; the counts below are generous readings of
real attempts, not promises. The cost that is booked is always the reported one.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from video_agent.catalog.entries import Catalog
from video_agent.models import Value

UNKNOWN_CHARGE_USD = Decimal("0.02")
"""What a language call of unknown cost counts: several times what a usual one costs."""
Role = Literal["plan", "enhance", "judge"]

_PLAN_CALL_TOKENS = (12_000, 1_000)
_TOKENS: Mapping[Role, tuple[int, int]] = {
    "plan": (24_000, 1_800),  # six calls with a growing history
    "enhance": (2_500, 700),
    "judge": (12_000, 4_000),  # up to three judgements near the threshold, each watching the clip
}
_COMPARE_TOKENS = (12_000, 1_600)  # two clips shown in both orders


class LanguageReserve(Value):
    """Dollars kept for the language models of one attempt.

    `plan_call_usd` is what a single call of the planner takes at most, with a long history.
    `judge_usd` covers all judgements of a clip, repeats near the threshold too; `compare_usd` is
    one comparison of two clips, which is not part of an attempt.
    """

    plan_usd: Decimal
    enhance_usd: Decimal
    judge_usd: Decimal
    plan_call_usd: Decimal
    compare_usd: Decimal = Decimal(0)

    @property
    def total_usd(self) -> Decimal:
        """All of them for one attempt."""
        return self.plan_usd + self.enhance_usd + self.judge_usd


def language_reserve(catalog: Catalog, models: Mapping[Role, str], today: date) -> LanguageReserve:
    """Price the language models of one attempt by the catalog.

    A model without a known price counts as a call of unknown cost does.
    """

    def price(role: Role, tokens: tuple[int, int]) -> Decimal:
        known = {model.id: model for model in catalog.models}.get(models[role])
        cost = known.token_cost_usd(*tokens, today) if known else None
        return UNKNOWN_CHARGE_USD if cost is None else cost

    return LanguageReserve(
        plan_usd=price("plan", _TOKENS["plan"]),
        enhance_usd=price("enhance", _TOKENS["enhance"]),
        judge_usd=price("judge", _TOKENS["judge"]),
        plan_call_usd=price("plan", _PLAN_CALL_TOKENS),
        compare_usd=price("judge", _COMPARE_TOKENS),
    )
