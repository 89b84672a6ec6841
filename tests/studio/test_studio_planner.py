"""The planner's policy through Google's client: it decides from tools and turns alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from google import genai
from google.genai import types

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
    def begin(*without: str, answers: dict[str, Answer] | None = None, system: str = "") -> Chat:
        tools = [item for name, item in TOOLS.items() if name not in without]
        return Chat(client, tools, {**GOOD, **(answers or {})}, system or "You plan videos.")

    return begin


NewChat = Callable[..., Chat]
ROUND = ["enhance_prompt", "generate_video", "poll_generation", "analyze_video"]


def test_a_request_goes_through_every_step_with_the_persons_wishes(chat: NewChat):
    talk = chat().say("Make me an 8 second vertical clip of a red sailboat at sunset in 1080p")

    assert talk.names == ROUND
    assert talk.calls[0][1] == {"prompt": "a red sailboat at sunset"}
    assert talk.calls[1][1] == {
        "prompt": "fine a red sailboat at sunset",
        "duration_seconds": 8, "resolution": "1080p", "aspect_ratio": "9:16",
    }  # fmt: skip
    assert talk.calls[2][1] == {"generation_id": "g1"}
    assert talk.calls[3][1] == {"video_id": "v1"}
    assert "/out/v1.mp4" in talk.text
    assert "0.90" in talk.text


def test_a_clip_that_does_not_pass_is_made_again_with_the_feedback(chat: NewChat):
    scores = iter([0.5, 0.7, 0.86])

    def analyze(_: Args) -> dict[str, object]:
        score = next(scores)
        return {"score": score, "passed": score > 0.8, "threshold": 0.8, "feedback": "too dark"}

    talk = chat(answers={"analyze_video": analyze}).say("a cat sleeps")

    assert talk.names == ROUND * 3
    assert talk.calls[4][1] == {"prompt": "a cat sleeps", "feedback": "too dark"}
    assert "3 attempts" in talk.text


def test_it_ends_even_if_no_clip_ever_passes(chat: NewChat):
    never: dict[str, Answer] = {"analyze_video": lambda _: {"score": 0.4, "passed": False}}

    assert chat(answers=never).say("a cat").names.count("generate_video") == 6
    limited = chat(answers=never, system="Attempts: 0 of 2 used.").say("a cat")
    assert limited.names.count("generate_video") == 2


@pytest.mark.parametrize(
    ("missing", "names"),
    [
        (["enhance_prompt"], ROUND[1:]),
        (["analyze_video"], ROUND[:3]),
        (["poll_generation"], ROUND[:2]),
        (["enhance_prompt", "analyze_video"], ROUND[1:3]),
    ],
)
def test_a_removed_tool_is_done_without(chat: NewChat, missing: list[str], names: list[str]):
    talk = chat(*missing).say("a cat sleeps")
    assert talk.names == names
    assert talk.text


def test_without_a_generator_it_says_so_and_calls_nothing(chat: NewChat):
    talk = chat("generate_video").say("a cat sleeps")
    assert talk.names == []
    assert "cannot generate" in talk.text


def test_renamed_tools_are_known_by_their_meaning_and_get_their_own_parameters(
    client: genai.Client,
):
    tools = [
        tool("get_weather", "Get the weather report for a city.", city="string"),
        tool("polish", "Rewrites your idea to read better.", idea="string", notes="string"),
        tool(
            "film_it", "Shoots a clip from a text; gives you a ticket.",
            text="string", seconds="integer", orientation={"enum": ["16:9", "9:16"]},
        ),
        tool("await_clip", "Waits until the render behind a ticket is ready.", ticket="string"),
        tool("critique", "Watches a clip and grades it.", clip="string"),
    ]  # fmt: skip
    answers: dict[str, Answer] = {
        "polish": lambda args: {"text": f"nicer {args['idea']}"},
        "film_it": lambda _: {"ticket": "t-7"},
        "await_clip": lambda _: {"status": "done", "clip": "c-7"},
        "critique": lambda _: {"score": 0.9},
    }

    talk = Chat(client, tools, answers).say("please make a portrait video of two dogs, 5 seconds")

    assert talk.calls == [
        ("polish", {"idea": "two dogs"}),
        ("film_it", {"text": "nicer two dogs", "seconds": 5, "orientation": "9:16"}),
        ("await_clip", {"ticket": "t-7"}),
        ("critique", {"clip": "c-7"}),
    ]


def test_a_chat_goes_on_with_changes_cheaper_and_questions(chat: NewChat):
    talk = chat().say("Make me a vertical clip of a red sailboat at sunset")

    talk.say("try again with rain")
    assert talk.calls[0][1] == {"prompt": "a red sailboat at sunset with rain"}
    assert talk.calls[1][1]["aspect_ratio"] == "9:16"
    talk.say("make it night")
    assert talk.calls[0][1] == {"prompt": "a red sailboat with rain at night"}
    talk.say("make it blue")
    assert talk.calls[0][1] == {"prompt": "a blue sailboat with rain at night"}
    talk.say("cheaper")
    assert talk.calls[0][1] == {"prompt": "a blue sailboat with rain at night"}
    assert talk.calls[1][1]["tier"] == "draft"
    assert talk.say("show me the attempts").names == []
    assert "Attempt 5: generation g1" in talk.text
    talk.say("what did it cost?")
    assert (talk.names, talk.text) == ([], "It cost $2.10 so far.")
    assert talk.say("thanks!").names == []


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("analyze video abc", ("analyze_video", {"video_id": "abc"})),
        ("poll generation xyz-1", ("poll_generation", {"generation_id": "xyz-1"})),
        ("just enhance this prompt: a cat on a roof",
         ("enhance_prompt", {"prompt": "a cat on a roof"})),
        ("only generate a clip of a cat", ("generate_video", {"prompt": "a cat"})),
    ],
)  # fmt: skip
def test_a_single_step_out_of_order_is_the_only_call(
    chat: NewChat, words: str, call: tuple[str, dict[str, object]]
):
    talk = chat().say(words)
    assert talk.calls == [call]
    assert talk.text


def test_it_uploads_only_when_asked_and_as_privately_as_asked(chat: NewChat):
    assert "upload_to_youtube" not in chat().say("a person uploading files").names
    talk = chat().say("a fox jumps over a fence, then upload it unlisted to youtube")

    assert talk.names == [*ROUND, "upload_to_youtube"]
    assert talk.calls[0][1] == {"prompt": "a fox jumps over a fence"}
    assert talk.calls[-1][1] == {
        "video_id": "v1", "title": "A fox jumps over a fence", "privacy": "unlisted",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tool_name", "answer", "tail"),
    [
        ("generate_video", {"status": "refused", "error": "BudgetError", "message": "too dear"},
         ["generate_video"]),
        ("generate_video", {"status": "error", "message": "slow down", "retryable": True},
         ["generate_video", "generate_video"]),
        ("generate_video", {"status": "outcome_unknown", "generation_id": "g9"},
         ["generate_video", "poll_generation", "analyze_video"]),
        ("poll_generation", {"status": "outcome_unknown", "message": "lost"},
         ["generate_video", "poll_generation", "poll_generation"]),
        ("poll_generation", {"status": "blocked", "message": "unsafe"},
         ["generate_video", "poll_generation", "enhance_prompt", "generate_video",
          "poll_generation"]),
        ("enhance_prompt", {"status": "error", "message": "no"}, ROUND[1:]),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_handled_without_a_loop(
    chat: NewChat, tool_name: str, answer: dict[str, object], tail: list[str]
):
    def wrong(_: Args) -> dict[str, object]:
        return answer

    talk = chat(answers={tool_name: wrong}).say("a cat sleeps")

    assert talk.names[1:] == tail
    assert talk.text


def test_a_nudge_continues_the_job_and_a_resumed_one_follows_its_state(chat: NewChat):
    poor: dict[str, Answer] = {
        "analyze_video": lambda _: {"score": 0.5, "passed": False, "feedback": "dull"}
    }
    talk = chat(answers=poor, system="Attempts: 0 of 1 used.").say("a cat sleeps")
    assert talk.names == ROUND

    talk.say(
        "The job is not finished: it passes at 0.80, 2 attempts are left. Call enhance_prompt."
    )
    assert talk.names == ROUND
    assert talk.calls[0][1] == {"prompt": "a cat sleeps", "feedback": "dull"}

    state = "The request, word for word: 'a dog'\nNext: poll_generation with generation_id g-42."
    first = chat(system=state).say("continue").calls[0]
    assert first == ("poll_generation", {"generation_id": "g-42"})
