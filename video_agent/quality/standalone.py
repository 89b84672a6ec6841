"""A verdict on any file, without a job: nothing was ordered, so only what the file is counts."""

import asyncio
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from video_agent.errors import InvalidRequestError
from video_agent.media.container import sniff
from video_agent.media.damage import readable_seconds
from video_agent.media.probe import probe
from video_agent.media.rotation import rotation
from video_agent.models import (
    Analysis,
    GenerationSettings,
    MediaFacts,
    QualityReport,
    parse_request,
)
from video_agent.ports import ProgressSink
from video_agent.quality.assess import Assessment, Measuring, assess
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.gate import not_black, not_frozen, whole
from video_agent.quality.judge import Judge
from video_agent.quality.repeats import Repeats

INTEGRITY_GATES = (whole, not_black, not_frozen)
"""What a clip must be whoever ordered it, and whatever was ordered."""
_NOBODY_ASKED = "whatever the clip shows"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a clip should show, and who says whether it does.

    Whether that costs real money, and what all judgements together may cost (None: no limit).
    """

    prompt: str
    judge: Judge
    charged: bool = False
    most_usd: Decimal | None = None


async def analyze_clip(
    path: Path,
    asked: Asked | None = None,
    *,
    threshold: float,
    report_progress: ProgressSink | None = None,
    measuring: Measuring | None = None,
) -> Analysis:
    """Measure a file; where something was asked, also have it judged.

    A file that opens and then turns out to be damaged is reported, not raised. `threshold`, 0 to 1,
    is the score from which the clip passes.

    Raises:
        MediaError: There is no such file, it is no video, or it is beyond the limits.
        InvalidRequestError: The prompt is empty or too long, or a judge cannot be shown the file.
        BackendError: The judge's service failed.
    """
    request = parse_request({"prompt": asked.prompt if asked else _NOBODY_ASKED})
    facts = await asyncio.to_thread(_facts, path, judged=asked is not None)
    assessed = await assess(
        path,
        video_id=path.name,
        request=request.model_copy(update={"audio": facts.audio_codec is not None}),
        settings=_as_it_is(facts),
        expected=_expected(facts),
        threshold=threshold,
        judge=asked.judge if asked else None,
        report_progress=report_progress,
        measuring=replace(measuring or Measuring(), gates=INTEGRITY_GATES),
        repeats=Repeats(most_usd=asked.most_usd) if asked else None,
    )
    words, charged = (request.prompt, asked.charged) if asked else (None, False)
    report, facts = await asyncio.to_thread(_completed, assessed, path, facts)
    return Analysis.of(report, path, facts, prompt=words, charged=charged)


def _completed(
    assessed: Assessment, path: Path, facts: MediaFacts
) -> tuple[QualityReport, MediaFacts]:
    """The report with the place of a damage, and what the file turned out to be."""
    report, measures = assessed.report, assessed.measures
    if measures is None:
        report = _placed(report, path, facts)
    else:
        facts = measures.facts
    return report, facts.model_copy(update={"rotation_degrees": rotation(path)})


def _facts(path: Path, *, judged: bool) -> MediaFacts:
    facts = probe(path)
    if judged:
        check_shown(path)
    return facts


def check_shown(path: Path) -> None:
    """A judge is shown the file itself, as what the services are known to take.

    Raises:
        InvalidRequestError: It is something else.
    """
    if sniff(path) != "mp4":
        raise InvalidRequestError(
            f"{path.name} is no mp4 or mov, and a judge is shown nothing else",
            hint="leave the prompt out to measure it, or convert it first",
        )


def _placed(report: QualityReport, path: Path, facts: MediaFacts) -> QualityReport:
    """The damage with its place: from the last good picture to the end."""
    start = round(readable_seconds(path) or 0.0, 2)
    place = {"start_seconds": start, "end_seconds": round(max(start, facts.duration_seconds), 2)}
    defects = tuple(defect.model_copy(update=place) for defect in report.defects)
    return report.model_copy(update={"defects": defects})


def _as_it_is(facts: MediaFacts) -> GenerationSettings:
    """What would have had to be ordered to get this file."""
    return GenerationSettings(
        duration_seconds=facts.duration_seconds,
        resolution=f"{min(facts.width, facts.height)}p",
        aspect_ratio=f"{facts.width}:{facts.height}",
        audio=facts.audio_codec is not None,
    )


def _expected(facts: MediaFacts) -> ExpectedClip:
    return ExpectedClip(
        width=facts.width,
        height=facts.height,
        fps=facts.fps,
        duration_seconds=facts.duration_seconds,
        audio=facts.audio_codec is not None,
    )
