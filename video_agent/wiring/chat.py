"""The ADK application for chats: `adk web`, `adk run`, and our own web server."""

import atexit
from typing import TYPE_CHECKING

from video_agent.settings import Settings
from video_agent.wiring.reach import open_reach

if TYPE_CHECKING:
    from google.adk.apps import App

    from video_agent.wiring.parts import Parts


def build_chat_parts(settings: Settings) -> "Parts":
    """The parts of a chat server, for the life of the process: its studio is stopped at exit.

    Raises:
        ConfigurationError: The backend cannot be used.
    """
    from video_agent.store import Database
    from video_agent.wiring.parts import Parts

    reach = open_reach(settings)
    if reach.house is not None:
        atexit.register(reach.house.stop)
    return Parts(settings, reach, Database(settings.resolved_database_url))


def build_chat_app(settings: Settings) -> "App":
    """The planner as an ADK application.

    Raises:
        ConfigurationError: The backend cannot be used.
    """
    return build_chat_parts(settings).planner.app
