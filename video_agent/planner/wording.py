"""What the planner is told about its job, and what the person is told at the end. Pure text."""

from collections.abc import Sequence
from decimal import Decimal

from video_agent.models import Attempt, Job, JobStatus, Publication, StopReason
from video_agent.tools.candidates import score_of
from video_agent.tools.standing import Standing

WHY = {
    StopReason.PASSED: "it passed",
    StopReason.BUDGET: "the budget does not cover another attempt",
    StopReason.ATTEMPTS: "all attempts are used",
    StopReason.PATIENCE: "the last attempts did not improve on the best",
    StopReason.BLOCKED: "the service blocked the content",
    StopReason.OUTCOME_UNKNOWN: "a paid call may or may not have started; a person must look",
    StopReason.PLANNER: "the planner ended early",
    StopReason.CANCELLED: "it was cancelled",
    StopReason.DEADLINE: "its time was up; what was started goes on and is kept",
    StopReason.ERROR: "an error ended it",
}

_RESUMABLE = (StopReason.OUTCOME_UNKNOWN, StopReason.ERROR)


def dollars(amount: Decimal | None) -> str:
    """An amount for people: cents, or more places for less than a cent."""
    if amount is None:
        return "an unknown amount"
    return f"${amount:.2f}" if amount == 0 or amount >= Decimal("0.01") else f"${amount:.4f}"


def describe_state(job: Job | None, standing: Standing | None) -> str:
    """The job's facts as the planner's instruction carries them."""
    if job is None or standing is None:
        return "There is no job yet. The first tool call opens one."
    request = job.request
    sound = "with sound" if request.audio else "silent"
    lines = [
        f"Job {job.id} ({job.status.value}). The request, word for word: {request.prompt!r}",
        f"Asked for: {request.duration_seconds:g} s, {request.resolution}, {request.aspect_ratio}, "
        f"{sound}, style {request.style or 'not said'}, avoid {request.negative or 'nothing'}.",
        f"Passes at a score of {request.quality_threshold:.2f}. Attempts: {standing.attempts_used} "
        f"of {request.max_attempts} used. Budget: {dollars(standing.budget_left_usd)} of "
        f"{dollars(request.budget_usd)} left; the next attempt costs about "
        f"{dollars(standing.next_price_usd)}.",
        *(describe_attempt(item) for item in job.attempts),
        _outlook(job, standing),
    ]
    return "\n".join(lines)


def describe_attempt(attempt: Attempt) -> str:
    """One attempt in one line."""
    generation, video, report = attempt.generation, attempt.video, attempt.report
    parts = [f"Attempt {attempt.number} ({attempt.tier.value}):"]
    if generation is None:
        parts.append("enhanced, not generated yet.")
    else:
        cost = generation.cost_usd if generation.cost_usd is not None else generation.estimate_usd
        parts.append(f"generation {generation.id} {generation.state.value}, {dollars(cost)}.")
        if generation.error:
            parts.append(f"Reason: {generation.error}.")
    if video is not None:
        parts.append(f"Video {video.id} at {video.path}.")
    if report is not None:
        score = "not judged" if report.score is None else f"score {report.score:.2f}"
        parts.append(f"{score}, {'passed' if report.passed else 'not passed'}.")
        if report.feedback:
            parts.append(f"Feedback: {report.feedback}")
    elif video is not None:
        parts.append("Not analyzed yet.")
    parts.append(f"Prompt: {attempt.prompt!r}")
    return " ".join(parts)


def _outlook(job: Job, standing: Standing) -> str:
    if standing.passed and job.request.publish is not None:
        return "It passed. Upload it when you are told that it is ready to be published."
    if standing.unfinished is not None and not standing.passed:
        return f"Next: {next_step(standing)}"
    if standing.stop is not None:
        ended = job.stopped_because or standing.stop
        return f"This job is over: {WHY[ended]}. A new wish opens a new job."
    return f"Next: {next_step(standing)}"


def next_step(standing: Standing) -> str:
    """What the planner should do next, by the facts."""
    if standing.passed and standing.best is not None and standing.best.video is not None:
        return f"upload_to_youtube with video_id {standing.best.video.id} and a fitting title."
    open_attempt = standing.unfinished
    if open_attempt is None or open_attempt.generation is None:
        if standing.advice is not None and standing.advice.call is not None:
            return standing.advice.call.words
        if standing.best is not None and standing.best.report and standing.best.report.passed:
            return f"generate_video with the prompt of attempt {standing.best.number}, tier final."
        again = _with_feedback(standing)
        return f"enhance_prompt, {again}then generate_video."
    if open_attempt.video is None:
        return f"poll_generation with generation_id {open_attempt.generation.id}."
    return f"analyze_video with video_id {open_attempt.video.id}."


def _with_feedback(standing: Standing) -> str:
    if standing.last is None:
        return ""
    if standing.last.number == standing.attempts_used:
        return "with the last report's feedback, "
    return f"with the feedback on attempt {standing.last.number}, "


def describe_decision(standing: Standing) -> str:
    """What follows from the latest verdict."""
    rest = standing.all_unfinished
    if standing.passed and rest:
        kept = "is kept" if len(rest) == 1 else "are kept"
        return f"stop: {WHY[StopReason.PASSED]}; {_named(rest)} {kept} without a verdict"
    if rest:
        return f"next is {_named(rest[:1])} of the round"
    if standing.stop is not None:
        return f"stop: {WHY[standing.stop]}"
    best = "nothing judged" if standing.best_score is None else f"best {standing.best_score:.2f}"
    call = standing.advice.call if standing.advice else None
    if call is not None:
        return f"{call.reason} ({best}, {_left(standing)} left)"
    return f"try again ({best}, {_left(standing)} left)"


def _named(attempts: Sequence[Attempt]) -> str:
    numbers = ", ".join(str(item.number) for item in attempts)
    return f"attempt {numbers}" if len(attempts) == 1 else f"attempts {numbers}"


def _left(standing: Standing) -> str:
    attempts = "1 attempt" if standing.attempts_left == 1 else f"{standing.attempts_left} attempts"
    return f"{attempts} and {dollars(standing.budget_left_usd)}"


def nudge(job: Job, standing: Standing) -> str:
    """Why the turn cannot end yet, and what to do."""
    if standing.passed:
        return f"The video is ready to be published. Do not answer now; call {next_step(standing)}"
    best = standing.best_score
    score = "nothing is judged yet" if best is None else f"the best score is {best:.2f}"
    return (
        f"The job is not finished: {score}, it passes at {job.request.quality_threshold:.2f}, "
        f"{_left(standing)} are left. "
        f"Do not answer now; call {next_step(standing)}"
    )


def final_answer(
    job: Job,
    *,
    parked: str | None = None,
    published: Sequence[Publication] = (),
    unpublished: str | None = None,
) -> str:
    """What the person is told at the end of a turn: only facts of the database."""
    lines = [*_result(job), f"Cost: {_cost(job)}.", f"Attempts: {_attempts(job.attempts)}."]
    if job.status is JobStatus.RUNNING or (parked and job.stopped_because in _RESUMABLE):
        why = parked or "the turn ended before the work was done"
        lines.append(f"Not finished: {why}. Continue to take it up again.")
    elif job.stopped_because is not None:
        lines.append(f"Stopped because {WHY[job.stopped_because]}.")
    if job.error:
        lines.append(f"Error: {job.error}")
    lines += [_told_publication(item) for item in published if item.url]
    if unpublished:
        lines.append(f"Not published: {unpublished}")
    return "\n".join(lines)


def _told_publication(item: Publication) -> str:
    text = f"Published ({item.details.privacy}, {item.state.value}): {item.url}"
    return "; ".join([text, *item.warnings])


def _result(job: Job) -> list[str]:
    if job.path is None or job.best is None:
        return ["There is no video."]
    threshold = f"{job.request.quality_threshold:.2f}"
    score = score_of(job.best)
    if score is None:
        verdict = f"not judged (threshold {threshold})"
    else:
        word = "passed" if job.passed else "below the threshold"
        verdict = f"{score:.2f} of {threshold}: {word}"
    return [f"Video: {job.path} (attempt {job.best.number})", f"Score: {verdict}."]


def _cost(job: Job) -> str:
    notes = ["list prices; the studio stood in, nothing is charged"] if not job.charged else []
    notes += ["a part is unknown and counts at its list price"] if job.unknown_cost else []
    text = f"{dollars(job.cost_usd)} of {dollars(job.request.budget_usd)}"
    return f"{text} ({'; '.join(notes)})" if notes else text


def _attempts(attempts: Sequence[Attempt]) -> str:
    def one(attempt: Attempt) -> str:
        score = score_of(attempt)
        if score is not None:
            return f"#{attempt.number} {score:.2f}"
        if attempt.video is not None:
            return f"#{attempt.number} not judged"
        state = attempt.generation.state.value if attempt.generation else "not generated"
        return f"#{attempt.number} {state}"

    return f"{len(attempts)} ({', '.join(map(one, attempts))})" if attempts else "none"
