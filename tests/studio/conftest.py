"""A running studio, Google's own client against it, and two real clips of different quality."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from google import genai
from google.genai import types

from tests.studio.youtube_calls import TOKEN, Yt
from video_agent.studio.renderer import RenderSettings, render
from video_agent.studio.server import Studio, StudioConfig

GOOD_PROMPT = (
    "Cinematic film look, slow tracking shot moving alongside the boat. A red sailboat sails "
    "slowly across calm water. On the wide ocean with a far coastline in the background at sunset. "
    "Medium shot at eye level. 35mm lens with shallow depth of field. Warm light from the setting "
    "sun with long shadows. Calm mood with a palette of amber and violet tones. Ambient noise: the "
    "sound of waves and distant gulls."
)
SMALL = {"type": "video", "duration": "3s", "resolution": "360p", "delivery": "uri"}
ONE_POST = types.HttpRetryOptions(attempts=1, http_status_codes=[599])


def client_of(studio: Studio) -> genai.Client:
    options = types.HttpOptions(base_url=studio.url, timeout=20_000, retry_options=ONE_POST)
    return genai.Client(api_key="any", http_options=options)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(StudioConfig(tmp_path_factory.mktemp("studio"))) as running:
        yield running


@pytest.fixture
def fresh_studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio(StudioConfig(tmp_path / "fresh")) as running:
        yield running


@pytest.fixture
def client(studio: Studio) -> Iterator[genai.Client]:
    made = client_of(studio)
    yield made
    made.close()


@pytest.fixture
def fresh_client(fresh_studio: Studio) -> Iterator[genai.Client]:
    made = client_of(fresh_studio)
    yield made
    made.close()


@pytest.fixture
def http(studio: Studio) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=studio.url, headers={"x-goog-api-key": "any"}, timeout=20) as made:
        yield made


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    settings = RenderSettings(width=640, height=360, duration_seconds=3.0, seed=3)
    paths = {"good": folder / "good.mp4", "poor": folder / "poor.mp4"}
    render(GOOD_PROMPT, settings, paths["good"])
    render("sailboat", settings, paths["poor"])
    return paths


Interaction = Any  # the SDK's create() may also be a stream, its fields may all be None
Generate = Callable[..., Interaction]


@pytest.fixture
def generate(client: genai.Client) -> Generate:
    """Start a small generation in the background, with changes to the request."""

    def start(**changes: object) -> Interaction:
        fields: dict[str, Any] = {
            "model": "gemini-omni-1.2-flash",
            "input": "fog",
            "background": True,
            "response_format": SMALL,
            **changes,
        }
        return client.interactions.create(**fields)

    return start


@pytest.fixture
def ended(client: genai.Client) -> Generate:
    """Poll a generation to its end."""

    def wait(interaction_id: str, by: genai.Client = client) -> Interaction:
        for _ in range(300):
            interaction = by.interactions.get(interaction_id)
            if interaction.status not in ("in_progress", "queued"):
                return interaction
            time.sleep(0.05)
        raise AssertionError("the generation did not end")

    return wait


Args = Mapping[str, object]
Answer = Callable[[Args], dict[str, object]]
LONGEST = 60


def tool(name: str, description: str, **parameters: object) -> types.FunctionDeclaration:
    properties = {
        key: value if isinstance(value, dict) else {"type": value}
        for key, value in parameters.items()
    }
    schema = {"type": "object", "properties": properties, "required": list(properties)[:1]}
    return types.FunctionDeclaration(
        name=name, description=description, parameters_json_schema=schema
    )


TIER = {"anyOf": [{"enum": ["draft", "final"], "type": "string"}, {"type": "null"}]}
PRIVACY = {"type": "string", "enum": ["private", "unlisted", "public"]}
TOOLS = {
    "enhance_prompt": tool(
        "enhance_prompt", "Turn the request into one detailed shot and the prompt.",
        prompt="string", feedback="string",
    ),
    "generate_video": tool(
        "generate_video", "Start one paid generation of a video. Poll it next.",
        prompt="string", duration_seconds="number", resolution="string", aspect_ratio="string",
        tier=TIER, seed="integer",
    ),
    "poll_generation": tool(
        "poll_generation", "Wait until a generation has ended.", generation_id="string"
    ),
    "analyze_video": tool(
        "analyze_video", "Measure and judge a video against the request.", video_id="string"
    ),
    "upload_to_youtube": tool(
        "upload_to_youtube", "Upload a video that passed to YouTube.",
        video_id="string", title="string", privacy=PRIVACY,
    ),
}  # fmt: skip
GOOD: dict[str, Answer] = {
    "enhance_prompt": lambda args: {"shot": {}, "prompt": f"fine {args['prompt']}"},
    "generate_video": lambda _: {"generation_id": "g1", "status": "running", "cost_usd": "0.42"},
    "poll_generation": lambda _: {"status": "succeeded", "video_id": "v1", "path": "/out/v1.mp4"},
    "analyze_video": lambda _: {"score": 0.9, "passed": True, "threshold": 0.8},
    "upload_to_youtube": lambda _: {"status": "ok", "url": "https://youtu.be/x"},
}


@dataclass
class Chat:
    """A conversation: calls are answered by the given functions until the model uses words."""

    client: genai.Client
    tools: list[types.FunctionDeclaration]
    answers: dict[str, Answer]
    system: str = "You plan videos."
    contents: list[types.Content] = field(default_factory=list[types.Content])
    calls: list[tuple[str, Args]] = field(default_factory=list[tuple[str, Args]])
    text: str = ""

    def say(self, text: str) -> "Chat":
        self.contents.append(types.UserContent(text))
        self.calls = []
        for _ in range(LONGEST):
            answer = self._ask()
            calls = answer.function_calls or []
            if not calls:
                self.text = answer.text or ""
                return self
            for call in calls:
                name, args = call.name or "", call.args or {}
                self.calls.append((name, args))
                result = self.answers[name](args)
                part = types.Part.from_function_response(name=name, response=result)
                self.contents.append(types.Content(role="user", parts=[part]))
        raise AssertionError("the planner never ended")

    def _ask(self) -> types.GenerateContentResponse:
        config = types.GenerateContentConfig(
            system_instruction=self.system,
            tools=[types.Tool(function_declarations=self.tools)],
        )
        answer = self.client.models.generate_content(
            model="gemini-3.8-flash", contents=[*self.contents], config=config
        )
        content = answer.candidates[0].content if answer.candidates else None
        assert content
        self.contents.append(content)
        return answer

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


@pytest.fixture
def chat(client: genai.Client) -> Callable[..., Chat]:
    def begin(
        *without: str,
        answers: dict[str, Answer] | None = None,
        system: str = "You plan videos.",
        tools: list[types.FunctionDeclaration] | None = None,
    ) -> Chat:
        declared = tools or [item for name, item in TOOLS.items() if name not in without]
        return Chat(client, declared, {**GOOD, **(answers or {})}, system)

    return begin


@pytest.fixture
def declare() -> Callable[..., types.FunctionDeclaration]:
    """Declare a function: name, description, parameters by name with their type or schema."""
    return tool


@pytest.fixture(scope="session")
def new_client() -> Callable[[Studio], genai.Client]:
    return client_of


def storage_client_of(studio: Studio) -> Any:
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import storage

    return storage.Client(
        project="p",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": studio.url},
    )


@pytest.fixture
def new_storage_client() -> Callable[[Studio], Any]:
    return storage_client_of


@pytest.fixture
def bucket(studio: Studio) -> Any:
    """A bucket, by the official client."""
    return storage_client_of(studio).bucket("clips")


@pytest.fixture
def wire(studio: Studio) -> Iterator[httpx.Client]:
    """Plain HTTP without any key."""
    with httpx.Client(base_url=studio.url, timeout=20) as made:
        yield made


@pytest.fixture
def yt(studio: Studio) -> Iterator[Yt]:
    with httpx.Client(base_url=studio.url, headers=TOKEN, timeout=20) as made:
        yield made
