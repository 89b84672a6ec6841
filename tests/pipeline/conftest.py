"""Houses for jobs as workers do them."""

from tests.planner.conftest import channel, clip, house, published

__all__ = ["channel", "clip", "house", "published"]
