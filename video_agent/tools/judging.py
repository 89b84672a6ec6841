"""How clips are judged, alone and in pairs: `wiring.Assessor`, or anything of its shape."""

from pathlib import Path
from typing import Protocol

from video_agent.models import GenerationSettings, VideoRequest
from video_agent.ports import ProgressSink
from video_agent.quality import Assessment, ExpectedClip
from video_agent.quality.compare import ComparedClip, PairVerdict


class ClipAssessor(Protocol):
    """Judges one clip against its request, or two against each other."""

    async def assess(
        self,
        video_path: Path,
        *,
        video_id: str,
        request: VideoRequest,
        settings: GenerationSettings,
        expected: ExpectedClip,
        threshold: float,
        report_progress: ProgressSink | None = None,
    ) -> Assessment:
        """Measure the clip, ask the judge, fuse the score.

        Raises:
            MediaError: There is no such file.
            BackendError: The judge's service failed.
        """
        ...

    async def compare(
        self, request: VideoRequest, first: ComparedClip, second: ComparedClip
    ) -> PairVerdict:
        """Which of two clips does better what the request asks.

        Raises:
            BackendError: The judge's service failed.
        """
        ...
