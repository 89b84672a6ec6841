"""How a job stands: what its database facts allow next. Pure; decides nothing by itself.

The tools refuse by it, the guard ends and continues turns by it, and a job's end is read off it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal

from video_agent.catalog import LanguageReserve, Model
from video_agent.errors import OutcomeUnknownError, PlanError
from video_agent.ledger import RESUBMITTABLE, AttemptLimitError
from video_agent.models import (
    Attempt,
    GenerationState,
    Job,
    StopReason,
    Value,
    VideoRequest,
)
from video_agent.policies import Deliver
from video_agent.tools.advice import Advice, Room, advise, next_price_usd
from video_agent.tools.candidates import best_attempt, delivers, score_of

_UNKNOWN = GenerationState.OUTCOME_UNKNOWN
_WITHOUT_VIDEO = frozenset(
    {
        GenerationState.BLOCKED,
        GenerationState.FAILED,
        GenerationState.CANCELLED,
        GenerationState.UNRESOLVED,
    }
)


class Standing(Value):
    """Where a job stands.

    `last` is the latest attempt that was started; of a round of several its best one.
    `all_unfinished` are the started attempts that have not ended: still running, with a video
    nobody has judged, or of unknown outcome; these come last. `startable` is an attempt whose
    generation was never started. `next_number` is that of the next attempt, `next_round` of its
    round. `next_price_usd` covers the clip and the language models around it. `stop` says why
    nothing new may be paid for; None: a new attempt may start.
    `advice` is what the job's policy would do next; None: the plain loop.
    `cap` says how a limit stands that jobs share, where it leaves less than the job's own budget.
    """

    attempts_used: int
    attempts_left: int
    budget_left_usd: Decimal
    next_price_usd: Decimal
    best: Attempt | None = None
    last: Attempt | None = None
    all_unfinished: tuple[Attempt, ...] = ()
    startable: Attempt | None = None
    next_number: int = 1
    next_round: int = 1
    stop: StopReason | None = None
    advice: Advice | None = None
    cap: str | None = None

    @property
    def passed(self) -> bool:
        """Whether a deliverable video passed."""
        return self.stop is StopReason.PASSED

    @property
    def best_score(self) -> float | None:
        """The best score so far; None when nothing was judged."""
        return score_of(self.best)

    @property
    def may_go_on(self) -> bool:
        """Whether anything useful is left to do."""
        if self.stop is StopReason.CANCELLED:
            return False
        return self.stop is None or (self.unfinished is not None and not self.passed)

    @property
    def unfinished(self) -> Attempt | None:
        """The first of the started attempts that have not ended."""
        return self.all_unfinished[0] if self.all_unfinished else None

    @property
    def is_mid_round(self) -> bool:
        """Whether the job's policy wants clips judged that are still on their way or here."""
        awaited = any(_state(item) is not _UNKNOWN for item in self.all_unfinished)
        return awaited and self.advice is not None and self.advice.whole_rounds

    def without_the_rest(self, request: VideoRequest) -> "Standing":
        """The same where nobody can pay for the rest of the round: a clip that passed is enough."""
        enough = self.is_mid_round and self.best is not None and delivers(self.best, request)
        return self.model_copy(update={"stop": StopReason.PASSED}) if enough else self

    @property
    def abroad(self) -> tuple[Attempt, ...]:
        """The attempts that were started and whose clips are still to be brought home."""
        return tuple(item for item in self.all_unfinished if _is_abroad(item))


def stand(
    job: Job,
    *,
    closed: Collection[int],
    model: Model | None,
    today: date,
    reserve: LanguageReserve,
    budget_left_usd: Decimal,
    patience: int,
) -> Standing:
    """Read the standing of a job off its attempts.

    Args:
        job: The job with its attempts, oldest first.
        closed: Numbers of the attempts that were closed, whatever they delivered.
        model: Its video model; None when the catalog no longer knows it.
        today: The day whose prices hold.
        reserve: What the language models around an attempt may cost.
        budget_left_usd: The budget less what is spent, reserved or of unknown outcome.
        patience: How many ended attempts may in a row not improve on the best.
    """
    used = [item for item in job.attempts if _started(item)]
    ended = [item for item in used if item.number in closed or _ended(item)]
    left = max(0, job.request.max_attempts - len(used))
    advice = advise(job, model, today, Room(left, budget_left_usd, reserve, patience))
    next_usd = advice.price_usd if advice else next_price_usd(job, model, today) + reserve.total_usd
    known = Standing(
        attempts_used=len(used),
        attempts_left=left,
        budget_left_usd=budget_left_usd,
        next_price_usd=next_usd,
        advice=advice,
        best=best_attempt(job),
        last=_teacher(used),
        all_unfinished=_with_the_unknown_last(item for item in used if item not in ended),
        startable=_startable(job),
        next_number=max([0, *(item.number for item in used)]) + 1,
        next_round=max([0, *map(round_of, used)]) + 1,
    )
    return _with_its_stop(job, known, used, ended, patience)


def _with_its_stop(
    job: Job, known: Standing, used: Sequence[Attempt], ended: Sequence[Attempt], patience: int
) -> Standing:
    stop = _passed_or_cancelled(job, known) or _stop(known, used, ended, patience)
    return known.model_copy(update={"stop": stop})


def _startable(job: Job) -> Attempt | None:
    last = job.attempts[-1] if job.attempts else None
    return last if last is not None and not _started(last) else None


def _passed_or_cancelled(job: Job, standing: Standing) -> StopReason | None:
    if job.cancel_requested_at is not None:
        return StopReason.CANCELLED
    passed = standing.best is not None and delivers(standing.best, job.request)
    return StopReason.PASSED if passed and not standing.is_mid_round else None


def _stop(
    standing: Standing, used: Sequence[Attempt], ended: Sequence[Attempt], patience: int
) -> StopReason | None:
    checks = (
        (any(_state(item) is _UNKNOWN for item in used), StopReason.OUTCOME_UNKNOWN),
        (_cannot_judge(ended), StopReason.ERROR),
        (standing.attempts_left == 0, StopReason.ATTEMPTS),
        (_is_out_of_patience(standing, ended, patience), StopReason.PATIENCE),
        (standing.budget_left_usd < standing.next_price_usd, StopReason.BUDGET),
    )
    return next((reason for holds, reason in checks if holds), None)


def _is_out_of_patience(standing: Standing, ended: Sequence[Attempt], patience: int) -> bool:
    """Whether more would not help: by the job's policy, else by the latest attempts."""
    if standing.advice is None:
        return attempts_without_improvement(ended) >= patience
    step = standing.advice.step
    return isinstance(step, Deliver) and step.because == "patience"


def check_may_pay(standing: Standing) -> None:
    """Refuse to pay for anything new once the job may not go on.

    The budget is not looked at: the ledger does that exactly, for the price at hand.

    Raises:
        PlanError: The job was cancelled, the video passed, or the last attempts did not improve on
            the best.
        AttemptLimitError: All attempts are used.
        OutcomeUnknownError: A paid call may or may not have started.
    """
    if standing.stop is StopReason.CANCELLED:
        raise PlanError("the job was cancelled", hint="finish now")
    if standing.stop is StopReason.ERROR:
        raise PlanError("clips cannot be judged at present", hint="finish now")
    if standing.stop is StopReason.PASSED:
        raise PlanError("the video passed", hint="finish now")
    if standing.stop is StopReason.PATIENCE:
        raise PlanError("the last attempts did not improve on the best", hint="finish now")
    if standing.stop is StopReason.ATTEMPTS:
        raise AttemptLimitError("all attempts are used", hint="finish now")
    if standing.stop is StopReason.OUTCOME_UNKNOWN:
        raise OutcomeUnknownError("a paid call may or may not have started", cost_usd=None)


def attempts_without_improvement(ended: Sequence[Attempt]) -> int:
    """How many of the latest ended attempts did not beat the best before them.

    What was made side by side counts once, by its best. 0 while nothing was scored: there is no
    best to improve on.
    """
    best, stale = -1.0, 0
    for made in _rounds(ended):
        score = max((known for item in made if (known := score_of(item)) is not None), default=-1.0)
        best, stale = (score, 0) if score > best else (best, stale + 1)
    return stale if best >= 0 else 0


def round_of(attempt: Attempt) -> int:
    """The number of an attempt's round."""
    return attempt.round_number or attempt.number


def _rounds(attempts: Sequence[Attempt]) -> list[list[Attempt]]:
    """The attempts by round, earlier rounds first."""
    made: dict[int, list[Attempt]] = {}
    for attempt in attempts:
        made.setdefault(round_of(attempt), []).append(attempt)
    return [made[number] for number in sorted(made)]


def _teacher(used: Sequence[Attempt]) -> Attempt | None:
    """The best attempt of the latest round, or its last one while none is judged."""
    if not used:
        return None
    latest = _rounds(used)[-1]
    judged = [item for item in latest if score_of(item) is not None]
    return max(judged, key=lambda item: score_of(item) or 0.0) if judged else latest[-1]


def _with_the_unknown_last(unfinished: Iterable[Attempt]) -> tuple[Attempt, ...]:
    """Whoever waits for a lost answer should not keep others from being judged."""
    return tuple(sorted(unfinished, key=lambda item: _state(item) is _UNKNOWN))


def _state(attempt: Attempt) -> GenerationState | None:
    return attempt.generation.state if attempt.generation else None


def _started(attempt: Attempt) -> bool:
    return attempt.generation is not None and _state(attempt) not in RESUBMITTABLE


def _ended(attempt: Attempt) -> bool:
    state = _state(attempt)
    if state in _WITHOUT_VIDEO:
        return True
    return state is GenerationState.SUCCEEDED and score_of(attempt) is not None


def _is_abroad(attempt: Attempt) -> bool:
    made = _state(attempt) is GenerationState.SUCCEEDED
    return _state(attempt) is GenerationState.SUBMITTED or (made and attempt.video is None)


def _cannot_judge(ended: Sequence[Attempt]) -> bool:
    """Whether no clip of the latest round could be judged: more would not be judged either."""
    latest = _rounds(ended)[-1] if ended else []
    made = [item for item in latest if item.video is not None]
    return bool(made) and all(score_of(item) is None for item in made)
