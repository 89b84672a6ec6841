"""How clips are checked on arrival and judged: media and quality with the chosen judge."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from video_agent.models import GenerationSettings, MediaFacts, VideoRequest
from video_agent.ports import ClipAnalyzer, LanguageModel, ProgressSink
from video_agent.quality import Assessment, ExpectedClip, Judge, Repeats, assess
from video_agent.quality.compare import ComparedClip, PairVerdict, compare

STUDIO_BLIND_SPOTS = ("identity of the subject", "anatomy", "physics", "legibility of text")
"""What a judge that only measures cannot see; its reports list it as not measured."""


def judge_of(language_model: LanguageModel, model: str, *, on_studio: bool) -> Judge:
    """The judge; the studio's model answers by measuring, and says what that leaves out."""
    blind_spots = STUDIO_BLIND_SPOTS if on_studio else ()
    return Judge(language_model, model, blind_spots, recognises=not on_studio)


@dataclass(frozen=True)
class Assessor:
    """Judges clips with one judge, and one outside analyzer if there is one.

    Implements the tools' `ClipAssessor`. `judging_usd` says what is reserved for all judgements of
    one clip: repeats near the threshold stay within it.
    """

    judge: Judge
    analyzer: ClipAnalyzer | None = None
    judging_usd: Callable[[], Decimal] | None = None

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
        """See `quality.assess`."""
        return await assess(
            video_path,
            video_id=video_id,
            request=request,
            settings=settings,
            expected=expected,
            threshold=threshold,
            judge=self.judge,
            analyzer=self.analyzer,
            report_progress=report_progress,
            repeats=Repeats(most_usd=self.judging_usd() if self.judging_usd else None),
        )

    async def compare(
        self, request: VideoRequest, first: ComparedClip, second: ComparedClip
    ) -> PairVerdict:
        """See `quality.compare`; two paid calls at most, within the reserve's `compare_usd`."""
        return await compare(self.judge, request, first, second)


async def check_delivery(path: Path, settings: GenerationSettings) -> MediaFacts:
    """Open a downloaded clip, mute it when silence was asked for, and say what it is.

    Raises:
        MediaError: It is not a whole video.
    """
    from video_agent.media.mux import remove_audio
    from video_agent.media.verify import verify

    if not settings.audio:
        await asyncio.to_thread(remove_audio, path, path)
    return (await asyncio.to_thread(verify, path)).facts
