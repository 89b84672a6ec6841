"""ADK's dev UI, served by us on our own session and artifact stores. Loopback only."""

import tempfile
from typing import TYPE_CHECKING

from google.adk.cli.fast_api import get_fast_api_app
from google.adk.cli.service_registry import get_service_registry
from google.adk.cli.utils.base_agent_loader import BaseAgentLoader

from video_agent.settings import Settings
from video_agent.wiring.chat import build_chat_parts

if TYPE_CHECKING:
    from fastapi import FastAPI
    from google.adk.apps import App
    from google.adk.artifacts import BaseArtifactService
    from google.adk.sessions import BaseSessionService

_SCHEME = "video-agent-web"
_HOST = "127.0.0.1"


class _OneApp(BaseAgentLoader):
    """Offers one ready application."""

    def __init__(self, app: "App") -> None:
        self._app = app

    def list_agents(self) -> list[str]:
        """The application's name."""
        return [self._app.name]

    def load_agent(self, agent_name: str) -> "App":
        """The application.

        Raises:
            ValueError: Another name was asked for.
        """
        if agent_name != self._app.name:
            message = f"there is no agent {agent_name}"
            raise ValueError(message)
        return self._app


def build_web_app(settings: Settings, *, port: int) -> "FastAPI":
    """The dev UI with our planner in it.

    Args:
        settings: The configuration.
        port: Where it will be served; requests for other hosts are refused.

    Raises:
        ConfigurationError: The backend or the database cannot be used.
    """
    planner = build_chat_parts(settings).planner
    sessions, artifacts = planner.sessions, planner.artifacts

    def session_service(uri: str, **_: object) -> "BaseSessionService":
        return sessions

    def artifact_service(uri: str, **_: object) -> "BaseArtifactService":
        if artifacts is None:
            message = "the chat has no artifact store"
            raise ValueError(message)
        return artifacts

    registry = get_service_registry()
    registry.register_session_service(_SCHEME, session_service)
    registry.register_artifact_service(_SCHEME, artifact_service)
    return get_fast_api_app(
        agents_dir=tempfile.mkdtemp(prefix="video-agent-web-"),
        agent_loader=_OneApp(planner.app),
        session_service_uri=f"{_SCHEME}://",
        artifact_service_uri=f"{_SCHEME}://",
        web=True,
        bind_host=_HOST,
        host=_HOST,
        port=port,
        auto_create_session=True,
    )
