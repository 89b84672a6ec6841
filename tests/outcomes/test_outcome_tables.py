"""Every row of the outcome tables, made on the wire: state, requests, money. Zero differences.

The table of what was observed is committed as docs/outcomes.md and must stay true: each row's line
there must be what was observed. `VIDEO_AGENT_WRITE_OUTCOMES=1 pytest -n 0 tests/outcomes` makes it.
"""

import logging
import os
import traceback
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.outcomes.generation_rows import ROWS, Row
from tests.outcomes.runner import SECRET_KEY, Observed, Runner
from video_agent.store import Database
from video_agent.studio.server import Studio, StudioConfig

WRITING = bool(os.environ.get("VIDEO_AGENT_WRITE_OUTCOMES"))  # read before tests lose it
DOCUMENT = Path(__file__).parents[2] / "docs" / "outcomes.md"
HEAD = """# What becomes of a paid generation

Each line was made by injecting the situation on the wire, against the whole paid path (ledger, backend, HTTP, studio), and observed:
`pytest tests/outcomes`. The expected columns are written by hand in `tests/outcomes/generation_rows.py`; the test fails at the first
difference, and when this page does not say what was observed.

*POSTs* counts paid requests that left. *Money* is what the ledger booked: by the reported usage, by the estimate, the delivered share of
it, or nothing; what nobody can tell counts as spent until a person decides.

| wire | situation | state | error | again later? | POSTs | money | video |
|---|---|---|---|---|---|---|---|
"""  # noqa: E501


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path_factory.mktemp("studio"))) as running:
        yield running


@pytest.fixture
async def database(prepared_sqlite_url: str):
    opened = Database(prepared_sqlite_url)
    yield opened
    await opened.close()


LINES: dict[str, str] = {}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_a_row_of_the_table(
    row: Row,
    studio: Studio,
    database: Database,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    observed = await Runner(row, studio, database, tmp_path / "videos").run()
    assert observed.outcome == row.expected
    LINES[row.name] = line_of(row, observed)
    assert WRITING or LINES[row.name] in committed_lines()
    if row.told:
        said = f"{observed.error} {observed.error.hint if observed.error else ''}"
        assert row.told in said
    if row.expected.state == "rejected":
        assert observed.started == 0
    everything = caplog.text + observed.rows + told_by(observed.error)
    for secret in (SECRET_KEY, row.token):
        assert secret not in everything or secret in ("expired", "forbidden")


def told_by(error: BaseException | None) -> str:
    """An error as it could reach a person or a log: with its hint and all its causes."""
    if error is None:
        return ""
    hint = getattr(error, "hint", "")
    return f"{error!r} {hint} " + "".join(traceback.format_exception(error))


def test_the_committed_table_has_these_rows_and_no_others() -> None:
    if WRITING:
        DOCUMENT.parent.mkdir(exist_ok=True)
        text = HEAD + "\n".join(LINES[row.name] for row in ROWS) + "\n"
        DOCUMENT.write_text(text, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8").startswith(HEAD)
    named = [tuple(line.split(" | ")[:2]) for line in committed_lines()]
    assert named == [(f"| {row.wire}", row.situation) for row in ROWS]


def committed_lines() -> list[str]:
    """The table's lines as they are committed."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return text.removeprefix(HEAD).splitlines()


def line_of(row: Row, observed: Observed) -> str:
    """One line of the table, from what was observed."""
    seen = observed.outcome
    cells = (
        row.wire,
        row.situation,
        f"`{seen.state}`",
        seen.error if seen.error == "-" else f"`{seen.error}`",
        seen.retryable,
        str(seen.posts),
        seen.money,
        "kept" if seen.video else "-",
    )
    return f"| {' | '.join(cells)} |"
