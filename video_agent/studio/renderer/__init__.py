"""The studio's renderer: draws a real clip for a prompt, and says that it is drawn.

``render`` writes an MP4; ``understand`` tells what a prompt is taken to mean. Nothing is learned
and nothing is fetched: scenes are painted in layers by seeded code.
"""

from __future__ import annotations

from video_agent.studio.renderer.description import SceneDescription
from video_agent.studio.renderer.errors import RenderError
from video_agent.studio.renderer.rendering import RenderSettings, SourceUse, render
from video_agent.studio.renderer.still_source import decode_image
from video_agent.studio.renderer.understanding import understand

__all__ = [
    "RenderError",
    "RenderSettings",
    "SceneDescription",
    "SourceUse",
    "decode_image",
    "render",
    "understand",
]
