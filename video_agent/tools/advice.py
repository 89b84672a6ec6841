"""What a job's loop policy would do next, read off the job's facts. Pure.

The policies know nothing of attempts and generations; this is their view of a job. Advice is what
a planner is told and what its calls default to: it may choose differently, inside the limits.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from video_agent.catalog import (
    LanguageReserve,
    Model,
    VideoLimits,
    generation_price_usd,
    settings_of,
)
from video_agent.models import (
    GenerationSettings,
    Job,
    Tier,
    Value,
    VideoRequest,
)
from video_agent.policies import (
    DEFAULT_POLICY,
    Candidate,
    Compare,
    Comparison,
    Edit,
    Generate,
    LoopState,
    Promote,
    Step,
    Tournament,
    policy,
)
from video_agent.policies.promotion import LEAST_ATTEMPTS, DraftThenPromote
from video_agent.policies.selection import DRAFT_PAYS_BELOW, best_of, has_passed
from video_agent.tools.candidates import candidates_of, comparisons_of
from video_agent.tools.next_call import NextCall, call_of, promotion_of

_SEARCHES = (DEFAULT_POLICY, DraftThenPromote.name)


class TierPrices(Value):
    """What one attempt costs in dollars with the language models around it.

    `edit_usd` is None where the model cannot edit a clip of this length.
    """

    draft_usd: Decimal
    final_usd: Decimal
    edit_usd: Decimal | None = None


class Advice(Value):
    """The policy's next step and what one generation of it costs, with the language models.

    `base` is the number of the attempt that it starts from; `call` is None at the end. `promotion`
    makes a draft that passed as it was asked for, while no clip is; None: there is no such draft.
    `pair` are the clips to be compared before that; as long as they are not, the step takes them
    for equal. `whole_rounds`: what was drawn side by side is judged to the last clip, because the
    best is looked for and not the first that passes.
    """

    step: Step
    price_usd: Decimal
    base: int | None = None
    call: NextCall | None = None
    promotion: NextCall | None = None
    pair: Compare | None = None
    whole_rounds: bool = False

    @property
    def tier(self) -> Tier:
        """The tier of the clip that comes next."""
        drafts = isinstance(self.step, Generate) and self.step.tier == "draft"
        return Tier.DRAFT if drafts else Tier.FINAL


class Room(NamedTuple):
    """What a job may still use, what it keeps for the language models, how patient it is."""

    attempts_left: int
    budget_left_usd: Decimal
    reserve: LanguageReserve
    patience: int


def advise(job: Job, model: Model | None, today: date, room: Room) -> Advice | None:
    """The next step by the request's policy.

    None: the plain loop, each next clip from the last report's feedback. So it is for the default
    policy where a search with drafts does not pay: the cheapest resolution is asked for anyway, the
    attempts or the budget leave no room for one, or a final clip was drawn without any draft.
    """
    limits = model.video if model is not None else None
    if model is None or limits is None or job.request.task in ("edit", "extend"):
        return None
    prices = tier_prices(job.request, model, limits, today, room.reserve.total_usd)
    candidates = candidates_of(job)
    if not _has_its_own_way(job.request, prices, candidates):
        return None
    state = LoopState(
        threshold=job.request.quality_threshold,
        attempts_left=room.attempts_left,
        budget_left_usd=max(Decimal(0), room.budget_left_usd),
        **prices.model_dump(),
        compare_usd=room.reserve.compare_usd,
        candidates=candidates,
        comparisons=comparisons_of(job),
        rounds=len(job.attempts),
    )
    step, pair = _next_step(job.request.policy, state, room.patience)
    base = next((item for item in candidates if item.video_id == _starts_from(step)), None)
    return Advice(
        step=step,
        price_usd=_price_usd(step, prices),
        base=base.attempt_number if base else None,
        call=call_of(step, base, job.request, limits),
        promotion=_promotion(candidates),
        pair=pair,
        whole_rounds=job.request.policy == Tournament.name,
    )


def _promotion(candidates: Sequence[Candidate]) -> NextCall | None:
    best = best_of(candidates)
    if best is None or not has_passed(best) or any(item.tier == "final" for item in candidates):
        return None
    return promotion_of(best)


def _starts_from(step: Step) -> str | None:
    if isinstance(step, Generate):
        return step.base
    return step.video_id if isinstance(step, Promote | Edit) else None


def _has_its_own_way(
    request: VideoRequest, prices: TierPrices, candidates: Sequence[Candidate]
) -> bool:
    if request.policy not in _SEARCHES:
        return True
    one_by_one = request.candidates == request.samples == 1
    enough = request.max_attempts >= LEAST_ATTEMPTS
    cheaper = prices.draft_usd < DRAFT_PAYS_BELOW * prices.final_usd
    affordable = request.budget_usd >= prices.draft_usd + prices.final_usd
    begun_with_a_final = bool(candidates) and all(item.tier == "final" for item in candidates)
    return one_by_one and enough and cheaper and affordable and not begun_with_a_final


def _next_step(name: str, state: LoopState, patience: int) -> tuple[Step, Compare | None]:
    """The policy's step if clips that were never compared are equal, and the first such pair."""
    loop, pair = policy(name, patience=patience), None
    step = loop.next_step(state)
    while isinstance(step, Compare):
        pair = pair or step
        tie = Comparison(first=step.first, second=step.second, winner=None)
        state = state.model_copy(update={"comparisons": (*state.comparisons, tie)})
        step = loop.next_step(state)
    return step, pair


def _price_usd(step: Step, prices: TierPrices) -> Decimal:
    if step.kind == "edit" and prices.edit_usd is not None:
        return prices.edit_usd
    draft = isinstance(step, Generate) and step.tier == "draft"
    return prices.draft_usd if draft else prices.final_usd


def next_price_usd(job: Job, model: Model | None, today: date) -> Decimal:
    """The list price of the next clip: as the request asks, or as the last one if cheaper."""
    if model is None or model.video is None:
        return Decimal(0)
    wishes: list[GenerationSettings] = [settings_of(job.request)]
    wishes += [item.generation.settings for item in job.attempts[-1:] if item.generation]
    prices = [
        generation_price_usd(model, wish, today=today)
        for wish in wishes
        if wish.resolution in model.video.resolutions
    ]
    return min(prices, default=Decimal(0))


def draft_settings(request: VideoRequest, limits: VideoLimits) -> GenerationSettings:
    """The settings of a draft of a request: the cheapest size, everything else as asked."""
    smaller = {"resolution": limits.draft_resolution}
    return settings_of(request, tier=Tier.DRAFT).model_copy(update=smaller)


def tier_prices(
    request: VideoRequest, model: Model, limits: VideoLimits, today: date, reserve_usd: Decimal
) -> TierPrices:
    """What a draft, a final and an edit of a final clip cost at list prices."""
    final = settings_of(request)
    draft = draft_settings(request, limits)
    edit = final.model_copy(
        update={"task": "edit", "source_seconds": request.duration_seconds, "samples": 1}
    )
    return TierPrices(
        draft_usd=generation_price_usd(model, draft, today=today) + reserve_usd,
        final_usd=generation_price_usd(model, final, today=today) + reserve_usd,
        edit_usd=generation_price_usd(model, edit, today=today) + reserve_usd
        if can_edit(request, limits)
        else None,
    )


def can_edit(request: VideoRequest, limits: VideoLimits) -> bool:
    """Whether the model can change a clip of the request's length."""
    shortest, longest = limits.edit_source_seconds or (0.0, 0.0)
    return "edit" in limits.tasks and shortest <= request.duration_seconds <= longest
