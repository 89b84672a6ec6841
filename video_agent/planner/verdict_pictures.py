"""Verdicts in the chat: what was found in a clip is saved as pictures, which ADK's page shows."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from google.adk.plugins.base_plugin import BasePlugin
from google.adk.tools.base_tool import BaseTool
from google.adk.tools.tool_context import ToolContext
from google.genai import types

from video_agent.errors import VideoAgentError
from video_agent.media.pictures import draw_findings, draw_history, draw_scores
from video_agent.models import Job
from video_agent.planner.desk import Desk
from video_agent.store.records import get_video
from video_agent.toolkit import ToolResult

HISTORY_NAME = "attempts.png"
_LOG = logging.getLogger(__name__)


class VerdictPictures(BasePlugin):
    """Saves, after `analyze_video` in a chat, the pictures of its verdict.

    `attempt-<n>-findings.png` are the clip's frames with its defects marked,
    `attempt-<n>-scores.png` the dimensions beside the threshold, `attempts.png` the history, a
    version for each verdict. Jobs of the pipeline have their report instead. Without an artifact
    service nothing is saved; a failure is logged and never ends a turn.

    Args:
        desk: Knows the job of a turn, and whether it is a chat.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(name="verdict_pictures")
        self._desk = desk

    async def after_tool_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: ToolContext,
        result: ToolResult,
    ) -> ToolResult | None:
        """Draw and save what a verdict rests on."""
        turn = self._desk.turns.of(tool_context.invocation_id)
        video_id = tool_args.get("video_id")
        if tool.name != "analyze_video" or "score" not in result or not turn.in_chat:
            return None
        if turn.job_id is None or not isinstance(video_id, str):
            return None
        try:
            job, _ = await self._desk.look(turn.job_id)
            number = (await get_video(self._desk.services.database, video_id)).attempt_number
            pictures = await asyncio.to_thread(_drawn, job, number)
            await _save(tool_context, pictures)
        except (OSError, VideoAgentError) as error:
            _LOG.warning("the verdict on %s cannot be shown as pictures: %s", video_id, error)
        return None


async def _save(tool_context: ToolContext, pictures: Mapping[str, bytes]) -> None:
    for name, content in pictures.items():
        part = types.Part.from_bytes(data=content, mime_type="image/png")
        try:
            await tool_context.save_artifact(name, part)
        except ValueError:  # what ADK raises when there is no artifact service
            _LOG.debug("no artifact service: %s is not shown in the chat", name)
            return


def _drawn(job: Job, number: int) -> dict[str, bytes]:
    """The pictures of the history and of an attempt, by file name. Blocking.

    The frames come last: ADK's page shows the one that arrives last, the others as artifacts.
    """
    found = {HISTORY_NAME: draw_history(job).png()}
    name, title = f"attempt-{number}", f"attempt {number}"
    for attempt in job.attempts:
        if attempt.number == number and attempt.report is not None and attempt.video is not None:
            found[f"{name}-scores.png"] = draw_scores(attempt.report, title=title).png()
            drawn = draw_findings(attempt.video.path, attempt.report, title=title)
            found[f"{name}-findings.png"] = drawn.png()
    return found
