"""The world simulator: loop policies on true quality and dollars.

`python -m evals.simulator` plays the policies to compare with, and the product's own, on the
held-out set: 30 worlds drawn from the ranges in `world.toml`, whose sha256 is printed, with seeds
that no policy was tuned on. It prints what an accepted video costs and what it is truly worth, then
the curve of quality against dollars, how sure the judge must be, judges that lie, regimes where
ours loses, and each parameter at both ends of its range; `--output` keeps it all as CSV, JSON and
a plot.

accepted: delivered as passed, and its true quality is at or over the threshold (0.8).
$ / accepted: the dollars of all jobs, failed ones included, over the number of accepted videos.
Intervals are 95%, by bootstrap over worlds and jobs.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from evals.simulator.entrants import BEST_OF_8, DEFAULT, REGENERATE, curve, entrants
from evals.simulator.parameters import FILE, file_digest
from evals.simulator.plot import quality_against_dollars
from evals.simulator.prices import catalog_prices
from evals.simulator.regimes import NOISE_SCALES, REGIMES, noisy, swept
from evals.simulator.results import Statistics
from evals.simulator.sets import job_set
from evals.simulator.tables import (
    Row,
    comma_separated,
    curve_rows,
    liar_rows,
    main_rows,
    markdown,
    noise_rows,
    play_all,
    regime_row,
    target_rows,
    worlds_spread,
)

PARTS = ("main", "curve", "noise", "liars", "regimes", "sweep")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evals.simulator",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--jobs", type=int, default=3_000, help="jobs of the main table")
    parser.add_argument("--set", choices=["held-out", "tuning"], default="held-out")
    parser.add_argument("--resolution", default="720p", help="of the final clip")
    parser.add_argument("--parts", default=",".join(PARTS), help="which, by comma")
    parser.add_argument("--output", type=Path, help="folder for CSV, JSON and the plot")
    return parser.parse_args()


class Report:
    """Prints tables as they come, and keeps them in a folder when there is one."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def table(self, name: str, title: str, rows: list[Row]) -> None:
        print(f"\n## {title}\n\n{markdown(rows)}", flush=True)
        self.keep(f"{name}.csv", comma_separated(rows))

    def keep(self, name: str, text: str) -> None:
        if self._folder is not None:
            (self._folder / name).write_text(text, encoding="utf-8")


def main_part(options: argparse.Namespace, report: Report) -> None:
    jobs, prices = job_set(options.set, options.jobs), catalog_prices(options.resolution)
    began = time.process_time()
    played = play_all(entrants(), jobs, prices)
    seconds = time.process_time() - began
    statistics = Statistics(len(jobs.worlds), jobs.jobs)
    report.table("main", f"{jobs.size} jobs, {options.set}", main_rows(played, statistics))
    report.table("targets", "Against the targets", target_rows(played, statistics))
    print(f"\n{worlds_spread(played)}")
    count = jobs.size * len(played)
    print(
        f"{count} jobs played in {seconds:.0f} s of one core: {60 * count / seconds:,.0f} a minute"
    )


def curve_part(options: argparse.Namespace, report: Report) -> None:
    jobs, prices = job_set(options.set, options.jobs // 2), catalog_prices(options.resolution)
    rows = curve_rows(play_all(curve(), jobs, prices))
    report.table("curve", f"True quality against dollars, {jobs.size} jobs", rows)
    curves: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        point = (float(str(row["$ / job"])), float(str(row["true quality"])))
        curves.setdefault(str(row["family"]), []).append(point)
    title = f"True quality against dollars, {options.set}, final at {options.resolution}"
    report.keep("curve.svg", quality_against_dollars(curves, title=title))


def other_parts(options: argparse.Namespace, report: Report, wanted: list[str]) -> None:
    size = max(200, 2 * options.jobs // 3)
    if "noise" in wanted:
        rows = [row for scale in NOISE_SCALES for row in noise_rows(noisy(scale), size)]
        report.table("noise", f"Judge noise, nominal world, {size} jobs each", rows)
    if "liars" in wanted:
        rows = liar_rows(size, catalog_prices(options.resolution))
        report.table("liars", f"Judges that lie, {size} jobs each", rows)
    if "regimes" in wanted:
        rows = [regime_row(regime, size) for regime in REGIMES]
        report.table("regimes", f"Regimes: $ / accepted @ true quality, {size} jobs each", rows)
    if "sweep" in wanted:
        few = [one for one in entrants() if one.name in {DEFAULT, REGENERATE, BEST_OF_8}]
        rows = [regime_row(regime, size // 2, few) for regime in swept()]
        report.table("sweep", f"Each parameter at its ends, {size // 2} jobs each", rows)


def main() -> int:
    options = arguments()
    wanted = options.parts.split(",")
    unknown = set(wanted) - set(PARTS)
    if unknown:
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
        return 2
    report = Report(options.output)
    told = {
        "world": FILE.name,
        "sha256": file_digest(),
        "set": options.set,
        "jobs": options.jobs,
        "resolution": options.resolution,
        "prices_usd": {
            name: str(getattr(catalog_prices(options.resolution), name))
            for name in ("draft_usd", "final_usd", "final_edit_usd", "judge_usd", "enhance_usd")
        },
    }
    print(json.dumps(told, indent=1))
    report.keep("run.json", json.dumps(told, indent=1) + "\n")
    if "main" in wanted:
        main_part(options, report)
    if "curve" in wanted:
        curve_part(options, report)
    other_parts(options, report, wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
