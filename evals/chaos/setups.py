"""The four set-ups of a run, the environment of their processes, and the jobs they get."""

import os
import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from evals.chaos.database_servers import DatabaseKind

Wire = Literal["gemini", "agent_platform"]
SETTLE_SECONDS = 30.0
"""How long the folder of a lost start may stay empty before it is believed that nothing runs. It
has to be longer than the longest run of the studio, which the report tells."""
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE")
_SUBJECTS = (
    "a planet turns slowly in space", "a dune in the desert at noon", "a bottle on a table",
    "a book lies on a desk", "a rocket flies through deep space", "an orange fish under water",
)  # fmt: skip
"""Scenes that the studio draws quickly: its time is not what is measured."""
_THRESHOLDS = (0.5, 0.75, 0.97)
"""Passes at once; sometimes needs a second attempt; mostly uses up both."""
_BUDGETS = (Decimal("0.60"), Decimal("0.60"), Decimal("0.16"))
"""Room for two attempts, and for one. A language call that a kill cut off counts as spent, so a
small budget can be used up by kills alone."""


@dataclass(frozen=True)
class Setup:
    """A database, a wire and a number of workers."""

    database: DatabaseKind
    wire: Wire
    workers: int

    @property
    def name(self) -> str:
        return f"{self.database}, {self.workers} worker{'s' * (self.workers > 1)}, {self.wire}"

    @property
    def can_adopt(self) -> bool:
        """Whether a lost answer can be found again: in the generation's own folder."""
        return self.wire == "agent_platform"

    def environment(self, folder: Path, database_url: str, url: str) -> dict[str, str]:
        """What a process of the product gets; `url` is where it believes Google to be."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {
            **kept,
            **self._surface(url),
            "ADK_SUPPRESS_EXPERIMENTAL_FEATURE_WARNINGS": "1",
            "VIDEO_AGENT_HOME": str(folder / "home"),
            "VIDEO_AGENT_OUTPUT_FOLDER": str(folder / "videos"),
            "VIDEO_AGENT_DATABASE_URL": database_url,
            "VIDEO_AGENT_LEASE_SECONDS": "3",
            "VIDEO_AGENT_GENERATIONS_IN_FLIGHT": "20",
            "VIDEO_AGENT_REQUESTS_PER_MINUTE": "10000",
        }

    def _surface(self, url: str) -> dict[str, str]:
        if self.wire == "gemini":
            return {
                "VIDEO_AGENT_BACKEND": "gemini",
                "GOOGLE_API_KEY": "a-key-of-nobody",
                "GOOGLE_GEMINI_BASE_URL": url,
            }
        return {
            "VIDEO_AGENT_BACKEND": "agent_platform",
            "GOOGLE_VERTEX_BASE_URL": url,
            "GOOGLE_CLOUD_PROJECT": "chaos-project",
            "VIDEO_AGENT_GENERATION_BUCKET": "gs://chaos-bucket/generations",
        }


ALL_SETUPS = (
    Setup("sqlite", "agent_platform", 1),
    Setup("sqlite", "gemini", 1),
    Setup("postgresql", "agent_platform", 2),
    Setup("postgresql", "gemini", 2),
)


@dataclass(frozen=True)
class PlannedJob:
    """One job that is submitted, maybe several times, under one key."""

    key: str
    prompt: str
    threshold: float
    max_attempts: int
    budget_usd: Decimal
    user_id: str

    def arguments(self) -> list[str]:
        """The command that submits it."""
        return [
            "create", self.prompt, "--no-wait", "--json", "--yes", "--key", self.key,
            "--duration", "3", "--resolution", "360p", "--threshold", str(self.threshold),
            "--max-attempts", str(self.max_attempts), "--budget", str(self.budget_usd),
            "--user", self.user_id,
        ]  # fmt: skip


def planned_job(seed: int, number: int) -> PlannedJob:
    """The n-th job of a seed."""
    draw = random.Random(f"job {seed} {number}")  # noqa: S311 - repeatable
    return PlannedJob(
        key=f"chaos-{seed}-{number:04}",
        prompt=draw.choice(_SUBJECTS),
        threshold=draw.choice(_THRESHOLDS),
        max_attempts=2,
        budget_usd=draw.choice(_BUDGETS),
        user_id=draw.choice(("ada", "grace", "lin")),
    )
