"""`video-agent models`: what can be used, what it can do and what it costs."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.options import AsJson

if TYPE_CHECKING:
    from datetime import date

    from video_agent.catalog import Catalog, Model


def models(
    *,
    retired: Annotated[
        bool, Parameter(negative="", help="Also list models that are gone.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """List the known models with limits, prices and dates.

    The list is the packaged catalog: no call is made. A model marked * is a default.

    - `video-agent models`
    - `video-agent models --retired --json`
    """
    from video_agent.catalog import load_catalog
    from video_agent.cli.console import print_json

    catalog = load_catalog()
    today = datetime.now(UTC).date()
    chosen = [model for model in catalog.models if retired or not model.retired(today)]
    if as_json:
        print_json(
            {
                "checked": catalog.checked.isoformat(),
                "defaults": catalog.defaults.model_dump(),
                "models": [
                    {**model.model_dump(mode="json"), "retired": model.retired(today)}
                    for model in chosen
                ],
            }
        )
        return 0
    _print_tables(catalog, chosen, today)
    return 0


def _print_tables(catalog: "Catalog", chosen: "list[Model]", today: "date") -> None:
    from rich.console import Console
    from rich.table import Table

    defaults = set(catalog.defaults.model_dump().values())
    video = Table(title="video", title_justify="left", box=None, header_style="bold")
    for name in ("model", "where", "seconds", "resolutions", "$ per second", "seed", "ends"):
        video.add_column(name, no_wrap=name == "model")
    language = Table(title="\nlanguage", title_justify="left", box=None, header_style="bold")
    for name in ("model", "where", "$ per million tokens in / out", "ends"):
        language.add_column(name, no_wrap=name == "model")
    for model in chosen:
        mark = "*" if model.id in defaults else ""
        where = ", ".join(model.surfaces)
        ends = _end(model, today)
        if model.role == "language":
            prices = "; ".join(
                f"{price.input} / {price.output}"
                + (f" until {price.valid_until}" if price.valid_until else "")
                for price in model.prices_per_million_tokens_usd
            )
            language.add_row(model.id + mark, where, prices or "-", ends)
        elif model.video is None:
            video.add_row(model.id + mark, where, "-", "-", "-", "-", ends)
        else:
            limits = model.video
            costs = ", ".join(str(price) for price in limits.price(today).usd.values())
            sizes = ", ".join(limits.resolutions)
            seed = "yes" if limits.seed else "no"
            video.add_row(model.id + mark, where, limits.durations_text, sizes, costs, seed, ends)
    console = Console(highlight=False)
    console.print(video)
    console.print(language)
    console.print(f"\n* default · list prices, checked {catalog.checked}", style="dim")


def _end(model: "Model", today: "date") -> str:
    if model.retires is None:
        return "-"
    if model.retired(today):
        return f"gone since {model.retires}: use {model.fallback}"
    return str(model.retires)
