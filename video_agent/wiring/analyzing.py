"""A verdict on any file; the judge only where somebody said what it should show."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from video_agent.errors import ConfigurationError, InvalidRequestError
from video_agent.models import Analysis
from video_agent.ports import ProgressSink
from video_agent.wiring.batching import BatchingAgent
from video_agent.wiring.prices import price_list

if TYPE_CHECKING:
    from video_agent.quality import Judge
    from video_agent.wiring.judged_files import Booking

DEFAULT_THRESHOLD = 0.8
_RESERVED_SECONDS = 8.0
"""The length of clip that a job's reserve for its judge is made for."""


class PlannedJudging(NamedTuple):
    """What asking the judge about a file would mean; nothing is started for it.

    Args:
        model: The judge.
        most_usd: What it is expected to take at most, in dollars; list price where not `charged`.
        charged: Whether that is real money.
        description: Where it is asked, for people.
    """

    model: str
    most_usd: Decimal
    charged: bool
    description: str


class AnalyzingAgent(BatchingAgent):
    """Measures and judges files that no job made. Made as `VideoAgent`."""

    async def plan_judging(self, path: Path | str) -> PlannedJudging:
        """What asking the judge about a file would cost, and where. Nothing is called.

        Raises:
            MediaError: There is no such file, it is no video, or it is beyond the limits.
            InvalidRequestError: A judge cannot be shown it.
            ConfigurationError: Gemini was asked for and there is no key.
        """
        from video_agent.media.probe import probe
        from video_agent.quality.standalone import check_shown

        facts = await asyncio.to_thread(probe, Path(path))
        await asyncio.to_thread(check_shown, Path(path))
        prices = replace(price_list(self.settings), analysis_usd=Decimal(0))
        longer = max(Decimal(1), Decimal(facts.duration_seconds) / Decimal(_RESERVED_SECONDS))
        most = (prices.reserve.judge_usd * longer).quantize(Decimal("0.0001"))
        place = await self.plan()
        judge = prices.catalog.defaults.judge
        return PlannedJudging(judge, most, place.charged, place.description)

    async def analyze(
        self,
        path: Path | str,
        *,
        prompt: str | None = None,
        threshold: float = DEFAULT_THRESHOLD,
        approved: bool = False,
        on_event: ProgressSink | None = None,
    ) -> Analysis:
        """Measure any video file; with a prompt, have the backend's judge watch it.

        Without a prompt nothing but the file is read. With one the look is booked as a job of its
        own (application "analyze") that has no attempts and no video.

        Args:
            path: A local video file.
            prompt: What it should show.
            threshold: The score, 0 to 1, from which it passes.
            approved: A person has agreed that the judge costs real money.
            on_event: Receives live progress.

        Raises:
            MediaError: There is no such file, it is no video, or it is beyond the limits.
            InvalidRequestError: The prompt or the threshold is out of range.
            ConfigurationError: The judge costs real money and nobody agreed, or it cannot be used.
            BudgetError, BackendError: A cap has no room for it; the judge's service failed.
        """
        from video_agent.quality import Asked, analyze_clip

        if not 0.0 <= threshold <= 1.0:
            raise InvalidRequestError(f"threshold is {threshold!r}; allowed: 0 to 1")
        file = Path(path)
        if prompt is None:
            return await analyze_clip(file, threshold=threshold, report_progress=on_event)
        planned = await self.plan_judging(file)
        await self._check_money(planned, approved=approved)
        async with self._judge() as judge, self._booked(prompt, threshold, planned) as booking:
            asked = Asked(prompt, judge, planned.charged, planned.most_usd)
            found = await analyze_clip(file, asked, threshold=threshold, report_progress=on_event)
            return booking.keep(found)

    async def _check_money(self, planned: PlannedJudging, *, approved: bool) -> None:
        if planned.charged and not approved:
            raise ConfigurationError(
                f"{planned.model} would watch the clip for real money, "
                f"about ${planned.most_usd} at most, and nobody agreed",
                hint="say approved=True (on the command line: --yes), or leave the prompt out",
            )
        for limit in await self.caps_left():
            limit.check(planned.most_usd, "judging")

    @asynccontextmanager
    async def _booked(
        self, prompt: str, threshold: float, planned: PlannedJudging
    ) -> "AsyncGenerator[Booking]":
        from video_agent.ledger.headroom import caps_of
        from video_agent.wiring.judged_files import Look, booked

        place = await self.plan()
        look = Look(prompt, threshold, planned.model, planned.most_usd, place.name, planned.charged)
        async with booked(self._opened.database, caps_of(self.settings), look) as booking:
            yield booking

    @asynccontextmanager
    async def _judge(self) -> "AsyncGenerator[Judge]":
        """The judge of the configured backend, without the rest of an agent's parts."""
        from video_agent.backends.google.client import GoogleClients
        from video_agent.wiring.assessing import judge_of
        from video_agent.wiring.google_backends import build_backends
        from video_agent.wiring.parts import google_config
        from video_agent.wiring.prices import settled_catalog

        reach, catalog = await self.open(), settled_catalog(self.settings)
        clients = GoogleClients(google_config(self.settings, reach))
        backends = build_backends(self.settings, reach, clients, catalog)
        models, watcher = backends.language_model, catalog.defaults.judge
        try:
            yield judge_of(models, watcher, on_studio=reach.is_studio)
        finally:
            await clients.close()
            await backends.close()
