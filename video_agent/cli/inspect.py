"""`video-agent jobs` and `video-agent show`: what happened."""

from typing import Annotated

from cyclopts import Parameter

from video_agent.cli.options import RUN, AsJson, Database


async def jobs(
    *,
    user: Annotated[
        str | None, Parameter(name=["--user", "--user-id"], help="Only this user's jobs.")
    ] = None,
    limit: Annotated[int, Parameter(help="At most so many, newest first.")] = 20,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """List jobs, newest first.

    - `video-agent jobs`
    - `video-agent jobs --limit 100 --json`
    """
    from video_agent.cli.console import print_json
    from video_agent.cli.opening import open_agent
    from video_agent.cli.results import job_as_json, print_jobs

    async with open_agent(database=database) as agent:
        found = await agent.jobs(user_id=user, limit=limit)
    if as_json:
        print_json({"jobs": [job_as_json(job) for job in found]})
    elif found:
        print_jobs(found)
    else:
        print('no jobs yet; try: video-agent create "a paper boat on a pond at dawn"')
    return 0


async def show(
    job: Annotated[str, Parameter(help="The job's id, or its beginning or end.")],
    /,
    *,
    html: Annotated[
        bool,
        Parameter(negative="", group=RUN, help="Print a self-contained HTML card instead."),
    ] = False,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Show one job: each attempt with its prompt, score by dimension, defects and cost.

    - `video-agent show 0199`
    - `video-agent show 0199 --html > job.html`
    """
    from video_agent.cli.console import print_json
    from video_agent.cli.opening import open_agent
    from video_agent.cli.results import job_as_json, print_job

    async with open_agent(database=database) as agent:
        found = await agent.find(job)
    if as_json:
        print_json(job_as_json(found))
    elif html:
        from video_agent.notebook import job_page

        print(job_page(found))
    else:
        print_job(found)
    return 0
