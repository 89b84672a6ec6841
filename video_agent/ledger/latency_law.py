"""How long generations take, estimated from brackets: polls see an end only between two of them.

The estimate is the smoothed EM of B. W. Silverman, M. C. Jones, J. D. Wilson and D. W. Nychka, "A
smoothed EM approach to indirect estimation problems", J. Royal Statistical Society B 52 (1990):
each bracket's mass is spread over its cells in proportion to the present estimate (B. W. Turnbull,
ibid. 38 (1976)), then the estimate is smoothed. Cells are even in the logarithm of time, so one
kernel width suits short and long waits; its width is the one under which the half of the
observations not used predicts the other half best.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from video_agent.catalog import Latency

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_FIRST_EDGE_SECONDS, _LAST_EDGE_SECONDS, _EDGE_RATIO = 0.25, 1150.0, 1.025
_HALF_LIFE_OBSERVATIONS = 150.0
_BROAD_WEIGHT, _CATALOG_WEIGHT, _CATALOG_FADES_AT = 2.0, 3.0, 20.0
_BROAD_WIDTH, _FIRST_WIDTH = 0.35, 0.15
_WIDTHS = (0.03, 0.06, 0.12, 0.22)
_WHOLE_TO_HALF_WIDTH = 0.85  # kernels shrink with n to the power -1/5: 2 ** -0.2
_ROUNDS = 20
_START_SHARE = 0.8
_LEAST_MASS = 1e-12
_P95_NORMAL_DEVIATE = 1.645
_LEAST_HALVED = 16
_RECENT_COUNTS = (4, 6, 8, 12, 16, 24, 36, 54, 80, 120, 180, 270)
_LEAST_OLDER = 8
_CHANGE_BELIEVED_FROM = 10.0  # a chance of about exp(-10) a test; tens of tests are made at once


class Bracket(NamedTuple):
    """Seconds after the submit between which a generation finished: a poll and the next one."""

    lower: float
    upper: float


@dataclass(frozen=True)
class LatencyLaw:
    """A law of latencies on the grid of `edges_seconds`.

    Args:
        masses: Cell k, between edges k and k + 1, holds `masses[k]`; their sum is 1.
        effective_count: How many equally weighted observations it was estimated from.
    """

    masses: Floats
    effective_count: float

    @property
    def median_seconds(self) -> float:
        """Half of the generations take longer."""
        cell = int(np.searchsorted(np.cumsum(self.masses), 0.5))
        return float(edges_seconds()[min(cell + 1, len(self.masses))])


@cache
def edges_seconds() -> Floats:
    """The cells' edges in seconds: 0, 0.25, then each 2.5 % later, while cells are below 30 s."""
    steps = math.ceil(math.log(_LAST_EDGE_SECONDS / _FIRST_EDGE_SECONDS) / math.log(_EDGE_RATIO))
    grown = _FIRST_EDGE_SECONDS * _EDGE_RATIO ** np.arange(steps + 1, dtype=np.float64)
    return np.concatenate([np.zeros(1), grown])


def estimate_law(brackets: Sequence[Bracket], catalog: Latency) -> LatencyLaw:
    """The law behind some observations, oldest first, of which there is at least one.

    Newer ones weigh more (half as much after 150 more). A broad copy of the data counts as two
    observations, so that no cell is impossible; the catalog's figures count as three at the
    beginning and fade out over the first twenty.
    """
    cells = _Cells.of(brackets)
    count = cells.effective_count
    catalog_weight = _CATALOG_WEIGHT * max(0.0, 1.0 - count / _CATALOG_FADES_AT)
    broad = _smoothed(cells.spread(), _BROAD_WIDTH)
    prior_weight = _BROAD_WEIGHT + catalog_weight
    prior = (_BROAD_WEIGHT * broad + catalog_weight * _lognormal(catalog)) / prior_weight
    width = _best_width(cells, prior, prior_weight)
    return LatencyLaw(_smoothed_em(cells, prior, prior_weight, width), count)


def since_last_change(brackets: Sequence[Bracket]) -> Sequence[Bracket]:
    """The newest observations that follow one law: a service may become faster or slower.

    The last 4, 6, 8, 12 ... are held against those before by the likelihood ratio of "other shares
    have finished by t" to "the same share", at the t that tells most. Only what the brackets prove
    counts as a difference: who has surely finished by t here against who possibly has there.
    """
    evidence: dict[int, float] = {}
    for recent in _RECENT_COUNTS:
        if len(brackets) - recent < _LEAST_OLDER:
            break
        evidence[recent] = _log_likelihood_ratio(brackets[:-recent], brackets[-recent:])
    change = max(evidence, key=lambda recent: evidence[recent], default=None)
    if change is None or evidence[change] < _CHANGE_BELIEVED_FROM:
        return brackets
    return brackets[-change:]


def _log_likelihood_ratio(older: Sequence[Bracket], newer: Sequence[Bracket]) -> float:
    """Half the G statistic of a two-sample test (S. S. Wilks, 1938), at the best t. At least 0."""
    one, two = np.array(older, dtype=np.float64), np.array(newer, dtype=np.float64)
    times = np.unique(two)
    least_one, most_one = _finished_by(times, one)
    least_two, most_two = _finished_by(times, two)
    slower = _divergence(least_one, most_two, len(one), len(two))
    faster = _divergence(most_one, least_two, len(one), len(two))
    proven = np.where(least_one > most_two, slower, 0.0)
    return float(np.maximum(proven, np.where(least_two > most_one, faster, 0.0)).max())


def _finished_by(times: Floats, sample: Floats) -> tuple[Floats, Floats]:
    """The share that has surely finished by each time, and the share that possibly has."""
    surely = np.searchsorted(np.sort(sample[:, 1]), times, side="right")
    possibly = np.searchsorted(np.sort(sample[:, 0]), times, side="left")
    return surely / len(sample), possibly / len(sample)


def _divergence(share_one: Floats, share_two: Floats, count_one: int, count_two: int) -> Floats:
    pooled = (count_one * share_one + count_two * share_two) / (count_one + count_two)

    def information(share: Floats) -> Floats:
        total = np.zeros_like(share)
        for part, expected in ((share, pooled), (1 - share, 1 - pooled)):
            present = part > 0
            total[present] += part[present] * np.log(part[present] / expected[present])
        return total

    return count_one * information(share_one) + count_two * information(share_two)


@dataclass(frozen=True)
class _Cells:
    """Brackets as ranges of cells [first, last) with weights of sum 1."""

    first: Ints
    last: Ints
    weights: Floats

    @classmethod
    def of(cls, brackets: Sequence[Bracket]) -> "_Cells":
        sample = np.array(brackets, dtype=np.float64)
        first, last = _nearest_edge(sample[:, 0]), _nearest_edge(sample[:, 1])
        first = np.minimum(first, len(edges_seconds()) - 2)
        age = np.arange(len(sample) - 1, -1, -1, dtype=np.float64)
        weights = 0.5 ** (age / _HALF_LIFE_OBSERVATIONS)
        return cls(first, np.maximum(last, first + 1), weights / weights.sum())

    @property
    def effective_count(self) -> float:
        """How many equally weighted observations these are worth (L. Kish, 1965)."""
        return float(1.0 / np.square(self.weights).sum())

    def half(self, remainder: int) -> "_Cells":
        """Every second observation."""
        chosen = slice(remainder, None, 2)
        weights = self.weights[chosen]
        return _Cells(self.first[chosen], self.last[chosen], weights / weights.sum())

    def spread(self) -> Floats:
        """Each bracket's weight spread evenly over its time."""
        edges = edges_seconds()
        return self.density(self.weights / (edges[self.last] - edges[self.first])) * np.diff(edges)

    def density(self, heights: Floats) -> Floats:
        """For each cell the sum of the heights of the brackets that cover it."""
        size = len(edges_seconds())
        rises = np.bincount(self.first, heights, size) - np.bincount(self.last, heights, size)
        return np.maximum(np.cumsum(rises)[:-1], 0.0)

    def masses_in(self, masses: Floats) -> Floats:
        """The mass of a law in each bracket, never 0."""
        below = np.concatenate([np.zeros(1), np.cumsum(masses)])
        return np.maximum(below[self.last] - below[self.first], _LEAST_MASS)


def _nearest_edge(seconds: Floats) -> Ints:
    edges = edges_seconds()
    return np.searchsorted((edges[1:] + edges[:-1]) / 2, seconds).astype(np.int64)


def _best_width(cells: _Cells, prior: Floats, prior_weight: float) -> float:
    """The kernel width (in log seconds) under which one half predicts the other best."""
    if len(cells.first) < _LEAST_HALVED:
        return _FIRST_WIDTH
    halves = cells.half(0), cells.half(1)

    def likelihood(width: float) -> float:
        total = 0.0
        for known, other in (halves, halves[::-1]):
            law = _smoothed_em(known, prior, prior_weight, width)
            total += float((other.weights * np.log(other.masses_in(law))).sum())
        return total

    return _WHOLE_TO_HALF_WIDTH * max(_WIDTHS, key=likelihood)


def _smoothed_em(cells: _Cells, prior: Floats, prior_weight: float, width: float) -> Floats:
    kernel = _kernel(width)
    share = cells.effective_count / (cells.effective_count + prior_weight)
    start = _smoothed(cells.spread(), max(width, 0.1))
    masses = _START_SHARE * start + (1.0 - _START_SHARE) * prior
    for _ in range(_ROUNDS):
        seen = masses * cells.density(cells.weights / cells.masses_in(masses))
        masses = _convolved(share * seen + (1.0 - share) * prior, kernel)
    return masses


def _smoothed(masses: Floats, width: float) -> Floats:
    return _convolved(masses, _kernel(width))


def _convolved(masses: Floats, kernel: Floats) -> Floats:
    spread = np.convolve(masses, kernel, mode="same")
    return spread / spread.sum()


def _kernel(width: float) -> Floats:
    """A normal density, `width` in log seconds."""
    cells = width / math.log(_EDGE_RATIO)
    reach = max(1, int(3 * cells))
    return np.exp(-0.5 * np.square(np.arange(-reach, reach + 1) / cells))


def _lognormal(latency: Latency) -> Floats:
    """The law with the catalog's median and 95th percentile."""
    sigma = max(math.log(latency.p95 / latency.median) / _P95_NORMAL_DEVIATE, 0.1)
    deviates = np.log(edges_seconds()[1:] / latency.median) / (sigma * math.sqrt(2))
    below = np.array([0.0, *(0.5 * (1 + math.erf(value)) for value in deviates)])
    masses = np.diff(below)
    return masses / masses.sum()
