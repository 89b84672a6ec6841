"""Orders: a request is checked, priced and stored as a job that waits for a worker.

Light: no service is asked, no planner is made. Nothing is paid before a worker takes the job.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from video_agent.catalog import Estimate, PriceList
from video_agent.errors import InvalidRequestError
from video_agent.ledger.headroom import Headroom, caps_of
from video_agent.media.readiness import check_output_folder, check_pictures
from video_agent.models import JobTerms, VideoRequest
from video_agent.pipeline.sources import Sources
from video_agent.planner import APP_NAME
from video_agent.settings import Settings
from video_agent.store import Database
from video_agent.store.approvals import hold
from video_agent.store.jobs import get_job, new_job, queue
from video_agent.store.new_jobs import JobIntake
from video_agent.store.tables import JobRow
from video_agent.store.values import to_request

_PICTURES = ("first_frame", "last_frame")


@dataclass(frozen=True)
class Order:
    """A request that can be done, and what it may cost."""

    request: VideoRequest
    priced: Estimate


@dataclass(frozen=True, kw_only=True)
class Orders:
    """Takes orders for one backend.

    Args:
        settings: What may be spent without asking; where finished videos go.
        database: Where jobs are.
        prices: The price list of today.
        backend: Whose workers shall do them.
        charged: Whether that costs real money.
        intake: Stores jobs that come at the same moment together; None: each by itself.
    """

    settings: Settings
    database: Database
    prices: Callable[[], PriceList]
    backend: str
    charged: bool
    intake: JobIntake | None = None

    @property
    def headroom(self) -> Headroom:
        """What the caps leave room for."""
        return Headroom(self.database, caps_of(self.settings), self.charged)

    async def check(self, request: VideoRequest) -> Order:
        """Complete, price and check a request, also against the caps. Nothing is written.

        Raises:
            InvalidRequestError, ModelRetiredError, BudgetError, NotFoundError: It cannot be made.
            CapError: A cap leaves less than one attempt; the message names it.
            MediaError: A picture cannot be read.
            ConfigurationError: The output folder cannot be written.
        """
        order = await self.price(request)
        if self.database.is_sqlite:  # else the workers may be elsewhere, with their own
            await check_output_folder(self.settings.output_folder)
        needed = [(order.request.user_id, order.priced.one_attempt_usd)]
        await self.headroom.check(needed, "one attempt")
        return order

    async def price(self, request: VideoRequest) -> Order:
        """Complete and price a request; what can be said about it alone.

        Raises:
            InvalidRequestError, ModelRetiredError, BudgetError, NotFoundError: It cannot be made.
            MediaError: A picture cannot be read.
        """
        prices = self.prices()
        sources = Sources(self.database, prices.catalog, prices.surface)
        request = _with_whole_paths(await sources.completed(request))
        priced = prices.estimate(request)
        await check_pictures(request)
        return Order(request, priced)

    def job(self, order: Order, terms: JobTerms, *, approved: bool = False) -> JobRow:
        """The job of an order, not stored yet: queued, or waiting for approval.

        Args:
            order: What was checked.
            terms: When and how urgently.
            approved: A person has agreed to what it may cost.
        """
        row = new_job(
            order.request,
            app_name=APP_NAME,
            session_id="",
            backend=self.backend,
            charged=self.charged,
        )
        limit_usd, most_usd = self.settings.approval_above_usd, order.priced.most_usd
        return hold(queue(row, terms), most_usd=most_usd, limit_usd=limit_usd, approved=approved)

    async def store(self, row: JobRow) -> tuple[JobRow, bool]:
        """Store a job, or find the one that its idempotency key named before.

        Returns:
            The job as it is now, and whether this call made it.

        Raises:
            InvalidRequestError: The key names a job of another request.
            StoreError: The database refused.
        """
        if await (self.intake or JobIntake(self.database)).store(row):
            return row, True
        earlier = await get_job(self.database, row.id)
        if to_request(earlier) != to_request(row) or earlier.backend != row.backend:
            raise InvalidRequestError(
                f"job {row.id} was ordered with another request",
                hint="use another idempotency key for another video",
            )
        return earlier, False


def parse_terms(**fields: object) -> JobTerms:
    """Build the terms of a job from loose fields.

    Raises:
        InvalidRequestError: One line naming every field that is wrong and what is allowed.
    """
    try:
        return JobTerms.model_validate(fields)
    except ValidationError as error:
        problems = "; ".join(
            f"{item['loc'][0]} is {item['input']!r}; allowed: {_ALLOWED[str(item['loc'][0])]}"
            for item in error.errors(include_url=False)
        )
        raise InvalidRequestError(problems, hint="nothing was ordered; change it") from None


_ALLOWED = {
    "idempotency_key": "4 to 128 letters, digits, dots, dashes and underscores",
    "priority": "1 (most urgent) to 100",
    "delay_seconds": "0 to 2,592,000 seconds (30 days)",
    "deadline_seconds": "more than 0, up to 2,592,000 seconds (30 days)",
    "batch_id": "the id of a batch",
}


def _with_whole_paths(request: VideoRequest) -> VideoRequest:
    """Pictures are named so that a process with another working folder finds them."""
    pictures: dict[str, Path | tuple[Path, ...]] = {
        name: path.absolute()
        for name in _PICTURES
        if isinstance(path := getattr(request, name), Path)
    }
    if request.references:
        pictures["references"] = tuple(path.absolute() for path in request.references)
    return request.model_copy(update=pictures) if pictures else request
