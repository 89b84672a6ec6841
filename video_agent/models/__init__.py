"""The values that travel between the parts: frozen, validated, without behaviour of their own.

Money is `Decimal` dollars, unknown is None and never 0. Times are timezone-aware UTC.
"""

from video_agent.models.generation import (
    Generation,
    GenerationOrder,
    GenerationSettings,
    GenerationUpdate,
    MediaFacts,
    MediaSource,
    Shot,
    TokenUsage,
    Video,
)
from video_agent.models.job import (
    Attempt,
    Job,
    ProgressEvent,
)
from video_agent.models.quality import (
    Defect,
    Dimension,
    JudgeAnswer,
    JudgedDimension,
    Judgement,
    QualityReport,
    Signal,
)
from video_agent.models.request import (
    MAX_PROMPT_CHARACTERS,
    VideoRequest,
    parse_request,
)
from video_agent.models.vocabulary import (
    GenerationState,
    JobStatus,
    Privacy,
    Score,
    StopReason,
    Style,
    Tier,
    Value,
    utc_now,
)

__all__ = [
    "MAX_PROMPT_CHARACTERS",
    "Attempt",
    "Defect",
    "Dimension",
    "Generation",
    "GenerationOrder",
    "GenerationSettings",
    "GenerationState",
    "GenerationUpdate",
    "Job",
    "JobStatus",
    "JudgeAnswer",
    "JudgedDimension",
    "Judgement",
    "MediaFacts",
    "MediaSource",
    "Privacy",
    "ProgressEvent",
    "QualityReport",
    "Score",
    "Shot",
    "Signal",
    "StopReason",
    "Style",
    "Tier",
    "TokenUsage",
    "Value",
    "Video",
    "VideoRequest",
    "parse_request",
    "utc_now",
]
