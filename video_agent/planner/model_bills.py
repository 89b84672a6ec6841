"""What the planner's own model costs: reserved before each call, settled by its answer.

A chat's first words are spoken before there is a job to pay; they are booked when it is opened.
"""

from google.adk.models.llm_response import LlmResponse

from video_agent.errors import ZERO
from video_agent.ledger import ChargeIntent
from video_agent.models import TokenUsage
from video_agent.planner.model_errors import may_have_cost
from video_agent.planner.turns import Turn
from video_agent.tools import Services

_KIND = "plan"


class ModelBills:
    """Keeps the books of the planner's calls.

    A call that never comes back, its process having died, stays on the books as reserved.

    Args:
        services: The parts all jobs share.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    async def begin(self, turn: Turn) -> None:
        """Reserve the money of one call, if the turn has a job.

        Raises:
            BudgetError: There is not enough left; the model may not be asked.
        """
        if turn.job_id is None:
            return
        services = self._services
        most = services.reserve.plan_call_usd
        intent = ChargeIntent(turn.job_id, _KIND, services.planner_model, most)
        turn.charge_id = await services.ledger.begin_charge(intent, "planning")

    async def settle(self, turn: Turn, response: LlmResponse) -> None:
        """Book what an answer used; one that does not say stays unknown."""
        used = self._used(response)
        if turn.charge_id is not None:
            await self._close(turn, used or TokenUsage(model=self._services.planner_model))
        elif used is not None:
            turn.unbooked.append(used)
        await self.book(turn)

    async def failed(self, turn: Turn, error: Exception) -> None:
        """Book a call without an answer: nothing when it was refused, else unknown."""
        unknown = may_have_cost(error)
        usage = TokenUsage(model=self._services.planner_model, cost_usd=None if unknown else ZERO)
        if turn.charge_id is not None:
            await self._close(turn, usage)
        elif unknown:
            turn.unbooked.append(usage)
        await self.book(turn)

    async def book(self, turn: Turn) -> None:
        """Book what was used before the turn had its job, once it has one."""
        if turn.job_id is None:
            return
        while turn.unbooked:
            await self._services.ledger.book_charge(turn.job_id, _KIND, turn.unbooked.pop(0))

    async def _close(self, turn: Turn, usage: TokenUsage) -> None:
        charge_id, turn.charge_id = turn.charge_id, None
        if charge_id is not None:
            await self._services.ledger.settle_charge(charge_id, usage)

    def _used(self, response: LlmResponse) -> TokenUsage | None:
        """What one answer cost, by the catalog."""
        usage = response.usage_metadata
        if usage is None:
            return None
        read = usage.prompt_token_count or 0
        written = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
        services = self._services
        known = {model.id: model for model in services.catalog.models}
        model = known.get(response.model_version or "") or known.get(services.planner_model)
        return TokenUsage(
            model=response.model_version or services.planner_model,
            input_tokens=read,
            output_tokens=written,
            cost_usd=model.token_cost_usd(read, written, services.today()) if model else None,
        )
