"""The price list that settings imply. Light: nothing heavy is loaded to price a request."""

from datetime import UTC, date, datetime
from decimal import Decimal

from video_agent.catalog import Catalog, PriceList, Surface, load_catalog
from video_agent.settings import Settings

CLIP_SECONDS = 40.0
"""Longer than any clip, shorter than the minute that Video Intelligence bills."""
_NOWHERE = "http://127.0.0.1:9"


def today() -> date:
    """The day by which models retire and prices change (UTC)."""
    return datetime.now(UTC).date()


def configured_surface(settings: Settings) -> Surface:
    """Where models are asked, by the settings alone; the studio stands in for the Gemini API."""
    asked = settings.backend == "agent_platform"
    switched = settings.backend == "auto" and settings.use_agent_platform
    return "agent_platform" if asked or switched else "gemini_api"


def settled_catalog(settings: Settings) -> Catalog:
    """The packaged catalog with the settings' model choices as its defaults."""
    catalog = load_catalog()
    chosen = {
        "planner": settings.planner_model,
        "enhancer": settings.enhancer_model,
        "judge": settings.judge_model,
        "generator": settings.generator_model,
    }
    named = {role: model_id for role, model_id in chosen.items() if model_id is not None}
    return catalog.model_copy(update={"defaults": catalog.defaults.model_copy(update=named)})


def analysis_price_usd(settings: Settings) -> Decimal:
    """What Video Intelligence takes for one clip, in dollars; 0 while it is off."""
    if not settings.video_intelligence:
        return Decimal(0)
    from video_agent.backends.google.video_intelligence_client import VideoIntelligenceConfig

    return VideoIntelligenceConfig(base_url=_NOWHERE).price_usd(CLIP_SECONDS)


def price_list(settings: Settings, on: date | None = None) -> PriceList:
    """The prices of a day; None is today."""
    return PriceList(
        settled_catalog(settings),
        configured_surface(settings),
        on or today(),
        settings.google_cloud_location,
        analysis_price_usd(settings),
    )
