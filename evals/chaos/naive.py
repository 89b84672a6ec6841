"""What an engine alone does: the paid POST as an ordinary durable step, without a ledger.

DBOS records a step when it has returned; a process that dies between the provider's acceptance and
that record runs the step again. The step is retried on errors, as engines recommend. Nothing else
differs from the product's run: the same engine, proxy, kills and faults, one generation a job.
"""

import asyncio
import os
from typing import cast

import httpx
from dbos import DBOS, DBOSConfig, SetWorkflowID

CALL = "evals.chaos.naive:main"
_LOOK_SECONDS = 0.3
_AT_ONCE = 8


def main() -> int:
    """Do all jobs; what an earlier process of this database left is taken up first."""
    config: DBOSConfig = {
        "name": "naive-chaos",
        "system_database_url": os.environ["NAIVE_DATABASE_URL"],
        "application_version": "1",
        "executor_id": "naive",
        "log_level": "ERROR",
    }
    DBOS(config=config)
    make = _workflow(os.environ["GOOGLE_GEMINI_BASE_URL"])
    DBOS.launch()
    queue = DBOS.register_queue("naive", worker_concurrency=_AT_ONCE, polling_interval_sec=0.1)
    handles = []
    for number in range(int(os.environ["NAIVE_JOBS"])):
        job = f"naive-{number:04}"
        with SetWorkflowID(job):
            handles.append(queue.enqueue(make, job))
    for handle in handles:
        handle.get_result()
    DBOS.destroy()
    return 0


def _workflow(url: str):  # noqa: ANN202 - the engine's own type
    @DBOS.step(name="start", retries_allowed=True, max_attempts=4, interval_seconds=0.2)
    async def start(job: str) -> str:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            answer = await client.post(f"{url}/v1beta/interactions", json=body_of(job), headers=KEY)
        answer.raise_for_status()
        return cast("dict[str, str]", answer.json())["id"]

    @DBOS.step(name="wait", retries_allowed=True, max_attempts=10)
    async def wait(operation: str) -> str:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            while True:
                answer = await client.get(f"{url}/v1beta/interactions/{operation}", headers=KEY)
                status = cast("dict[str, str]", answer.json())["status"]
                if status != "in_progress":
                    return status
                await asyncio.sleep(_LOOK_SECONDS)

    @DBOS.workflow(name="make")
    async def make(job: str) -> str:
        return await wait(await start(job))

    return make


KEY = {"x-goog-api-key": "a-key-of-nobody"}


def body_of(job: str) -> dict[str, object]:
    """One small generation, labelled by its job."""
    return {
        "model": "gemini-omni-1.2-flash",
        "input": "a red sailboat glides across a calm bay at sunset",
        "background": True,
        "store": True,
        "labels": {"generation": job},
        "response_format": {
            "type": "video", "resolution": "360p", "aspect_ratio": "16:9", "duration": "3s",
            "delivery": "uri",
        },
        "generation_config": {"video_config": {"task": "text_to_video"}},
    }  # fmt: skip
