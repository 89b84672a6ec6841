"""Sets of jobs: the worlds they lie in and the seeds of their luck; tuning and held out apart."""

from dataclasses import dataclass
from functools import cached_property

from evals.simulator.parameters import World, drawn, nominal

TUNING_SEED = 1_000
HELD_OUT_SEED = 9_000
WORLDS = 30


@dataclass(frozen=True)
class JobSet:
    """Jobs in one world or several, the same number in each.

    Attributes:
        name: `tuning`, `held out` or a regime's.
        seed: Of the first world's jobs; the next world has the next seed.
        worlds: What holds in each.
        jobs: How many jobs in each world.
    """

    name: str
    seed: int
    worlds: tuple[World, ...]
    jobs: int

    @cached_property
    def size(self) -> int:
        """All jobs."""
        return self.jobs * len(self.worlds)


def job_set(name: str, size: int) -> JobSet:
    """The `tuning` or the `held-out` set: other seeds, other worlds drawn from the ranges.

    Args:
        name: `tuning` or `held-out`.
        size: How many jobs, rounded up to the same number for every world.
    """
    seed = {"tuning": TUNING_SEED, "held-out": HELD_OUT_SEED}[name]
    worlds = tuple(drawn(seed + number) for number in range(WORLDS))
    return JobSet(name, seed, worlds, -(-size // WORLDS))


def one_world(name: str, size: int, world: World | None = None) -> JobSet:
    """Held-out jobs that all lie in one world, the nominal one by default."""
    return JobSet(name, HELD_OUT_SEED + 500, (world or nominal(),), size)
