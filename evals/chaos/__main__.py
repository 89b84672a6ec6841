"""The chaos command: `python -m evals.chaos`, 20 kills a set-up; `--kills 300` for the full run.

The whole product path - `video-agent create --no-wait`, `video-agent worker`, the planner, the
tools, and the studio as a process of its own over HTTP - while workers are killed with SIGKILL:
aimed right after the studio accepted a paid POST, aimed right after its answer arrived, and at any
moment; submitters are killed too, 5% of the answers to paid POSTs are cut off, 5% are 503. Then
the studio's books are held against ours. Exit code 1 when anything was paid twice, lost, over
budget, or told wrong.

The seed fixes the jobs, what happens to the n-th paid POST, and every draw of the killer; which
instruction a process is at when it dies, nobody can fix.
"""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import cast

from evals.chaos.campaign import Options, run_campaign
from evals.chaos.comparison import compare
from evals.chaos.faults import SCENARIOS, play
from evals.chaos.processes import ColdStarter, Starter, ZygoteStarter
from evals.chaos.report import facts, table
from evals.chaos.setups import ALL_SETUPS, Setup


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="workers killed in each set-up")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--wires", default="agent_platform,gemini")
    parser.add_argument("--jobs-at-once", type=int, default=8)
    parser.add_argument("--pause", type=float, default=5.0, help="seconds between random kills")
    parser.add_argument("--cold", action="store_true", help="start the real commands, no fork")
    parser.add_argument("--faults", nargs="?", const="", help="only: single faults, all or by name")
    parser.add_argument("--naive", type=int, metavar="KILLS", help="only: without the ledger")
    parser.add_argument("--defaults", type=int, metavar="N", help="only: google-genai as it comes")
    parser.add_argument("--folder", type=Path, help="keep databases, clips and logs there")
    parser.add_argument("--json", action="store_true", help="one JSON object, no table")
    return parser.parse_args()


async def starter_for(options: argparse.Namespace, folder: Path) -> Starter:
    if options.cold:
        return ColdStarter(folder)
    starter = ZygoteStarter(folder)
    told = await starter.open()
    if told["threads"] != 1:
        print(f"the zygote has {told['threads']} threads; forking is not safe", file=sys.stderr)
    return starter


def setups(options: argparse.Namespace) -> list[Setup]:
    databases, wires = options.databases.split(","), options.wires.split(",")
    return [one for one in ALL_SETUPS if one.database in databases and one.wire in wires]


async def run(options: argparse.Namespace, folder: Path) -> int:
    if options.naive or options.defaults:
        rows = await compare(folder, options.seed, options.naive, options.defaults)
        print(json.dumps({"rows": rows}, indent=1))
        return 0
    rows = await (campaigns(options, folder) if options.faults is None else faults(options, folder))
    problems = [text for row in rows for text in cast("list[str]", row["problems"])]
    print(json.dumps({"rows": rows}, indent=1) if options.json else table(rows))
    for text in problems:
        print(text, file=sys.stderr)
    return 1 if problems else 0


async def campaigns(options: argparse.Namespace, folder: Path) -> list[dict[str, object]]:
    """Every set-up that was asked for."""
    wanted = Options(
        seed=options.seed,
        kills=options.kills,
        jobs_at_once=options.jobs_at_once,
        mean_pause_seconds=options.pause,
    )
    rows: list[dict[str, object]] = []
    for setup in setups(options):
        place = folder / f"{setup.database}-{setup.wire}"
        place.mkdir()
        print(f"{setup.name}, seed {options.seed}, in {place}", file=sys.stderr, flush=True)
        starter = await starter_for(options, place)
        try:
            rows.append(facts(await run_campaign(setup, wanted, starter, place)))
            (folder / "rows.json").write_text(json.dumps({"rows": rows}, indent=1))
        finally:
            await starter.close()
    return rows


async def faults(options: argparse.Namespace, folder: Path) -> list[dict[str, object]]:
    """Every scenario that was asked for."""
    rows: list[dict[str, object]] = []
    for scenario in (one for one in SCENARIOS if options.faults in one.name):
        place = folder / scenario.name
        place.mkdir()
        print(f"{scenario.name} in {place}", file=sys.stderr, flush=True)
        starter = await starter_for(options, place)
        try:
            row = await play(scenario, options.seed, starter, place)
        finally:
            await starter.close()
        rows.append({**row, "setup": scenario.name})
        print(f"  {row['minutes']} min, problems: {row['problems']}", file=sys.stderr, flush=True)
    return rows


def main() -> int:
    options = arguments()
    if options.folder is not None:
        options.folder.mkdir(parents=True, exist_ok=True)
        return asyncio.run(run(options, options.folder))
    folder = Path(tempfile.mkdtemp(prefix="va-chaos-"))
    try:
        return asyncio.run(run(options, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
