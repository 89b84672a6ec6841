"""Results as rows of figures, as Markdown and as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence

import numpy as np

from evals.simulator.entrants import BEST_OF_8, DEFAULT, INSISTENT, REGENERATE, Entrant, few
from evals.simulator.play import Judging
from evals.simulator.prices import Prices
from evals.simulator.regimes import LIARS, Regime
from evals.simulator.results import (
    Figure,
    Results,
    Statistics,
    dollars_per_accepted,
    mean_of,
    over_optimism,
    run,
)
from evals.simulator.sets import JobSet, one_world

Row = dict[str, str | float | Figure]


def play_all(
    entrants: Iterable[Entrant], jobs: JobSet, prices: Prices, *, judging: Judging | None = None
) -> dict[str, Results]:
    """Every entrant over the same jobs, by name."""
    return {one.name: run(one, jobs, prices, judging=judging) for one in entrants}


def main_rows(played: dict[str, Results], statistics: Statistics) -> list[Row]:
    """One row an entrant: what it pays, and what it really gives."""
    return [
        {
            "policy": name,
            "$ / accepted": statistics.figure(dollars_per_accepted, results),
            "true quality": statistics.figure(mean_of("quality"), results),
            "accepted": statistics.figure(mean_of("accepted"), results),
            "passed": float(results["passed"].mean()),
            "over-optimism": statistics.figure(over_optimism, results),
            "$ / job": float(results["dollars"].mean()),
            "videos": float(results["videos"].mean()),
            "drafts": float(results["drafts"].mean()),
            "finals": float(results["finals"].mean()),
            "edits": float(results["edits"].mean()),
            "comparisons": float(results["comparisons"].mean()),
        }
        for name, results in played.items()
    ]


def target_rows(played: dict[str, Results], statistics: Statistics) -> list[Row]:
    """The issue's two promises, for each policy of ours."""
    regenerate, best = played[REGENERATE], played[BEST_OF_8]
    return [
        {
            "policy": name,
            "$ / accepted, over regenerate's": statistics.ratio(
                dollars_per_accepted, results, regenerate
            ),
            "quality minus regenerate's": statistics.difference(
                mean_of("quality"), results, regenerate
            ),
            "videos, over best of 8's": statistics.ratio(mean_of("videos"), results, best),
            "quality minus best of 8's": statistics.difference(mean_of("quality"), results, best),
        }
        for name, results in played.items()
        if name.startswith("ours")
    ]


def curve_rows(played: dict[str, Results]) -> list[Row]:
    """One row a point of a curve."""
    return [
        {
            "policy": name,
            "family": results.entrant.family,
            "$ / job": float(results["dollars"].mean()),
            "true quality": float(results["quality"].mean()),
            "accepted": float(results["accepted"].mean()),
            "$ / accepted": float(results["dollars"].sum() / max(1.0, results["accepted"].sum())),
            "videos": float(results["videos"].mean()),
        }
        for name, results in played.items()
    ]


def regime_row(regime: Regime, size: int, entrants: Sequence[Entrant] | None = None) -> Row:
    """One regime: the default against the others, and who is cheapest at its quality or better."""
    jobs = one_world(regime.name, size, regime.world)
    played = play_all(entrants or few(), jobs, regime.prices)
    statistics = Statistics(1, size)
    ours, regenerate = played[DEFAULT], played[REGENERATE]
    row: Row = {
        "regime": regime.name,
        "$ / accepted, over regenerate's": statistics.ratio(dollars_per_accepted, ours, regenerate),
        "quality minus regenerate's": statistics.difference(mean_of("quality"), ours, regenerate),
    }
    for name, results in played.items():
        cost = statistics.figure(dollars_per_accepted, results).value
        row[name] = f"{cost:.2f} @ {results['quality'].mean():.3f}"
    row["ours loses to"] = ", ".join(_better(played)) or "-"
    return row


def _better(played: dict[str, Results]) -> list[str]:
    """Who pays less for an accepted video than the default, at no lower true quality."""
    ours = played[DEFAULT]
    price = ours["dollars"].sum() / max(1.0, ours["accepted"].sum())
    return [
        name
        for name, results in played.items()
        if name not in {DEFAULT, INSISTENT}
        and results["quality"].mean() >= ours["quality"].mean()
        and results["dollars"].sum() / max(1.0, results["accepted"].sum()) < price
    ]


def noise_rows(regime: Regime, size: int) -> list[Row]:
    """One level of judge noise: each policy's true quality, price and over-optimism."""
    jobs = one_world(regime.name, size, regime.world)
    played, statistics = play_all(few(), jobs, regime.prices), Statistics(1, size)
    shot = played["one shot"]
    sound = shot["gated"] == 0
    agreement = float(np.corrcoef(shot["quality"][sound], shot["score"][sound])[0, 1])
    return [
        {
            "judge": regime.name,
            "agreement with the truth": agreement,
            "policy": name,
            "$ / accepted": statistics.figure(dollars_per_accepted, results),
            "true quality": statistics.figure(mean_of("quality"), results),
            "over-optimism": statistics.figure(over_optimism, results),
        }
        for name, results in played.items()
    ]


def liar_rows(size: int, prices: Prices) -> list[Row]:
    """Judges that say nothing: what is delivered and paid, and whether a gated clip ever is."""
    jobs = one_world("liars", size)
    return [
        {
            "judge": name,
            "policy": entrant,
            "true quality": float(results["quality"].mean()),
            "passed": float(results["passed"].mean()),
            "accepted": float(results["accepted"].mean()),
            "$ / job": float(results["dollars"].mean()),
            "videos": float(results["videos"].mean()),
            "gated clips delivered as passed": float((results["gated"] * results["passed"]).sum()),
        }
        for name, judging in LIARS.items()
        for entrant, results in play_all(few(), jobs, prices, judging=judging).items()
    ]


def worlds_spread(played: dict[str, Results]) -> str:
    """How the default's ratio to regenerating lies over the drawn worlds."""

    def price(results: Results) -> np.ndarray:
        return results["dollars"].sum(axis=1) / np.maximum(1, results["accepted"].sum(axis=1))

    ratios = np.sort(price(played[DEFAULT]) / price(played[REGENERATE]))
    return (
        f"{len(ratios)} worlds: ratio of {DEFAULT} to {REGENERATE} from {ratios[0]:.2f} to "
        f"{ratios[-1]:.2f}, median {np.median(ratios):.2f}; at most 0.25 in "
        f"{int((ratios <= 0.25).sum())}, below 1 in {int((ratios < 1).sum())}"
    )


def markdown(rows: Sequence[Row]) -> str:
    """A table for people: intervals in brackets."""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|---" + "|--:" * (len(names) - 1) + "|"]
    lines += ["| " + " | ".join(_shown(row[name], name) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def comma_separated(rows: Sequence[Row]) -> str:
    """The same as CSV; an interval takes three columns."""
    flat = [_flat(row) for row in rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(flat[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def _shown(value: str | float | Figure, name: str) -> str:
    if isinstance(value, str):
        return value
    digits = 3 if "quality" in name or "optimism" in name else 2
    if not isinstance(value, Figure):
        return f"{value:.{digits}f}"
    return f"{value.value:.{digits}f} [{value.low:.{digits}f}, {value.high:.{digits}f}]"


def _flat(row: Row) -> dict[str, str | float]:
    found: dict[str, str | float] = {}
    for name, value in row.items():
        if isinstance(value, Figure):
            found |= {name: value.value, f"{name} low": value.low, f"{name} high": value.high}
        else:
            found[name] = value
    return found
