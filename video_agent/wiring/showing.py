"""Jobs as they are shown: with links to stored videos and where they were published."""

import logging
from typing import TYPE_CHECKING

from video_agent.errors import VideoAgentError
from video_agent.models import Job
from video_agent.notebook import VideoResult, as_result
from video_agent.publishing.rows import rows_where, to_publication
from video_agent.settings import Settings
from video_agent.wiring.links import needs_signing

if TYPE_CHECKING:
    from video_agent.wiring.opened import Opened

_log = logging.getLogger(__name__)


async def shown(settings: Settings, opened: "Opened", job: Job) -> VideoResult:
    """A job that shows itself. The service is only asked where a link takes its signature."""
    rows = await rows_where(opened.database, video_id=None, job_id=job.id, target=None)
    publications = tuple(to_publication(row) for row in rows)
    if not any(item.video and item.video.storage_uri for item in job.attempts):
        return as_result(job, {}, publications)
    parts = await opened.reading()
    if needs_signing(settings, job):
        try:
            parts = await opened.parts()
        except VideoAgentError as error:  # a job can be looked at without Google
            _log.warning("no links to stored videos: %s", error.message)
    return as_result(job, (await parts.result(job)).public_urls, publications)
