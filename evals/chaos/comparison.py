"""How often others pay twice, in the same harness: no ledger, and google-genai as it comes."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import cast

from evals.chaos.crew import Killer, Slot
from evals.chaos.incidents import Incidents, Plan
from evals.chaos.naive import CALL, body_of
from evals.chaos.processes import ZygoteStarter
from evals.chaos.provider import Provider
from evals.chaos.proxy import open_door
from evals.chaos.setups import Setup

_STARTS_AT_ONCE = 8
_HOUR_SECONDS = 3600


async def compare(
    folder: Path, seed: int, naive_kills: int | None, default_starts: int | None
) -> list[dict[str, object]]:
    """The rows that were asked for."""
    rows: list[dict[str, object]] = []
    if naive_kills:
        rows.append(await without_ledger(folder, seed, naive_kills))
    if default_starts:
        rows.append(await with_sdk_defaults(folder, seed, default_starts))
    return rows


async def without_ledger(folder: Path, seed: int, kills: int) -> dict[str, object]:
    """DBOS on SQLite with one worker, the paid POST as a plain step; until all jobs are done."""
    incidents = Incidents(Plan(seed, kills))
    jobs = max(20, kills)
    draw = random.Random(f"naive {seed}")  # noqa: S311 - repeatable
    async with _opened(folder, incidents) as (starter, provider, stack):
        killer = Killer(incidents, [], draw, 4.0)
        door = await stack.enter_async_context(
            open_door("naive", provider.url, incidents, killer.strike)
        )

        def environment(url: str) -> dict[str, str]:
            naive = {"NAIVE_DATABASE_URL": f"sqlite:///{folder / 'naive.db'}"}
            return {**_environment(folder, url), **naive, "NAIVE_JOBS": str(jobs)}

        slot = Slot(door, starter, environment, draw, arguments=(), call=CALL)
        killer.slots.append(slot)
        random_kills = asyncio.create_task(killer.at_random())
        await asyncio.wait_for(slot.until_done(), _HOUR_SECONDS)
        random_kills.cancel()
        row = _row("DBOS step, no ledger (sqlite, 1 worker)", incidents, await provider.accepted())
    return {**row, "jobs": jobs, "kills": len(incidents.kills), "complaints": slot.complaints}


async def with_sdk_defaults(folder: Path, seed: int, starts: int) -> dict[str, object]:
    """google-genai's `interactions.create` with its defaults; nobody is killed.

    5% of the answers are cut off and 5% are replaced by a gateway's 503, both after acceptance;
    5% are a 503 before it, which cost nothing whatever the client does.
    """
    incidents = Incidents(Plan(seed, 0, gateway_share=0.05))
    async with _opened(folder, incidents) as (_, provider, stack):
        door = await stack.enter_async_context(
            open_door("google-genai", provider.url, incidents, lambda _post, _sender: None)
        )
        failed = await _submit_all(door.url, starts)
        row = _row("google-genai defaults (no kills)", incidents, await provider.accepted())
    return {**row, "jobs": starts, "kills": 0, "errors_seen_by_the_caller": failed}


async def _submit_all(url: str, starts: int) -> int:
    """Start so many generations; returns how many raised."""
    from google import genai
    from google.genai import types

    client = genai.Client(api_key="a-key-of-nobody", http_options=types.HttpOptions(base_url=url))
    interactions, slots = client.aio.interactions, asyncio.Semaphore(_STARTS_AT_ONCE)

    async def start(number: int) -> None:
        async with slots:
            await interactions.create(**cast("dict[str, object]", body_of(f"default-{number:04}")))  # pyright: ignore

    ended = await asyncio.gather(*map(start, range(starts)), return_exceptions=True)
    await client.aio.aclose()
    return sum(isinstance(one, BaseException) for one in ended)


def _row(name: str, incidents: Incidents, accepted: Counter[str]) -> dict[str, object]:
    return {
        "setup": name,
        "seed": incidents.plan.seed,
        "aimed_kills": sum(kill.aimed for kill in incidents.kills),
        "paid_posts": len(incidents.posts),
        "fates": dict(incidents.fates()),
        "must_pay": len(accepted),
        "paid_starts": accepted.total(),
        "paid_twice_or_more": sum(count > 1 for count in accepted.values()),
        "times_paid": round(accepted.total() / max(1, len(accepted)), 3),
    }


def _environment(folder: Path, url: str) -> dict[str, str]:
    return Setup("sqlite", "gemini", 1).environment(folder, "sqlite:///unused.db", url)


@asynccontextmanager
async def _opened(
    folder: Path, incidents: Incidents
) -> AsyncGenerator[tuple[ZygoteStarter, Provider, AsyncExitStack]]:
    starter = ZygoteStarter(folder)
    await starter.open()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(starter.close)
        studio = folder / f"studio-{incidents.plan.seed}-{incidents.plan.kills}"
        provider = await Provider.start(
            starter, studio, _environment(folder, "http://127.0.0.1:9"), 0.5
        )
        yield starter, provider, stack
