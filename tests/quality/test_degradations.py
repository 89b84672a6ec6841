"""A small version of `evals/degradation_table.py`: a few faults on one clip, level by level."""

from pathlib import Path

import pytest

from evals.degradations.registry import ALL, WITHOUT, uncovered
from evals.degradations.sources import Source, crisp
from evals.degradations.table import Level, clean_level, play
from video_agent.quality.signals import DEFAULT_SIGNALS

FAULTS = ("posterise", "letterbox", "burnt-in text", "banded sky", "stepping motion")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return crisp(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def clean(source: Source, tmp_path_factory: pytest.TempPathFactory) -> Level:
    return clean_level(source, tmp_path_factory.mktemp("clean"))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_made_worse_step_by_step_is_noticed_step_by_step(
    name: str, source: Source, clean: Level, tmp_path: Path
):
    (fault,) = (item for item in ALL if item.name == name)
    assert play(fault, source, tmp_path, clean).problems == ()


def test_every_signal_has_a_fault_made_for_it_or_a_reason_why_it_has_none():
    names = [signal.name for signal in DEFAULT_SIGNALS]
    assert len({fault.name for fault in ALL}) == len(ALL)
    assert uncovered(names) == []
    assert all(signal.informs for signal in DEFAULT_SIGNALS if signal.name in WITHOUT)


def test_a_new_signal_without_a_fault_is_named():
    names = [signal.name for signal in DEFAULT_SIGNALS]
    assert uncovered([*names, "wobble"]) == ["wobble has no degradation"]
    assert uncovered(name for name in names if name != "judder") == ["judder is no signal"]
