"""Where a request goes: the Gemini API, or a project's location on Agent Platform."""

from dataclasses import dataclass

from starlette.requests import Request

from video_agent.catalog import Surface

CLOUD_VERSIONS = ("v1beta1", "v1")
IN_PROJECT = "/projects/{project}/locations/{location}"


@dataclass(frozen=True)
class Place:
    """One of the two surfaces; `project` and `location` only on Agent Platform."""

    surface: Surface
    project: str = ""
    location: str = ""

    @property
    def on_cloud(self) -> bool:
        """Whether this is Agent Platform."""
        return self.surface == "agent_platform"

    def model_name(self, model: str) -> str:
        """The full name of a model here."""
        if not self.on_cloud:
            return f"models/{model}"
        root = f"projects/{self.project}/locations/{self.location}/" if self.project else ""
        return f"{root}publishers/google/models/{model}"


GEMINI_API = Place("gemini_api")


def place_of(request: Request) -> Place:
    """The place of a request, by its path."""
    path = request.path_params
    if "project" not in path and "/publishers/" not in request.url.path:
        return GEMINI_API
    return Place("agent_platform", path.get("project", ""), path.get("location", "global"))
