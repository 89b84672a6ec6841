"""Loop policies: what to do next to reach the threshold with the fewest dollars. Pure decisions."""

from video_agent.errors import InvalidRequestError
from video_agent.policies.contract import (
    Candidate,
    Compare,
    Comparison,
    Deliver,
    DeliverReason,
    Edit,
    Generate,
    LoopPolicy,
    LoopState,
    Promote,
    Step,
    TierName,
)
from video_agent.policies.promotion import DraftThenPromote, EconomicalLoop
from video_agent.policies.refine import Refine
from video_agent.policies.tournament import Tournament, champion_of

DEFAULT_POLICY = EconomicalLoop.name
POLICY_NAMES = (EconomicalLoop.name, Refine.name, DraftThenPromote.name, Tournament.name)

__all__ = [
    "DEFAULT_POLICY",
    "POLICY_NAMES",
    "Candidate",
    "Compare",
    "Comparison",
    "Deliver",
    "DeliverReason",
    "DraftThenPromote",
    "EconomicalLoop",
    "Edit",
    "Generate",
    "LoopPolicy",
    "LoopState",
    "Promote",
    "Refine",
    "Step",
    "TierName",
    "Tournament",
    "champion_of",
    "policy",
]


def policy(name: str, *, patience: int = 2, margin: float = 0.0) -> LoopPolicy:
    """The policy of a name.

    Args:
        name: One of `POLICY_NAMES`.
        patience: How many clips in a row may fail to improve on the best (a tournament counts
            rounds, and stops after the first that brings no new champion).
        margin: How far over the threshold ends the search at once; see `Refine`.

    Raises:
        InvalidRequestError: There is no such policy; names those there are.
    """
    refine = Refine(patience=patience, margin=margin)
    known: dict[str, LoopPolicy] = {
        EconomicalLoop.name: EconomicalLoop(refine=refine),
        Refine.name: refine,
        DraftThenPromote.name: DraftThenPromote(),
        Tournament.name: Tournament(),
    }
    if name not in known:
        raise InvalidRequestError(f"there is no policy {name}", hint=f"take {', '.join(known)}")
    return known[name]
