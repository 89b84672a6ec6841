"""The state machine of a paid generation: which move is legal, and what a state means for money.

```
intended ──► submitted ──► succeeded | blocked | failed | cancelled
   ├───────► rejected            a clean refusal: nothing was started
   └───────► outcome_unknown ──► submitted    found at the provider
                   ├───────────► not_started  absence proven: the attempt may be submitted anew
                   └───────────► unresolved ─► submitted | not_started   a person decides
```
"""

from collections.abc import Mapping

from video_agent.errors import StoreError
from video_agent.models import GenerationState as State

LEGAL_MOVES: Mapping[State, frozenset[State]] = {
    State.INTENDED: frozenset({State.SUBMITTED, State.REJECTED, State.OUTCOME_UNKNOWN}),
    State.SUBMITTED: frozenset({State.SUCCEEDED, State.BLOCKED, State.FAILED, State.CANCELLED}),
    State.OUTCOME_UNKNOWN: frozenset({State.SUBMITTED, State.NOT_STARTED, State.UNRESOLVED}),
    State.UNRESOLVED: frozenset({State.SUBMITTED, State.NOT_STARTED}),
    State.SUCCEEDED: frozenset(),
    State.BLOCKED: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
    State.REJECTED: frozenset(),
    State.NOT_STARTED: frozenset(),
}

RESUBMITTABLE = frozenset({State.REJECTED, State.NOT_STARTED})
"""Nothing was started: the row counts neither as money nor as an attempt."""

TERMINAL_STATES = frozenset(state for state, moves in LEGAL_MOVES.items() if not moves)
OPEN_STATES = frozenset(LEGAL_MOVES) - TERMINAL_STATES


def check_move(generation_id: str, current: State, target: State) -> None:
    """Refuse a move that is not in the table.

    Raises:
        StoreError: The move is not legal.
    """
    if target not in LEGAL_MOVES[current]:
        raise StoreError(f"generation {generation_id} is {current}; it cannot become {target}")
