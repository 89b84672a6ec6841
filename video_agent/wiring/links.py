"""Links to a job's stored videos, made when a person looks at the job."""

import logging
from typing import TYPE_CHECKING

from video_agent.errors import VideoAgentError
from video_agent.models import Job
from video_agent.settings import Settings
from video_agent.wiring.reach import backend_name

if TYPE_CHECKING:
    from video_agent.backends.google.storage import CloudStorage

_log = logging.getLogger(__name__)


def needs_signing(settings: Settings, job: Job) -> bool:
    """Whether this job's links take Google's credentials; those of a CDN are only spelled."""
    signed = settings.signed_url_hours > 0 and settings.public_url_prefix is None
    stored = any(item.video and item.video.storage_uri for item in job.attempts)
    return signed and stored and job.charged and backend_name(settings) != "studio"


async def public_urls(storage: "CloudStorage | None", job: Job) -> dict[str, str]:
    """The links of a job's stored videos, by the id of the video.

    A link that cannot be made does not keep the job from being shown: it is told in the log.
    """
    found: dict[str, str] = {}
    if storage is None:
        return found
    for video in (item.video for item in job.attempts if item.video):
        if video.storage_uri is None:
            continue
        try:
            link = await storage.public_link(video.storage_uri)
        except VideoAgentError as error:
            _log.warning("no link to %s: %s", video.storage_uri, error.message)
            continue
        if link is not None:
            found[video.id] = link
    return found
