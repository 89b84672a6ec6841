"""Bringing a finished video to a publishing service exactly once, whatever is killed on the way.

`Publishing` is the way in. What it knows stands in the table `publications`: the address of the
upload is committed before the first byte leaves, and an upload whose end was not heard is asked
after, then looked for among the channel's own videos, before anything is sent anew.
"""

from video_agent.publishing.policy import TransferPolicy
from video_agent.publishing.publishing import Publishing

__all__ = ["Publishing", "TransferPolicy"]
