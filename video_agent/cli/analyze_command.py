"""`video-agent analyze`: a verdict on any video file, without a job."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.create import Yes
from video_agent.cli.options import LIMITS, RUN, AsJson, Backend

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from video_agent.cli.console import LiveSteps
    from video_agent.models import Analysis, Defect, MediaFacts, Signal
    from video_agent.wiring import VideoAgent

_BAR = 20
_MARKS = {True: "[green]ok[/]", False: "[red]fails[/]", None: "[dim]-[/]"}


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class AnalyzeOptions:
    """What a file is held against, and how that is shown."""

    prompt: Annotated[
        str | None, Parameter(help="What it should show; then a judge watches it as well.")
    ] = None
    threshold: Annotated[
        float, Parameter(group=LIMITS, help="The score from which it passes, 0 to 1.")
    ] = 0.8
    yes: Yes = False
    quiet: Annotated[
        bool, Parameter(name=["--quiet", "-q"], negative="", group=RUN, help="No progress.")
    ] = False


DEFAULT_OPTIONS = AnalyzeOptions()


async def analyze(
    file: Annotated[Path, Parameter(help="A local video file: mp4, mov, webm, mkv, avi, ...")],
    /,
    *,
    options: AnalyzeOptions = DEFAULT_OPTIONS,
    backend: Backend = None,
    as_json: AsJson = False,
) -> int:
    """Measure any video file: score, every signal, and each fault with its place in time.

    No job is made and nothing is stored. Without a prompt nothing is called either. With one the
    judge of the configured backend says how well the clip shows it; the studio, which stands in
    without a key, charges nothing, and real money is asked for first.

    - `video-agent analyze clip.mp4`
    - `video-agent analyze clip.mp4 --prompt "a red sailboat at sunset" --threshold 0.85`
    - `video-agent analyze clip.mp4 --json > analysis.json`

    With --json: `signals` (name, value, unit, passed), `findings` (kind, start_seconds,
    end_seconds, severity), `score`, `passed`, and with a prompt `dimensions` and `answers`.

    Exit code 0 when there is a verdict, also a bad one; 2 nobody agreed to real money, 3 a wrong
    option, 4 a cap has no room, 6 the judge's service failed, 9 no video that can be read.
    """
    from video_agent.cli.console import print_json

    found = await _analyzed(file, options, backend)
    if as_json:
        print_json(analysis_as_json(found))
    else:
        _print(found)
    return 0


async def _analyzed(file: Path, options: AnalyzeOptions, backend: str | None) -> "Analysis":
    from video_agent.cli.console import LiveSteps
    from video_agent.cli.opening import open_agent

    with LiveSteps(quiet=options.quiet) as steps:
        async with open_agent(backend) as agent:
            approved = await _agreed(agent, file, steps, options)
            return await agent.analyze(
                file,
                prompt=options.prompt,
                threshold=options.threshold,
                approved=approved,
                on_event=steps,
            )


async def _agreed(
    agent: "VideoAgent", file: Path, steps: "LiveSteps", options: AnalyzeOptions
) -> bool:
    """Say who judges and for how much; ask before real money is spent."""
    from video_agent.cli.agreeing import may_spend
    from video_agent.cli.console import dollars

    if options.prompt is None:
        return False
    planned = await agent.plan_judging(file)
    price = f"at most {dollars(planned.most_usd)} for {planned.model} to watch the clip"
    steps.say_backend(planned.description)
    steps.console.print(f"[cyan]estimate[/]  {price}")
    return may_spend(steps.console, price, charged=planned.charged, above=None, yes=options.yes)


def analysis_as_json(found: "Analysis") -> dict[str, object]:
    """The public JSON of an analysis: stable names, numbers as numbers, unknown as null."""
    cost = None if found.cost_usd is None else float(found.cost_usd)
    return {**found.model_dump(mode="json"), "cost_usd": cost}


def _print(found: "Analysis") -> None:
    from rich.console import Console
    from rich.markup import escape

    from video_agent.cli.console import dollars

    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(str(found.path))}[/]")
    console.print(f"  file      {escape(facts_text(found.facts))}")
    console.print(f"  score     {_score_text(found)}")
    if found.judge_model:
        real = "" if found.charged else " at list prices; nothing is charged"
        who = escape(found.judge_model)
        console.print(f"  judge     {who}, {dollars(found.cost_usd)}{real}")
    for item in found.dimensions:
        bar = "█" * round(item.score * _BAR)
        console.print(f"    {escape(item.name):<22} {item.score:.2f} [cyan]{bar}[/]")
    _print_findings(console, found)
    console.print()
    console.print(_signal_table(found))
    if found.feedback:
        text = found.feedback.replace("\n", f"\n{'':>10}")
        console.print(f"\nfeedback  {escape(text)}")
    if found.not_measured:
        console.print(f"[dim]not measured: {escape(', '.join(found.not_measured))}[/]")


def facts_text(facts: "MediaFacts") -> str:
    """What a file is, in one line."""
    sound = facts.audio_codec or "no sound"
    turned = f" turned by {facts.rotation_degrees}°" if facts.rotation_degrees else ""
    size = f"{facts.width} x {facts.height}{turned}"
    return (
        f"{facts.duration_seconds:.2f} s, {size}, {facts.fps:g} frames/s, "
        f"{facts.video_codec}, {sound}, {facts.size_bytes / 1e6:.1f} MB"
    )


def _score_text(found: "Analysis") -> str:
    if found.score is None:
        return f"unjudged (threshold {found.threshold:.2f})"
    verdict = "[green]passed[/]" if found.passed else "[yellow]below the threshold[/]"
    if found.uncertainty:
        verdict += f" (± {found.uncertainty:.2f} after {found.repeats} judgements)"
    return f"{found.score:.2f} of {found.threshold:.2f}: {verdict}"


def _print_findings(console: "Console", found: "Analysis") -> None:
    from rich.markup import escape

    for item in found.findings:
        console.print(
            f"    - {escape(item.description)}{_place(item)} [dim]severity {item.severity:.2f}[/]"
        )
    if not found.findings:
        console.print("    no faults found")


def _place(defect: "Defect") -> str:
    start, end = defect.start_seconds, defect.end_seconds
    if start is None:
        return ""
    if end is None or end - start < 0.05:
        return f" at {start:.2f} s"
    return f" from {start:.2f} to {end:.2f} s"


def _signal_table(found: "Analysis") -> "Table":
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("signal", "value", "unit", "score", ""):
        table.add_column(
            name, no_wrap=True, justify="right" if name in {"value", "score"} else "left"
        )
    for signal in sorted(found.signals, key=_weakest_first):
        score = "-" if signal.score is None else f"{signal.score:.2f}"
        value = signal.label or f"{signal.value:.4g}"
        table.add_row(
            escape(signal.name), escape(value), escape(signal.unit), score, _MARKS[signal.passed]
        )
    return table


def _weakest_first(signal: "Signal") -> float:
    return 1.0 if signal.score is None else signal.score
