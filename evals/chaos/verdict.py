"""The studio's books against ours: doubles, losses, budgets, and whether every job says the truth.

Nothing here uses the code that keeps our books; sums are made again from the rows.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from evals.chaos.books import Snapshot
from evals.chaos.incidents import Fate, Incidents
from evals.chaos.provider import Accepted
from evals.chaos.setups import Setup
from video_agent.models import GenerationState as State
from video_agent.models import JobStatus, StopReason
from video_agent.store.tables import GenerationRow, JobRow

NOTHING_STARTED = frozenset({State.REJECTED, State.NOT_STARTED})
UNKNOWN = frozenset({State.OUTCOME_UNKNOWN, State.UNRESOLVED})
ENDED = frozenset({State.SUCCEEDED, State.BLOCKED, State.FAILED, State.CANCELLED})
_TRUTHFUL = frozenset({JobStatus.SUCCEEDED, JobStatus.STOPPED, JobStatus.NEEDS_ATTENTION})
_DEAREST_CALL_USD = Decimal("0.03")
"""What a judge's call may cost at most: with less than that left a budget is used up."""
_DEAREST_ATTEMPT_USD = Decimal("0.13")
"""What an attempt with its calls may cost: with less than that left none can be begun."""


@dataclass(frozen=True)
class Evidence:
    """Everything known after a run. `submitted` maps each key to the job's id it got."""

    setup: Setup
    ours: Snapshot
    accepted: list[Accepted]
    incidents: Incidents
    submitted: dict[str, str]

    @cached_property
    def generations(self) -> dict[str, GenerationRow]:
        return {row.id: row for row in self.ours.generations}

    @cached_property
    def starts(self) -> Counter[str]:
        """How often each generation was really started."""
        return Counter(start.label for start in self.accepted)

    def of_job(self, job: JobRow) -> list[GenerationRow]:
        return [row for row in self.ours.generations if row.job_id == job.id]


@dataclass
class Verdict:
    """What was found; each list is empty when all is well."""

    double: list[str] = field(default_factory=list[str])
    lost: list[str] = field(default_factory=list[str])
    over_budget: list[str] = field(default_factory=list[str])
    untruthful: list[str] = field(default_factory=list[str])
    unneeded: list[str] = field(default_factory=list[str])

    @property
    def problems(self) -> list[str]:
        """All of them, each with its kind."""
        return [f"{kind}: {one}" for kind, found in vars(self).items() for one in found]


def judge(evidence: Evidence) -> Verdict:
    """Compare."""
    return Verdict(
        double=list(doubles(evidence)),
        lost=[*lost_starts(evidence), *lost_clips(evidence)],
        over_budget=list(over_budget(evidence)),
        untruthful=[*untruthful_jobs(evidence), *untruthful_generations(evidence)],
        unneeded=list(unneeded(evidence)),
    )


def doubles(evidence: Evidence) -> Iterator[str]:
    """Attempts that were started more than once."""
    for label, count in evidence.starts.items():
        if count > 1:
            yield f"generation {label} was started {count} times"
    attempts: Counter[tuple[str, int]] = Counter()
    for label, count in evidence.starts.items():
        if row := evidence.generations.get(label):
            attempts[row.job_id, row.attempt_number] += count
    for (job_id, number), count in attempts.items():
        if count > 1:
            yield f"attempt {number} of {job_id} was started {count} times"


def lost_starts(evidence: Evidence) -> Iterator[str]:
    """Paid starts that our books do not know, or deny."""
    for label in evidence.starts:
        row = evidence.generations.get(label)
        if row is None:
            yield f"{label!r} was started; our books do not know it"
        elif State(row.state) in NOTHING_STARTED:
            yield f"{label} was started; our books say {row.state}"


def lost_clips(evidence: Evidence) -> Iterator[str]:
    """Finished clips that we do not have, unless their start is listed as unknown."""
    ours = {row.generation_id: row for row in evidence.ours.videos}
    for start in evidence.accepted:
        row = evidence.generations.get(start.label)
        if row is None or (State(row.state) in UNKNOWN and not evidence.setup.can_adopt):
            continue
        if start.status == "cancelled" and State(row.state) in (State.CANCELLED, State.FAILED):
            continue
        if start.clip is None:
            yield f"{start.label} is {start.status} at the studio and has no clip"
            continue
        video = ours.get(start.label)
        if video is None:
            yield f"the clip of {start.label} ({row.state}) is not in our books"
        elif video.sha256 != sha256_of(start.clip):
            yield f"the clip of {start.label} is not the one that the studio made"
        elif sha256_of(Path(video.path)) != video.sha256:
            yield f"the file of {start.label} is missing or changed: {video.path}"


def over_budget(evidence: Evidence) -> Iterator[str]:
    """Jobs whose sum, unknown outcomes at their full reservation, exceeds their budget."""
    for job in evidence.ours.jobs:
        if (spent := spent_usd(evidence.ours, job.id)) > job.budget_usd:
            yield f"{job.id} spent ${spent} of ${job.budget_usd}"


def spent_usd(ours: Snapshot, job_id: str) -> Decimal:
    """A job's sum, made again from the rows."""
    total = Decimal(0)
    for row in ours.generations:
        if row.job_id == job_id and State(row.state) not in NOTHING_STARTED:
            total += row.reserved_usd if row.cost_usd is None else row.cost_usd
    for charge in ours.charges:
        if charge.job_id == job_id:
            known = charge.reserved_usd if charge.cost_usd is None else charge.cost_usd
            total += known or Decimal(0)
    return total


def untruthful_jobs(evidence: Evidence) -> Iterator[str]:
    """Jobs that are missing, unfinished, or whose end is not what their rows show."""
    jobs = {job.id: job for job in evidence.ours.jobs}
    for key, job_id in evidence.submitted.items():
        if job_id not in jobs:
            yield f"{key} was accepted as {job_id}, which does not exist"
    if len(jobs) != len(set(evidence.submitted.values())):
        yield f"{len(evidence.submitted)} keys were submitted, there are {len(jobs)} jobs"
    for job in jobs.values():
        if problem := _problem_of(job, evidence):
            yield f"{job.id} is {job.status} ({job.stopped_because}), but {problem}"


def _problem_of(job: JobRow, evidence: Evidence) -> str:
    rows = evidence.of_job(job)
    states = [State(row.state) for row in rows]
    if any(state not in ENDED | UNKNOWN | NOTHING_STARTED for state in states):
        return f"its generations are {states}"
    if job.status == JobStatus.CANCELLED and job.cancel_requested_at is not None:
        return ""
    if job.status not in _TRUTHFUL and not _ran_dry(job, evidence):
        return f"that is no end we expect: {job.error}"
    unknown = any(state in UNKNOWN for state in states)
    if unknown != (job.status == JobStatus.NEEDS_ATTENTION):
        return f"its generations are {states}"
    return _problem_of_result(job, evidence, states)


def _problem_of_result(job: JobRow, evidence: Evidence, states: list[State]) -> str:
    passed = [row.passed for row in evidence.ours.reports if row.job_id == job.id]
    if (job.status == JobStatus.SUCCEEDED) != any(passed):
        return f"its reports say {passed}"
    started = sum(state not in NOTHING_STARTED for state in states)
    limit = job.request.get("max_attempts")
    if job.stopped_because == StopReason.ATTEMPTS and started != limit:
        return f"{started} of {limit} attempts were used"
    delivered = job.delivered_path
    has_file = delivered is not None and Path(delivered).is_file()
    without = job.status in (JobStatus.NEEDS_ATTENTION, JobStatus.FAILED)
    return "" if has_file or without else f"there is no file at {delivered}"


def _ran_dry(job: JobRow, evidence: Evidence) -> bool:
    """Whether calls that were cut off by kills, each counted in full, used its budget up."""
    left = job.budget_usd - spent_usd(evidence.ours, job.id)
    if job.stopped_because != StopReason.BUDGET:
        return False
    if job.status == JobStatus.PARKED:
        return left < _DEAREST_CALL_USD
    started = [row for row in evidence.of_job(job) if State(row.state) not in NOTHING_STARTED]
    return job.status == JobStatus.FAILED and not started and left < _DEAREST_ATTEMPT_USD


def untruthful_generations(evidence: Evidence) -> Iterator[str]:
    """Outcomes called unknown without a reason, and lost answers that are not called so."""
    killed = evidence.incidents.killed_pids()
    posts = {post.label: post for post in evidence.incidents.posts}
    for row in evidence.ours.generations:
        state, post = State(row.state), posts.get(row.id)
        if state not in UNKNOWN:
            continue
        if evidence.setup.can_adopt:
            yield f"{row.id} is still {row.state}"
        elif post is not None and post.fate is Fate.PASS and post.sender not in killed:
            yield f"{row.id} is {row.state} although its answer arrived at a living worker"
    for post in evidence.incidents.posts:
        row = evidence.generations.get(post.label)
        lost = not post.delivered and not evidence.setup.can_adopt
        if row is None or (lost and State(row.state) not in UNKNOWN):
            state = row.state if row else "not in our books"
            yield f"the answer to {post.label} was lost ({post.fate.value}); it is {state}"


def unneeded(evidence: Evidence) -> Iterator[str]:
    """Starts beyond what the plan needed: one an attempt, none after one has passed."""
    passed = {(row.job_id, row.attempt_number) for row in evidence.ours.reports if row.passed}
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for label in evidence.starts:
        if row := evidence.generations.get(label):
            numbers[row.job_id].append(row.attempt_number)
    for job_id, started in numbers.items():
        last = max(started)
        early = [number for number in started if (job_id, number) in passed and number != last]
        if early:
            yield f"{job_id} went on after attempt {early[0]} had passed"
        if evidence.setup.can_adopt and sorted(started) != list(range(1, last + 1)):
            yield f"{job_id} started attempts {sorted(started)}"


def needed_attempts(evidence: Evidence) -> int:
    """How many attempts the plans needed: up to the first that passed, each once."""
    passed = {(row.job_id, row.attempt_number) for row in evidence.ours.reports if row.passed}
    first = {job_id: 0 for job_id, _ in passed}
    for job_id in first:
        first[job_id] = min(number for job, number in passed if job == job_id)
    started = {
        (row.job_id, row.attempt_number)
        for row in evidence.ours.generations
        if row.id in evidence.starts
    }
    return sum(number <= first.get(job_id, number) for job_id, number in started)


def longest_run_seconds(accepted: list[Accepted]) -> float:
    """From acceptance to the finished clip."""
    ended = [one.finished_at - one.accepted_at for one in accepted if one.finished_at]
    return max(ended, default=0.0)


def sha256_of(path: Path) -> str:
    """Of a file; empty when there is none."""
    if not path.is_file():
        return ""
    return hashlib.sha256(path.read_bytes()).hexdigest()
