"""The routes of Omni and the language models on Agent Platform."""

from starlette.routing import BaseRoute, Route

from video_agent.studio.callers import check_agent_platform
from video_agent.studio.entrance import Entrance, Handler, RoleOf
from video_agent.studio.interactions import Interactions
from video_agent.studio.language_models import LanguageModels
from video_agent.studio.places import CLOUD_VERSIONS, IN_PROJECT


def agent_platform_routes(
    entrance: Entrance, interactions: Interactions, models: LanguageModels
) -> list[BaseRoute]:
    """Interactions at a project's location, and publisher models there and without a project."""

    def route(
        path: str, kind: str, handler: Handler, method: str, role_of: RoleOf | None = None
    ) -> Route:
        endpoint = entrance.wrap(kind, handler, role_of=role_of, check=check_agent_platform)
        return Route(path, endpoint, methods=[method])

    found: list[BaseRoute] = []
    for version in CLOUD_VERSIONS:
        root = f"/{version}{IN_PROJECT}"
        every, one = f"{root}/interactions", f"{root}/interactions/{{interaction_id}}"
        model, role_of = f"{root}/publishers/google/models/{{model}}", models.role_of
        found += [
            route(every, "interactions.create", interactions.create, "POST"),
            route(one, "interactions.get", interactions.get, "GET"),
            route(one, "interactions.delete", interactions.delete, "DELETE"),
            route(f"{one}/cancel", "interactions.cancel", interactions.cancel, "POST"),
            route(f"{model}:generateContent", "generate_content", models.generate, "POST", role_of),
            route(
                f"{model}:streamGenerateContent", "generate_content", models.stream, "POST", role_of
            ),
            route(f"{model}:countTokens", "count_tokens", models.count, "POST"),
        ]
        for place in (root, f"/{version}"):
            publisher = f"{place}/publishers/google/models"
            found.append(route(publisher, "models", models.list, "GET"))
            found.append(route(f"{publisher}/{{model}}", "models", models.get, "GET"))
    return found
