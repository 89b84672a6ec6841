"""Upgrades databases in processes of their own, which may be killed in the midst of it.

`together URL COUNT`: so many processes open the database at the same instant; prints how each
ended. `killed URL NUMBER ...`: for each pair one process that kills itself in front of that
statement of its upgrade (0: never). The processes are forked from this one: one import for all.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.engine import Engine

from video_agent.store import Database, upgrade

WENT_WELL = 0


def prepare(url: str) -> None:
    async def work() -> None:
        database = Database(url)
        await database.prepare()
        await database.close()

    asyncio.run(work())


def count_statements(stop_before: int) -> Callable[[], int]:
    """From now on count statements and commits, and die in front of one of them."""
    seen = 0

    def step(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == stop_before:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    return lambda: seen


def fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = WENT_WELL
    finally:
        sys.stderr.flush()
        os._exit(code)


def together(url: str, count: int) -> list[int]:
    """Exit codes of processes that start when the pipe they wait at is closed."""
    waiting, gate = os.pipe()

    def work() -> None:
        os.close(gate)
        os.read(waiting, 1)
        prepare(url)

    children = [fork(work) for _ in range(count)]
    os.close(gate)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def killed(url: str, stop_before: int) -> tuple[int, int]:
    """The exit code (-9: killed) of one upgrade, and how many statements it ran to its end."""
    reading, writing = os.pipe()

    def work() -> None:
        seen = count_statements(stop_before)
        prepare(url)
        os.write(writing, str(seen()).encode())

    child = fork(work)
    os.close(writing)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    told = os.read(reading, 20)
    os.close(reading)
    return code, int(told or 0)


def main(order: str, *arguments: str) -> None:
    assert upgrade  # imported before the first fork
    if order == "together":
        print(*together(arguments[0], int(arguments[1])))  # noqa: T201
        return
    for url, number in zip(arguments[::2], arguments[1::2], strict=True):
        print(*killed(url, int(number)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
