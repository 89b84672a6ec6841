"""`video-agent jobs` and `video-agent show`: what happened, and what happens now."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.options import RUN, AsJson, Database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from video_agent.ledger.overview import Overview
    from video_agent.models import Job

_SHOWN = 20
_ALL = 1_000_000


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which jobs are meant."""

    user: Annotated[
        str | None, Parameter(name=["--user", "--user-id"], help="Only this user's jobs.")
    ] = None
    status: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            consume_multiple=True,
            show_default=False,
            help="Only jobs of these: queued, running, succeeded, ...",
        ),
    ] = ()
    limit: Annotated[
        int | None,
        Parameter(help="At most so many, newest first; default: 20, with --json all."),
    ] = None

    def most(self, *, everything: bool) -> int:
        """How many at most."""
        if self.limit is not None:
            return self.limit
        return _ALL if everything else _SHOWN


ALL_JOBS = Selection()
Watch = Annotated[
    bool, Parameter(negative="", group=RUN, help="Go on with every event until Ctrl+C.")
]


async def jobs(
    *,
    chosen: Selection = ALL_JOBS,
    watch: Watch = False,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """List jobs, newest first, with how many there are of each status and what they cost.

    With --json it is one object: `jobs`, `counts` by status, and `sums` in dollars: spent,
    reserved for what is under way, and unknown (counted as spent); jobs at list prices that nobody
    pays are summed apart. With --watch and --json each event is a JSON object on a line of its own.

    - `video-agent jobs`
    - `video-agent jobs --status running queued --json`
    - `video-agent jobs --watch`
    """
    from video_agent.cli.job_lists import statuses_named
    from video_agent.cli.opening import open_agent
    from video_agent.cli.watching import watch_jobs

    user, statuses = chosen.user, statuses_named(chosen.status)
    most = chosen.most(everything=as_json and not watch)
    async with open_agent(database=database) as agent:
        if watch:
            return await watch_jobs(
                agent, user_id=user, statuses=statuses, limit=most, as_json=as_json
            )
        found = await agent.jobs(user_id=user, statuses=statuses, limit=most)
        _print_found(found, await agent.overview(user_id=user), as_json=as_json)
    return 0


def _print_found(found: "Sequence[Job]", overview: "Overview", *, as_json: bool) -> None:
    from video_agent.cli.console import print_json
    from video_agent.cli.job_lists import jobs_as_json, print_overview
    from video_agent.cli.results import print_jobs

    if as_json:
        print_json(jobs_as_json(found, overview))
    elif found:
        print_jobs(found)
        print_overview(overview)
    elif overview.counts:
        print(f"no such jobs; there are {sum(overview.counts.values())} of other statuses")
    else:
        print('no jobs yet; try: video-agent create "a paper boat on a pond at dawn"')


Html = Annotated[
    tuple[Path, ...] | None,
    Parameter(
        negative="",
        group=RUN,
        consume_multiple=(0, 1),
        help="Write a report to this file, one page that holds everything; without a file print it "
        "(in a terminal: write job-....html here).",
    ),
]
Pictures = Annotated[
    tuple[Path, ...] | None,
    Parameter(
        negative="",
        group=RUN,
        consume_multiple=(0, 1),
        help="Draw frames with findings, score bars and attempts as PNG into this folder; without "
        "one beside the video.",
    ),
]
Hidpi = Annotated[
    bool, Parameter(negative="", group=RUN, help="Draw them for a screen of double density.")
]
Events = Annotated[
    bool, Parameter(negative="", group=RUN, help="Also everything that happened, in order.")
]


async def show(  # the options of one command
    job: Annotated[str, Parameter(help="The job's id, or its beginning or end.")],
    /,
    *,
    html: Html = None,
    pictures: Pictures = None,
    hidpi: Hidpi = False,
    events: Events = False,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Show one job: each attempt with its prompt, score by dimension, defects and cost.

    - `video-agent show 0199`
    - `video-agent show 0199 --events --json`
    - `video-agent show 0199 --html report.html`
    - `video-agent show 0199 --pictures`
    """
    from video_agent.cli.opening import open_agent
    from video_agent.cli.showing import Wanted, show_job

    wanted = Wanted(html=html, pictures=pictures, hidpi=hidpi, events=events, as_json=as_json)
    async with open_agent(database=database) as agent:
        await show_job(agent, job, wanted)
    return 0
