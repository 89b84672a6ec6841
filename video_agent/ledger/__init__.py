"""Money: what may be paid, what was paid, and what became of it (design, section 5).

`Ledger` is the way in: an intent is committed before anything is sent, a submit is sent exactly
once, a lost answer is looked up and never sent again. `Collector` brings finished videos home.
"""

from video_agent.ledger.budget import AttemptLimitError, CapError, Limit, Spend
from video_agent.ledger.caps import Caps
from video_agent.ledger.charges import ChargeIntent
from video_agent.ledger.collect import Collector, Notify
from video_agent.ledger.fetching import MediaCheck
from video_agent.ledger.intents import Intent, Proposal
from video_agent.ledger.ledger import Ledger
from video_agent.ledger.polling import PollingPolicy, watch
from video_agent.ledger.reconcile import SettleTimes
from video_agent.ledger.schedules import PollSchedule
from video_agent.ledger.states import LEGAL_MOVES, OPEN_STATES, RESUBMITTABLE, TERMINAL_STATES

__all__ = [
    "LEGAL_MOVES",
    "OPEN_STATES",
    "RESUBMITTABLE",
    "TERMINAL_STATES",
    "AttemptLimitError",
    "CapError",
    "Caps",
    "ChargeIntent",
    "Collector",
    "Intent",
    "Ledger",
    "Limit",
    "MediaCheck",
    "Notify",
    "PollSchedule",
    "PollingPolicy",
    "Proposal",
    "SettleTimes",
    "Spend",
    "watch",
]
