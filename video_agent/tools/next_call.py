"""The tool call that takes a policy's next step, and how it is said to a planner."""

from video_agent.catalog import VideoLimits
from video_agent.models import Value, VideoRequest
from video_agent.policies import Candidate, Edit, Generate, Promote, Step
from video_agent.tools.shot_text import edit_instruction, own_words


class NextCall(Value):
    """A tool call that takes the policy's next step, why, and how it is said in words."""

    tool: str
    arguments: dict[str, str]
    reason: str
    words: str


def call_of(
    step: Step, base: Candidate | None, request: VideoRequest, limits: VideoLimits
) -> NextCall | None:
    """The call for a step that starts from a clip; None where the step is the end."""
    if isinstance(step, Promote) and base is not None:
        return promotion_of(base)
    if isinstance(step, Edit) and base is not None:
        prompt = edit_instruction(step.defect)
        return NextCall(
            tool="generate_video",
            arguments={"prompt": prompt, "edits": step.video_id},
            reason=f"the worst defect of attempt {base.attempt_number} is local: change only that",
            words=f"generate_video with edits {step.video_id} and the prompt {prompt!r}.",
        )
    return _redraw(step, base, request, limits) if isinstance(step, Generate) else None


def promotion_of(draft: Candidate) -> NextCall:
    """The call that makes a draft's own prompt once more, as it was asked for."""
    verdict = "passed" if draft.passed else "is the best"
    return NextCall(
        tool="generate_video",
        arguments={"prompt": draft.prompt, "tier": "final"},
        reason=f"the draft of attempt {draft.attempt_number} {verdict}; now as requested",
        words=f"generate_video with the prompt of attempt {draft.attempt_number}, tier final.",
    )


def _redraw(
    step: Generate, base: Candidate | None, request: VideoRequest, limits: VideoLimits
) -> NextCall:
    tier = "a draft" if step.tier == "draft" else "a final clip"
    if step.original_prompt:
        prompt = own_words(request, limits)
        return NextCall(
            tool="generate_video",
            arguments={"prompt": prompt},
            reason=f"rewording made it worse: {tier} of the person's own words",
            words=f"generate_video with the prompt {prompt!r}.",
        )
    after = f"with the feedback on attempt {base.attempt_number}, " if base else ""
    return NextCall(
        tool="enhance_prompt",
        arguments={"prompt": request.prompt},
        reason=f"{tier} after the feedback on attempt {base.attempt_number}" if base else tier,
        words=f"enhance_prompt, {after}then generate_video.",
    )
