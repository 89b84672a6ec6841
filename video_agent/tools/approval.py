"""What a person in a chat is asked before a job that may cost much begins to pay."""

from video_agent.tools.context import Context


async def approval_question(context: Context, **arguments: object) -> str | None:
    """What a person must agree to before the job's first generation; None: nothing.

    Jobs that nobody watches were asked about when they were ordered, and have no more budget than
    may be spent without asking (see `store.approvals`).

    Raises:
        InvalidRequestError, ModelRetiredError, BudgetError: It cannot be made at all.
    """
    del arguments
    limit = context.services.approval_above_usd
    if limit is None or not context.can_ask:
        return None
    job, _ = await context.look()
    priced = context.services.price_list.estimate(job.request)
    if job.approved_at is not None or priced.most_usd <= limit:
        return None
    return (
        f"Spend up to ${priced.most_usd}? That is {priced.attempts} attempts of "
        f"${priced.one_attempt_usd} with {priced.model}; more than ${limit} needs your agreement."
    )
