"""Who plays: the policies to compare with, and the product's own."""

from collections.abc import Callable
from dataclasses import dataclass

from evals.simulator.baselines import BestOf, OneShot, Regenerate
from evals.simulator.papers import VistaLike, VqqaLike
from video_agent.policies import POLICY_NAMES, LoopPolicy, policy

REGENERATE_MOST = 20
OUR_ATTEMPTS = 8
REGENERATE = "regenerate until passed"
BEST_OF_8 = "best of 8"
MARGIN = 0.08
"""Chosen on the tuning set: the least that reaches best of 8 with half of its videos."""
DEFAULT = f"ours: {POLICY_NAMES[0]}"
INSISTENT = f"{DEFAULT}, margin {MARGIN}"


@dataclass(frozen=True, slots=True)
class Entrant:
    """A policy with its limit.

    Attributes:
        name: In tables.
        make: Makes one for each job: some remember.
        attempts: Generations it may start.
        family: Whose curve it is a point of.
    """

    name: str
    make: Callable[[], LoopPolicy]
    attempts: int
    family: str


def entrants() -> list[Entrant]:
    """Those of the main table."""
    return [
        Entrant("one shot", OneShot, 1, "best of N"),
        Entrant(BEST_OF_8, BestOf, 8, "best of N"),
        Entrant(REGENERATE, Regenerate, REGENERATE_MOST, "regenerate"),
        Entrant("VISTA-like", VistaLike, 150, "VISTA-like"),
        Entrant("VQQA-like", VqqaLike, 20, "VQQA-like"),
        *ours(OUR_ATTEMPTS),
        insistent(),
    ]


def few() -> list[Entrant]:
    """Those that every regime is played by."""
    wanted = {"one shot", BEST_OF_8, REGENERATE, "VQQA-like", "ours: refine", DEFAULT, INSISTENT}
    return [one for one in entrants() if one.name in wanted]


def ours(attempts: int) -> list[Entrant]:
    """The product's policies."""

    def entrant(name: str) -> Entrant:
        return Entrant(f"ours: {name}", lambda: policy(name), attempts, f"ours: {name}")

    return [entrant(name) for name in POLICY_NAMES]


def insistent(margin: float = MARGIN) -> Entrant:
    """The default that does not stop at a bare pass."""
    name = f"{DEFAULT}, margin {margin:g}"
    return Entrant(
        name, lambda: policy(POLICY_NAMES[0], margin=margin), OUR_ATTEMPTS, f"{DEFAULT}, by margin"
    )


def curve() -> list[Entrant]:
    """Each policy at several sizes, from cheap to dear."""

    def best_of(count: int) -> Entrant:
        return Entrant(f"best of {count}", lambda: BestOf(count), count, "best of N")

    def vista(rounds: int) -> Entrant:
        name = f"VISTA-like, {rounds} rounds"
        return Entrant(name, lambda: VistaLike(rounds=rounds), 30 * rounds, "VISTA-like")

    found = [Entrant("one shot", OneShot, 1, "best of N"), *map(best_of, (2, 4, 8, 16, 32))]
    found += [
        Entrant(f"regenerate, most {most}", Regenerate, most, "regenerate")
        for most in (2, 4, 8, 20, 50)
    ]
    found += [
        Entrant(f"VQQA-like, most {most}", VqqaLike, most, "VQQA-like") for most in (2, 3, 4, 6, 20)
    ]
    found += [vista(1), vista(2), vista(5)]
    for most in (2, 3, 4, 6, 8, 12):
        found += [
            Entrant(f"{one.name}, most {most}", one.make, most, one.family) for one in ours(most)
        ]
    return found + [insistent(margin) for margin in (0.0, 0.04, 0.08, 0.12, 0.16)]
