"""Sending the intents of a round, side by side, each once."""

import asyncio
from collections.abc import Sequence

from video_agent.errors import OutcomeUnknownError, QuotaError, VideoAgentError
from video_agent.ledger import Intent
from video_agent.models import Generation, GenerationInputs, ProgressEvent
from video_agent.tools.context import Context
from video_agent.tools.inputs import inputs_of

_LONGEST_QUOTA_WAIT_SECONDS = 60.0


async def send_all(context: Context, intents: Sequence[Intent]) -> Sequence[Generation]:
    """Send the round side by side; what is refused is told, unless nothing was started at all."""
    inputs = await inputs_of(context.services, context.request, intents[0].generation)
    sent = (_submit(context, intent, inputs) for intent in intents)
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    started = [item for item in outcomes if isinstance(item, Generation)]
    failed = [item for item in outcomes if isinstance(item, BaseException)]
    refused = [item for item in failed if isinstance(item, VideoAgentError)]
    if failed and (not started or len(refused) < len(failed)):
        first = next((item for item in failed if item not in refused), failed[0])
        if isinstance(first, QuotaError):
            await _wait_as_asked(context, intents[0], first)
        raise first
    for error in refused:
        message = f"a candidate was not started: {error.message}"
        await context.emit(ProgressEvent(kind="warning", message=message))
    return started


async def _submit(context: Context, intent: Intent, inputs: GenerationInputs) -> Generation:
    services = context.services
    try:
        return await services.ledger.submit(intent, services.generator, inputs=inputs)
    except OutcomeUnknownError as error:
        await context.emit(
            ProgressEvent(
                kind="warning",
                message=f"{error.message}; it is never sent again by itself",
                attempt_number=intent.generation.attempt_number,
            )
        )
        return await services.ledger.get(intent.generation.id)


async def _wait_as_asked(context: Context, intent: Intent, error: QuotaError) -> None:
    """Wait as long as the service asks, so that the planner's next try can do better."""
    seconds = error.retry_after_seconds
    if seconds is None or seconds > _LONGEST_QUOTA_WAIT_SECONDS:
        return
    await context.emit(
        ProgressEvent(
            kind="warning",
            message=f"nothing was started: the service asks to wait {seconds:g} s",
            attempt_number=intent.generation.attempt_number,
        )
    )
    await context.services.clock.sleep(seconds)
