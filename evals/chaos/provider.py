"""The studio as a process of its own, and its books: what was really accepted."""

import asyncio
import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx

from evals.chaos.processes import Child, Starter

_START_SECONDS = 60.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Accepted:
    """One paid start that the studio accepted; Unix seconds. `clip` is its own copy of the file."""

    label: str
    status: str
    accepted_at: float
    finished_at: float | None
    clip: Path | None


@dataclass(frozen=True)
class Provider:
    """A running studio. It is never killed: it plays Google."""

    child: Child
    folder: Path
    url: str
    token: str

    @classmethod
    async def start(
        cls, starter: Starter, folder: Path, environment: dict[str, str], latency_seconds: float
    ) -> "Provider":
        """Run `video-agent studio` and wait until it listens."""
        arguments = ["studio", "--json", "--port", "0", "--folder", str(folder)]
        arguments += ["--latency", str(latency_seconds)]
        child = await starter.start("studio", arguments, environment)
        async with asyncio.timeout(_START_SECONDS):
            while not (told := await asyncio.to_thread(child.output.read_text)).strip():
                if not child.alive:
                    message = f"the studio ended: {child.errors.read_text()[-2000:]}"
                    raise RuntimeError(message)
                await asyncio.sleep(_LOOK_SECONDS)
        facts = cast("dict[str, str]", json.loads(told))
        return cls(child, folder, facts["url"], facts["token"])

    async def accepted(self) -> Counter[str]:
        """How many paid starts were accepted, by the label that came with them."""
        statistics = await self.statistics()
        posts = cast("list[dict[str, object]]", statistics["paid_posts"])
        return Counter(str(post["label"]) for post in posts if post["accepted"])

    async def statistics(self) -> dict[str, object]:
        """Everything it counted since it was started."""
        headers = {"x-studio-token": self.token}
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            answer = await client.get(f"{self.url}/studio/statistics", headers=headers)
        answer.raise_for_status()
        return cast("dict[str, object]", answer.json())

    async def generations(self) -> list[Accepted]:
        """Every generation it accepted, from its own database."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> list[Accepted]:
        with closing(sqlite3.connect(self.folder / "studio.sqlite")) as connection:
            rows = connection.execute(
                "SELECT label, status, accepted_at, finished_at, file_id FROM interactions"
            ).fetchall()
        return [
            Accepted(
                label,
                status,
                accepted_at,
                finished_at,
                self.folder / "files" / file if file else None,
            )
            for label, status, accepted_at, finished_at, file in rows
        ]
