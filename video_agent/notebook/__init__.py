"""How a job shows itself: a card and pictures in notebooks, progress lines, a report of its own.

All prompt and model text is escaped: it is untrusted.
"""

from video_agent.notebook.card import insights_text, job_html, report_html
from video_agent.notebook.progress import print_progress, running_in_notebook, worth_a_line
from video_agent.notebook.result import (
    ReportResult,
    VideoResult,
    as_report_result,
    as_result,
    public_url,
    publications_of,
)

__all__ = [
    "ReportResult",
    "VideoResult",
    "as_report_result",
    "as_result",
    "insights_text",
    "job_html",
    "print_progress",
    "public_url",
    "publications_of",
    "report_html",
    "running_in_notebook",
    "worth_a_line",
]
