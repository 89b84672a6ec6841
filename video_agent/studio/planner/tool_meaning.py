"""Which declared tool does what: known by its name, its description and its parameters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from video_agent.studio.content_request import Tool

Role = str
ENHANCE, GENERATE, POLL, ANALYZE, UPLOAD = "enhance", "generate", "poll", "analyze", "upload"
ROLES = (ENHANCE, GENERATE, POLL, ANALYZE, UPLOAD)


@dataclass(frozen=True)
class Meaning:
    """What speaks for a role (stems of verbs and things, parameter names), and against it."""

    verbs: str
    things: str
    parameters: str
    against: str


MEANINGS: dict[Role, Meaning] = {
    ENHANCE: Meaning(
        verbs=r"enhanc|improv|refin|rewrit|polish|enrich|elaborat|optimi[sz]|rephras|expand|direct",
        things=r"prompt|idea|description|shot|wording|text|script",
        parameters=r"prompt|text|idea|feedback|description|draft|words",
        against=r"(generation|operation|job|video|clip)_?id|title|privacy|path|duration",
    ),
    GENERATE: Meaning(
        verbs=r"generat|creat|render|produc|start|make|submit|film|shoot|synthesi|launch",
        things=r"video|clip|footage|movie|film|generation",
        parameters=r"prompt|text|description|duration|seconds|resolution|aspect|tier|seed",
        against=r"feedback|(generation|operation|job|video|clip)_?id|title|privacy|path|ticket",
    ),
    POLL: Meaning(
        verbs=r"poll|wait|await|check|fetch|follow|track|monitor|collect|retriev|finish",
        things=r"generation|operation|progress|status|render|job|ready|done|result|ticket",
        parameters=r"(generation|operation|job|task|render)(_?id|_?name)?|id|handle|ticket|name",
        against=r"prompt|feedback|title|privacy|criteria",
    ),
    ANALYZE: Meaning(
        verbs=r"analy[sz]|judg|evaluat|assess|scor|review|inspect|critiqu|rat(e|ing)|grade|watch",
        things=r"video|clip|footage|quality|defect|result|score",
        parameters=r"(video|clip|file|media|footage)(_?id|_?path|_?uri|_?url)?|path|uri|id",
        against=r"prompt|feedback|title|privacy|duration|seed",
    ),
    UPLOAD: Meaning(
        verbs=r"upload|publish|post|share|releas",
        things=r"youtube|channel|online|public|video|platform|vimeo",
        parameters=r"title|privacy|tags|publish_?at|description|video(_?id)?|channel|made_for_kids",
        against=r"prompt|feedback|duration|seed",
    ),
}
NAME_WEIGHT, FIRST_WORDS_WEIGHT, REST_WEIGHT, PARAMETER_WEIGHT = 4.0, 2.5, 0.5, 1.5
LEAST_SCORE = 4.0
FIRST_WORDS = 12


def assign(tools: Sequence[Tool]) -> dict[Role, Tool]:
    """The tool for each role that has one; a tool serves one role at most, the clearest first."""
    scored = [(fit(tool, role), role, tool) for tool in tools for role in ROLES]
    scored.sort(key=lambda entry: -entry[0])
    chosen: dict[Role, Tool] = {}
    taken: set[str] = set()
    for score, role, tool in scored:
        if score >= LEAST_SCORE and role not in chosen and tool.name not in taken:
            chosen[role] = tool
            taken.add(tool.name)
    return chosen


def fit(tool: Tool, role: Role) -> float:
    """How well a tool fits a role; at least `LEAST_SCORE` to be taken for it."""
    meaning = MEANINGS[role]
    name = _words(tool.name)
    words = tool.description.split()
    first, rest = " ".join(words[:FIRST_WORDS]), " ".join(words[FIRST_WORDS:])
    names = " ".join(tool.properties)
    verb = _hit(meaning.verbs, name) * NAME_WEIGHT
    verb += _hit(meaning.verbs, first) * FIRST_WORDS_WEIGHT
    verb += _hit(meaning.verbs, rest) * REST_WEIGHT
    if not verb:
        return 0.0
    thing = _hit(meaning.things, name) + _hit(meaning.things, first) * 1.5
    if not thing and not _hit(meaning.things, rest):
        return 0.0
    shared = sum(1 for name in tool.properties if _whole(meaning.parameters, name))
    foreign = sum(1 for name in tool.properties if _whole(meaning.against, name))
    if tool.properties and not shared:
        return 0.0
    opening = _hit(meaning.verbs, " ".join(words[:2])) * 2.0  # "Waits for ...", "Starts a ..."
    return (
        verb
        + thing
        + opening
        + PARAMETER_WEIGHT * min(shared, 2)
        - 2.0 * foreign
        + (0.0 if names else -1.0)
    )


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-.]", " ", name).lower()


def _hit(pattern: str, text: str) -> float:
    return 1.0 if re.search(rf"\b(?:{pattern})", text.lower()) else 0.0


def _whole(pattern: str, name: str) -> bool:
    return re.fullmatch(rf"(?:{pattern})", name.lower()) is not None or (
        re.search(rf"(?:^|_)(?:{pattern})(?:$|_)", name.lower()) is not None
    )
