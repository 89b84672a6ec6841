"""Processes that execute: one on a SQLite file, any number on PostgreSQL; killed and drained."""

import asyncio
import signal

import pytest
from sqlmodel import select

from tests.jobs.paper_work import PaperWork, hand_in, paper_job, running, worker_process
from video_agent.errors import ConfigurationError
from video_agent.store.job_tables import WorkerRow


async def test_the_second_on_a_sqlite_file_is_a_client_and_takes_over_at_the_end(
    lite: PaperWork,
) -> None:
    async with running(lite, "embedded") as first, running(lite, "embedded") as second:
        assert (first.executes, second.executes) == (True, False)
        await hand_in(second, lite.database, paper_job(generations=0))
        await lite.until("succeeded")
        await first.close()
        async with asyncio.timeout(30):
            while not second.executes:
                await asyncio.sleep(0.02)
        await hand_in(second, lite.database, paper_job(generations=0))
        await lite.until("succeeded", 2)


async def test_on_postgresql_one_executes_embedded_only_while_nobody_else_does(
    prepared_postgres: PaperWork,
) -> None:
    paper = prepared_postgres
    with worker_process(paper) as worker:
        await hand_in_once_alive(paper)
        async with running(paper, "embedded") as engine:
            assert not engine.executes
            worker.kill()
            async with asyncio.timeout(30):
                while not engine.executes:
                    await asyncio.sleep(0.02)


async def test_a_process_executes_for_one_database_alone(
    lite: PaperWork, prepared_postgres: PaperWork
) -> None:
    async with running(lite, "embedded"):
        with pytest.raises(ConfigurationError, match="another database") as refused:
            async with running(prepared_postgres, "embedded"):
                pass
        assert 'engine="inline"' in refused.value.hint
    async with running(prepared_postgres, "embedded") as engine:
        assert engine.executes


async def test_a_killed_workers_jobs_go_on_elsewhere_and_nothing_is_sent_twice(
    paper: PaperWork,
) -> None:
    jobs = [paper_job(user=f"u{n}", seconds=1.0, send_seconds=0.3) for n in range(4)]
    with worker_process(paper) as first:
        async with running(paper, "client") as client:
            await hand_in(client, paper.database, *jobs)
            await paper.until("sent", 2)
            with worker_process(paper):
                await asyncio.sleep(0.4)
                first.kill()
                await paper.until("succeeded", 4)
    assert len(paper.done("sent")) == len(paper.done("home")) == 4


async def test_a_worker_told_to_stop_ends_its_submit_and_hands_the_rest_back(
    prepared_postgres: PaperWork,
) -> None:
    paper = prepared_postgres
    with worker_process(paper) as first:
        async with running(paper, "client") as client:
            await hand_in(client, paper.database, paper_job(seconds=0.3, send_seconds=1.0))
            await paper.until("sent")
            first.terminate()
            await asyncio.to_thread(first.join, 30)
            assert first.exitcode == 0
            assert [deed.what for deed in paper.deeds()] == ["turn", "sent", "answered"]
            async with paper.database.read() as session:
                assert (await session.exec(select(WorkerRow))).all() == []
            with worker_process(paper):
                await paper.until("succeeded")
    assert len(paper.done("sent")) == 1


async def test_a_second_signal_ends_a_worker_at_once(lite: PaperWork) -> None:
    with worker_process(lite) as worker:
        async with running(lite, "client") as client:
            await hand_in(client, lite.database, paper_job(send_seconds=60.0))
            await lite.until("sent")
            worker.terminate()
            await asyncio.to_thread(worker.join, 0.5)
            assert worker.exitcode is None
            worker.terminate()
            await asyncio.to_thread(worker.join, 30)
    assert worker.exitcode == 128 + signal.SIGTERM


async def hand_in_once_alive(paper: PaperWork) -> None:
    async with running(paper, "client") as client:
        await hand_in(client, paper.database, paper_job(generations=0))
        await paper.until("succeeded")
