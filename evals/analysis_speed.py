"""How long measuring a clip takes beside decoding it once: time, ratio and memory, in one run.

    python evals/analysis_speed.py                     clips made here: 8 s 1080p24 at 8 Mb/s and
                                                       6 s 720p
    python evals/analysis_speed.py clip.mp4 other.mp4  one's own clips
    python evals/analysis_speed.py --memory            only: does memory grow with length?

Each number is the best of several runs, decode and analysis in turn, so that a busy machine hits
both alike. CPU seconds count all threads; the gate is analysis <= 1.5 x decode + 0.05 s for each
second of the clip. With `--memory` an 8 s and a 60 s clip (720p) are measured, each in a process of
its own; the longer one may take 60 MB more at its peak.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
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

GATE_RATIO, GATE_SECONDS = 1.5, 0.05
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
    light = Pattern(1280, 720, duration_seconds=6.0, preset="ultrafast", crf=20)
    return [
        write_pattern(folder / "1080p-8Mbps.mp4", heavy),
        write_pattern(folder / "720p-ultrafast.mp4", light),
    ]


def row(path: Path, repeats: int) -> list[str]:
    facts = probe(path)
    measure_clip(path)  # warm caches and lazy imports
    floor = best_of(partial(decode, path), repeats)
    lines: list[str] = []
    for profile in PROFILES:
        cost = best_of(partial(measure_clip, path, profile=profile), repeats)
        gate = GATE_RATIO * floor.cpu + GATE_SECONDS * facts.duration_seconds
        lines.append(
            f"{path.name[:24]:24} {facts.duration_seconds:5.1f} s  {profile:5}"
            f"{floor.cpu:8.2f}{cost.cpu:8.2f}{cost.cpu / floor.cpu:7.2f}x"
            f"{floor.wall:8.2f}{cost.wall:8.2f}{cost.wall / floor.wall:7.2f}x"
            f"{facts.duration_seconds / cost.wall:8.1f}x  {'ok' if cost.cpu <= gate else 'SLOW'}"
        )
    return lines


def peak_mb() -> float:
    """The most memory this process ever held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _RSS_UNITS_PER_MB


def peak_of(path: Path) -> float:
    """Peak memory after measuring one clip; call it in a new process."""
    measure_clip(path)
    return peak_mb()


def compare_memory(folder: Path) -> int:
    """Print the peaks for a short and a long clip; 1 when the difference is too large."""
    peaks: list[float] = []
    for seconds in (SHORT_SECONDS, LONG_SECONDS):
        pattern = Pattern(1280, 720, duration_seconds=seconds, preset="ultrafast", crf=20)
        clip = in_new_process(write_pattern, folder / f"{seconds:g}s.mp4", pattern)
        peaks.append(in_new_process(peak_of, clip))
        print(f"{seconds:5.0f} s of 720p: peak memory {peaks[-1]:.0f} MB", flush=True)
    growth = peaks[1] - peaks[0]
    verdict = "ok" if growth <= GROWTH_MB else "GROWS"
    print(f"difference {growth:.0f} MB of at most {GROWTH_MB:.0f} MB  {verdict}")
    return int(growth > GROWTH_MB)


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
    chosen = parser.parse_args(arguments)
    if chosen.memory:
        with tempfile.TemporaryDirectory() as folder:
            return compare_memory(Path(folder))
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
