"""`video-agent models`: what can be used, what it can do and what it costs."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.options import AsJson

if TYPE_CHECKING:
    from datetime import date

    from rich.table import Table

    from video_agent.catalog import Catalog, Model, Surface, VideoLimits

_SIZES = ("360p", "720p", "1080p", "4k")
_WHOLE = ("model", "where", "since", "seconds", "ends", *_SIZES)
_WIDTH = 124
On = Annotated[
    str | None, Parameter(help="Prices and dates as of this day (YYYY-MM-DD); default: today.")
]


def models(
    *,
    retired: Annotated[
        bool, Parameter(negative="", help="Also list models that are gone.")
    ] = False,
    sources: Annotated[
        bool, Parameter(negative="", help="Say where each figure comes from, and its day.")
    ] = False,
    on: On = None,
    as_json: AsJson = False,
) -> int:
    """List the known models with limits, prices and dates.

    The list is the packaged catalog: no call is made. A model marked * is a default.

    - `video-agent models`
    - `video-agent models --sources`
    - `video-agent models --retired --json`
    """
    from video_agent.catalog import load_catalog
    from video_agent.cli.console import print_json

    catalog, today = load_catalog(), day_named(on)
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
    elif sources:
        _print_sources(catalog, chosen)
    else:
        _print_tables(catalog, chosen, today)
    return 0


def day_named(text: str | None) -> "date":
    """The day that `--on` names; today without one.

    Raises:
        InvalidRequestError: It is no day.
    """
    from datetime import date

    from video_agent.errors import InvalidRequestError

    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidRequestError(f"{text!r} is no day; write it as 2026-11-23") from None


def _print_tables(catalog: "Catalog", chosen: "list[Model]", today: "date") -> None:
    from rich.console import Console

    defaults = set(catalog.defaults.model_dump().values())
    video = _table("video, $ per second", "model", "where", "since", "ends", "seconds", *_SIZES)
    makes = _table("what they make", "model", "makes")
    tokens = _table(
        "language and speech", "model", "where", "since", "ends", "$ per million in/out"
    )
    music = _table("music", "model", "where", "since", "ends", "$ per piece")
    for model in chosen:
        name = model.id + ("*" if model.id in defaults else "")
        life = (_where(model), str(model.released), _end(model, today))
        if model.role == "generator":
            video.add_row(name, *life, *_video_cells(model, today))
            if model.video is not None:
                makes.add_row(name, _makes(model.video))
        elif model.role == "music":
            prices = "; ".join(str(price.usd) for price in model.prices_per_piece_usd)
            music.add_row(name, *life, prices or "not known")
        else:
            tokens.add_row(name, *life, _token_prices(model, today))
    console = Console(highlight=False, width=max(Console().width, _WIDTH))
    for table in (video, makes, tokens, music):
        if table.row_count:
            console.print(table)
            console.print()
    console.print(
        f"* default · list prices on {today}, looked up {catalog.checked} · "
        "where each figure comes from: --sources",
        style="dim",
    )


def _table(title: str, *columns: str) -> "Table":
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, no_wrap=name in _WHOLE)
    return table


def _where(model: "Model") -> str:
    short: dict[Surface, str] = {"gemini_api": "API", "agent_platform": "platform"}
    return " + ".join(short[surface] for surface in model.surfaces)


def _video_cells(model: "Model", today: "date") -> list[str]:
    limits = model.video
    if limits is None:
        return ["-"] * (1 + len(_SIZES))
    price = limits.price(today)
    return [limits.durations_text, *(str(price.usd.get(size, "-")) for size in _SIZES)]


def _makes(limits: "VideoLimits") -> str:
    short = {
        "text_to_video": "from text",
        "image_to_video": "from a frame",
        "first_and_last_frame": "between two frames",
        "reference_to_video": f"from {limits.max_reference_images} references",
        "edit": "edits",
        "extend": "extensions",
    }
    made = [short[task] for task in limits.tasks]
    made += [f"up to {limits.max_samples} at once"] if limits.max_samples > 1 else []
    made += ["by seed"] if limits.seed else []
    made += ["with or without sound"] if limits.audio == "switch" else ["always with sound"]
    return ", ".join(made)


def _token_prices(model: "Model", today: "date") -> str:
    current = [
        price
        for price in model.prices_per_million_tokens_usd
        if price.valid_until is None or today <= price.valid_until
    ]
    texts = [
        f"{price.input} / {price.output}"
        + (f" until {price.valid_until}" if price.valid_until else "")
        for price in current
    ]
    return ", then ".join(texts) or "not known"


def _end(model: "Model", today: "date") -> str:
    day = model.retirement()
    if day is not None and model.retired(today):
        return f"gone since {day}: use {model.fallback}"
    if day is not None:
        return str(day)
    if model.routed_to is not None:
        return f"answered by {model.routed_to}"
    if model.kept_until_at_least is not None:
        return f"not before {model.kept_until_at_least}"
    return "no date known"


def _print_sources(catalog: "Catalog", chosen: "list[Model]") -> None:
    from rich.console import Console

    table = _table("where the figures come from", "model", "figure", "source", "dated", "sure")
    for model in chosen:
        entries = [("dates", model)]
        if model.video is not None:
            entries += [("limits", model.video), ("latency", model.video.latency_seconds)]
            entries += [("price", price) for price in model.video.prices]
        entries += [("token price", price) for price in model.prices_per_million_tokens_usd]
        entries += [("price", price) for price in model.prices_per_piece_usd]
        for position, (figure, evidence) in enumerate(entries):
            name = model.id if position == 0 else ""
            table.add_row(name, figure, evidence.source, str(evidence.dated), evidence.confidence)
    console = Console(highlight=False, width=max(Console().width, _WIDTH))
    console.print(table)
    console.print(f"looked up {catalog.checked}", style="dim")
