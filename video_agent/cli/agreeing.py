"""Asking a person before much, or anything real, is spent."""

import sys
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def may_spend(
    console: "Console",
    price: str,
    *,
    charged: bool,
    above: Decimal | None,
    yes: bool,
    may_wait: bool = False,
) -> bool:
    """Whether a person has agreed; False where nobody needs to, or it may wait for approval.

    Args:
        console: Where to ask.
        price: What it may cost, in words.
        charged: Whether that is real money.
        above: The limit it may exceed, where somebody must be asked for that.
        yes: The person agreed beforehand.
        may_wait: Where nobody is here to agree, it may wait until somebody approves.

    Raises:
        ConfigurationError: Somebody must be asked and nobody is here, or the answer is no.
    """
    from video_agent.cli.console import dollars
    from video_agent.errors import ConfigurationError

    if yes:
        return True
    if not charged and above is None:
        return False
    limit = "" if above is None else f"more than the {dollars(above)} that need no approval: "
    what = "this spends real money" if charged else "this may cost much at list prices"
    if not sys.stdin.isatty():
        if above is not None and may_wait:
            return False
        hint = "add --yes, or --no-wait: then it waits for approval" if above else "add --yes"
        raise ConfigurationError(f"{what} ({limit}{price}) and nobody is here to agree", hint=hint)
    answer = console.input(f"{limit.capitalize()}Spend it? \\[y/N] ")
    if answer.strip().lower() not in {"y", "yes"}:
        raise ConfigurationError("not agreed: nothing was paid", hint="--backend studio is free")
    return True
