"""The report: the verdict on a clip and the numbers it rests on."""

from dataclasses import replace
from decimal import Decimal

from video_agent.models import QualityReport
from video_agent.quality.feedback import feedback
from video_agent.quality.findings import Findings
from video_agent.quality.repeats import Estimate, estimate
from video_agent.quality.score import Fusion, fuse

NEEDS_A_JUDGE = (
    "prompt adherence",
    "identity and anatomy over time",
    "physical plausibility",
    "fit of sound and picture",
)
_SIGNALS_NEVER_SEE = ("what written text says", "lip sync")


def compose(findings: Findings, *, video_id: str, threshold: float) -> QualityReport:
    """The report. An unjudged clip has no score and has not passed.

    A judged one has passed when the lower end of its score's interval reaches the threshold, or
    when the score does: judging ends only when the interval is clear of the threshold or the
    repeats are spent, so that then nothing more can be learnt.
    """
    fusion = fuse(
        findings.measured, findings.verdict, findings.defects, gate_failed=findings.gate_failed
    )
    found = _estimate(findings, fusion)
    score = None if findings.unjudged else found.score
    passed = score is not None and not findings.gate_failed and score >= threshold
    opinion = findings.opinion
    return QualityReport(
        video_id=video_id,
        score=score,
        passed=passed,
        threshold=threshold,
        dimensions=fusion.dimensions,
        defects=findings.defects,
        signals=findings.signals,
        answers=findings.verdict.answers if findings.verdict else (),
        feedback=feedback(findings, replace(fusion, score=found.score), threshold),
        spread=found.spread,
        uncertainty=found.half_width,
        repeats=len(findings.scores),
        not_measured=not_measured(findings),
        insights=findings.evidence.insights,
        judge_model=opinion.usage.model if opinion else None,
        cost_usd=_cost_usd(findings),
    )


def _estimate(findings: Findings, fusion: Fusion) -> Estimate:
    """The score of all judgements; what was found after them can only lower it."""
    if not findings.scores:
        return Estimate(fusion.score)
    found = estimate(findings.scores)
    if findings.evidence.defects:
        return replace(found, score=min(found.score, fusion.score))
    return found


def _cost_usd(findings: Findings) -> Decimal | None:
    """What judge and analyzer cost together; None when one of them is not known."""
    used = (*findings.usages, findings.evidence.usage)
    costs = [usage.cost_usd for usage in used if usage is not None]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def not_measured(findings: Findings) -> tuple[str, ...]:
    """What nobody looked at, so that a good score is not mistaken for more than it is."""
    judged = findings.verdict is not None
    blind = findings.blind_spots if judged else (*NEEDS_A_JUDGE, *_SIGNALS_NEVER_SEE)
    return (*blind, *findings.unclear, *findings.evidence.not_measured)
