"""What of the ledger's books a sweep may touch, and through whom."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from video_agent.ledger import Ledger
from video_agent.ledger.sweeping import Realm
from video_agent.ports import Reconciler


@dataclass(frozen=True)
class Books:
    """The books of one backend.

    Args:
        ledger: The ledger of this process.
        reconciler: Who can be asked about lost starts, if anybody.
        realm: Whose generations.
    """

    ledger: Ledger
    reconciler: Reconciler | None
    realm: Realm


@runtime_checkable
class KeepsBooks(Protocol):
    """Work that is done over a ledger, whose books can be swept."""

    def books(self) -> Books:
        """The books that the work is done over."""
        ...
