"""Loop policies: what to do next to reach the threshold with the fewest dollars. Pure decisions."""

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

__all__ = [
    "Candidate",
    "Compare",
    "Comparison",
    "Deliver",
    "DeliverReason",
    "Edit",
    "Generate",
    "LoopPolicy",
    "LoopState",
    "Promote",
    "Step",
    "TierName",
]
