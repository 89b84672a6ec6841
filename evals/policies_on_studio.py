"""What a delivered video costs on the studio: the default policy beside refining as requested.

Each prompt is made once with each policy, all jobs on one studio. The table shows what was spent
(list prices), how many clips of which tier, and what was delivered. The studio knows no difficulty
of its own: see `evals/simulator` for policies compared on true quality.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from video_agent.models import Job
from video_agent.policies import DEFAULT_POLICY, POLICY_NAMES
from video_agent.studio.server import Studio, StudioConfig
from video_agent.wiring import VideoAgent

PROMPTS = (
    "a red sailboat glides across a calm bay at sunset",
    "a fox in the snow",
    "a lighthouse in a storm",
    "a whale breaches in the open ocean",
    "a hot air balloon over green hills",
    "a blue car on a desert road",
    "a cat on a windowsill in the rain",
    "an astronaut walks on a red planet",
    "a kite over the dunes",
    "a steam train crosses a bridge in autumn",
)


class Row(NamedTuple):
    """One job in the table."""

    cost_usd: Decimal
    drafts: int
    finals: int
    score: float | None
    passed: bool


def row_of(job: Job) -> Row:
    """The facts of one job."""
    made = [item.generation.settings for item in job.attempts if item.generation is not None]
    drafts = sum(item.resolution != job.request.resolution for item in made)
    return Row(job.cost_usd, drafts, len(made) - drafts, job.best_score, job.passed)


async def run(arguments: argparse.Namespace, folder: Path) -> dict[str, list[Row]]:
    """Make every prompt with every policy."""
    rows: dict[str, list[Row]] = {name: [] for name in arguments.policies}
    with Studio(StudioConfig(folder=folder / "studio")) as studio:
        async with VideoAgent(
            backend="studio",
            studio_url=studio.url,
            home=folder / "home",
            output_folder=folder / "videos",
            engine="inline",
        ) as agent:
            for prompt in PROMPTS[: arguments.prompts]:
                for name in arguments.policies:
                    job = await agent.create(
                        prompt,
                        policy=name,
                        duration_seconds=arguments.seconds,
                        resolution=arguments.resolution,
                        quality_threshold=arguments.threshold,
                        max_attempts=arguments.max_attempts,
                        budget_usd=arguments.budget,
                    )
                    rows[name].append(row_of(job))
                print_line(prompt, [rows[name][-1] for name in arguments.policies])
    return rows


def print_line(prompt: str, rows: Sequence[Row]) -> None:
    """One prompt, the policies side by side."""
    cells = (
        f"${row.cost_usd:.2f} {row.drafts}+{row.finals} "
        f"{'-' if row.score is None else format(row.score, '.2f')}{'' if row.passed else ' missed'}"
        for row in rows
    )
    print(f"{prompt[:44]:46}" + "".join(f"{cell:26}" for cell in cells), flush=True)


def print_sums(rows: dict[str, list[Row]]) -> None:
    """Dollars for each delivered video that passed, and as ratios to the last policy."""
    names = list(rows)
    spent = {name: sum((row.cost_usd for row in rows[name]), Decimal(0)) for name in names}
    passed = {name: sum(row.passed for row in rows[name]) for name in names}
    each = {name: spent[name] / max(1, passed[name]) for name in names}
    print()
    for name in names:
        scores = [row.score for row in rows[name] if row.score is not None]
        print(
            f"{name:20} {passed[name]} of {len(rows[name])} passed, ${spent[name]:.2f} in all, "
            f"${each[name]:.3f} a video that passed ({each[name] / each[names[-1]]:.2f}x "
            f"{names[-1]}), mean score {statistics.fmean(scores) if scores else 0.0:.2f}"
        )


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--policies", nargs="+", choices=POLICY_NAMES, metavar="NAME")
    parser.add_argument("--prompts", type=int, default=len(PROMPTS), help="how many of the list")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--resolution", default="720p")
    parser.add_argument("--threshold", type=float, default=0.8)
    parser.add_argument("--max-attempts", type=int, default=4)
    parser.add_argument("--budget", type=Decimal, default=Decimal("3.00"))
    parser.set_defaults(policies=[DEFAULT_POLICY, "refine"])
    arguments = parser.parse_args()
    print(f"{'':46}" + "".join(f"{name:26}" for name in arguments.policies))
    print(f"{'prompt':46}" + "cost drafts+finals score  " * len(arguments.policies))
    with tempfile.TemporaryDirectory() as folder:
        print_sums(asyncio.run(run(arguments, Path(folder))))


if __name__ == "__main__":
    main()
