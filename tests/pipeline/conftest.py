"""Houses for jobs as workers do them."""

from tests.planner.conftest import clip, house

__all__ = ["clip", "house"]
