"""Models: what they can do, what they cost, how long they live.

Read from `catalog.toml`; no code names a model. `check_request` is the preflight: it refuses what a
model cannot do before anything is paid. Prices are dollars, with the day until which they hold.
"""

from video_agent.catalog.entries import (
    Catalog,
    Defaults,
    Latency,
    Model,
    PiecePrice,
    Quota,
    SecondPrice,
    Surface,
    TokenPrice,
    VideoLimits,
    load_catalog,
)
from video_agent.catalog.estimate import Estimate, PriceList
from video_agent.catalog.preflight import SURFACE_NAMES, check_request, check_settings
from video_agent.catalog.pricing import generation_price_usd, settings_of
from video_agent.catalog.reserve import UNKNOWN_CHARGE_USD, LanguageReserve
from video_agent.catalog.sizes import ASPECT_PIXELS, SHORT_SIDE_PIXELS, frame_size

__all__ = [
    "ASPECT_PIXELS",
    "SHORT_SIDE_PIXELS",
    "SURFACE_NAMES",
    "UNKNOWN_CHARGE_USD",
    "Catalog",
    "Defaults",
    "Estimate",
    "LanguageReserve",
    "Latency",
    "Model",
    "PiecePrice",
    "PriceList",
    "Quota",
    "SecondPrice",
    "Surface",
    "TokenPrice",
    "VideoLimits",
    "check_request",
    "check_settings",
    "frame_size",
    "generation_price_usd",
    "load_catalog",
    "settings_of",
]
