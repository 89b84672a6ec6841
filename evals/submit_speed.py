"""How long an order takes: `python evals/submit_speed.py [DATABASE_URL]`.

One `VideoAgent`, as in a server, and so many who hand jobs in at once, each one after the other; no
worker runs. A submit is everything: request and terms checked, priced, the row committed so that it
survives a power loss, its ticket on the engine's queue.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from video_agent import VideoAgent
from video_agent.settings import load_settings

WARM_UP = 5


async def submitter(agent: VideoAgent, jobs: int) -> list[float]:
    """Submit one after the other; seconds for each."""
    seconds: list[float] = []
    for number in range(jobs):
        started = time.perf_counter()
        await agent.submit(f"a paper boat, number {number}", duration_seconds=3)
        seconds.append(time.perf_counter() - started)
    return seconds


async def measure(url: str, home: Path, submitters: int, jobs: int) -> None:
    """Submit from so many at once and print one line."""
    settings = load_settings(database_url=url, home=home, engine="auto", output_folder=home)
    async with VideoAgent(settings) as agent:
        await submitter(agent, WARM_UP)
        started = time.perf_counter()
        each = await asyncio.gather(*(submitter(agent, jobs) for _ in range(submitters)))
        took = time.perf_counter() - started
    seconds = sorted(value for one in each for value in one)
    p50, p99 = (seconds[int(len(seconds) * share)] for share in (0.50, 0.99))
    print(
        f"{submitters:>2} at once: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
        f"longest {seconds[-1] * 1000:.0f} ms, {len(seconds) / took:.0f} a second"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database_url", nargs="?", help="default: SQLite in a new folder")
    parser.add_argument("--jobs", type=int, default=60, help="by each submitter")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = options.database_url or f"sqlite:///{home / 'video_agent.db'}"
        for submitters in (1, 8):
            asyncio.run(measure(url, home, submitters, options.jobs))


if __name__ == "__main__":
    main()
