"""Starting, killing and awaiting the processes of a run."""

import asyncio
import itertools
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

from evals.chaos.zygote import Order

ROOT = Path(__file__).parents[2]
CLI = "video_agent.cli:main"
_SINGLE_THREADED = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Else numpy starts a thread when it is imported, and a process with threads should not fork."""
_LINE_LIMIT = 1 << 20


@dataclass
class Child:
    """One process of ours. `ended` becomes its exit code; -9 when it was killed."""

    pid: int
    role: str
    output: Path
    errors: Path
    ended: "asyncio.Future[int]"
    killed: bool = field(default=False)

    @property
    def alive(self) -> bool:
        return not self.ended.done()

    def kill(self) -> bool:
        """SIGKILL; whether it was alive to be killed."""
        if not self.alive or self.killed:
            return False
        os.kill(self.pid, signal.SIGKILL)
        self.killed = True
        return True

    async def stop(self, seconds: float) -> int:
        """SIGTERM, and SIGKILL when that takes too long."""
        if self.alive:
            os.kill(self.pid, signal.SIGTERM)
        try:
            return await asyncio.wait_for(asyncio.shield(self.ended), seconds)
        except TimeoutError:
            self.kill()
            return await self.ended


class Starter(Protocol):
    """What can start a process."""

    async def start(
        self,
        role: str,
        arguments: list[str],
        environment: dict[str, str],
        *,
        call: str = CLI,
    ) -> Child: ...

    async def close(self) -> None: ...


class ZygoteStarter:
    """Starts processes by forking one that has imported everything (see `zygote`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._starting: dict[int, asyncio.Future[int]] = {}
        self._children: dict[int, Child] = {}
        self._early: dict[int, int] = {}
        self.cpu_seconds: defaultdict[str, float] = defaultdict(float)
        """What ended processes have used, by role."""
        self._process: Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[dict[str, object]] | None = None

    async def open(self) -> dict[str, object]:
        """Start it and wait until everything is imported; returns what it says about itself.

        Raises:
            RuntimeError: It ended instead.
        """
        self._ready = asyncio.get_running_loop().create_future()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "evals.chaos.zygote",
            stdin=PIPE, stdout=PIPE, cwd=ROOT, env={**os.environ, **_SINGLE_THREADED},
            limit=_LINE_LIMIT,
        )  # fmt: skip
        self._listening = asyncio.create_task(self._listen())
        return await self._ready

    async def start(
        self, role: str, arguments: list[str], environment: dict[str, str], *, call: str = CLI
    ) -> Child:
        """Fork a process; returns when it runs."""
        process, number = self._process, next(self._numbers)
        if process is None or process.stdin is None or process.returncode is not None:
            message = "the zygote does not run"
            raise RuntimeError(message)
        output, errors = log_files(self._folder, number, role)
        started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._starting[number] = started
        order = Order(
            number, call, ["video-agent", *arguments], environment,
            str(self._folder), str(output), str(errors),
        )  # fmt: skip
        process.stdin.write(order.line())
        pid = await started
        child = Child(pid, role, output, errors, asyncio.get_running_loop().create_future())
        self._children[pid] = child
        if pid in self._early:
            self._gone(pid, self._early.pop(pid))
        return child

    async def close(self) -> None:
        """End it and all its children."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        await self._process.wait()
        if self._listening is not None:
            await self._listening

    async def _listen(self) -> None:
        assert self._process is not None  # noqa: S101 - opened before
        assert self._process.stdout is not None  # noqa: S101
        async for line in self._process.stdout:
            told = cast("dict[str, object]", json.loads(line))
            if "ready" in told and self._ready is not None:
                self._ready.set_result(told)
            elif "started" in told:
                self._starting.pop(cast("int", told["started"])).set_result(
                    cast("int", told["pid"])
                )
            elif "ended" in told:
                pid, code = cast("int", told["ended"]), cast("int", told["code"])
                if child := self._children.get(pid):
                    self.cpu_seconds[child.role] += cast("float", told["cpu_seconds"])
                self._gone(pid, code)
        self._over()

    def _over(self) -> None:
        """It has ended: nobody may wait for news of it any more."""
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(RuntimeError("the zygote ended before it was ready"))
        for started in self._starting.values():
            started.set_exception(RuntimeError("the zygote is gone"))
        self._starting.clear()
        for pid in list(self._children):
            self._gone(pid, -signal.SIGKILL)

    def _gone(self, pid: int, code: int) -> None:
        child = self._children.pop(pid, None)
        if child is None:
            self._early[pid] = code
        else:
            child.ended.set_result(code)


class ColdStarter:
    """Starts every process as a person would: a fresh interpreter, the installed command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._waiting: set[asyncio.Task[None]] = set()
        self._children: list[Child] = []

    async def start(
        self, role: str, arguments: list[str], environment: dict[str, str], *, call: str = CLI
    ) -> Child:
        """Start a process; returns when it runs."""
        output, errors = log_files(self._folder, next(self._numbers), role)
        with output.open("ab") as out, errors.open("ab") as err:
            process = await asyncio.create_subprocess_exec(
                *_command(call), *arguments,
                stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=err,
                cwd=self._folder, env={**environment, "PYTHONPATH": str(ROOT)},
                start_new_session=True,
            )  # fmt: skip
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        child = Child(process.pid, role, output, errors, ended)
        waiting = asyncio.create_task(_await(process, ended))
        self._waiting.add(waiting)
        waiting.add_done_callback(self._waiting.discard)
        self._children.append(child)
        return child

    async def close(self) -> None:
        """Kill what is left."""
        for child in self._children:
            child.kill()
        if self._waiting:
            await asyncio.wait(self._waiting)


def log_files(folder: Path, number: int, role: str) -> tuple[Path, Path]:
    """Where a process writes to; the files are there already."""
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    output, errors = logs / f"{number:05}-{role}.out", logs / f"{number:05}-{role}.err"
    output.touch()
    errors.touch()
    return output, errors


def _command(call: str) -> list[str]:
    if call == CLI:
        return [str(Path(sys.executable).with_name("video-agent"))]
    module, _, name = call.partition(":")
    return [sys.executable, "-c", f"import sys; from {module} import {name} as f; sys.exit(f())"]


async def _await(process: Process, ended: "asyncio.Future[int]") -> None:
    ended.set_result(await process.wait())
