"""What every stage of a publication works with."""

from collections.abc import Awaitable, Callable

from video_agent.ports import Clock, Publisher
from video_agent.publishing.lease import Lease
from video_agent.publishing.policy import TransferPolicy
from video_agent.store.publication_tables import PublicationRow

Tell = Callable[[str, float | None], Awaitable[None]]


class Stage:
    """One call's share in a publication.

    Args:
        row: The publication, ours by `lease`.
        lease: The right to change it.
        publisher: The service.
        clock: Time.
        policy: Bounds.
        tell: Receives progress.
    """

    def __init__(
        self,
        row: PublicationRow,
        lease: Lease,
        publisher: Publisher,
        clock: Clock,
        policy: TransferPolicy,
        tell: Tell,
    ) -> None:
        self.row = row
        self._lease = lease
        self._publisher = publisher
        self._clock = clock
        self._policy = policy
        self._tell = tell
