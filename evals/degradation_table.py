"""Clips made worse step by step: does every signal notice what it is meant to notice?

    python -m evals.degradation_table                    three clips made here: crisp, soft, drawn
    python -m evals.degradation_table clip.mp4 other.mp4  one's own clips (the first two seconds)
    python -m evals.degradation_table --only blur,noise --verbose

Each line is one fault on one clip: the score of the intended signal without the fault and at five
levels, then all signals together. A line holds when the intended score never rises and falls far
enough, the technical score falls too, the signals that the fault does not touch stay where they
are, and the finding lies within half a second of the planted place. Exit code 1 when a line fails,
or when a signal has neither a fault of its own nor a reason in `registry.WITHOUT`.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from evals.degradations.registry import ALL, WITHOUT, uncovered
from evals.degradations.sources import sources
from evals.degradations.table import Row, clean_level, play
from video_agent.quality.signals import DEFAULT_SIGNALS


def line(row: Row) -> str:
    name = row.degradation.signals[0]
    scores = " ".join(f"{score:4.2f}" for score in row.scores(name))
    together = " ".join(f"{score:4.2f}" for score in row.technical())
    verdict = "; ".join(row.problems) or "holds"
    head = f"{row.degradation.name:18} {row.source:12} {name:16}"
    return f"{head} {scores} | {together}  {verdict}"


def values(row: Row) -> str:
    names = sorted({name for level in row.levels for name in level})
    return "\n".join(
        f"    {name:16} "
        + " ".join(f"{v[name].signal.value:9.4f}" if name in v else " " * 9 for v in row.levels)
        + "  "
        + " ".join(f"{score:4.2f}" for score in row.scores(name))
        for name in names
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="clips made worse step by step")
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--only", default="", help="names of faults, with commas")
    parser.add_argument("--verbose", action="store_true", help="every signal's value and score")
    chosen = parser.parse_args(arguments)
    wanted = {name for name in chosen.only.split(",") if name}
    print(f"{'fault':18} {'clip':12} {'signal':16} {'none, level 1 to 5: its score':29} | together")
    failed = played = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in sources(folder, chosen.clips):
            clean = clean_level(source, folder)
            for degradation in ALL:
                if wanted and degradation.name not in wanted:
                    continue
                row = play(degradation, source, folder, clean)
                played, failed = played + 1, failed + bool(row.problems)
                print(line(row), flush=True)
                if chosen.verbose:
                    print(values(row), flush=True)
    print(f"{played - failed} of {played} lines hold")
    return int(failed > 0 or not _covered())


def _covered() -> bool:
    """Say which signals the table does not test, and why; False when a reason is missing."""
    names = {signal.name for signal in DEFAULT_SIGNALS}
    gaps = uncovered(names)
    own = names & {name for fault in ALL for name in fault.signals}
    print(f"{len(own)} of {len(names)} signals have a fault of their own")
    for name, reason in WITHOUT.items():
        print(f"    {name}: {reason}")
    for gap in gaps:
        print(f"    missing: {gap}")
    return not gaps


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
