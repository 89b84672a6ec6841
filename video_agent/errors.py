"""Everything that can go wrong, in one small tree.

```
VideoAgentError                       exit  http
├── ConfigurationError                   2   400   the caller must change a setting; the message
names it
├── InvalidRequestError                  3   422   the request asks for what is not allowed; refused
before anything is paid
├── BudgetError                          4   402   a paid call would exceed the budget; refused
before it is made
├── PlanError                            5   502   the planner gave nothing usable
├── BackendError                         6   502   an outside service failed
│   ├── AuthError                        6   502   key or permission
│   ├── QuotaError                       6   429   too many requests; `retry_after_seconds` when the
service says
│   ├── RejectedError                    6   502   a clean refusal: nothing was started, nothing is
owed
│   │   └── ModelRetiredError            6   502   the model is gone; the message names the fallback
│   ├── ContentBlockedError              7   422   a safety system refused; `reason` is its own text
│   ├── GenerationFailedError            6   502   the service ended the generation without a video
│   ├── AnswerError                      6   502   a language model's answer cannot be used
│   └── OutcomeUnknownError              8   502   a paid call may or may not have started
├── MediaError                           9   500   a file cannot be read, checked or written
├── StoreError                          10   500   the database refused
└── NotFoundError                       11   404   no such job, video or generation
```

Each error says what happened (`str(error)`), what it cost (`cost_usd`, None when unknown) and what
to do next (`hint`).
Edges read `exit_code` and `http_status`; they never invent their own.
"""

from decimal import Decimal
from typing import ClassVar

ZERO = Decimal(0)


class VideoAgentError(Exception):
    """The root. Never raised itself.

    Args:
        message: What happened, in one line a person understands.
        hint: What to do next, in one line; empty when there is nothing to do.
        cost_usd: What the failed step cost in dollars; None when that is not known.
        retryable: Whether the same call may succeed later without a change.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        cost_usd: Decimal | None = ZERO,
        retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.cost_usd = cost_usd
        self.retryable = retryable
        self.job_id: str | None = None  # set by the edge that knows which job it was


class ConfigurationError(VideoAgentError):
    """A setting, key or folder is missing or wrong."""

    exit_code = 2
    http_status = 400


class InvalidRequestError(VideoAgentError):
    """The request asks for something that is not allowed or that the model cannot do."""

    exit_code = 3
    http_status = 422


class BudgetError(VideoAgentError):
    """A paid call would exceed the budget, so it was not made."""

    exit_code = 4
    http_status = 402


class PlanError(VideoAgentError):
    """The planner gave nothing usable."""

    exit_code = 5
    http_status = 502


class BackendError(VideoAgentError):
    """An outside service failed. The cause is chained (`raise ... from`)."""

    exit_code = 6
    http_status = 502


class AuthError(BackendError):
    """The key or the permission is missing or wrong."""


class QuotaError(BackendError):
    """The service asks us to slow down; nothing was started.

    Args:
        message: What happened.
        hint: What to do next.
        retry_after_seconds: How long the service asks us to wait; None when it does not say.
        retryable: False when waiting a while does not help: the quota of the day, or billing.
    """

    http_status = 429

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        retry_after_seconds: float | None = None,
        retryable: bool = True,
    ) -> None:
        super().__init__(message, hint=hint, retryable=retryable)
        self.retry_after_seconds = retry_after_seconds


class RejectedError(BackendError):
    """A clean refusal of a paid call: nothing was started and nothing is owed."""


class ModelRetiredError(RejectedError):
    """The model is no longer served; the hint names the fallback."""


class ContentBlockedError(BackendError):
    """A safety system refused the prompt or the result.

    Args:
        message: What happened.
        reason: The service's own words, shown to the planner so that it can reword.
        cost_usd: What was charged; None when unknown.
    """

    exit_code = 7
    http_status = 422

    def __init__(self, message: str, *, reason: str, cost_usd: Decimal | None = ZERO) -> None:
        super().__init__(message, hint="reword the prompt and try again", cost_usd=cost_usd)
        self.reason = reason


class GenerationFailedError(BackendError):
    """The service ended the generation without a usable video."""


class AnswerError(BackendError):
    """A language model's answer is empty, cut off or of the wrong shape."""


class OutcomeUnknownError(BackendError):
    """A paid call may or may not have started. It is never sent again by itself."""

    exit_code = 8


class MediaError(VideoAgentError):
    """A media file cannot be read, checked or written."""

    exit_code = 9


class StoreError(VideoAgentError):
    """The database refused or lost a race it may not lose."""

    exit_code = 10


class NotFoundError(VideoAgentError):
    """No such job, attempt, generation or video."""

    exit_code = 11
    http_status = 404
