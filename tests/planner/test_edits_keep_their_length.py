"""An edit is billed by the length of its source: no planner can make it look cheaper."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from video_agent.catalog import generation_price_usd, load_catalog
from video_agent.models import GenerationSettings
from video_agent.testing import ScriptedModel, diligent

if TYPE_CHECKING:
    from tests.planner.house import House

Make = Callable[..., "House"]


def shortening(results: list[tuple[str, dict[str, Any]]]) -> Any:
    """A planner that asks for a shorter clip of another shape than the source."""
    step = diligent(results)
    if isinstance(step, tuple) and step[0] == "generate_video":
        return step[0], {**step[1], "duration_seconds": 1.0, "aspect_ratio": "9:16"}
    return step


async def test_a_planner_cannot_order_a_shorter_edit_than_will_be_billed(house: Make):
    made = house(scores=[0.9])
    first = await made.create()
    source = first.best
    assert source is not None
    assert source.video is not None
    edit = made.request(prompt="make it snow", edits=source.video.id)
    again = made.reopened(ScriptedModel(policy=shortening))
    await again.pipeline.create(edit)
    order = again.generator.orders[-1]
    assert order.settings.task == "edit"
    assert (order.settings.duration_seconds, order.settings.aspect_ratio) == (3.0, "16:9")


def test_an_edit_is_priced_by_its_source_and_so_is_what_an_extension_reads():
    model = load_catalog().find("gemini-omni-1.2-flash")
    edit = GenerationSettings(
        duration_seconds=3.0, resolution="360p", aspect_ratio="16:9", task="edit", source_seconds=10
    )
    day = date(2026, 11, 23)
    # 10 s made, 10 s read at 5,792 tokens a second and 1.50 dollars a million.
    assert generation_price_usd(model, edit, today=day) >= Decimal("0.23") + Decimal("0.086")
    longer = edit.model_copy(update={"task": "extend", "source_seconds": 20.0})
    assert generation_price_usd(model, longer, today=day) >= Decimal("0.069") + Decimal("0.173")
