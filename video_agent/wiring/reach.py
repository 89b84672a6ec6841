"""Which service is talked to, where, with which identity, and whether it costs real money."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from video_agent.catalog import SURFACE_NAMES, Surface
from video_agent.errors import ConfigurationError
from video_agent.settings import Settings, is_loopback
from video_agent.wiring.prices import configured_surface

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

    from video_agent.wiring.house_studio import HouseStudio

DUMMY_KEY = SecretStr("studio-needs-no-key")
GOOGLE_URLS: dict[Surface, str] = {
    "gemini_api": "https://generativelanguage.googleapis.com",
    "agent_platform": "https://aiplatform.googleapis.com",
}
STUDIO_PROJECT = "studio-project"
_PROBE_SECONDS = 2.0
_LIST_PRICES = "nothing is charged, costs are Google's list prices"
_NOWHERE = "http://127.0.0.1:9"  # the discard port: a call by mistake fails at once


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How to reach the generator and the language models.

    Args:
        name: `studio`, `gemini` or `agent_platform`: what jobs and events carry.
        surface: Which of Google's two surfaces is spoken.
        url: The address; None means Google's own.
        api_key: What is sent as the key of the Gemini API. A studio never gets the user's.
        project: The Cloud project on Agent Platform.
        credentials: Whose project it is; a studio never gets the user's.
        charged: Whether real money is spent.
        is_studio: Whether a studio answers there: it can look up lost submits and is quick.
        description: One line for people.
        house: The studio this process runs or joined, to be closed at the end.
        reads_only: Nothing can be called or signed.
    """

    name: str
    surface: Surface = "gemini_api"
    url: str | None
    api_key: SecretStr | None = None
    project: str | None = None
    credentials: "Credentials | None" = None
    charged: bool
    is_studio: bool
    description: str
    house: "HouseStudio | None" = None
    reads_only: bool = False


def backend_name(settings: Settings) -> str:
    """`studio`, `gemini` or `agent_platform`, by the settings alone.

    `backend` decides; else Agent Platform when it is switched on, the Gemini API when there is a
    key, the studio otherwise. A project without the switch chooses nothing.

    Raises:
        ConfigurationError: Gemini was asked for and there is no key.
    """
    key = settings.google_api_key
    has_key = key is not None and bool(key.get_secret_value().strip())
    if settings.backend == "gemini" and not has_key:
        raise ConfigurationError(
            "the gemini backend needs a key", hint="set GOOGLE_API_KEY, or use --backend studio"
        )
    if settings.backend != "auto":
        return settings.backend
    if settings.use_agent_platform:
        return "agent_platform"
    return "gemini" if has_key else "studio"


@dataclass(frozen=True)
class PlannedReach:
    """Which service would be talked to; nothing is started for it.

    Args:
        name: `studio`, `gemini` or `agent_platform`.
        charged: Whether real money would be spent.
        description: One line for people.
    """

    name: str
    charged: bool
    description: str


def plan_reach(settings: Settings) -> PlannedReach:
    """Which service the settings choose. Blocking where an address on this machine is named.

    Raises:
        ConfigurationError: Gemini was asked for and there is no key.
    """
    name = backend_name(settings)
    if name == "studio":
        return PlannedReach(name, False, f"studio, a local stand-in for Google: {_LIST_PRICES}")
    surface: Surface = "agent_platform" if name == "agent_platform" else "gemini_api"
    platform = surface == "agent_platform"
    url = settings.agent_platform_base_url if platform else settings.gemini_base_url
    studio = _studio_answers(url)
    project = settings.google_cloud_project if platform else None
    return PlannedReach(name, not studio, _described(surface, url, studio=studio, project=project))


def open_reach(settings: Settings) -> Reach:
    """Choose the backend; start or join the studio when it is the one. Blocking: use a thread.

    Raises:
        ConfigurationError: No key or project, or the studio cannot be started.
        AuthError: Agent Platform without usable credentials.
    """
    name = backend_name(settings)
    if name == "agent_platform":
        return _agent_platform(settings)
    if name == "gemini" and settings.google_api_key is not None:
        return _gemini(settings.gemini_base_url, settings.google_api_key)
    if settings.studio_url is not None:
        if not is_studio(settings.studio_url):
            raise ConfigurationError(
                f"no studio answers at {settings.studio_url}", hint="start one: video-agent studio"
            )
        return _studio(settings.studio_url)
    from video_agent.wiring.house_studio import HouseStudio

    house = HouseStudio(settings.home.expanduser() / "studio")
    return _studio(house.start(), house)


def no_reach(settings: Settings) -> Reach:
    """For commands that only read the database: nothing is started, nothing can be called.

    The surface is the configured one, so that an estimate is checked against the right models.
    """
    agent_platform = configured_surface(settings) == "agent_platform"
    return Reach(
        name="agent_platform" if agent_platform else "studio",
        surface="agent_platform" if agent_platform else "gemini_api",
        url=_NOWHERE,
        api_key=DUMMY_KEY,
        project=STUDIO_PROJECT if agent_platform else None,
        credentials=_studio_credentials() if agent_platform else None,
        charged=False,
        is_studio=False,
        description="reading only",
        reads_only=True,
    )


def _studio(url: str, house: "HouseStudio | None" = None) -> Reach:
    return Reach(
        name="studio",
        url=url,
        api_key=DUMMY_KEY,
        charged=False,
        is_studio=True,
        description=f"studio, a local stand-in for Google at {url}: {_LIST_PRICES}",
        house=house,
    )


def _gemini(url: str | None, key: SecretStr) -> Reach:
    studio = _studio_answers(url)
    return Reach(
        name="gemini",
        url=url,
        api_key=DUMMY_KEY if studio else key,
        charged=not studio,
        is_studio=studio,
        description=_described("gemini_api", url, studio=studio),
    )


def _agent_platform(settings: Settings) -> Reach:
    from video_agent.backends.google.credentials import application_default

    url, project = settings.agent_platform_base_url, settings.google_cloud_project
    studio = _studio_answers(url)
    if studio:
        credentials, project = _studio_credentials(), project or STUDIO_PROJECT
    else:
        credentials, project = application_default(project)
    return Reach(
        name="agent_platform",
        surface="agent_platform",
        url=url,
        project=project,
        credentials=credentials,
        charged=not studio,
        is_studio=studio,
        description=_described("agent_platform", url, studio=studio, project=project),
    )


def _studio_credentials() -> "Credentials":
    from video_agent.backends.google.credentials import studio_credentials

    return studio_credentials()


def _described(
    surface: Surface, url: str | None, *, studio: bool, project: str | None = None
) -> str:
    where = f"{SURFACE_NAMES[surface]} at {url or GOOGLE_URLS[surface]}"
    if project is not None:
        where += f", project {project}"
    return f"{where}, answered by a studio: {_LIST_PRICES}" if studio else f"{where}: real money"


def _studio_answers(url: str | None) -> bool:
    """Whether an address is on this machine and a studio answers there."""
    return url is not None and is_loopback(urlsplit(url).hostname or "") and is_studio(url)


def is_studio(url: str) -> bool:
    """Whether the service at an address says that it is a studio."""
    import httpx

    about = f"{url.rstrip('/')}/studio/about"
    try:
        answer = httpx.get(about, timeout=_PROBE_SECONDS, trust_env=False)
        return answer.status_code == 200 and "studio" in str(answer.json().get("name", ""))
    except (httpx.HTTPError, ValueError, AttributeError):
        return False
