"""Clips in the chat: each finished video is saved as an artifact, which ADK's page plays inline."""

import asyncio
import logging
import tempfile
from pathlib import Path
from typing import Any

from google.adk.plugins.base_plugin import BasePlugin
from google.adk.tools.base_tool import BaseTool
from google.adk.tools.tool_context import ToolContext
from google.genai import types

from video_agent.errors import VideoAgentError
from video_agent.media.preview import write_preview
from video_agent.models import Video
from video_agent.store import Database
from video_agent.store.records import get_video
from video_agent.toolkit import ToolResult

MAX_ARTIFACT_BYTES = 10 * 1024 * 1024
_LOG = logging.getLogger(__name__)


class ClipArtifacts(BasePlugin):
    """Saves what `poll_generation` brought home as `attempt-<n>.mp4`.

    A clip of more than 10 MB is replaced by a small preview: the page gets artifacts as base64 in
    JSON. Without an artifact service nothing is saved; a failure is logged and never ends a turn.

    Args:
        database: Where the videos are.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(name="clip_artifacts")
        self._database = database

    async def after_tool_callback(
        self,
        *,
        tool: BaseTool,
        tool_args: dict[str, Any],
        tool_context: ToolContext,
        result: ToolResult,
    ) -> ToolResult | None:
        """Save the clip of a successful poll."""
        del tool_args
        video_id = result.get("video_id")
        if tool.name != "poll_generation" or not isinstance(video_id, str):
            return None
        try:
            video = await get_video(self._database, video_id)
            content = await asyncio.to_thread(_playable, video)
            part = types.Part.from_bytes(data=content, mime_type="video/mp4")
            await tool_context.save_artifact(f"attempt-{video.attempt_number}.mp4", part)
        except ValueError:  # what ADK raises when there is no artifact service
            _LOG.debug("no artifact service: clip %s is not shown in the chat", video_id)
        except (OSError, VideoAgentError) as error:
            _LOG.warning("clip %s cannot be shown in the chat: %s", video_id, error)
        return None


def _playable(video: Video) -> bytes:
    if video.path.stat().st_size <= MAX_ARTIFACT_BYTES:
        return video.path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        return write_preview(video.path, Path(folder) / "preview.mp4").read_bytes()
