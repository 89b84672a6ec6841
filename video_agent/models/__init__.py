"""The values that travel between the parts: frozen, validated, without behaviour of their own.

Money is `Decimal` dollars, unknown is None and never 0. Times are timezone-aware UTC.
"""

from video_agent.models.generation import (
    Generation,
    GenerationInputs,
    GenerationOrder,
    GenerationSettings,
    GenerationUpdate,
    MediaFacts,
    MediaSource,
    Shot,
    SourceClip,
    StoredObject,
    TokenUsage,
    Video,
)
from video_agent.models.job import (
    Attempt,
    Job,
    ProgressEvent,
)
from video_agent.models.quality import (
    ClipInsights,
    Defect,
    Dimension,
    JudgeAnswer,
    JudgedDimension,
    Judgement,
    Label,
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
    Task,
    Tier,
    Value,
    utc_now,
)

__all__ = [
    "MAX_PROMPT_CHARACTERS",
    "Attempt",
    "ClipInsights",
    "Defect",
    "Dimension",
    "Generation",
    "GenerationInputs",
    "GenerationOrder",
    "GenerationSettings",
    "GenerationState",
    "GenerationUpdate",
    "Job",
    "JobStatus",
    "JudgeAnswer",
    "JudgedDimension",
    "Judgement",
    "Label",
    "MediaFacts",
    "MediaSource",
    "Privacy",
    "ProgressEvent",
    "QualityReport",
    "Score",
    "Shot",
    "Signal",
    "SourceClip",
    "StopReason",
    "StoredObject",
    "Style",
    "Task",
    "Tier",
    "TokenUsage",
    "Value",
    "Video",
    "VideoRequest",
    "parse_request",
    "utc_now",
]
