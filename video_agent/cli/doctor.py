"""`video-agent doctor`: what is configured, what works, what each missing piece disables."""

from typing import TYPE_CHECKING

from video_agent.cli.options import AsJson, Backend, Database

if TYPE_CHECKING:
    from video_agent.wiring.check import Check


async def doctor(
    *, backend: Backend = None, database: Database = None, as_json: AsJson = False
) -> int:
    """Check the installation: versions, identity, models, storage, folders, database, codecs.

    Only free calls are made: each default model is asked for its description. The exit code is 2
    when something that is needed does not work.

    - `video-agent doctor`
    - `video-agent doctor --json`
    """
    from video_agent.cli.console import print_json
    from video_agent.cli.opening import settings_with
    from video_agent.wiring.checks import examine

    checks = await examine(settings_with(backend, None, database))
    failed = any(check.status == "failed" for check in checks)
    if as_json:
        print_json({"ok": not failed, "checks": [check.model_dump() for check in checks]})
    else:
        _print(checks)
    return 2 if failed else 0


def _print(checks: "list[Check]") -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False, soft_wrap=True)
    marks = {
        "ok": "[green]ok[/]     ",
        "off": "[dim]off[/]    ",
        "missing": "[yellow]missing[/]",
        "failed": "[red]failed[/] ",
    }
    for check in checks:
        console.print(f"{marks[check.status]}  [bold]{check.name:<18}[/] {escape(check.message)}")
        if check.hint:
            console.print(f"{'':>29}[dim]→ {escape(check.hint)}[/]")
