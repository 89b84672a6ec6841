"""What an outside service recognises in a clip, as optional evidence beside signals and judge.

Explicit content that the service calls likely is a defect of high severity, with a cap on the
score by the usual formula. The number of shots only informs: nobody asked for a certain one. A
failure of the service is told in the report and never costs the report.
"""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from video_agent.errors import VideoAgentError
from video_agent.models import ClipInsights, Defect, ProgressEvent, Signal, TokenUsage
from video_agent.ports import ClipAnalyzer, ProgressSink

EXPLICIT_FROM = 0.75
"""LIKELY on the services' scale of five, VERY_LIKELY being 1."""
EXPLICIT_ADVICE = "describe clothed people and nothing intimate"
_LIKELY_SEVERITY = 0.9
_ANALYZER = "clip analyzer"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a service found, or why it found nothing, and what the asking cost.

    `usage` is None when nothing was asked.
    """

    insights: tuple[ClipInsights, ...] = ()
    not_measured: tuple[str, ...] = ()
    usage: TokenUsage | None = None

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Numbers for the report that only inform."""
        return tuple(
            Signal(
                name="shot_changes",
                value=float(len(item.shots) - 1),
                unit="cuts",
                direction="range",
                source=item.service,
            )
            for item in self.insights
            if item.shots
        )

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Explicit content that is likely, with its worst moment."""
        return tuple(
            Defect(
                kind="explicit_content",
                description=f"{item.service} takes it for explicit content",
                start_seconds=item.explicit_at_seconds,
                end_seconds=item.explicit_at_seconds,
                severity=max(_LIKELY_SEVERITY, item.explicit),
                origin="signal",
            )
            for item in self.insights
            if item.explicit is not None and item.explicit >= EXPLICIT_FROM
        )


async def gather_evidence(
    analyzer: ClipAnalyzer, clip: Path, duration_seconds: float, tell: ProgressSink | None = None
) -> Evidence:
    """Ask the service; its failure becomes a line of what was not measured.

    Args:
        analyzer: The service.
        clip: A clip that decodes.
        duration_seconds: Its length.
        tell: Live progress.
    """
    if tell is not None:
        await tell(ProgressEvent(kind="signals", message="an outside service examines the clip"))
    try:
        found = await analyzer.examine(clip, duration_seconds=duration_seconds)
    except VideoAgentError as error:
        usage = _usage(_ANALYZER, error.cost_usd)
        return Evidence((), (f"what an outside service recognises ({error.message})",), usage)
    return Evidence((found,), (), _usage(found.service, found.cost_usd))


def _usage(service: str, cost_usd: Decimal | None) -> TokenUsage | None:
    return None if cost_usd == 0 else TokenUsage(model=service, cost_usd=cost_usd)
