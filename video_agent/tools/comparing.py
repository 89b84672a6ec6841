"""Clips of a job against each other, where its loop policy wants the better of two and not a score.

It happens once every clip that was started is judged. What cannot be compared (the service fails,
the file is gone) is a tie on the books, so that scores decide and nobody asks for ever.
"""

import asyncio

from video_agent.errors import BackendError, BudgetError, MediaError
from video_agent.models import Attempt, Job, PairResult, ProgressEvent, TokenUsage, Video
from video_agent.policies import Compare
from video_agent.quality.compare import ComparedClip, PairVerdict
from video_agent.store.records import insert_report
from video_agent.tools.charging import charged
from video_agent.tools.context import Context

CHARGE_KIND = "compare"


async def compare_what_is_due(context: Context) -> None:
    """Have every pair compared that the policy wants decided now, as far as the budget goes.

    Raises:
        StoreError: The database refused.
    """
    asked: set[Compare] = set()
    while True:
        job, standing = await context.look()
        pair = standing.advice.pair if standing.advice else None
        if pair is None or pair in asked or standing.is_mid_round:
            return
        asked.add(pair)
        first, second = _attempt_of(job, pair.first), _attempt_of(job, pair.second)
        if first is None or second is None:
            return
        try:
            result = await _compared(context, pair, first, second)
        except BudgetError as error:
            await _tell(context, "warning", f"clips are not compared, scores decide: {error}")
            return
        await _keep(context, second, result)
        await _tell(context, "judge", _told(result, first, second))


def _attempt_of(job: Job, video_id: str) -> Attempt | None:
    """The judged attempt whose clip it is."""
    return next((one for one in job.attempts if one.video and one.video.id == video_id), None)


async def _compared(
    context: Context, pair: Compare, first: Attempt, second: Attempt
) -> PairResult:
    """Ask the judge, twice at most. A failure of its service is a tie that nobody judged.

    Raises:
        BudgetError: It cannot be paid; nothing was asked.
    """
    services, clips = context.services, [_clip(one.video) for one in (first, second) if one.video]
    model, most = services.judge_model, services.reserve.compare_usd
    try:
        for clip in clips:
            await asyncio.to_thread(_check_is_there, clip)
        async with charged(context, CHARGE_KIND, model, most_usd=most, what="comparing") as call:
            verdict = await services.assessor.compare(context.request, clips[0], clips[1])
            call.used, *rest = verdict.usages or (TokenUsage(model=model),)
            call.beside = tuple((CHARGE_KIND, usage) for usage in rest)
    except (BackendError, MediaError) as error:
        return PairResult(other=pair.first, winner=None, judged=False, problem=error.message)
    return _result(verdict)


def _clip(video: Video) -> ComparedClip:
    return ComparedClip(video.id, video.path, video.facts)


def _check_is_there(clip: ComparedClip) -> None:
    if not clip.path.is_file():
        raise MediaError(f"{clip.path.name} was deleted")


def _result(verdict: PairVerdict) -> PairResult:
    return PairResult(
        other=verdict.first,
        winner=verdict.winner,
        judged=verdict.judged,
        reasons=verdict.reasons,
        problem=verdict.problem,
    )


async def _keep(context: Context, attempt: Attempt, result: PairResult) -> None:
    """Add it to what is known of the clip; the last report on a clip counts."""
    video, report = attempt.video, attempt.report
    if video is None or report is None:
        return
    wider = report.model_copy(update={"compared": (*report.compared, result)})
    await insert_report(context.services.database, video, wider)


def _told(result: PairResult, first: Attempt, second: Attempt) -> str:
    pair = f"attempt {second.number} beside attempt {first.number}"
    if not result.judged:
        return f"{pair}: not compared, scores decide ({result.problem})"
    if result.winner is None:
        return f"{pair}: neither is better in both orders, scores decide"
    better = second if result.winner != result.other else first
    return f"{pair}: attempt {better.number} is better in both orders"


async def _tell(context: Context, kind: str, message: str) -> None:
    await context.emit(ProgressEvent.model_validate({"kind": kind, "message": message}))
