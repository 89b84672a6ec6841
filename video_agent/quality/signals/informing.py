"""Numbers that only inform: VBench's own, and what the camera did.

VBench's flicker means something on static scenes only, its dynamic degree is a yes or no, and a
camera move is right or wrong only against a prompt that names one.
"""

from video_agent.media.measure.camera import CameraMotion
from video_agent.media.measures import ClipMeasures, Interval
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.metric import Metric, Reading, metric


@metric(
    name="vbench_flicker",
    unit="",
    value_range=(0.0, 1.0),
    direction="higher",
    good=1.0,
    bad=0.6293,
    source="VBench temporal flickering, (255 - mean absolute difference) / 255, luma at 270 lines",
    dimension="technical_stability",
    complaint="the picture flickers",
    advice="ask for steady, constant light",
    informs=True,
)
def vbench_flicker(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """VBench's range of normalisation is 0.6293 to 1."""
    return Reading(clip.steadiness.vbench_flicker)


@metric(
    name="vbench_smoothness",
    unit="",
    value_range=(0.0, 1.0),
    direction="higher",
    good=0.9975,
    bad=0.706,
    source="VBench motion smoothness, (255 - error) / 255, with DIS flow in place of AMT",
    dimension="technical_motion",
    complaint="motion jumps instead of flowing",
    advice="ask for slow, smooth movement of subject and camera",
    informs=True,
)
def vbench_smoothness(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """VBench's range of normalisation is 0.706 to 0.9975."""
    return Reading(clip.motion.smoothness) if clip.motion else None


@metric(
    name="vbench_dynamic_degree",
    unit="yes or no",
    value_range=(0.0, 1.0),
    direction="range",
    good=1.0,
    bad=0.0,
    source="VBench dynamic degree with DIS flow in place of RAFT",
    dimension="technical_motion",
    complaint="the clip does not move",
    advice="give the subject a clear action and the camera a slow move",
    informs=True,
)
def vbench_dynamic_degree(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """1 when VBench calls the clip dynamic."""
    if clip.motion is None:
        return None
    share = f"{clip.motion.dynamic_share:.0%} of the pairs are fast"
    kind = "dynamic" if clip.motion.dynamic else "static"
    return Reading(float(clip.motion.dynamic), label=f"{kind}: {share}")


@metric(
    name="camera_motion",
    unit="heights/s",
    value_range=(0.0, 100.0),
    direction="range",
    good=0.0,
    bad=100.0,
    source="affine fit to DIS flow on textured points",
    dimension="technical_motion",
    complaint="the camera moves in another way",
    advice="name one camera move",
    informs=True,
)
def camera_motion(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """How fast, or for a zoom how much a second; the label says where to."""
    camera = clip.camera
    if camera is None:
        return None
    speed = (
        abs(camera.zoom) if camera.label == "dolly" else max(abs(camera.across), abs(camera.down))
    )
    return Reading(speed, where=(Interval(0.0, clip.picture_seconds),), label=camera_words(camera))


@metric(
    name="camera_match",
    unit="yes or no",
    value_range=(0.0, 1.0),
    direction="higher",
    good=1.0,
    bad=0.0,
    source="the move that the prompt names against the one measured from flow",
    dimension="technical_motion",
    complaint="the camera does not move as asked",
    advice="name the camera move early and alone",
    informs=True,
)
def camera_match(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
    """Only where the prompt names a move; a direction counts only when it names one."""
    if not expected.camera or clip.camera is None:
        return None
    seen = camera_words(clip.camera)
    same = (seen + " ").startswith(expected.camera + " ")
    return Reading(float(same), label=f"asked for {expected.camera}, seen {seen}")


def camera_words(camera: CameraMotion) -> str:
    """`static`, `handheld`, `pan left`, `tilt up`, `zoom in` and so on."""
    kind = "zoom" if camera.label == "dolly" else camera.label
    return f"{kind} {camera.direction}".strip()


INFORMING_SIGNALS: tuple[Metric, ...] = (
    vbench_flicker, vbench_smoothness, vbench_dynamic_degree, camera_motion, camera_match,
)  # fmt: skip
