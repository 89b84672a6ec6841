"""Everything an assessment found, before it is weighed and put into words."""

from dataclasses import dataclass, field

from video_agent.models import Defect, Signal, TokenUsage
from video_agent.quality.agreement import Agreement, agree
from video_agent.quality.gate import GateResult
from video_agent.quality.insights import Evidence
from video_agent.quality.judge import JudgeOpinion
from video_agent.quality.metric import Measured
from video_agent.quality.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Findings:
    """Gates, signals and, if they were asked, the judge's opinion and a service's evidence.

    `unclear` names what signals could not tell. Of several judgements `opinion` is the one nearest
    to their mean, `scores` are the clip's scores by each usable one and `usages` what every call
    used, in the order asked.
    """

    gates: tuple[GateResult, ...]
    measured: tuple[Measured, ...] = ()
    unclear: tuple[str, ...] = ()
    opinion: JudgeOpinion | None = None
    blind_spots: tuple[str, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    scores: tuple[float, ...] = ()
    usages: tuple[TokenUsage, ...] = ()

    @property
    def gate_failed(self) -> bool:
        """Whether any gate failed."""
        return any(not gate.passed for gate in self.gates)

    @property
    def verdict(self) -> Verdict | None:
        """The judge's valid verdict, if there is one."""
        return self.opinion.verdict if self.opinion else None

    @property
    def unjudged(self) -> bool:
        """A judge was asked and gave nothing usable."""
        return self.opinion is not None and self.opinion.verdict is None

    @property
    def worth_a_look(self) -> bool:
        """Whether a paid look at the clip still tells something: it is usable, and judged."""
        return not self.gate_failed and not self.unjudged

    @property
    def defects(self) -> tuple[Defect, ...]:
        """All defects, the worst first."""
        found = [gate.defect for gate in self.gates if gate.defect is not None]
        found += [*self.agreement.defects, *self.evidence.defects]
        return tuple(sorted(found, key=lambda defect: -defect.severity))

    @property
    def agreement(self) -> Agreement:
        """Weak signals and the judge's defects, what is the same brought together."""
        return agree(self.measured, self.verdict.defects if self.verdict else ())

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Gates and signals as the report lists them."""
        gates = [gate.signal for gate in self.gates]
        return (*gates, *(item.signal for item in self.measured), *self.evidence.signals)
