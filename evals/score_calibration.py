"""How the score follows true quality: `python evals/score_calibration.py [--limit N] [--csv FILE]`.

Clips of the studio's renderer in three wordings of each prompt and with two seeds, scored by the
whole path (signals and the studio's honest judge over HTTP). True quality is the renderer's own
fidelity, 0 to 1, which neither signals nor judge are told. Prints rank correlation, the straight
line through the points and what is left over, the deviation between seeds, between repeats, and how
often a worse clip of the same prompt scored better. These numbers stand under `[measured]` in
`video_agent/quality/calibration.toml`; with real clips and people's marks they would mean more.
"""

import argparse
import asyncio
import csv
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from statistics import mean, pstdev

import numpy as np
from pydantic import SecretStr

from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.gemini import GeminiLanguageModel
from video_agent.catalog import load_catalog
from video_agent.models import GenerationSettings, VideoRequest
from video_agent.quality import ExpectedClip, Judge, assess
from video_agent.studio.renderer import RenderSettings, render
from video_agent.studio.renderer.understanding import understand
from video_agent.studio.server import Studio, StudioConfig

PROMPTS = Path(__file__).with_name("prompts.jsonl")
WORDINGS = (
    "{}",
    "{}. Slow tracking shot. Warm soft light.",
    "{}. Slow tracking shot moving alongside the subject, in one smooth continuous move. Medium "
    "shot at eye level. 35mm lens with shallow depth of field. Cinematic film look with natural "
    "colours. Warm soft light from the side with long shadows. Calm mood. Ambient noise: wind and "
    "quiet steps.",
)
SEEDS = (1, 2)
SECONDS, WIDTH, HEIGHT = 2.0, 320, 180


@dataclass(frozen=True)
class Point:
    """One clip: which prompt and wording, its true quality and its score, both 0 to 1."""

    prompt: str
    wording: int
    seed: int
    true: float
    score: float


async def measure(prompts: Sequence[str], folder: Path) -> tuple[list[Point], float]:
    """All points, and the largest deviation between repeats of one clip."""
    catalog = load_catalog()
    points: list[Point] = []
    with Studio(StudioConfig(folder=folder / "studio")) as studio:
        clients = GoogleClients(GoogleConfig(SecretStr("any"), studio.url))
        judge = Judge(GeminiLanguageModel(clients, catalog), catalog.defaults.judge)
        for prompt in prompts:
            for number, wording in enumerate(WORDINGS):
                for seed in SEEDS:
                    path = folder / "clip.mp4"
                    text = wording.format(prompt)
                    settings = RenderSettings(WIDTH, HEIGHT, SECONDS, seed=seed)
                    await asyncio.to_thread(render, text, settings, path)
                    score = await score_of(judge, prompt, path)
                    points.append(Point(prompt, number, seed, understand(text).fidelity, score))
        again = [await score_of(judge, prompts[-1], folder / "clip.mp4") for _ in range(3)]
        await clients.close()
    return points, pstdev(again)


async def score_of(judge: Judge, prompt: str, path: Path) -> float:
    """The clip's score against the bare prompt, judged once."""
    found = await assess(
        path,
        video_id=path.name,
        request=VideoRequest(prompt=prompt, duration_seconds=SECONDS),
        settings=GenerationSettings(
            duration_seconds=SECONDS, resolution="180p", aspect_ratio="16:9"
        ),
        expected=ExpectedClip(width=WIDTH, height=HEIGHT, fps=24, duration_seconds=SECONDS),
        threshold=0.0,
        judge=judge,
    )
    return found.report.score or 0.0


def summary(points: Sequence[Point], repeats: float) -> dict[str, float]:
    """What the points say."""
    true = np.array([point.true for point in points])
    score = np.array([point.score for point in points])
    slope, offset = np.polyfit(true, score, 1)
    left = score - (offset + slope * true)
    groups: dict[tuple[str, int], list[float]] = {}
    for point in points:
        groups.setdefault((point.prompt, point.wording), []).append(point.score)
    return {
        "clips": len(points),
        "rank_correlation": round(float(np.corrcoef(_ranks(true), _ranks(score))[0, 1]), 3),
        "slope": round(float(slope), 3),
        "offset": round(float(offset), 3),
        "residual_deviation": round(float(left.std()), 3),
        "mean_score_less_true": round(float((score - true).mean()), 3),
        "deviation_between_seeds": round(mean(pstdev(group) for group in groups.values()), 3),
        "deviation_between_repeats": round(repeats, 4),
        "pairs_in_wrong_order": round(_wrong_order(points), 3),
    }


def _ranks(values: np.ndarray) -> np.ndarray:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(count)
    return ((ends - count + ends - 1) / 2)[place]


def _wrong_order(points: Sequence[Point]) -> float:
    """The share of pairs of one prompt and seed whose clearly worse clip (by 0.1) scores better."""
    pairs = [
        (one, other)
        for one, other in combinations(points, 2)
        if (one.prompt, one.seed) == (other.prompt, other.seed)
        and abs(one.true - other.true) >= 0.1
    ]
    wrong = sum((one.true < other.true) == (one.score > other.score) for one, other in pairs)
    return wrong / len(pairs) if pairs else 0.0


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--limit", type=int, default=8, help="only the first N prompts")
    parser.add_argument("--csv", type=Path, default=None, help="also write every clip's numbers")
    options = parser.parse_args()
    lines = PROMPTS.read_text(encoding="utf-8").splitlines()[: options.limit]
    with tempfile.TemporaryDirectory() as folder:
        prompts = [json.loads(line)["prompt"] for line in lines]
        points, repeats = asyncio.run(measure(prompts, Path(folder)))
    if options.csv:
        with options.csv.open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, list(asdict(points[0])))
            table.writeheader()
            table.writerows(asdict(point) for point in points)
    for name, value in summary(points, repeats).items():
        print(f"{name:<26} {value:g}")


if __name__ == "__main__":
    main()
