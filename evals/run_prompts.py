"""Attempts, cost and score on a set of prompts: `python evals/run_prompts.py [--limit N] [--json]`.

Runs every prompt of `prompts.jsonl` as a whole job on the studio (nothing is charged) in a fresh
home, and prints one line each and the sums. Results depend on the studio's seeds, which are fixed.
"""

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from video_agent.models import Job, parse_request
from video_agent.policies import DEFAULT_POLICY, POLICY_NAMES
from video_agent.wiring import VideoAgent

PROMPTS = Path(__file__).with_name("prompts.jsonl")


@dataclass(frozen=True)
class Row:
    id: str
    attempts: int
    first_score: float | None
    best_score: float | None
    passed: bool
    stopped_because: str
    cost_usd: float
    seconds: float


async def run_one(agent: VideoAgent, case: dict[str, str], options: argparse.Namespace) -> Row:
    started = time.perf_counter()
    fields = {key: value for key, value in case.items() if key != "id"}
    request = parse_request(
        {
            "quality_threshold": options.threshold,
            "max_attempts": options.max_attempts,
            "budget_usd": options.budget,
            "duration_seconds": options.duration,
            "resolution": options.resolution,
            "policy": options.policy,
            **fields,
        }
    )
    job = await agent.create(request)
    return row_of(case["id"], job, time.perf_counter() - started)


def row_of(name: str, job: Job, seconds: float) -> Row:
    first = next((item.report.score for item in job.attempts if item.report), None)
    return Row(
        id=name,
        attempts=len(job.attempts),
        first_score=first,
        best_score=job.best_score,
        passed=job.passed,
        stopped_because=job.stopped_because.value if job.stopped_because else "-",
        cost_usd=round(float(job.cost_usd), 4),
        seconds=round(seconds, 1),
    )


async def run_all(options: argparse.Namespace) -> list[Row]:
    lines = PROMPTS.read_text(encoding="utf-8").splitlines()[: options.limit]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        agent = VideoAgent(
            backend="studio", home=Path(folder) / "home", output_folder=Path(folder) / "videos"
        )
        async with agent:
            for line in lines:
                row = await run_one(agent, json.loads(line), options)
                rows.append(row)
                if not options.json:
                    print(format_row(row), flush=True)
    return rows


def format_row(row: Row) -> str:
    first = "-" if row.first_score is None else f"{row.first_score:.2f}"
    best = "-" if row.best_score is None else f"{row.best_score:.2f}"
    return (
        f"{row.id:<12} attempts {row.attempts}  first {first}  best {best}  "
        f"${row.cost_usd:.3f}  {row.stopped_because:<9} {row.seconds:.1f} s"
    )


def summary(rows: list[Row]) -> dict[str, float]:
    count = len(rows)
    scored = [row for row in rows if row.best_score is not None and row.first_score is not None]
    return {
        "prompts": count,
        "passed": sum(row.passed for row in rows),
        "passed_at_first": sum(row.passed and row.attempts == 1 for row in rows),
        "mean_attempts": round(sum(row.attempts for row in rows) / count, 2),
        "mean_first_score": round(sum(row.first_score or 0 for row in scored) / len(scored), 3),
        "mean_best_score": round(sum(row.best_score or 0 for row in scored) / len(scored), 3),
        "mean_cost_usd": round(sum(row.cost_usd for row in rows) / count, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=None, help="only the first N prompts")
    parser.add_argument("--threshold", type=float, default=0.85)
    parser.add_argument("--max-attempts", type=int, default=3)
    parser.add_argument("--budget", type=float, default=2.0)
    parser.add_argument("--duration", type=float, default=4.0)
    parser.add_argument("--resolution", default="720p")
    parser.add_argument("--policy", default=DEFAULT_POLICY, choices=POLICY_NAMES)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = asyncio.run(run_all(options))
    if options.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "summary": summary(rows)}))
    else:
        print(summary(rows))


if __name__ == "__main__":
    main()
