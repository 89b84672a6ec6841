"""Paid calls of which nobody knows whether they began, and what a person can do about them."""

from typing import TYPE_CHECKING

from video_agent.errors import ConfigurationError
from video_agent.ledger import decisions
from video_agent.ledger.belonging import check_belongs
from video_agent.ledger.facts import load_facts
from video_agent.models import Generation

if TYPE_CHECKING:
    from video_agent.wiring.opened import Opened

_MOST = 10_000


class UnknownOutcomes:
    """The paid calls of unknown outcome of one agent's database. They count as spent.

    Args:
        opened: The agent's database and service.
    """

    def __init__(self, opened: "Opened") -> None:
        self._opened = opened

    async def list(self, *, job_id: str | None = None) -> list[Generation]:
        """All of them, or those of one job, oldest first."""
        found = await decisions.unknown(self._opened.database, _MOST)
        return [one for one in found if job_id is None or one.job_id == job_id]

    async def look_up(self, generation: Generation) -> Generation:
        """Ask the service again what became of it; nothing is ever sent.

        What is not there is believed to be absent once long enough has passed.

        Raises:
            ConfigurationError: The service cannot be asked, or the job belongs to another one.
            VideoAgentError: It did not answer.
        """
        parts = await self._opened.parts()
        job = (await load_facts(self._opened.database, generation.job_id)).job
        check_belongs(job, parts.services.backend, charged=parts.services.charged)
        if parts.services.reconciler is None:
            raise ConfigurationError(
                f"{parts.reach.name} cannot be asked what became of a lost start",
                hint="look there yourself, then say so with --adopt or --not-started",
            )
        return await parts.services.ledger.reconcile(generation.id, parts.services.reconciler)

    async def decide(
        self, generation_id: str, provider_id: str | None, *, by: str = "a person"
    ) -> Generation:
        """A person's decision: the service's id of what was started, or None for "nothing was".

        An adopted call is followed, and its clip kept, when its job is resumed or retried. None
        permits a new paid start of the attempt: the person answers for that.

        Raises:
            NotFoundError: There is no such generation.
            StoreError: Its outcome is not unknown.
        """
        return await decisions.resolve(self._opened.database, generation_id, provider_id, by)
