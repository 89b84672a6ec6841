"""What came out: all jobs of one entrant, and figures with their intervals.

Intervals are 95% by bootstrap: worlds are drawn anew, then jobs within them, 1,000 times, the same
draws for every entrant. A ratio of two entrants is taken within each draw, so it is paired.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.simulator.entrants import Entrant
from evals.simulator.play import Job, Judging, Limits, Outcome
from evals.simulator.prices import Prices
from evals.simulator.sets import JobSet

Floats = NDArray[np.float64]
REPLICATES = 1_000
FIELDS = (
    "dollars", "drafts", "finals", "edits", "videos", "comparisons", "judgements",
    "quality", "score", "passed", "accepted", "gated",
)  # fmt: skip


@dataclass(frozen=True)
class Results:
    """One entrant's jobs: each field an array of worlds x jobs."""

    entrant: Entrant
    fields: dict[str, Floats]

    def __getitem__(self, name: str) -> Floats:
        """One field of all jobs."""
        return self.fields[name]


def run(
    entrant: Entrant, jobs: JobSet, prices: Prices, *, judging: Judging | None = None
) -> Results:
    """Play all jobs of a set, with the world's judge or another."""
    limits = Limits(entrant.attempts)
    outcomes: list[list[Outcome]] = [
        [
            Job(world, prices, limits, jobs.seed + place, number, judging).play(entrant.make())
            for number in range(jobs.jobs)
        ]
        for place, world in enumerate(jobs.worlds)
    ]
    fields = {
        name: np.array([[float(getattr(one, name)) for one in row] for row in outcomes])
        for name in FIELDS
    }
    return Results(entrant, fields)


@dataclass(frozen=True)
class Resampling:
    """The draws of a bootstrap, the same for whatever is computed with it."""

    worlds: NDArray[np.intp]
    jobs: NDArray[np.intp]

    @classmethod
    def of(cls, worlds: int, jobs: int, seed: int = 1) -> "Resampling":
        """Draws for results of this shape."""
        rng = np.random.default_rng(seed)
        return cls(
            worlds=rng.integers(0, worlds, (REPLICATES, worlds, 1)),
            jobs=rng.integers(0, jobs, (REPLICATES, worlds, jobs)),
        )

    def means(self, values: Floats) -> Floats:
        """The mean in each draw."""
        return np.array(
            [
                values[worlds, jobs].mean()
                for worlds, jobs in zip(self.worlds, self.jobs, strict=True)
            ]
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its 95% interval."""

    value: float
    low: float
    high: float


Measure = Callable[[Results, Callable[[Floats], Floats]], Floats]


def dollars_per_accepted(results: Results, mean: Callable[[Floats], Floats]) -> Floats:
    """All dollars over all accepted videos; infinite where none was."""
    accepted = mean(results["accepted"])
    return np.divide(
        mean(results["dollars"]),
        accepted,
        out=np.full_like(accepted, np.inf),
        where=accepted > 0,
    )


def over_optimism(results: Results, mean: Callable[[Floats], Floats]) -> Floats:
    """Judged minus true of what was delivered."""
    return mean(results["score"]) - mean(results["quality"])


def mean_of(name: str) -> Measure:
    """The mean of one field."""
    return lambda results, mean: mean(results[name])


class Statistics:
    """Figures over one set, all with the same draws."""

    def __init__(self, worlds: int, jobs: int) -> None:
        self._resampling = Resampling.of(worlds, jobs)
        self._known: dict[tuple[str, str], Floats] = {}

    def figure(self, measure: Measure, results: Results) -> Figure:
        """One entrant's figure."""
        return _figure(measure(results, _mean), measure(results, self._means(results)))

    def ratio(self, measure: Measure, results: Results, other: Results) -> Figure:
        """One entrant's figure over another's."""
        draws = measure(results, self._means(results)) / measure(other, self._means(other))
        return _figure(measure(results, _mean) / measure(other, _mean), draws)

    def difference(self, measure: Measure, results: Results, other: Results) -> Figure:
        """One entrant's figure minus another's."""
        draws = measure(results, self._means(results)) - measure(other, self._means(other))
        return _figure(measure(results, _mean) - measure(other, _mean), draws)

    def _means(self, results: Results) -> Callable[[Floats], Floats]:
        names = {id(values): name for name, values in results.fields.items()}

        def means(values: Floats) -> Floats:
            key = (results.entrant.name, names[id(values)])
            if key not in self._known:
                self._known[key] = self._resampling.means(values)
            return self._known[key]

        return means


def _mean(values: Floats) -> Floats:
    return np.array([values.mean()])


def _figure(value: Floats, draws: Floats) -> Figure:
    low, high = np.quantile(draws, (0.025, 0.975))
    return Figure(float(value[0]), float(low), float(high))
