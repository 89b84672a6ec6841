"""The pictures of a verdict: what is drawn where, at any size, for any defects and any text."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from video_agent.errors import MediaError
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.media.pictures import Look, draw_findings, draw_history, draw_scores
from video_agent.media.pictures.marks import lanes_of, marks_of, moments_for
from video_agent.media.pictures.paper import DARK, LIGHT, Colour, readable
from video_agent.models import (
    Attempt,
    Defect,
    Dimension,
    Generation,
    GenerationSettings,
    GenerationState,
    Job,
    JobStatus,
    QualityReport,
    StopReason,
    Tier,
    VideoRequest,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FLICKER = Defect(
    kind="flicker", description="it flickers", start_seconds=0.55, end_seconds=0.62, severity=0.9
)
SLIGHT = Defect(kind="noise", description="grain", start_seconds=1.4, severity=0.2)
WHOLE = Defect(kind="adherence", description="日本語 <b>é</b> ", severity=0.5)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pattern = Pattern(160, 90, duration_seconds=2.0, sound=False)
    return write_pattern(tmp_path_factory.mktemp("clips") / "clip.mp4", pattern)


def report(score: float | None = 0.7, *defects: Defect, threshold: float = 0.8) -> QualityReport:
    return QualityReport(
        video_id="v",
        score=score,
        passed=score is not None and score >= threshold,
        threshold=threshold,
        defects=defects,
        dimensions=(
            Dimension(name="prompt_adherence", score=0.5, weight=0.4, origin="judge"),
            Dimension(name="technical_picture", score=1.0, weight=2.0, origin="signals"),
        ),
    )


def pixels(image: Image.Image, colour: Colour) -> int:
    """How many pixels have exactly this colour."""
    return int((np.asarray(image) == colour).all(axis=2).sum())


def test_frames_with_a_defect_are_framed_in_the_colour_of_its_severity(clip: Path) -> None:
    plain = draw_findings(clip, report(0.7)).image
    severe = draw_findings(clip, report(0.7, FLICKER)).image
    slight = draw_findings(clip, report(0.7, SLIGHT)).image

    red, amber = LIGHT.severities[2], LIGHT.severities[0]
    assert pixels(severe, red) > pixels(plain, red) + 2_000
    assert pixels(slight, amber) > pixels(plain, amber) + 1_000
    assert pixels(slight, red) == pixels(plain, red)


def test_a_defect_shorter_than_the_gap_between_frames_still_has_its_frame() -> None:
    marks = marks_of([FLICKER, SLIGHT, WHOLE], 2.0)
    moments = moments_for(marks, 2.0, 4)
    assert moments == sorted(moments)
    assert any(0.55 <= moment <= 0.62 for moment in moments)
    assert any(mark.covers(moment, 0.02) for moment in moments for mark in marks[2:])
    assert moments_for((), 2.0, 4) == [0.25, 0.75, 1.25, 1.75]


def test_defects_that_overlap_lie_in_lanes_of_their_own_and_the_worst_is_number_one() -> None:
    long = Defect(kind="warp", description="", start_seconds=0.0, end_seconds=9.0, severity=0.1)
    marks = marks_of([SLIGHT, long, FLICKER, WHOLE], 2.0)
    assert [mark.defect.kind for mark in marks] == ["flicker", "adherence", "noise", "warp"]
    assert [len(lane) for lane in lanes_of(marks, apart_seconds=0.1)] == [1, 2]
    assert marks[3].span == (0.0, 2.0)
    assert (marks[1].when, marks[0].when) == ("whole clip", "0.55 to 0.62 s")


def test_twice_the_scale_is_the_same_drawing_with_four_times_the_pixels(clip: Path) -> None:
    once, twice = (draw_findings(clip, report(0.7, WHOLE), Look(scale)) for scale in (1, 2))
    assert once.width == twice.width == 1000
    assert once.height == pytest.approx(twice.height, abs=4)  # frames end on whole pixels
    assert twice.image.width == 2_000
    assert twice._repr_png_()[1] == {"width": 1000, "height": twice.height}  # pyright: ignore[reportPrivateUsage]


def test_a_picture_is_written_as_png_whole_or_not_at_all(clip: Path, tmp_path: Path) -> None:
    drawn = draw_scores(report(0.9, threshold=0.8), title="attempt 1")
    target = drawn.write(tmp_path / "pictures" / "scores.png")
    assert Image.open(target).format == "PNG"
    assert Image.open(io.BytesIO(drawn.jpeg())).format == "JPEG"
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(MediaError):
        drawn.write(tmp_path / "file" / "scores.png")
    with pytest.raises(MediaError):
        draw_findings(tmp_path / "file", report())


def test_the_score_bar_is_as_long_as_the_score_and_green_only_when_it_passed() -> None:
    passed, failed = draw_scores(report(0.9)).image, draw_scores(report(0.3)).image
    assert pixels(passed, LIGHT.good) > 6_000 > pixels(failed, LIGHT.good) == 0
    assert pixels(failed, LIGHT.bad) > 2_500
    judged, measured = (pixels(passed, colour) for colour in (LIGHT.judge, LIGHT.measured))
    assert 0.45 < judged / measured < 0.55
    assert pixels(draw_scores(report(None)).image, LIGHT.good) == 0
    assert pixels(draw_scores(report(0.9), Look(1, "dark")).image, DARK.good) > 6_000


def job(*attempts: Attempt, best: int | None = None) -> Job:
    return Job(
        id="j", session_id="s", user_id="u", app_name="a",
        request=VideoRequest(prompt="p"), status=JobStatus.STOPPED,
        stopped_because=StopReason.ATTEMPTS, backend="studio", charged=False,
        cost_usd=Decimal("0.5"), best_attempt=best, path=Path("clip.mp4") if best else None,
        attempts=attempts, created_at=NOW, updated_at=NOW,
    )  # fmt: skip


def attempt(
    number: int, state: GenerationState, score: float | None, tier: Tier = Tier.FINAL
) -> Attempt:
    settings = GenerationSettings(duration_seconds=3, resolution="360p", aspect_ratio="16:9")
    made = Generation(
        id="g", job_id="j", attempt_number=number, state=state, model="m", prompt="p",
        settings=settings, estimate_usd=Decimal("0.1"), intended_at=NOW,
        cost_usd=Decimal("0.1") if state is GenerationState.SUCCEEDED else None,
    )  # fmt: skip
    judged = report(score) if state is GenerationState.SUCCEEDED else None
    return Attempt(number=number, prompt="p", tier=tier, generation=made, report=judged)


def test_the_history_marks_what_passed_what_failed_and_what_was_delivered() -> None:
    won, lost = GenerationState.SUCCEEDED, GenerationState.OUTCOME_UNKNOWN
    drawn = draw_history(job(attempt(1, won, 0.4), attempt(2, lost, None), attempt(3, won, 0.9)))
    delivered = draw_history(
        job(attempt(1, won, 0.4), attempt(2, lost, None), attempt(3, won, 0.9), best=3)
    )
    assert pixels(drawn.image, LIGHT.good) > 8_000
    assert pixels(drawn.image, LIGHT.judge) > 4_000
    assert pixels(drawn.image, LIGHT.bad) > 150
    assert pixels(delivered.image, LIGHT.panel) > pixels(drawn.image, LIGHT.panel) + 5_000


def test_an_uncertain_score_has_whiskers_from_the_lower_to_the_upper_end() -> None:
    sure, unsure = (report(0.7).model_copy(update={"uncertainty": by}) for by in (0.0, 0.1))
    more = pixels(draw_scores(unsure).image, LIGHT.ink) - pixels(draw_scores(sure).image, LIGHT.ink)
    assert more > 0.2 * 350 * 2


def test_a_draft_is_pale_and_any_number_of_attempts_fits() -> None:
    won = GenerationState.SUCCEEDED
    draft, final = (draw_history(job(attempt(1, won, 0.6, tier))) for tier in Tier)
    assert pixels(draft.image, LIGHT.judge) < pixels(final.image, LIGHT.judge) / 5
    many = draw_history(job(*(attempt(number, won, 0.5) for number in range(1, 51)), best=2))
    assert many.width > 2_000
    assert draw_history(job()).width == draft.width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("dé\n ja — ≥ 2 µ", "de ja - >= 2 u"),
        ("日本", "··"),
        ("a\u202eb\x00c\u0301", "abc"),
        ("ﬁn…", "fin..."),
    ],
)
def test_text_is_drawn_in_characters_the_font_has(text: str, shown: str) -> None:
    assert readable(text) == shown
