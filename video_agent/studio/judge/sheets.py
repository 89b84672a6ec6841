"""A contact sheet in the place of a clip: what still pictures can answer, measured on the sheet."""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from video_agent.media.measures import ClipMeasures
from video_agent.studio.judge.control import known_of, told_of, truths
from video_agent.studio.judge.grades import BEST, Marks
from video_agent.studio.judge.questions import Finding, wanted_from
from video_agent.studio.judge.verdict import Verdict, judge

_NOT_STILL = re.compile(r"move|camera|heard|silent|continuous|last|air", re.IGNORECASE)
_SECONDS = 0.5


def judge_sheet(picture: bytes, sections: dict[str, str]) -> tuple[Verdict, list[bool]]:
    """The verdict on still frames, and the control questions by what the message tells of the clip.

    Raises:
        RenderError: It is no picture.
    """
    sheet = _measured(picture)
    verdict = judge(wanted_from(sections), sheet)
    still = [item for item in verdict.findings if not _NOT_STILL.search(item.question)]
    findings = tuple(still) or verdict.findings[:1]
    visual = verdict.dimensions["visual_quality"]
    told = told_of(sections.get("delivered", "")) or known_of(sheet)
    kept = replace(
        verdict,
        findings=findings,
        dimensions={"prompt_adherence": _adherence(findings, visual), "visual_quality": visual},
        defects=(),
        duration_seconds=told.seconds,
    )
    return kept, truths(sections.get("control", ""), told)


def _adherence(findings: Sequence[Finding], visual: Marks) -> Marks:
    """How far the questions are answered yes; the critic counts only what is well seen."""
    total = sum(finding.weight for finding in findings)
    share = sum(finding.degree * finding.weight for finding in findings) / total
    fair = round(BEST * share, 4)
    evidence = f"{len(findings)} questions that still frames can answer"
    return Marks(fair, round(fair * min(1.0, visual.both / BEST), 4), evidence)


def _measured(picture: bytes) -> ClipMeasures:
    """The sheet as a clip that stands still."""
    from video_agent.media.onepass import measure_clip  # noqa: PLC0415 - heavy: loads on first use
    from video_agent.media.pattern import Pattern, write_pattern  # noqa: PLC0415 - heavy
    from video_agent.studio.renderer.still_source import decode_image  # noqa: PLC0415 - heavy

    image = decode_image(picture)[:, :, ::-1]
    even = image[: image.shape[0] // 2 * 2, : image.shape[1] // 2 * 2]
    pattern = Pattern(even.shape[1], even.shape[0], duration_seconds=_SECONDS, sound=False)
    with tempfile.TemporaryDirectory(prefix="studio-sheet-") as folder:
        path = Path(folder) / "sheet.mp4"
        write_pattern(path, pattern, change_frame=lambda _number, _frame: even)
        return measure_clip(path, profile="fast")
