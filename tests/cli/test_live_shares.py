"""How far candidates are that are made side by side: each for itself."""

import io

import pytest
from rich.console import Console

from video_agent.cli.console import LiveSteps
from video_agent.models import ProgressEvent


def poll(number: int, share: float) -> ProgressEvent:
    return ProgressEvent(kind="poll", message="generating", attempt_number=number, fraction=share)


@pytest.mark.parametrize("terminal", [False, True])
async def test_each_candidate_has_a_share_of_its_own(terminal: bool):
    paper = io.StringIO()
    with LiveSteps() as steps:
        steps.console = Console(file=paper, force_terminal=terminal, width=100)
        for share in (0.1, 0.2, 0.5, 0.6, 0.9):
            await steps(poll(1, share))
            await steps(poll(2, share / 2))
        await steps(ProgressEvent(kind="score", message="judged", attempt_number=1))
    shown = paper.getvalue()
    assert "#1 generating" in shown
    assert "#2 generating" in shown
    if not terminal:
        assert [line.split()[-2] for line in shown.splitlines()[:-1]] == [
            "10", "5", "50", "30", "90"
        ]  # fmt: skip
    assert "judged" in shown
