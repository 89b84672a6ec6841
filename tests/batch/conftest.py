"""A real database with orders for it, and files of requests."""

from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from video_agent.catalog import PriceList, load_catalog
from video_agent.pipeline.batch_file import BatchFile, read_batch_file
from video_agent.pipeline.batches import Batches
from video_agent.pipeline.ordering import Orders
from video_agent.settings import load_settings
from video_agent.store import Database

DAY = date(2026, 11, 23)
ONE_ATTEMPT = Decimal("0.13")
"""Of a clip of 3 s at 360p, on that day, with the models around it."""

both_databases = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
FileOf = Callable[..., BatchFile]
BatchesWith = Callable[..., Batches]


@pytest.fixture
async def database(request: pytest.FixtureRequest) -> AsyncGenerator[Database]:
    """A prepared database: SQLite, or what `both_databases` says."""
    kind = getattr(request, "param", "sqlite")
    opened = Database(request.getfixturevalue(f"prepared_{kind}_url"))
    yield opened
    await opened.close()


@pytest.fixture
def batches(database: Database) -> BatchesWith:
    """Makes batches under settings: `batches(day_budget_usd=1)`."""

    def make(*, backend: str = "studio", **settings: object) -> Batches:
        orders = Orders(
            settings=load_settings(**settings),
            database=database,
            prices=lambda: PriceList(load_catalog(), "gemini_api", DAY),
            backend=backend,
            charged=backend != "studio",
        )
        return Batches(orders)

    return make


@pytest.fixture
def file_of(tmp_path: Path) -> FileOf:
    """Makes a file of small clips: `file_of("a boat", "a fox")`; keyword defaults for all rows."""

    def make(*prompts: str, columns: Sequence[str] = ("prompt",), **defaults: object) -> BatchFile:
        path = tmp_path / "clips.csv"
        path.write_text("\n".join([",".join(columns), *prompts]))
        small = {"duration_seconds": 3, "resolution": "360p", "max_attempts": 2}
        return read_batch_file(path, small | defaults)

    return make
