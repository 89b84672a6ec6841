"""Jobs that may cost more than may be spent without asking: asked, refused, waiting, approved."""

import os
import pty
import subprocess

import pytest

from tests.cli.conftest import COMMAND, SMALL, Run
from video_agent.errors import ConfigurationError, InvalidRequestError
from video_agent.studio.server import Studio

ORDER = ["a red boat on a lake", *SMALL, "--threshold", "0.3", "--budget", "0.90"]


@pytest.fixture(autouse=True)
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three attempts of this clip may cost 39 cents."""
    monkeypatch.setenv("VIDEO_AGENT_APPROVAL_ABOVE_USD", "0.30")


def test_a_dear_job_waits_until_it_is_approved_and_is_then_made(
    run: Run, here: Run, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDEO_AGENT_ENGINE", "auto")
    ordered = here("create", *ORDER, "--no-wait")
    assert ordered.code == 0
    assert "waiting for approval" in ordered.err
    job_id = ordered.out.strip()
    with pytest.raises(InvalidRequestError, match="waits until a person approves"):
        here("resume", job_id)
    assert studio.paid_starts == 0

    assert f"job {job_id}: queued" in here("approve", job_id[-8:]).out
    made = run("resume", job_id, "--json").json
    assert made["status"] == "succeeded"
    assert made["approved_at"]
    assert studio.paid_starts == 1


def test_nobody_there_to_agree_is_a_refusal_that_says_what_to_do(here: Run) -> None:
    with pytest.raises(ConfigurationError, match="nobody is here to agree") as caught:
        here("create", *ORDER)
    assert "--no-wait: then it waits for approval" in caught.value.hint


def test_a_person_at_a_terminal_is_asked_and_a_no_costs_nothing(studio: Studio) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "create", *ORDER],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as asked:
        os.write(ours, b"n\n")
        _, err = asked.communicate(timeout=100)
    os.close(ours)
    os.close(theirs)
    assert "More than the $0.30 that need no approval" in err
    assert "Spend it? [y/N]" in err
    assert "not agreed: nothing was paid" in err
    assert asked.returncode == 2
    assert studio.paid_starts == 0
