"""Calls that a tool's answer or a nudge spells out: a good planner takes them as they are."""

import ast
import re
from collections.abc import Mapping

from video_agent.studio.content_request import Call, Tool
from video_agent.studio.planner.conversation import Exchange
from video_agent.studio.planner.tool_meaning import GENERATE, Role
from video_agent.studio.reading import as_fields, as_text

_FIELDS = ("next_step", "next_call", "suggestion", "suggested_call")
_TEXT = r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_PROMPT_OF = re.compile(r"\bwith the prompt of attempt (\d+)(?:, tier (\w+))?")
_PROMPT = re.compile(rf"\bwith (?:(\w+) ([\w\-]+) and )?the prompt {_TEXT}")


def suggested_call(answer: Exchange, tools: Mapping[Role, Tool]) -> Call | None:
    """The call that an answer suggests, if its tool is declared."""
    response = answer.response or {}
    for field in _FIELDS:
        suggestion = as_fields(response.get(field))
        name, arguments = as_text(suggestion.get("tool")), as_fields(suggestion.get("arguments"))
        tool = next((tool for tool in tools.values() if tool.name == name), None)
        if tool is not None:
            known = {key: value for key, value in arguments.items() if key in tool.properties}
            return Call(tool.name, known)
    return None


def hinted_generation(hint: str, tools: Mapping[Role, Tool]) -> Call | None:
    """The generation that a nudge spells out: a prompt, or the attempt whose prompt it was."""
    tool = tools.get(GENERATE)
    spoken = re.search(rf"\b{re.escape(tool.name)} (with .+)", hint) if tool else None
    if tool is None or spoken is None:
        return None
    if found := _PROMPT_OF.match(spoken.group(1)):
        prompt = _prompt_of(int(found.group(1)), hint)
        tier = {"tier": found.group(2)} if found.group(2) and "tier" in tool.properties else {}
        return Call(tool.name, {"prompt": prompt, **tier}) if prompt else None
    found = _PROMPT.match(spoken.group(1))
    if found is None:
        return None
    more = {found.group(1): found.group(2)} if found.group(1) in tool.properties else {}
    return Call(tool.name, {"prompt": as_text(ast.literal_eval(found.group(3))), **more})


def _prompt_of(number: int, state: str) -> str:
    """The prompt that a state lists for an attempt."""
    found = re.search(
        rf"^Attempt {number} \(.*?\bPrompt: {_TEXT}$", state, re.DOTALL | re.MULTILINE
    )
    return as_text(ast.literal_eval(found.group(1))) if found else ""
