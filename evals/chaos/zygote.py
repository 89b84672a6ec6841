"""A process that has imported everything once and forks: the child runs what a command runs.

Starting `video-agent worker` costs four to six seconds of imports; a chaos run starts it hundreds
of times. This process imports the product while it has a single thread, then forks on order. The
child leaves the loop below and calls the very function behind the command (`video_agent.cli:main`)
with the command's arguments, in its own session, with its own environment; it ends as an
interpreter ends. What it does not go through is only the import. `--cold` goes without all this.

Orders come as JSON lines on stdin; `{"started": number, "pid": pid}` and `{"ended": pid, "code":
code}` go to stdout. When stdin ends, all children are killed.
"""

import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

NOT_IMPORTED = ("video_agent.__main__", "video_agent.agent", "video_agent.store.migrations.")
LAZY = (
    "aiosqlite", "alembic.autogenerate", "alembic.command", "alembic.runtime.migration",
    "asyncpg", "dbos", "evals.chaos.naive", "google.adk.agents", "google.adk.artifacts",
    "google.adk.flows.llm_flows.auto_flow", "google.adk.models.google_llm", "google.adk.runners",
    "google.genai._interactions", "google.genai.interactions", "h11", "psycopg",
    "sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite", "uvicorn.lifespan.off", "uvicorn.loops.asyncio",
)  # fmt: skip
"""What the product imports only when it is used."""


@dataclass(frozen=True)
class Order:
    """One process that is wanted.

    `call` is "package.module:function", called without arguments; `arguments` is `sys.argv`.
    """

    number: int
    call: str
    arguments: list[str]
    environment: dict[str, str]
    folder: str
    output: str
    errors: str

    def line(self) -> bytes:
        """One line for the zygote's stdin."""
        return json.dumps(asdict(self)).encode() + b"\n"


def product_modules() -> Iterator[str]:
    """Every module of the product but the scripts among them."""
    package = importlib.import_module("video_agent")
    for module in pkgutil.walk_packages(package.__path__, "video_agent."):
        if not module.name.startswith(NOT_IMPORTED):
            yield module.name


def import_everything() -> None:
    """Import the product and what it loads late.

    What cannot be imported is skipped: the command that needs it fails with the same error.
    """
    for name in (*product_modules(), *LAZY):
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - an extra that is not installed, or a defect
            _tell(skipped=name, because=str(error))


def serve() -> Order | None:
    """Fork on order. Returns None at the end, and in each child the order it is to run."""
    incoming, wakeup, children, buffer = sys.stdin.fileno(), _wake_on_child(), set[int](), b""
    while True:
        ready, _, _ = select.select([incoming, wakeup], [], [])
        if wakeup in ready:
            os.read(wakeup, 4096)
            _reap(children)
        if incoming not in ready:
            continue
        data = os.read(incoming, 1 << 20)
        if not data:
            _end(children)
            return None
        *lines, buffer = (buffer + data).split(b"\n")
        for line in lines:
            order = Order(**json.loads(line))
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                os.close(wakeup)
                return order
            children.add(pid)
            _tell(started=order.number, pid=pid)


def become(order: Order) -> None:
    """Turn this fresh child into the process that was ordered, up to calling its function."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    for descriptor, path in ((0, os.devnull), (1, order.output), (2, order.errors)):
        flags = os.O_RDONLY if descriptor == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(order.environment)
    os.chdir(order.folder)
    sys.argv = order.arguments


def main() -> None:
    """Serve; in a child, run the order and end with it."""
    import_everything()
    threads = Path("/proc/self/task")
    count = len(list(threads.iterdir())) if threads.exists() else 1
    gc.collect()
    gc.freeze()  # what is there now is shared by all children
    _tell(ready=True, threads=count)
    order = serve()
    if order is None:
        return
    become(order)
    module, _, name = order.call.partition(":")
    sys.exit(getattr(importlib.import_module(module), name)())


def _wake_on_child() -> int:
    """A descriptor that becomes readable when a child has ended."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    os.set_inheritable(writing, False)
    signal.signal(signal.SIGCHLD, _ignore)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Only the descriptor matters; without any handler it would stay silent."""


def _reap(children: set[int]) -> None:
    for pid in list(children):
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            children.discard(pid)
            cpu_seconds = round(used.ru_utime + used.ru_stime, 3)
            _tell(ended=pid, code=os.waitstatus_to_exitcode(status), cpu_seconds=cpu_seconds)


def _end(children: set[int]) -> None:
    for pid in children:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _tell(**facts: object) -> None:
    os.write(1, json.dumps(facts).encode() + b"\n")


if __name__ == "__main__":
    main()
