"""`analyze_video`: a clip is measured and judged once, and its report kept."""

import asyncio
from functools import partial
from typing import Annotated

from pydantic import Field

from video_agent.catalog import frame_size
from video_agent.errors import ZERO, AnswerError, BudgetError, GenerationFailedError, NotFoundError
from video_agent.models import (
    Defect,
    Generation,
    ProgressEvent,
    QualityReport,
    TokenUsage,
    Value,
    Video,
    VideoRequest,
)
from video_agent.quality import Assessment, ExpectedClip
from video_agent.store.records import (
    finish_attempt,
    get_video,
    insert_report,
    latest_report,
    list_videos,
)
from video_agent.store.values import to_report, to_video
from video_agent.toolkit import tool
from video_agent.tools.candidates import as_requested
from video_agent.tools.charging import charged
from video_agent.tools.comparing import compare_what_is_due
from video_agent.tools.context import Context
from video_agent.tools.standing import Standing

CHARGE_KIND = "judge"
_MOST_DEFECTS = 10


class Suggestion(Value):
    """A call that is worth making next, with its reason."""

    tool: str
    arguments: dict[str, str]
    reason: str


class Verdict(Value):
    """What a planner needs of a report.

    `next_step` is the call that the job's policy would make now; None: nothing beyond the feedback.
    """

    score: float | None
    passed: bool
    threshold: float
    dimensions: dict[str, float]
    defects: tuple[Defect, ...]
    feedback: str
    next_step: Suggestion | None = None


@tool
async def analyze_video(
    context: Context,
    video_id: Annotated[str, Field(description="The id poll_generation returned.")],
) -> Verdict:
    """Judge a finished video against the request: score, what is wrong and where, what to change.

    A video is judged once; asking again returns the same report. A judge that gave no usable answer
    may be asked a second time. Of several samples of a generation the best counts. Where the job
    looks for the best of several clips, the last of them is also compared with the others.
    """
    services = context.services
    video = await get_video(services.database, video_id)
    if video.job_id != context.job_id:
        raise NotFoundError(f"this job has no video {video_id}")
    generation = await services.ledger.get(video.generation_id)
    async with context.judging:  # a second call for it meanwhile finds the report
        verdict = await _judged(context, video, generation)
        if generation.settings.samples > 1:
            verdict = await _best_of_samples(context, video, generation, verdict)
        await compare_what_is_due(context)
    return verdict.model_copy(update={"next_step": await _suggestion(context)})


async def _suggestion(context: Context) -> Suggestion | None:
    """What the job's policy would do now, once all that was started has been judged.

    A policy that looks for the best of a round has the rest of it judged first.
    """
    _, standing = await context.look()
    if standing.is_mid_round:
        return _next_of_round(standing)
    call = standing.advice.call if standing.advice else None
    if call is None or standing.stop is not None or standing.unfinished is not None:
        return None
    return Suggestion(tool=call.tool, arguments=call.arguments, reason=call.reason)


def _next_of_round(standing: Standing) -> Suggestion | None:
    attempt = standing.unfinished
    if attempt is None or attempt.generation is None:
        return None
    reason = f"attempt {attempt.number} is of the same round; the best of it is looked for"
    if attempt.video is None:
        arguments = {"generation_id": attempt.generation.id}
        return Suggestion(tool="poll_generation", arguments=arguments, reason=reason)
    arguments = {"video_id": attempt.video.id}
    return Suggestion(tool="analyze_video", arguments=arguments, reason=reason)


async def _best_of_samples(
    context: Context, video: Video, generation: Generation, verdict: Verdict
) -> Verdict:
    """Judge the other samples of the generation too, as far as the budget goes."""
    best = verdict
    for other in await list_videos(context.services.database, context.job_id):
        if other.generation_id != generation.id or other.id == video.id:
            continue
        try:
            found = await _judged(context, to_video(other), generation)
        except (AnswerError, BudgetError, GenerationFailedError) as error:
            await _emit(
                context,
                generation.attempt_number,
                ProgressEvent(kind="warning", message=f"a sample is not judged: {error}"),
            )
            continue
        best = max(best, found, key=lambda item: -1.0 if item.score is None else item.score)
    return best


async def _judged(context: Context, video: Video, generation: Generation) -> Verdict:
    services, video_id = context.services, video.id
    known = await latest_report(services.database, video_id)
    if known is not None and known.score is not None:
        return _verdict(to_report(known), generation, context.request)
    if not await asyncio.to_thread(video.path.is_file):  # somebody deleted it: it is paid for
        video = await _fetched_again(context, video, generation)
    model, most = services.judge_model, services.reserve.judge_usd
    async with charged(context, CHARGE_KIND, model, most_usd=most, what="judging") as call:
        assessment = await _assess(context, video, generation)
        call.used = assessment.usage or TokenUsage(model=model, cost_usd=ZERO)  # it was not asked
        call.beside = _beside(assessment)
    await insert_report(services.database, video, assessment.report)
    if assessment.report.score is None and known is None:
        raise AnswerError(first_line(assessment.report.feedback), retryable=True)
    await finish_attempt(services.database, context.job_id, video.attempt_number)
    if assessment.report.score is None:
        raise AnswerError(first_line(assessment.report.feedback), hint="finish now")
    return _verdict(assessment.report, generation, context.request)


def _beside(assessment: Assessment) -> tuple[tuple[str, TokenUsage], ...]:
    """What was paid for out of the reservation after the first judgement."""
    repeats = tuple((CHARGE_KIND, usage) for usage in assessment.repeat_usages)
    looked = assessment.analyzer_usage
    return repeats if looked is None else (*repeats, ("analyze", looked))


async def _fetched_again(context: Context, video: Video, generation: Generation) -> Video:
    """The very sample whose file vanished, from the service.

    Raises:
        GenerationFailedError: It cannot be had any more.
        ConfigurationError: The job belongs to another backend.
    """
    services = context.services
    await context.look_at_own()
    for found in await services.collector.collect_all(generation, services.generator):
        if found.id == video.id:
            return found
    raise GenerationFailedError(
        f"{video.path.name} was deleted and cannot be had any more",
        hint="it was paid for; judge another sample or start a new attempt",
        cost_usd=generation.cost_usd,
    )


def first_line(text: str) -> str:
    """The first line of a text."""
    return text.split("\n", 1)[0]


async def _assess(context: Context, video: Video, generation: Generation) -> Assessment:
    services, settings = context.services, generation.settings
    limits = services.catalog.find(generation.model).video
    width, height = frame_size(settings.resolution, settings.aspect_ratio)
    expected = ExpectedClip(
        width=width,
        height=height,
        fps=float(limits.fps) if limits else video.facts.fps,
        duration_seconds=settings.clip_seconds,
        audio=settings.audio,
    )
    return await services.assessor.assess(
        video.path,
        video_id=video.id,
        request=context.request,
        settings=settings,
        expected=expected,
        threshold=context.request.quality_threshold,
        report_progress=partial(_emit, context, video.attempt_number),
    )


async def _emit(context: Context, attempt_number: int, event: ProgressEvent) -> None:
    await context.emit(event.model_copy(update={"attempt_number": attempt_number}))


def _verdict(report: QualityReport, generation: Generation, request: VideoRequest) -> Verdict:
    feedback = report.feedback
    if report.passed and not as_requested(generation.settings, request):
        feedback += (
            "\nThis was not made as requested (length, resolution or shape). Generate the same "
            "prompt once more with the request's own settings and tier final."
        )
    return Verdict(
        score=report.score,
        passed=report.passed,
        threshold=report.threshold,
        dimensions={item.name: round(item.score, 4) for item in report.dimensions},
        defects=report.defects[:_MOST_DEFECTS],
        feedback=feedback,
    )
