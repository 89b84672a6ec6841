"""A small version of `evals/degradation_table.py`: a few faults on one clip, level by level."""

from pathlib import Path

import pytest

from evals.degradations.registry import ALL
from evals.degradations.sources import Source, crisp
from evals.degradations.table import Level, clean_level, play

FAULTS = ("posterise", "letterbox", "burnt-in text")


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


def test_every_signal_that_judges_a_picture_has_a_fault_made_for_it():
    meant = {signal for fault in ALL for signal in fault.signals}
    assert len({fault.name for fault in ALL}) == len(ALL)
    assert meant >= {
        "sharpness", "noise", "blocking", "posterising", "compression", "exposure", "contrast",
        "colourfulness", "saturation", "bars", "burnt_in_text", "flicker", "cuts", "black_frames",
        "smoothness", "freeze", "repeated_frames", "dynamics",
    }  # fmt: skip
