"""What the steps cost: the catalog's prices of the default generator and judge."""

from dataclasses import dataclass
from decimal import Decimal

from video_agent.catalog import (
    PriceList,
    generation_price_usd,
    load_catalog,
    settings_of,
)
from video_agent.models import VideoRequest


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars of one step each; a clip's judge is not in them.

    Attributes:
        draft_usd: A clip at the draft resolution.
        final_usd: A clip as the request asks.
        draft_edit_usd: An edit of a draft.
        final_edit_usd: An edit of a final clip.
        enhance_usd: One call of the prompt enhancer.
        judge_usd: One judgement of one clip, both roles.
    """

    draft_usd: Decimal
    final_usd: Decimal
    draft_edit_usd: Decimal
    final_edit_usd: Decimal
    enhance_usd: Decimal
    judge_usd: Decimal

    @property
    def compare_usd(self) -> Decimal:
        """One comparison: two orders, each a call of one role that watches two clips."""
        return 2 * self.judge_usd


def catalog_prices(resolution: str, *, seconds: float = 6.0, model: str | None = None) -> Prices:
    """The prices of a request at `resolution`, as of the catalog's last look.

    Args:
        resolution: Of the final clip, as the catalog names it.
        seconds: Its length.
        model: The generator; None: the default one.
    """
    catalog = load_catalog()
    generator = catalog.generator(model or catalog.defaults.generator, today=catalog.checked)[0]
    draft = (generator.video and generator.video.draft_resolution) or resolution
    reserve = PriceList(catalog, "gemini_api", catalog.checked).reserve

    def price(size: str, edits: str | None) -> Decimal:
        request = VideoRequest(
            prompt="any", resolution=size, duration_seconds=seconds, edits=edits, model=model
        )
        return generation_price_usd(generator, settings_of(request), today=catalog.checked)

    return Prices(
        draft_usd=price(draft, None),
        final_usd=price(resolution, None),
        draft_edit_usd=price(draft, "any"),
        final_edit_usd=price(resolution, "any"),
        enhance_usd=reserve.enhance_usd,
        judge_usd=reserve.judge_usd,
    )
