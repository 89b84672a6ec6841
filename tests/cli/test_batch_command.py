"""`video-agent batch`, `batches`, `approve`, `decline`, `budget`: many videos under one cap."""

import csv
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, SMALL, Run
from video_agent.errors import BudgetError, ConfigurationError, InvalidRequestError
from video_agent.studio.server import Studio

ROWS = "prompt,threshold\na red boat on a lake,0.3\na fox in the snow,0.3\n"
OPTIONS = [*SMALL, "--max-attempts", "1"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clips.csv"
    path.write_text(ROWS)
    return path


def test_a_killed_batch_goes_on_by_the_same_command_and_pays_for_each_row_once(
    run: Run, here: Run, studio: Studio, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["batch", str(file), "--cap", "2", *OPTIONS, "--csv-out", "out.csv"]
    with subprocess.Popen([*COMMAND, *command], stderr=subprocess.PIPE, text=True) as first:
        assert first.stderr is not None
        for line in first.stderr:
            if " row  1 " in line:
                break
        first.send_signal(signal.SIGKILL)

    done = run(*command, "--json")
    assert done.code == 0, done.err
    assert "begun earlier" in done.err
    batch = done.json
    assert (batch["rows"], batch["delivered"], batch["failed"]) == (2, 2, 0)
    assert studio.paid_starts == 2
    assert batch["cost_usd"] == pytest.approx(sum(row["cost_usd"] for row in batch["items"]))
    with Path("out.csv").open() as out:
        written = list(csv.DictReader(out))
    assert [row["prompt"] for row in written] == ["a red boat on a lake", "a fox in the snow"]
    assert all(Path(row["path"]).is_file() for row in written)

    listed = here("batches")
    assert "2 of 2 done" in listed.out
    assert batch["batch_id"] in listed.out
    monkeypatch.setenv("VIDEO_AGENT_DAY_BUDGET_USD", "5")
    money = here("budget", "--json").json
    assert money["today"]["spent_usd"] == pytest.approx(batch["cost_usd"])
    assert money["today"]["unknown_usd"] == money["today"]["reserved_usd"] == 0
    (cap,) = money["caps"]
    assert cap["left_usd"] == pytest.approx(5 - batch["cost_usd"])
    assert "is left of the $5.00 that all users together may spend" in here("budget").out


def test_wrong_rows_and_a_cap_that_is_too_small_begin_nothing_and_say_why(
    here: Run, file: Path
) -> None:
    with pytest.raises(BudgetError) as poor:
        here("batch", str(file), *OPTIONS, "--cap", "0.2")
    assert poor.value.message == (
        "one attempt of each of 2 rows needs $0.26 (all their attempts up to $0.26), but the cap "
        "is $0.20; nothing was begun"
    )
    file.write_text(ROWS + "a cat,0.5,1\na dog,9\n")
    wrong = here("batch", str(file), "--json")
    assert wrong.code == 3
    assert [problem["line"] for problem in wrong.json["problems"]] == [4, 5]
    assert "line 5: quality_threshold is '9'; allowed: 0 to 1" in wrong.err
    assert here("batches", "--json").json == {"batches": []}


def test_a_dear_batch_is_refused_without_a_person_or_waits_for_one(
    here: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDEO_AGENT_APPROVAL_ABOVE_USD", "0.2")
    with pytest.raises(ConfigurationError, match=r"more than the \$0\.20 that need no approval"):
        here("batch", str(file), *OPTIONS)

    waiting = here("batch", str(file), *OPTIONS, "--no-wait", "--json").json
    assert waiting["counts"] == {"waiting_for_approval": 2}
    approved = here("approve", waiting["batch_id"])
    assert approved.out == f"batch {waiting['batch_id']}: 2 queued\n"
    with pytest.raises(InvalidRequestError, match="nothing to decline"):
        here("decline", waiting["items"][0]["job_id"])
