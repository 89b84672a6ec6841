"""How much goes on at once, and whose turn it is."""

import asyncio

from tests.jobs.paper_work import Deed, PaperWork, hand_in, paper_job, running
from video_agent.jobs.fair_slots import FairSlots


def most_at_once(deeds: list[Deed], begin: str, end: str) -> int:
    """The most that had begun and not ended at any moment."""
    now = most = 0
    for deed in deeds:
        now += (deed.what == begin) - (deed.what == end)
        most = max(most, now)
    return most


async def test_never_more_generations_at_once_than_allowed(paper: PaperWork) -> None:
    jobs = [paper_job(seconds=0.2, user=f"user {n % 3}") for n in range(6)]
    async with running(paper, generations_in_flight=2) as engine:
        await hand_in(engine, paper.database, *jobs)
        await paper.until("succeeded", 6)
    assert most_at_once(paper.deeds(), "begun", "home") == 2


async def test_no_more_generations_are_begun_in_a_minute_than_allowed(lite: PaperWork) -> None:
    async with running(lite, requests_per_minute=3) as engine:
        await hand_in(engine, lite.database, paper_job(generations=4, seconds=0.01))
        await lite.until("home", 2)
        await asyncio.sleep(1.2)
    assert len(lite.done("sent")) == 2  # nine tenths of the limit


async def test_a_user_with_many_generations_leaves_room_for_another(lite: PaperWork) -> None:
    many, one = paper_job(user="anna", generations=8, seconds=60), paper_job(user="bert")
    async with running(lite, generations_in_flight=5) as engine:
        await hand_in(engine, lite.database, many)
        await lite.until("begun", 4)
        await hand_in(engine, lite.database, one)
        await lite.until("succeeded")
    assert len(lite.done("begun")) == 5


async def test_only_so_many_turns_run_at_once(lite: PaperWork) -> None:
    jobs = [paper_job(generations=0, turn_seconds=0.1) for _ in range(6)]
    async with running(lite, job_slots=2) as engine:
        await hand_in(engine, lite.database, *jobs)
        await lite.until("succeeded", 6)
    assert most_at_once(lite.deeds(), "turn", "succeeded") == 2


async def test_a_free_slot_goes_to_the_most_urgent_then_to_each_user_in_turn() -> None:
    slots, order = FairSlots(1), list[str]()

    async def use(priority: int, user: str) -> None:
        async with slots.slot(priority, user):
            order.append(user)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        for priority, user in [
            *[(10, "first")], *[(10, "anna")] * 3, *[(10, "bert")] * 2, (10, "carl"), (1, "urgent"),
        ]:  # fmt: skip
            tasks.create_task(use(priority, user))
    assert order == ["first", "urgent", "anna", "bert", "carl", "anna", "bert", "anna"]


async def test_a_slot_is_not_lost_with_who_waited_for_it() -> None:
    slots = FairSlots(1)
    async with slots.slot(1, "a"):
        waiting = [asyncio.create_task(hold(slots)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
    waiting[1].cancel()  # in the moment in which it is granted
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert [isinstance(one, asyncio.CancelledError) for one in done] == [True, True, False]
    async with asyncio.timeout(1), slots.slot(1, "b"):
        pass


async def hold(slots: FairSlots) -> None:
    async with slots.slot(1, "b"):
        await asyncio.sleep(0)
