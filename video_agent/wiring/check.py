"""One line of the doctor."""

from typing import Literal

from video_agent.models import Value


class Check(Value):
    """What was looked at, how it is, what to do.

    `off` is something optional that is not configured, `missing` something whose lack changes what
    is done, `failed` something that is configured and does not work.
    """

    name: str
    status: Literal["ok", "off", "missing", "failed"]
    message: str
    hint: str = ""
