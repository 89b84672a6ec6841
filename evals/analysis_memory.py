"""Memory of an analysis above idle, whatever the length; and clips analysed at once beside in turn.

    python evals/analysis_memory.py                     8 s and 60 s of 720p, 8 s of 1080p
    python evals/analysis_memory.py --clips 8           so many clips at once

Memory: each clip in a process of its own, the peak beside what the process held when everything was
loaded and nothing measured; at most 300 MB more, and at most 60 MB more for 60 s than for 8 s. At
once: the same clips through `analyze_clip` one after the other and all together in one event loop,
where a heart that should beat every 10 ms tells how late it was at worst. More cores, more gain:
perfect is the number of cores. Exit code 1 when a promise does not hold.
"""

import argparse
import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from video_agent.media.pattern import Pattern, write_pattern

MOST_MB, GROWTH_MB = 300.0, 60.0
MOST_LATE_SECONDS = 0.25
_RSS_UNITS_PER_MB = 1024**2 if sys.platform == "darwin" else 1024
_BEAT_SECONDS = 0.01
_THRESHOLD = 0.8

CLIPS = (
    ("8 s of 720p", Pattern(1280, 720, duration_seconds=8.0, preset="ultrafast", crf=20)),
    ("60 s of 720p", Pattern(1280, 720, duration_seconds=60.0, preset="ultrafast", crf=20)),
    ("8 s of 1080p", Pattern(1920, 1080, duration_seconds=8.0, preset="ultrafast", crf=20)),
)


@dataclass(frozen=True)
class Peak:
    """Megabytes when everything was loaded, and at most."""

    idle: float
    most: float

    @property
    def above(self) -> float:
        return self.most - self.idle


def held_mb() -> float:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _RSS_UNITS_PER_MB


def peak_of(path: Path) -> Peak:
    """Analyse one clip; call it in a new process."""
    from video_agent.quality import analyze_clip

    idle = held_mb()
    asyncio.run(analyze_clip(path, threshold=_THRESHOLD))
    return Peak(idle, held_mb())


def compare_memory(folder: Path) -> bool:
    """Print each clip's peak; whether the promises hold."""
    above: dict[str, float] = {}
    for name, pattern in CLIPS:
        path = folder / f"{name.replace(' ', '-')}.mp4"
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as maker:
            maker.submit(write_pattern, path, pattern).result()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as worker:
            peak = worker.submit(peak_of, path).result()
        above[name] = peak.above
        verdict = "ok" if peak.above <= MOST_MB else "TOO MUCH"
        print(
            f"{name:14} idle {peak.idle:4.0f} MB, at most {peak.most:4.0f} MB: "
            f"{peak.above:4.0f} of {MOST_MB:.0f} MB more  {verdict}",
            flush=True,
        )
    growth = above[CLIPS[1][0]] - above[CLIPS[0][0]]
    verdict = "ok" if growth <= GROWTH_MB else "GROWS"
    print(f"{growth:.0f} of {GROWTH_MB:.0f} MB more for 60 s than for 8 s  {verdict}")
    return growth <= GROWTH_MB and max(above.values()) <= MOST_MB


async def heart(late: list[float]) -> None:
    """Notes by how much each beat came later than it should."""
    while True:
        started = time.perf_counter()
        await asyncio.sleep(_BEAT_SECONDS)
        late.append(time.perf_counter() - started - _BEAT_SECONDS)


async def in_turn_and_at_once(paths: Sequence[Path]) -> tuple[float, float, float]:
    """Seconds one after the other, seconds together, and the worst lateness meanwhile."""
    from video_agent.quality import analyze_clip

    await analyze_clip(paths[0], threshold=_THRESHOLD)  # warm caches and lazy imports
    started = time.perf_counter()
    for path in paths:
        await analyze_clip(path, threshold=_THRESHOLD)
    in_turn = time.perf_counter() - started
    late: list[float] = []
    beating = asyncio.ensure_future(heart(late))
    started = time.perf_counter()
    await asyncio.gather(*(analyze_clip(path, threshold=_THRESHOLD) for path in paths))
    at_once = time.perf_counter() - started
    beating.cancel()
    return in_turn, at_once, max(late, default=0.0)


def compare_at_once(folder: Path, count: int) -> bool:
    """Print how much faster clips are together; whether the event loop stayed free."""
    pattern = Pattern(1280, 720, duration_seconds=4.0, preset="ultrafast", crf=20)
    paths = [write_pattern(folder / f"clip-{number}.mp4", pattern) for number in range(count)]
    in_turn, at_once, late = asyncio.run(in_turn_and_at_once(paths))
    cores = os.cpu_count() or 1
    verdict = "ok" if late <= MOST_LATE_SECONDS else "BLOCKED"
    print(
        f"{count} clips of 4 s of 720p on {cores} cores: {in_turn:.2f} s in turn, "
        f"{at_once:.2f} s at once, {in_turn / at_once:.2f}x"
    )
    print(f"the event loop was {1000 * late:.0f} ms late at worst  {verdict}")
    return late <= MOST_LATE_SECONDS


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, default=4, help="how many at once")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held = [compare_memory(folder), compare_at_once(folder, chosen.clips)]
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
