"""All degradations, and which signals have none. A part adds its tuple here."""

from collections.abc import Iterable

from evals.degradations.kinds import Degradation
from evals.degradations.moments import MOMENTS
from evals.degradations.picture import EVERY_FRAME
from evals.degradations.scenes import SCENES
from evals.degradations.sound import SOUND

ALL: tuple[Degradation, ...] = (*EVERY_FRAME, *MOMENTS, *SCENES, *SOUND)

WITHOUT: dict[str, str] = {
    "vbench_dynamic_degree": "informs only, a yes or no; `slower` is planted for `dynamics`",
    "camera_motion": "informs only: which move it is, and no move is worse than another",
    "camera_match": "informs only, a yes or no, and only where a prompt names a move",
}
"""Signals that no degradation is made for, each with the reason."""


def uncovered(signals: Iterable[str]) -> list[str]:
    """What is wrong with `ALL` and `WITHOUT` for these names of signals, in words."""
    names, own = set(signals), {name for fault in ALL for name in fault.signals}
    return [
        *(f"{name} has no degradation" for name in sorted(names - own - WITHOUT.keys())),
        *(f"{name} is excused and has one" for name in sorted(own & WITHOUT.keys())),
        *(f"{name} is no signal" for name in sorted((own | WITHOUT.keys()) - names)),
    ]
