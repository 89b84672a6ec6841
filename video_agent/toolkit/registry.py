"""The registry is a value: a tuple of tools, checked once. Nothing registers itself."""

from collections.abc import Iterable
from importlib.metadata import entry_points

from video_agent.errors import ConfigurationError
from video_agent.toolkit.tool import AnyTool, Tool

ENTRY_POINT_GROUP = "video_agent.tools"


def register(tools: Iterable[AnyTool]) -> tuple[AnyTool, ...]:
    """The tools as a registry.

    Raises:
        ConfigurationError: Something is not a tool, or two tools have one name.
    """
    registry: dict[str, AnyTool] = {}
    for item in tools:
        if not isinstance(item, Tool):  # pyright: ignore[reportUnnecessaryIsInstance]  # user input
            raise ConfigurationError(f"{item!r} is not a tool", hint="decorate it with @tool")
        if item.name in registry:
            raise ConfigurationError(f"two tools are named {item.name}", hint="rename one of them")
        registry[item.name] = item
    return tuple(registry.values())


def load_entry_point_tools() -> tuple[AnyTool, ...]:
    """The tools other installed packages offer in the group `video_agent.tools`.

    Imports those packages, so it is only done when asked for.

    Raises:
        ConfigurationError: An entry point cannot be imported or is not a tool.
    """
    found: list[AnyTool] = []
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        try:
            found.append(entry.load())
        except (ImportError, AttributeError) as error:
            raise ConfigurationError(
                f"entry point {entry.value} cannot be loaded: {error}"
            ) from error
    return register(found)
