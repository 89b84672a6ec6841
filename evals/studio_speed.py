"""Seconds to draw 6 s of 720p24 with sound: `python evals/studio_speed.py` (two idle cores)."""

import statistics
import tempfile
import time
from pathlib import Path

from video_agent.studio.renderer import RenderSettings, render

SCENES = {
    "sailboat": "a small red sailboat glides across calm water at golden sunset, slow pan, 35mm",
    "balloon": "a red hot air balloon rises over misty peaks and a lake at dawn, crane up",
    "city": "a vintage car drives through a rainy neon city street at night, tracking shot",
    "fox": "a fox trots through a pine forest in soft morning light, handheld documentary",
    "rocket": "a rocket flies past a blue planet in deep space, slow orbit, cinematic",
    "fish": "an orange fish swims over a coral reef, dolly in, animated cartoon",
    "eagle": "an eagle soars over snowy mountains at noon, static camera, documentary",
}


def main() -> None:
    settings = RenderSettings(width=1280, height=720, duration_seconds=6.0, seed=1)
    walls: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, prompt in SCENES.items():
            wall, processor = time.perf_counter(), time.process_time()
            render(prompt, settings, Path(folder) / f"{name}.mp4")
            walls.append(time.perf_counter() - wall)
            spent = time.process_time() - processor
            print(f"{name:<10} {walls[-1]:.2f} s   {spent:.2f} CPU-s", flush=True)
    print(f"median {statistics.median(walls):.2f} s, worst {max(walls):.2f} s")


if __name__ == "__main__":
    main()
