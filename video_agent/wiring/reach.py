"""Which service is talked to, where, with which key, and whether it costs real money."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from video_agent.errors import ConfigurationError
from video_agent.settings import Settings, is_loopback
from video_agent.wiring.house_studio import HouseStudio

DUMMY_KEY = SecretStr("studio-needs-no-key")
GOOGLE_URL = "https://generativelanguage.googleapis.com"
_PROBE_SECONDS = 2.0
_LIST_PRICES = "nothing is charged, costs are Google's list prices"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How to reach the generator and the language models.

    Args:
        name: `studio` or `gemini`: what jobs and events carry.
        url: The address; None means Google's own.
        api_key: What is sent as the key. A studio never gets the user's.
        charged: Whether real money is spent.
        is_studio: Whether a studio answers there: it can look up lost submits and is quick.
        description: One line for people.
        house: The studio this process runs or joined, to be closed at the end.
    """

    name: str
    url: str | None
    api_key: SecretStr
    charged: bool
    is_studio: bool
    description: str
    house: HouseStudio | None = None


def backend_name(settings: Settings) -> str:
    """`studio` or `gemini`, by the settings alone.

    Raises:
        ConfigurationError: Gemini was asked for and there is no key.
    """
    key = settings.google_api_key
    has_key = key is not None and bool(key.get_secret_value().strip())
    if settings.backend == "gemini" and not has_key:
        raise ConfigurationError(
            "the gemini backend needs a key", hint="set GOOGLE_API_KEY, or use --backend studio"
        )
    if settings.backend == "auto":
        return "gemini" if has_key else "studio"
    return settings.backend


def open_reach(settings: Settings) -> Reach:
    """Choose the backend; start or join the studio when it is the one. Blocking: use a thread.

    Raises:
        ConfigurationError: No key, or the studio cannot be started.
    """
    if backend_name(settings) == "gemini" and settings.google_api_key is not None:
        return _gemini(settings.gemini_base_url, settings.google_api_key)
    if settings.studio_url is not None:
        if not _is_studio(settings.studio_url):
            raise ConfigurationError(
                f"no studio answers at {settings.studio_url}", hint="start one: video-agent studio"
            )
        return _studio(settings.studio_url)
    house = HouseStudio(settings.home.expanduser() / "studio")
    return _studio(house.start(), house)


def no_reach() -> Reach:
    """For commands that only read the database: nothing is started, nothing can be called."""
    return Reach(
        name="studio",
        url="http://127.0.0.1:9",  # the discard port: a call by mistake fails at once
        api_key=DUMMY_KEY,
        charged=False,
        is_studio=False,
        description="reading only",
    )


def _studio(url: str, house: HouseStudio | None = None) -> Reach:
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
    if url is not None and is_loopback(urlsplit(url).hostname or "") and _is_studio(url):
        return Reach(
            name="gemini",
            url=url,
            api_key=DUMMY_KEY,
            charged=False,
            is_studio=True,
            description=f"Gemini API at {url}, answered by a studio: {_LIST_PRICES}",
        )
    return Reach(
        name="gemini",
        url=url,
        api_key=key,
        charged=True,
        is_studio=False,
        description=f"Gemini API at {url or GOOGLE_URL}: real money",
    )


def _is_studio(url: str) -> bool:
    import httpx

    about = f"{url.rstrip('/')}/studio/about"
    try:
        answer = httpx.get(about, timeout=_PROBE_SECONDS, trust_env=False)
        return answer.status_code == 200 and "studio" in str(answer.json().get("name", ""))
    except (httpx.HTTPError, ValueError, AttributeError):
        return False
