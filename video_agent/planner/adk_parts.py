"""The parts of ADK that `wiring` hands to the planner: its model class and its file store."""

from collections.abc import Mapping
from pathlib import Path

from google.adk.artifacts import FileArtifactService
from google.adk.models.google_llm import Gemini


def gemini_planner(model_id: str, client_arguments: Mapping[str, object]) -> Gemini:
    """An ADK model that uses exactly these client arguments (address, key, time-out).

    Args:
        model_id: Always given: ADK's own default is a retired model.
        client_arguments: Keyword arguments of `google.genai.Client`; they win over the environment.
    """
    return Gemini(model=model_id, client_kwargs=dict(client_arguments))


def file_artifacts(folder: Path) -> FileArtifactService:
    """Clips of chats as versioned files in a folder."""
    return FileArtifactService(root_dir=str(folder))
