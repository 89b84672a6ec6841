"""The planner's tools: one tool, one file. `DEFAULT_TOOLS` is the registry, a value."""

from video_agent.toolkit import AnyTool
from video_agent.tools.analyze_video import analyze_video
from video_agent.tools.context import Context, Services
from video_agent.tools.enhance_prompt import enhance_prompt
from video_agent.tools.generate_video import generate_video
from video_agent.tools.poll_generation import poll_generation
from video_agent.tools.upload_to_youtube import upload_to_youtube

DEFAULT_TOOLS: tuple[AnyTool, ...] = (
    enhance_prompt,
    generate_video,
    poll_generation,
    analyze_video,
    upload_to_youtube,
)

__all__ = [
    "DEFAULT_TOOLS",
    "Context",
    "Services",
    "analyze_video",
    "enhance_prompt",
    "generate_video",
    "poll_generation",
    "upload_to_youtube",
]
