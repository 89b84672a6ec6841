"""Outcomes as a table for people and as JSON."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from evals.chaos.campaign import Outcome
from evals.chaos.verdict import UNKNOWN, longest_run_seconds, needed_attempts, spent_usd

_COLUMNS = (
    ("set-up", "setup"), ("kills", "kills"), ("aimed", "aimed_kills"),
    ("in window", "aimed_in_the_window"), ("jobs", "jobs"), ("cut", "cut"), ("503", "refused"),
    ("paid starts", "paid_starts"), ("needed", "attempts_needed"), ("unknown", "unknown_listed"),
    ("double", "double"), ("lost", "lost"), ("over budget", "over_budget"),
    ("untrue", "untruthful"), ("unneeded", "unneeded"), ("min", "minutes"),
)  # fmt: skip


def facts(outcome: Outcome) -> dict[str, object]:
    """One set-up as JSON."""
    evidence = outcome.evidence
    ours, incidents = evidence.ours, evidence.incidents
    unknown = [row for row in ours.generations if row.state in UNKNOWN]
    spent = sum((spent_usd(ours, job.id) for job in ours.jobs), Decimal(0))
    fates = incidents.fates()
    return {
        "setup": outcome.setup.name,
        "seed": incidents.plan.seed,
        "minutes": round(outcome.seconds / 60, 1),
        "kills": len(incidents.kills),
        "aimed_kills": sum(kill.aimed for kill in incidents.kills),
        "aimed_in_the_window": sum(post.in_window for post in incidents.posts),
        "submitter_kills": outcome.submitter_kills,
        "jobs": len(ours.jobs),
        "job_statuses": dict(Counter(job.status for job in ours.jobs)),
        "paid_posts": len(incidents.posts),
        "cut": fates["cut"],
        "refused": fates["503"],
        "fates": dict(fates),
        "paid_starts": sum(evidence.starts.values()),
        "attempts_needed": needed_attempts(evidence),
        "clips_kept": len(ours.videos),
        "unknown_listed": len(unknown),
        "unknown_really_started": sum(row.id in evidence.starts for row in unknown),
        "generation_states": dict(Counter(row.state for row in ours.generations)),
        "spent_usd": float(round(spent, 4)),
        "longest_run_seconds": round(longest_run_seconds(evidence.accepted), 2),
        **{kind: len(found) for kind, found in vars(outcome.verdict).items()},
        "problems": [*outcome.verdict.problems, *outcome.complaints],
    }


def table(rows: Sequence[dict[str, object]]) -> str:
    """One line a set-up, in Markdown."""
    lines = [
        "| " + " | ".join(title for title, _ in _COLUMNS) + " |",
        "|---" + "|--:" * (len(_COLUMNS) - 1) + "|",
    ]
    lines += ["| " + " | ".join(str(row[name]) for _, name in _COLUMNS) + " |" for row in rows]
    return "\n".join(lines)
