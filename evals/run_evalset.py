"""The planner's tool calls against an ADK evalset: `python evals/run_evalset.py [FILE] [--json]`.

Every conversation runs through the real application (planner, guard, tools, ledger) on the studio.
An expected call counts when it appears in order and its expected arguments are among the actual
ones. Exit code 1 when a case fails. ADK's own `adk eval` reads the same file.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from google.adk.evaluation.eval_set import EvalSet
from google.adk.runners import Runner
from google.adk.sessions import InMemorySessionService
from google.genai import types

from video_agent.planner import APP_NAME
from video_agent.wiring import VideoAgent

DEFAULT = Path(__file__).with_name("planner.evalset.json")


@dataclass(frozen=True)
class Outcome:
    case: str
    turn: int
    passed: bool
    expected: list[str]
    actual: list[str]


async def run_all(evalset: EvalSet) -> list[Outcome]:
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        agent = VideoAgent(
            backend="studio", home=Path(folder) / "home", output_folder=Path(folder) / "videos"
        )
        async with agent:
            app = (await agent.parts()).planner.app
            runner = Runner(
                app=app, session_service=InMemorySessionService(), auto_create_session=True
            )
            for case in evalset.eval_cases:
                for turn, invocation in enumerate(case.conversation or [], start=1):
                    actual = await calls(runner, case.eval_id, invocation.user_content)
                    expected = expected_calls(invocation.intermediate_data)
                    ok = appears_in_order(expected, actual) and bool(expected) == bool(actual)
                    names = [call.name or "" for call in actual]
                    wanted = [call.name or "" for call in expected]
                    outcomes.append(Outcome(case.eval_id, turn, ok, wanted, names))
    return outcomes


async def calls(
    runner: Runner, session_id: str, message: types.Content
) -> list[types.FunctionCall]:
    found: list[types.FunctionCall] = []
    async for event in runner.run_async(
        user_id="eval", session_id=f"{APP_NAME}-{session_id}", new_message=message
    ):
        found += event.get_function_calls()
    return found


def expected_calls(data: object) -> list[types.FunctionCall]:
    return list(getattr(data, "tool_uses", None) or [])


def appears_in_order(
    expected: Sequence[types.FunctionCall], actual: Sequence[types.FunctionCall]
) -> bool:
    rest = iter(actual)
    return all(any(fits(wanted, call) for call in rest) for wanted in expected)


def fits(wanted: types.FunctionCall, call: types.FunctionCall) -> bool:
    given = call.args or {}
    return wanted.name == call.name and all(
        given.get(name) == value for name, value in (wanted.args or {}).items()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    evalset = EvalSet.model_validate_json(options.file.read_text(encoding="utf-8"))
    outcomes = asyncio.run(run_all(evalset))
    if options.json:
        print(json.dumps([asdict(outcome) for outcome in outcomes]))
    else:
        for outcome in outcomes:
            word = "pass" if outcome.passed else "FAIL"
            print(f"{word}  {outcome.case:<12} turn {outcome.turn}  {' '.join(outcome.actual)}")
    sys.exit(0 if all(outcome.passed for outcome in outcomes) else 1)


if __name__ == "__main__":
    main()
