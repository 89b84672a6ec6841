"""The score: gates, signals, judge, fusion, report.

`assess` is the way in for a clip that was ordered, `analyze_clip` for any file; `metric` declares
one's own signal.
"""

from video_agent.quality.assess import Assessment, Measuring, assess, measure_signals
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.gate import Tolerance
from video_agent.quality.judge import Judge
from video_agent.quality.metric import Metric, Reading, metric
from video_agent.quality.repeats import Repeats
from video_agent.quality.signals import DEFAULT_SIGNALS
from video_agent.quality.standalone import Asked, analyze_clip

__all__ = [
    "DEFAULT_SIGNALS",
    "Asked",
    "Assessment",
    "ExpectedClip",
    "Judge",
    "Measuring",
    "Metric",
    "Reading",
    "Repeats",
    "Tolerance",
    "analyze_clip",
    "assess",
    "measure_signals",
    "metric",
]
