"""From an async function to a tool: validated, typed, and never raising at a planner.

ADK is only touched by `video_agent.toolkit.adk`; everything here works without it.
"""

from video_agent.toolkit.registry import ENTRY_POINT_GROUP, load_entry_point_tools, register
from video_agent.toolkit.results import ToolResult, refusal
from video_agent.toolkit.tool import AnyTool, Emitter, Tool, asks_first, tool

__all__ = [
    "ENTRY_POINT_GROUP",
    "AnyTool",
    "Emitter",
    "Tool",
    "ToolResult",
    "asks_first",
    "load_entry_point_tools",
    "refusal",
    "register",
    "tool",
]
