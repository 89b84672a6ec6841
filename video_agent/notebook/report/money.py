"""The end of a report: where the money stands, what happened, how to do it again."""

import shlex
from collections.abc import Mapping, Sequence

from video_agent.ledger.bill import Bill
from video_agent.models import Job, JobEvent, VideoRequest
from video_agent.notebook.report.figures import bar
from video_agent.notebook.report.markup import Content, Html, joined, said, tag
from video_agent.notebook.report.wording import (
    counted,
    dollars,
    facts,
    folded,
    plain,
    section,
    table,
)

_OPTIONS = {
    "duration_seconds": "duration",
    "quality_threshold": "threshold",
    "budget_usd": "budget",
}
"""Options of the command line that are not named as the request's field is."""


def money_of(job: Job, bill: Bill) -> Html:
    """Spent, reserved and unknown of the budget, and every paid call."""
    sums, budget = bill.sums, job.request.budget_usd
    share = float(sums.committed_usd / budget)
    kind = "real money" if job.charged else "list prices; the studio stood in, nothing was charged"
    return section(
        "Money",
        bar(share, "measured", label=f"{share:.0%} of the budget"),
        facts(
            [
                ("spent", dollars(sums.spent_usd)),
                ("reserved", f"{dollars(sums.reserved_usd)} for what is under way"),
                ("unknown", f"{dollars(sums.unknown_usd)} that counts as spent"),
                ("budget", f"{dollars(budget)} ({kind})"),
            ]
        ),
        folded(counted(len(bill.generations), "paid generation"), _generations(bill)),
        folded(counted(sum(one.calls for one in bill.calls), "language call"), _calls(bill)),
        anchor="money",
    )


def _generations(bill: Bill) -> Html:
    rows = [
        (
            f"#{one.attempt_number}",
            said(one.id, name="code"),
            plain(one.state.value),
            one.model,
            dollars(one.estimate_usd),
            dollars(one.cost_usd),
            said(one.error or ""),
        )
        for one in bill.generations
    ]
    heads = ("attempt", "generation", "state", "model", "estimate", "cost", "error")
    return table(heads, rows)


def _calls(bill: Bill) -> Html:
    rows = [
        (
            plain(one.kind),
            one.model,
            str(one.calls),
            f"{one.input_tokens:,}",
            f"{one.output_tokens:,}",
            dollars(one.cost_usd),
            str(one.unknown) if one.unknown else "",
        )
        for one in bill.calls
    ]
    heads = ("for", "model", "calls", "tokens in", "tokens out", "cost", "of unknown cost")
    return table(heads, rows)


def timeline_of(job: Job, events: Sequence[JobEvent]) -> Html:
    """What happened, with the seconds since the job was made."""
    if not events:
        return Html()
    rows: list[tuple[Content, ...]] = []
    for told in events:
        since = (told.created_at - job.created_at).total_seconds()
        number = told.event.attempt_number
        rows.append(
            (
                f"{since:+.1f} s",
                f"{told.created_at:%H:%M:%S}",
                plain(told.event.kind),
                f"#{number}" if number else "",
                said(told.event.message),
            )
        )
    body = table(("after", "UTC", "kind", "attempt", "what"), rows, kind="events")
    return section("Timeline", folded(counted(len(rows), "event"), body), anchor="timeline")


def again_of(job: Job, versions: Mapping[str, str]) -> Html:
    """The same request as a command and as Python. A generator is not bound to the same clip."""
    request = job.request
    seed = "the seed makes it as alike as the model can" if request.seed is not None else (
        "without a seed the model draws anew: the clip will be another one"
    )  # fmt: skip
    made_with = ", ".join(f"{name} {version}" for name, version in versions.items())
    words = tag("p", f"The request as it was given; {seed}.", class_="quiet")
    return section(
        "Do it again",
        words,
        tag("pre", tag("code", command_of(request))),
        tag("pre", tag("code", python_of(request))),
        tag("p", f"Made with {made_with}.", class_="quiet") if made_with else None,
        anchor="again",
    )


def command_of(request: VideoRequest) -> str:
    """The command that makes this request, quoted for a POSIX shell."""
    words = ["video-agent", "create", request.prompt]
    for name, value in _changed(request).items():
        option = f"--{_OPTIONS.get(name, name).replace('_', '-')}"
        if isinstance(value, bool):
            words.append(option if value else f"--no-{option[2:]}")
        elif isinstance(value, tuple):
            words += [option, *map(str, value)]
        else:
            words += [option, str(value)]
    return " ".join(map(shlex.quote, words))


def python_of(request: VideoRequest) -> str:
    """The same for a notebook."""
    lines = [f"    {request.prompt!r},"]
    lines += [f"    {name}={_literal(value)}," for name, value in _changed(request).items()]
    body = "\n".join(lines)
    return f"from video_agent import VideoAgent\n\nvideo = await VideoAgent().create(\n{body}\n)"


def _changed(request: VideoRequest) -> dict[str, object]:
    return request.model_dump(exclude_defaults=True, exclude={"prompt", "user_id"})


def _literal(value: object) -> str:
    if isinstance(value, str | bool | int | float):
        return repr(value)
    if isinstance(value, tuple):
        return repr([str(item) for item in value])
    return repr(str(value))


def foot_of(job: Job) -> Html:
    """Which job this was, and that nothing here was asked of any server."""
    return tag(
        "footer",
        joined(["Job ", said(job.id, name="code"), ". This page is complete in itself."]),
    )
