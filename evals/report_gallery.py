"""Reports of real studio jobs to look at: `python evals/report_gallery.py FOLDER [--screenshots]`.

Makes jobs that end in different ways (passed, below the threshold after several attempts, blocked,
a lost answer, unjudged), writes each one's report (`video-agent show JOB --html`) and pictures into
the folder, and prints what became of it, how large the page is and how long it took. With
`--screenshots` a headless Chromium of this machine opens each page, light and dark.
"""

import argparse
import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from video_agent.models import parse_request
from video_agent.studio.server import Studio, StudioConfig
from video_agent.wiring import VideoAgent

_LOOK_UP = b"/studio/interactions"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_DARK = "--blink-settings=preferredColorScheme=0"


@dataclass(frozen=True)
class Case:
    """One job of the gallery; `fault` is ordered from the studio while it runs."""

    name: str
    prompt: str
    fields: dict[str, object] = field(default_factory=dict[str, object])
    fault: Callable[[Studio], AbstractContextManager[None]] = lambda _: nullcontext()


CASES = (
    Case("passed", "a red sailboat glides across a calm bay at sunset"),
    Case(
        "below",
        "a lighthouse in a storm, waves break on the rocks, rain",
        {"quality_threshold": 0.97, "max_attempts": 4, "budget_usd": 5},
    ),
    Case(
        "lost",
        "a fox trots through a snowy forest",
        {"quality_threshold": 0.99},
        lambda studio: studio.fault("interactions.create", "cut_after", times=-1),
    ),
    Case(
        "blocked",
        "<script>alert('a')</script> a dragon & \"a knight\"",
        {"max_attempts": 2},
        lambda studio: studio.fault("interactions.create", "blocked", times=-1),
    ),
    Case(
        "unjudged",
        "a whale in the deep sea",
        {"aspect_ratio": "9:16", "max_attempts": 1},
        lambda studio: studio.fault("generate_content", "garbage_judge", times=-1, role="judge"),
    ),
)


@asynccontextmanager
async def without_look_up(studio_url: str) -> AsyncGenerator[str]:
    """The studio without the look-up of lost starts, which Google does not offer either."""
    parts = urlsplit(studio_url)

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readline()
        if _LOOK_UP in head:
            writer.write(_NOT_FOUND)
            writer.close()
            return
        back, there = await asyncio.open_connection(parts.hostname, parts.port)
        there.write(head)
        both = pipe(reader, there), pipe(back, writer)
        with suppress(asyncio.CancelledError):  # the gallery is finished
            await asyncio.gather(*both, return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"


@dataclass(frozen=True)
class House:
    """Where the jobs are made: the studio, the way to it, a home of their own."""

    studio: Studio
    url: str
    home: Path
    options: argparse.Namespace


async def make(case: Case, house: House) -> None:
    folder: Path = house.options.folder
    fields = {"duration_seconds": house.options.duration, "resolution": house.options.resolution}
    request = parse_request({"prompt": case.prompt, **fields, **case.fields})
    async with VideoAgent(
        backend="gemini",
        google_api_key="a-key",
        gemini_base_url=house.url,
        home=house.home,
        output_folder=folder / "videos",
        engine="inline",
    ) as agent:
        with case.fault(house.studio):
            job = await agent.create(request)
        started = time.perf_counter()
        page = await agent.report(job.id, folder / f"{case.name}.html")
        took = time.perf_counter() - started
    pictures = {"attempts": job.history}
    if job.best is not None and job.best.report is not None:
        pictures |= {"findings": job.findings, "scores": job.scores}
    for kind, draw in pictures.items():
        draw(scale=2).write(folder / f"{case.name}-{kind}.png")
    score = "-" if job.best_score is None else f"{job.best_score:.2f}"
    why = job.stopped_because.value if job.stopped_because else "-"
    became = f"{case.name:<9} {job.status.value:<16} {why:<16} {score:>5}"
    print(f"{became}  {len(job.attempts)} attempts  {len(page) / 1e6:5.2f} MB  {took:5.2f} s")


async def run(options: argparse.Namespace) -> None:
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, Studio(StudioConfig(folder=Path(home))) as studio:
        async with without_look_up(studio.url) as url:
            house = House(studio, url, Path(home), options)
            for case in CASES:
                await make(case, house)
    if options.screenshots:
        for case in CASES:
            for theme in ("light", "dark"):
                shoot(options.folder / f"{case.name}.html", theme, options.height)


def shoot(page: Path, theme: str, height: int) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        message = "--screenshots needs chromium on the path"
        raise SystemExit(message)
    target = page.with_name(f"{page.stem}-{theme}.png").absolute()
    command = [
        browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--virtual-time-budget=3000", f"--window-size=1180,{height}", f"--screenshot={target}",
        *([_DARK] if theme == "dark" else []), page.absolute().as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    print(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--duration", type=float, default=6.0)
    parser.add_argument("--resolution", default="720p")
    parser.add_argument("--screenshots", action="store_true")
    parser.add_argument("--height", type=int, default=3_000, help="of a screenshot, in pixels")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
