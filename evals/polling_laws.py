"""Laws of latencies and the best fixed schedule for each: the yardstick of `polling_delay.py`.

Shares no code with the planner it measures: the back-off is written out again, the dynamic
programme runs on its own, finer grid, over drawn latencies instead of an estimated law.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]

DRAWS = 40_000
FINE_CELLS, TAIL_CELLS = 700, 100
PRICE_STEPS = 18
LATEST_SECONDS = 20_000.0


def lognormal(median: float, sigma: float) -> Draw:
    return lambda rng, count: median * np.exp(sigma * rng.standard_normal(count))


def two_kinds(rng: np.random.Generator, count: int) -> Floats:
    """Short clips in about 25 s, long ones in about 90 s."""
    short, long = lognormal(25, 0.15)(rng, count), lognormal(90, 0.2)(rng, count)
    return np.where(rng.random(count) < 0.6, short, long)


def queued(rng: np.random.Generator, count: int) -> Floats:
    """Ten seconds of work after an exponential wait."""
    return 10 + rng.exponential(30, count)


def uniform(rng: np.random.Generator, count: int) -> Floats:
    return rng.uniform(20, 60, count)


PROMISED: dict[str, tuple[Draw, float]] = {
    "lognormal 38 s, 0.4": (lognormal(38, 0.4), 0.28),
    "lognormal 38 s, 0.7": (lognormal(38, 0.7), 0.46),
    "lognormal 120 s, 0.5": (lognormal(120, 0.5), 0.44),
}
FURTHER: dict[str, Draw] = {
    "two kinds, 25 and 90 s": two_kinds,
    "uniform 20 to 60 s": uniform,
    "10 s + exponential 30 s": queued,
    "lognormal 4 s, 0.3": lognormal(4, 0.3),
    "lognormal 38 s, 0.1": lognormal(38, 0.1),
    "lognormal 300 s, 0.3": lognormal(300, 0.3),
}


def backoff_times() -> Floats:
    times, gap, now = list[float](), 5.0, 0.0
    while now < LATEST_SECONDS:
        now += gap
        times.append(now)
        gap = min(gap * 1.5, 30.0)
    return np.array(times)


def measure(times: Floats, latencies: Floats) -> tuple[float, float]:
    """Mean delay in seconds and mean number of polls of a fixed schedule."""
    polls = np.searchsorted(times, latencies)
    return float((times[polls] - latencies).mean()), float((polls + 1).mean())


@dataclass(frozen=True)
class Yardstick:
    """What the back-off and the best fixed schedule reach on one law.

    Args:
        latencies: The drawn latencies everything is measured on.
        backoff_delay: Mean delay of the back-off, seconds.
        backoff_polls: Mean polls a job of the back-off.
        best_delay: Mean delay of the best fixed schedule found, seconds.
        bound_delay: No schedule with as many polls has less delay (the Lagrangian's bound).
    """

    latencies: Floats
    backoff_delay: float
    backoff_polls: float
    best_delay: float
    bound_delay: float


def yardstick(draw: Draw, seed: int = 5) -> Yardstick:
    """Draw latencies and search the price per poll at which the best schedule uses the budget."""
    latencies = np.sort(draw(np.random.default_rng(seed), DRAWS))
    delay, polls = measure(backoff_times(), latencies)
    high_quantile = float(np.quantile(latencies, 0.995))
    tail = np.linspace(high_quantile, latencies[-1] + 1.0, TAIL_CELLS)
    edges = np.concatenate([np.linspace(0.0, high_quantile, FINE_CELLS), tail[1:]])
    low, high, best, bound = 1e-4, 300.0, delay, 0.0
    for _ in range(PRICE_STEPS):
        price = float(np.sqrt(low * high))
        value, times = _cheapest(edges, latencies, price)
        found_delay, found_polls = measure(np.append(times, LATEST_SECONDS), latencies)
        bound = max(bound, value - price * polls)
        if found_polls > polls:
            low = price
        else:
            high, best = price, min(best, found_delay)
    return Yardstick(latencies, delay, polls, best, bound)


def _cheapest(edges: Floats, latencies: Floats, price: float) -> tuple[float, Floats]:
    """Least E[delay] + price x E[polls] over all schedules on the edges, and that schedule."""
    counts = np.searchsorted(latencies, edges, side="right")
    done = counts / len(latencies)
    moment = np.concatenate([np.zeros(1), np.cumsum(latencies)])[counts] / len(latencies)
    last = len(edges) - 1
    value, following = np.zeros(last + 1), np.zeros(last + 1, dtype=np.int64)
    for start in range(last - 1, -1, -1):
        later = slice(start + 1, None)
        delay = edges[later] * (done[later] - done[start]) - (moment[later] - moment[start])
        total = delay + value[later]
        following[start] = start + 1 + int(total.argmin())
        value[start] = total.min() + price * (1.0 - done[start])
    times, edge = list[float](), 0
    while edge < last:
        edge = int(following[edge])
        times.append(float(edges[edge]))
    return float(value[0]), np.array(times)
