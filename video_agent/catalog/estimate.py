"""What a request costs at list prices: worked out from the catalog alone, without any call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from video_agent.catalog.entries import Catalog, Surface
from video_agent.catalog.preflight import check_request
from video_agent.catalog.pricing import generation_price_usd, settings_of
from video_agent.catalog.reserve import LanguageReserve, Role, language_reserve
from video_agent.errors import BudgetError, InvalidRequestError, ModelRetiredError
from video_agent.models import Value, VideoRequest

_CENT = Decimal("0.01")


class Estimate(Value):
    """What a request costs at list prices, in dollars.

    `one_attempt_usd` is one clip with the language models around it; `clip_usd` the clip alone,
    `language_usd` the most that planner, enhancer and judge take for one attempt. `attempts` is how
    many the budget and `max_attempts` allow, `most_usd` what they cost together, compared in pairs
    where the policy does that. The price of a second comes from `source` of the day `dated` and
    holds until `valid_until`. Length, resolution and shape are those of the priced clip: an edit
    takes them from its source.
    """

    model: str
    one_attempt_usd: Decimal
    clip_usd: Decimal
    duration_seconds: float
    resolution: str
    aspect_ratio: str
    language_usd: Decimal
    most_usd: Decimal
    attempts: int
    notes: tuple[str, ...] = ()
    source: str
    dated: date
    confidence: str
    valid_until: date | None = None


@dataclass(frozen=True)
class PriceList:
    """The prices of one day, where models are asked and with which language models.

    Args:
        catalog: Models, limits and prices.
        surface: Where models are asked.
        today: The day whose prices hold.
        location: The one location configured on Agent Platform; None: each model's own.
        analysis_usd: What an outside analyzer takes for one clip.
    """

    catalog: Catalog
    surface: Surface
    today: date
    location: str | None = None
    analysis_usd: Decimal = Decimal(0)

    @property
    def reserve(self) -> LanguageReserve:
        """What is kept for the language models, and the analyzer, of one attempt."""
        defaults = self.catalog.defaults
        models: Mapping[Role, str] = {
            "plan": defaults.planner,
            "enhance": defaults.enhancer,
            "judge": defaults.judge,
        }
        reserve = language_reserve(self.catalog, models, self.today)
        judging = reserve.judge_usd + self.analysis_usd
        return reserve.model_copy(update={"judge_usd": judging})

    def estimate(self, request: VideoRequest) -> Estimate:
        """Price a request.

        Raises:
            InvalidRequestError: The model cannot do what is asked.
            ModelRetiredError: The model is gone.
            BudgetError: The budget does not cover one attempt; the message says how much is needed.
        """
        model, notes = check_request(
            self.catalog,
            request,
            surface=self.surface,
            today=self.today,
            location=self.location,
        )
        listed = self.catalog.generator(model.id, today=self.today)[1].price(self.today)
        clip = generation_price_usd(model, settings_of(request), today=self.today)
        language = self.reserve.total_usd
        attempt = (clip + language).quantize(_CENT, rounding=ROUND_CEILING)
        attempts = _affordable(request, attempt, clip)
        return Estimate(
            model=model.id,
            one_attempt_usd=attempt,
            clip_usd=clip,
            duration_seconds=request.duration_seconds,
            resolution=request.resolution,
            aspect_ratio=request.aspect_ratio,
            language_usd=language,
            most_usd=min(
                request.budget_usd, attempt * attempts + self._comparing(request, attempts)
            ),
            attempts=attempts,
            notes=(*notes, *self._notes()),
            source=listed.source,
            dated=listed.dated,
            confidence=listed.confidence,
            valid_until=listed.valid_until,
        )

    def _comparing(self, request: VideoRequest, attempts: int) -> Decimal:
        """What comparing every clip with every other takes, where the policy does that."""
        pairs = attempts * (attempts - 1) // 2 if request.policy == "tournament" else 0
        return (pairs * self.reserve.compare_usd).quantize(_CENT, rounding=ROUND_CEILING)

    def _notes(self) -> tuple[str, ...]:
        if not self.analysis_usd:
            return ()
        return (f"the clip analyzer takes ${self.analysis_usd:.2f} of each attempt",)

    def compare(self, request: VideoRequest) -> list[Estimate]:
        """Price a request with every model that could make it, cheapest first."""
        priced: list[Estimate] = []
        for model in self.catalog.models:
            try:
                priced.append(self.estimate(request.model_copy(update={"model": model.id})))
            except (InvalidRequestError, ModelRetiredError, BudgetError):
                continue  # it cannot, or not within the budget: that is the question's answer
        return sorted(priced, key=lambda item: item.one_attempt_usd)


def _affordable(request: VideoRequest, attempt: Decimal, clip: Decimal) -> int:
    """How many attempts of this price the request allows: one or more.

    Raises:
        BudgetError: The budget does not cover one.
    """
    attempts = min(request.max_attempts, int(request.budget_usd // attempt))
    if attempts < 1:
        raise BudgetError(
            f"one attempt needs ${attempt} (${clip.normalize():f} for the clip, the rest for "
            f"the planner, enhancer and judge); the budget is ${request.budget_usd}",
            hint=f"allow at least ${attempt}, or ask for a shorter clip or a lower resolution",
        )
    return attempts
