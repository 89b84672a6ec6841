"""How long measuring a clip takes beside decoding it once: time, ratio and memory, in one run.

    python evals/analysis_speed.py                     clips made here: 8 s 1080p24 at 8 Mb/s, 6 s
    720p python evals/analysis_speed.py clip.mp4 other.mp4  one's own clips

Each number is the best of several runs, decode and analysis in turn, so that a busy machine hits
both alike. CPU seconds count all threads; the gate is analysis <= 1.5 x decode + 0.05 s for each
second of the clip.
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
from pathlib import Path

from video_agent.media.container import open_media
from video_agent.media.decode import frames
from video_agent.media.measures import Profile
from video_agent.media.onepass import measure_clip
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.media.probe import probe

GATE_RATIO, GATE_SECONDS = 1.5, 0.05
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


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="decode against decode + analysis")
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args(arguments)
    print(
        f"{'clip':24} {'length':>7}  {'':5}{'decode':>8}{'+signals':>8}{'ratio':>8}"
        f"{'decode':>8}{'+signals':>8}{'ratio':>8}{'realtime':>9}"
    )
    print(f"{'':39}{'CPU s':>8}{'CPU s':>8}{'':8}{'wall s':>8}{'wall s':>8}")
    with tempfile.TemporaryDirectory() as folder:
        lines: list[str] = []
        with ProcessPoolExecutor(1) as encoder:  # its memory is not the analysis's
            clips = chosen.clips or encoder.submit(made_here, Path(folder)).result()
        for clip in clips:
            found = row(clip, chosen.repeats)
            lines += found
            print("\n".join(found), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process: {peak:.0f} MB")
    return int(any(line.endswith("SLOW") for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
