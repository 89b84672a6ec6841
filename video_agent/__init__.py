"""Ask for a video in words; get it generated, judged and improved inside a budget in dollars.

```python
from video_agent import VideoAgent

agent = VideoAgent()
video = await agent.create("a red paper boat crosses a puddle at dawn")
```

Importing the package does no work and loads nothing heavy: each name below is loaded on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from video_agent.errors import VideoAgentError
    from video_agent.models import Job, QualityReport, Shot, Tier, VideoRequest
    from video_agent.quality import metric
    from video_agent.settings import Settings
    from video_agent.toolkit import tool
    from video_agent.tools import DEFAULT_TOOLS, Context
    from video_agent.wiring import VideoAgent, analyze

__version__ = "0.1.0"

__all__ = [
    "DEFAULT_TOOLS",
    "Context",
    "Job",
    "QualityReport",
    "Settings",
    "Shot",
    "Tier",
    "VideoAgent",
    "VideoAgentError",
    "VideoRequest",
    "analyze",
    "metric",
    "tool",
]

_HOMES = {
    "DEFAULT_TOOLS": "tools",
    "Context": "tools",
    "Job": "models",
    "QualityReport": "models",
    "Settings": "settings",
    "Shot": "models",
    "Tier": "models",
    "VideoAgent": "wiring",
    "VideoAgentError": "errors",
    "VideoRequest": "models",
    "analyze": "wiring",
    "metric": "quality",
    "tool": "toolkit",
}


def __getattr__(name: str) -> object:
    """Load a public name from its home on first use (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted([*__all__, "__version__"])
