"""The poll times with the least delay for a law of latencies, at no more polls than the back-off.

Let T be the latency, t1 < t2 < ... the polls. Wanted is the least E[t(T) - T], t(T) being the first
poll after T, while E[number of polls] stays within a budget. With a price per poll (a Lagrange
multiplier, L) the best rest of a schedule depends only on the last poll s, so (R. Bellman's
principle of optimality)

    V(s) = min over t > s of  E[(t - T); s < T <= t] + L P(T > s) + V(t)

is solved backwards over the grid of the law. A search over L meets the budget. The cost is not
convex in the schedule (a poll more before the mode comes or goes whole), so two neighbouring
schedules, one on each side of the budget, are drawn in the proportion that meets it in the mean:
that reaches the Lagrangian's bound, which no fixed schedule can beat.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from video_agent.catalog import Latency
from video_agent.ledger.latency_law import (
    Bracket,
    Floats,
    Ints,
    LatencyLaw,
    edges_seconds,
    estimate_law,
    since_last_change,
)
from video_agent.ledger.schedules import BACKOFF_LONGEST_SECONDS, PollSchedule

LEAST_OBSERVATIONS = 8
_JITTER, _LEARNING_JITTER = 0.2, 0.1
_CERTAIN_POLLS = 0.7  # of the first poll, which comes in any case, less is kept back
_LEAST_GAP_SECONDS = 1.0
_LONGEST_GAP_SECONDS = 180.0
_PRICES_AT_ONCE, _PRICE_ROUNDS = 8, 3
_LEAST_PRICE_SECONDS, _HIGHEST_PRICE_SECONDS = 1e-3, 300.0


@dataclass(frozen=True)
class PollPlan:
    """Two schedules and how often the denser one is drawn.

    Args:
        sparse: At most as many polls as allowed, in the mean.
        dense: The next one, with a few more.
        dense_share: How often it is drawn, 0 to 1.
        delay_seconds: How late `sparse` notices an end, in the mean, under the law planned for.
        median_seconds: How long a generation usually takes.
    """

    sparse: PollSchedule
    dense: PollSchedule
    dense_share: float
    delay_seconds: float
    median_seconds: float

    def draw(self, rng: Random) -> PollSchedule:
        """The schedule of one generation."""
        return self.dense if rng.random() < self.dense_share else self.sparse


def learned_plan(brackets: Sequence[Bracket], catalog: Latency) -> PollPlan | None:
    """What was learned from past generations, oldest first; None while there are too few.

    Too few are less than eight since the law last changed: then the back-off is followed. Where
    no better plan is seen, the plan is the back-off with jitter, whose brackets tell more. Takes
    about 20 ms for 500 observations.
    """
    recent = since_last_change(brackets)
    if len(recent) < LEAST_OBSERVATIONS:
        return None
    law = estimate_law(recent, catalog)
    plan, delay = plan_polls(law), backoff_delay(law)
    if plan.delay_seconds < delay:
        return plan
    jittered = replace(PollSchedule.backoff(), jitter=_LEARNING_JITTER)
    return PollPlan(jittered, jittered, 0.0, delay, law.median_seconds)


def plan_polls(law: LatencyLaw, *, jitter: float = _JITTER) -> PollPlan:
    """The best schedules for a law at the mean number of polls the back-off would make."""
    budget = _budget(law)
    problem = _Problem.of(law)
    found = problem.solve(_prices(_LEAST_PRICE_SECONDS, _HIGHEST_PRICE_SECONDS))
    for _ in range(_PRICE_ROUNDS - 1):
        dense, sparse = found.around(budget)
        found = problem.solve(_prices(float(found.prices[dense]), float(found.prices[sparse])))
    dense, sparse = found.around(budget)
    spread = float(found.polls[dense] - found.polls[sparse])
    share = (budget - float(found.polls[sparse])) / spread if spread > 0 else 0.0
    return PollPlan(
        sparse=_schedule(found.following[:, sparse], jitter),
        dense=_schedule(found.following[:, dense], jitter),
        dense_share=min(1.0, max(0.0, share)),
        delay_seconds=float(found.delays[sparse]),
        median_seconds=law.median_seconds,
    )


def _prices(lowest: float, highest: float) -> Floats:
    return np.geomspace(lowest, highest, _PRICES_AT_ONCE)


def _budget(law: LatencyLaw) -> float:
    """The mean number of polls to plan for: the back-off's, less what the law is uncertain by.

    A schedule planned from n observations makes more or fewer polls than planned, by a standard
    error of about 0.65 / sqrt(n) of them (`evals/polling_delay.py`): somewhat more is kept back.
    """
    backoff = backoff_polls(law)
    return max(1.0, backoff - (backoff - _CERTAIN_POLLS) / math.sqrt(law.effective_count))


@dataclass(frozen=True)
class _Solution:
    """The best schedules at some growing prices per poll, one each."""

    prices: Floats
    delays: Floats
    polls: Floats
    following: Ints

    def around(self, budget: float) -> tuple[int, int]:
        """The neighbours on both sides of the budget: with more polls, and with as many or less."""
        sparse = min(int(np.searchsorted(-self.polls, -budget)), len(self.polls) - 1)
        return max(sparse - 1, 0), sparse


@dataclass(frozen=True)
class _Problem:
    """The recursion's parts, on the grid's edges."""

    finished: Floats  # P(T <= edge)
    moment: Floats  # E[T; T <= edge]
    nearest: Ints  # the first edge the next poll may be at ...
    farthest: Ints  # ... and the first it may not

    @classmethod
    def of(cls, law: LatencyLaw) -> "_Problem":
        edges = edges_seconds()
        middles = (edges[1:] + edges[:-1]) / 2
        finished = np.concatenate([np.zeros(1), np.cumsum(law.masses)])
        moment = np.concatenate([np.zeros(1), np.cumsum(law.masses * middles)])
        # Where most have finished, the law may have changed instead: not rarer than the back-off.
        longest = np.where(finished < 0.5, _LONGEST_GAP_SECONDS, BACKOFF_LONGEST_SECONDS)
        last, own = len(edges) - 1, np.arange(len(edges))
        nearest = np.searchsorted(edges, edges + _LEAST_GAP_SECONDS)
        nearest = np.minimum(np.maximum(nearest, own + 1), last)
        farthest = np.searchsorted(edges, edges + longest, side="right")
        return cls(finished, moment, nearest, np.maximum(farthest, nearest + 1))

    def solve(self, prices: Floats) -> _Solution:
        """For each price: mean delay, mean polls and, per edge, the edge of the next poll.

        Args:
            prices: Seconds of delay that one poll is worth, growing.
        """
        edges, count = edges_seconds(), len(edges_seconds()) - 1
        value, polls = np.zeros((count + 1, len(prices))), np.zeros((count + 1, len(prices)))
        following = np.zeros((count, len(prices)), dtype=np.int64)
        each = np.arange(len(prices))
        unfinished = 1.0 - self.finished
        for edge in range(count - 1, -1, -1):
            window = slice(self.nearest[edge], self.farthest[edge])
            finished = self.finished[window] - self.finished[edge]
            delay = edges[window] * finished - (self.moment[window] - self.moment[edge])
            total = delay[:, None] + value[window]
            best = total.argmin(axis=0)
            chosen = best + self.nearest[edge]
            value[edge] = total[best, each] + prices * unfinished[edge]
            polls[edge] = polls[chosen, each] + unfinished[edge]
            following[edge] = chosen
        return _Solution(prices, value[0] - prices * polls[0], polls[0], following)


def _schedule(following: Ints, jitter: float) -> PollSchedule:
    edges, times, edge = edges_seconds(), list[float](), 0
    while edge < len(following):
        edge = int(following[edge])
        times.append(float(edges[edge]))
    return PollSchedule(tuple(times), BACKOFF_LONGEST_SECONDS, jitter)


def backoff_delay(law: LatencyLaw) -> float:
    """How late the back-off notices an end, in the mean, in seconds."""
    backoff = PollSchedule.backoff()
    delays = np.array([backoff.after(second) - second for second in _middles()])
    return float((law.masses * delays).sum())


def backoff_polls(law: LatencyLaw) -> float:
    """How many polls the back-off makes for a generation, in the mean."""
    backoff = PollSchedule.backoff()
    polls = np.array([backoff.polls_until(second) for second in _middles()])
    return float((law.masses * polls).sum())


def _middles() -> list[float]:
    edges = edges_seconds()
    middles: list[float] = ((edges[1:] + edges[:-1]) / 2).tolist()
    return middles
