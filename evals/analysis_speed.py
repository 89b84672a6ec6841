"""How long measuring a clip takes beside decoding it once: time, ratio and memory, in one run.

    python evals/analysis_speed.py                     clips made here: 8 s 1080p24 at 8 Mb/s and
                                                       6 s 720p as the studio draws them
    python evals/analysis_speed.py clip.mp4 other.mp4  one's own clips
    python evals/analysis_speed.py --memory            only: peaks for 8 s and 60 s
    python evals/analysis_speed.py --parallel          only: several clips at once, in one process

Each number is the best of several runs, decode and analysis in turn, so that a busy machine hits
both alike. CPU seconds count all threads; they are what is held against the promise: all signals
of the 1080p clip at most 1.5 times the decoding (the goal is 1.3), the `fast` profile on the
studio's stream, which hardly costs anything to decode, at most 2 times; own clips 1.5 times and
0.05 s for each second. With `--memory` an 8 s and a 60 s clip (720p) are measured, each in a
process of its own: at most 300 MB above what it held before, and at most 60 MB more for the longer.
With `--parallel` four clips are measured one after the other and in threads, while the event loop
ticks; it may be late by 0.1 s, or by three times what it is late here with nothing to do.
"""

import argparse
import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

from video_agent.media.container import open_media
from video_agent.media.decode import frames
from video_agent.media.measures import Profile
from video_agent.media.onepass import measure_clip
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.media.probe import probe
from video_agent.studio.renderer import RenderSettings, render

GATE_RATIO, GATE_SECONDS = 1.5, 0.05
HEAVY, STUDIO = "1080p-8Mbps.mp4", "studio-720p.mp4"
PROMISED = {(HEAVY, "full"): 1.5, (HEAVY, "fast"): 1.5, (STUDIO, "fast"): 2.0}
ABOVE_IDLE_MB = 300.0
PARALLEL, TICK_SECONDS, LATE_SECONDS = 4, 0.01, 0.1
PROMPT = (
    "A red balloon rises over a calm lake in front of pine mountains, slow pan to the right, "
    "35mm lens, soft morning light, cinematic, birds sing"
)
SHORT_SECONDS, LONG_SECONDS, GROWTH_MB = 8.0, 60.0, 60.0
_RSS_UNITS_PER_MB = 1024**2 if sys.platform == "darwin" else 1024
ArgumentsT = ParamSpec("ArgumentsT")
ResultT = TypeVar("ResultT")
PROFILES: tuple[Profile, ...] = ("full", "fast")


@dataclass(frozen=True)
class Cost:
    """Best wall and CPU seconds of the repeats."""

    wall: float
    cpu: float


def best_of(work: Callable[[], object], repeats: int) -> Cost:
    walls, cpus = list[float](), list[float]()
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Cost(min(walls), min(cpus))


def decode(path: Path) -> int:
    """Decode picture and sound once and do nothing with them: the floor for any analysis."""
    with open_media(path) as container:
        return sum(1 for _ in frames(path, container))


def made_here(folder: Path) -> list[Path]:
    heavy = Pattern(1920, 1080, duration_seconds=8.0, preset="veryfast", bit_rate=8_000_000)
    render(PROMPT, RenderSettings(1280, 720, 6.0, seed=7), folder / STUDIO)
    return [write_pattern(folder / HEAVY, heavy), folder / STUDIO]


def row(path: Path, repeats: int) -> list[str]:
    facts = probe(path)
    measure_clip(path)  # warm caches and lazy imports
    floor = best_of(partial(decode, path), repeats)
    lines: list[str] = []
    for profile in PROFILES:
        cost = best_of(partial(measure_clip, path, profile=profile), repeats)
        gate = limit(path.name, profile, floor.cpu, facts.duration_seconds)
        lines.append(
            f"{path.name[:24]:24} {facts.duration_seconds:5.1f} s  {profile:5}"
            f"{floor.cpu:8.2f}{cost.cpu:8.2f}{cost.cpu / floor.cpu:7.2f}x"
            f"{floor.wall:8.2f}{cost.wall:8.2f}{cost.wall / floor.wall:7.2f}x"
            f"{facts.duration_seconds / cost.wall:8.1f}x  {'ok' if cost.cpu <= gate else 'SLOW'}"
        )
    return lines


def limit(name: str, profile: Profile, decode_seconds: float, clip_seconds: float) -> float:
    """CPU seconds that the analysis may take."""
    ratio = PROMISED.get((name, profile))
    if ratio is not None:
        return ratio * decode_seconds
    return GATE_RATIO * decode_seconds + GATE_SECONDS * clip_seconds


def peak_mb() -> float:
    """The most memory this process ever held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _RSS_UNITS_PER_MB


def peak_of(path: Path) -> tuple[float, float]:
    """Memory before and at the peak of measuring one clip; call it in a new process."""
    idle = peak_mb()
    measure_clip(path)
    return idle, peak_mb()


def compare_memory(folder: Path) -> int:
    """Print the peaks for a short and a long clip; 1 when the difference is too large."""
    above: list[float] = []
    for seconds in (SHORT_SECONDS, LONG_SECONDS):
        pattern = Pattern(1280, 720, duration_seconds=seconds, preset="ultrafast", crf=20)
        clip = in_new_process(write_pattern, folder / f"{seconds:g}s.mp4", pattern)
        idle, peak = in_new_process(peak_of, clip)
        above.append(peak - idle)
        print(
            f"{seconds:5.0f} s of 720p: {idle:.0f} MB before, {peak:.0f} MB at the peak, "
            f"{above[-1]:.0f} MB above",
            flush=True,
        )
    growth = above[1] - above[0]
    good = growth <= GROWTH_MB and max(above) <= ABOVE_IDLE_MB
    print(
        f"above idle at most {ABOVE_IDLE_MB:.0f} MB, longer at most {GROWTH_MB:.0f} MB more: "
        f"{growth:.0f} MB  {'ok' if good else 'TOO MUCH'}"
    )
    return int(not good)


async def ticking(work: Coroutine[object, object, object]) -> tuple[float, float]:
    """Wall seconds of the work, and how late the event loop was at worst meanwhile."""
    latest = 0.0

    async def tick() -> None:
        nonlocal latest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            latest = max(latest, time.perf_counter() - before - TICK_SECONDS)

    ticks = asyncio.create_task(tick())
    start = time.perf_counter()
    await work
    wall = time.perf_counter() - start
    ticks.cancel()
    return wall, latest


async def side_by_side(clip: Path, count: int) -> None:
    await asyncio.gather(*(asyncio.to_thread(measure_clip, clip) for _ in range(count)))


def compare_parallel(folder: Path) -> int:
    """Print one after the other beside at once; 1 when the event loop was held up."""
    pattern = Pattern(1280, 720, duration_seconds=4.0, preset="veryfast", bit_rate=4_000_000)
    clip = in_new_process(write_pattern, folder / "parallel.mp4", pattern)
    measure_clip(clip)
    start = time.perf_counter()
    for _ in range(PARALLEL):
        measure_clip(clip)
    alone = time.perf_counter() - start
    _, idle = asyncio.run(ticking(asyncio.sleep(max(1.0, alone / PARALLEL))))
    together, late = asyncio.run(ticking(side_by_side(clip, PARALLEL)))
    good = late <= max(LATE_SECONDS, 3 * idle)
    print(
        f"{PARALLEL} clips of 4 s of 720p, {os.cpu_count()} cores: one after the other "
        f"{alone:.2f} s, at once {together:.2f} s ({alone / together:.2f}x); "
        f"event loop late by at most {late * 1000:.0f} ms (idle {idle * 1000:.0f} ms)  "
        f"{'ok' if good else 'HELD UP'}"
    )
    return int(not good)


def in_new_process(
    work: Callable[ArgumentsT, ResultT], *arguments: ArgumentsT.args, **named: ArgumentsT.kwargs
) -> ResultT:
    """Run `work` in a process that has done nothing else, and is gone afterwards."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        return executor.submit(work, *arguments, **named).result()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="decode against decode + analysis")
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="compare peaks, not times")
    parser.add_argument("--parallel", action="store_true", help="several clips at once")
    chosen = parser.parse_args(arguments)
    if chosen.memory or chosen.parallel:
        with tempfile.TemporaryDirectory() as folder:
            return (compare_memory if chosen.memory else compare_parallel)(Path(folder))
    return compare_speed(chosen.clips, chosen.repeats)


def compare_speed(own_clips: Sequence[Path], repeats: int) -> int:
    """Print the table; 1 when a clip is over the gate."""
    print(
        f"{'clip':24} {'length':>7}  {'':5}{'decode':>8}{'+signals':>8}{'ratio':>8}"
        f"{'decode':>8}{'+signals':>8}{'ratio':>8}{'realtime':>9}"
    )
    print(f"{'':39}{'CPU s':>8}{'CPU s':>8}{'':8}{'wall s':>8}{'wall s':>8}")
    with tempfile.TemporaryDirectory() as folder:
        lines: list[str] = []
        # Encoding is done elsewhere: its memory is not the analysis's.
        clips = own_clips or in_new_process(made_here, Path(folder))
        for clip in clips:
            found = row(clip, repeats)
            lines += found
            print("\n".join(found), flush=True)
    print(f"peak memory of the process: {peak_mb():.0f} MB")
    return int(any(line.endswith("SLOW") for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
