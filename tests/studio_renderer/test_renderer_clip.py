"""The file: playable, of the asked size and length, tagged as simulated, with sound."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from video_agent.studio.renderer import RenderError, RenderSettings, render
from video_agent.studio.renderer.soundtrack import measure_loudness

Make = Callable[..., Any]
FULL = (
    "Cinematic film style, slow pan to the right. A small wooden sailboat glides slowly across a "
    "calm ocean at sunset. Wide shot on a 35mm lens with shallow depth of field. Warm golden "
    "light. Calm mood with an amber palette. The sound of waves and soft piano music."
)


def resampled(sound: NDArray[Any]) -> NDArray[Any]:
    return sound.astype(np.float32)


def as_png(picture: NDArray[Any]) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()


def test_a_clip_is_h264_and_aac_of_the_asked_size_rate_and_length(make_clip: Make) -> None:
    clip = make_clip("a red balloon over mountains", seconds=1.25)
    assert clip.codecs == ("h264", "aac")
    assert (clip.width, clip.height, clip.fps) == (320, 180, 24.0)
    assert abs(clip.seconds - 1.25) <= 1 / 24
    assert len(clip.frames) == 30
    assert abs(clip.sound_seconds - 1.25) <= 0.05


def test_a_clip_is_marked_bt709_in_limited_range(make_clip: Make) -> None:
    assert make_clip("a cat").colour == (1, 1, 1)


def test_the_index_comes_before_the_media_for_quick_start(make_clip: Make) -> None:
    data = make_clip("a cat").path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_tags_say_that_it_is_drawn_and_nothing_about_the_scene(make_clip: Make) -> None:
    tags = make_clip("a purple dragon over a volcano").tags
    assert tags["comment"] == "Video Agent studio: procedurally drawn stand-in, not AI-generated"
    assert "simulated" in tags["title"]
    written = " ".join(tags.values()).lower()
    assert not any(word in written for word in ("dragon", "fidelity", "quality", "score", "purple"))


def test_the_file_is_the_same_whatever_the_fidelity_but_for_picture_and_sound(
    make_clip: Make,
) -> None:
    assert make_clip("a boat").tags == make_clip(FULL).tags


def test_the_mark_is_visible_in_the_lower_right_corner(make_clip: Make) -> None:
    clip = make_clip("deep space at night", width=640, height=360)
    corner = clip.frames[5][325:356, 430:636].astype(int)
    assert np.percentile(corner, 99.5) - np.percentile(corner, 20) > 60


@pytest.mark.parametrize("size", [(202, 360), (256, 256), (320, 180), (640, 270)])
def test_every_aspect_ratio_is_filled_to_the_edges(make_clip: Make, size: tuple[int, int]) -> None:
    clip = make_clip("a fox walks through a forest", width=size[0], height=size[1], seconds=0.25)
    frame = clip.frames[-1]
    assert frame.shape[:2] == (size[1], size[0])
    for edge in (frame[:6], frame[-6:], frame[:, :6], frame[:, -6:]):
        assert edge.mean() > 18


def test_full_clips_are_about_minus_sixteen_lufs_without_overs(make_clip: Make) -> None:
    clip = make_clip(FULL, seconds=4.0, width=160, height=90)
    loudness, peak = measure_loudness(resampled(clip.sound))
    assert loudness == pytest.approx(-16.0, abs=1.0)
    assert peak <= -1.0


@pytest.mark.parametrize("subject", ["car", "horse", "bird", "rocket", "train", "whale"])
def test_other_subjects_are_as_loud(make_clip: Make, subject: str) -> None:
    text = FULL.replace("small wooden sailboat glides", f"red {subject} moves")
    clip = make_clip(text, seconds=3.0, width=128, height=72)
    loudness, peak = measure_loudness(resampled(clip.sound))
    assert loudness == pytest.approx(-16.0, abs=1.0)
    assert peak <= -1.0


def test_a_silent_clip_still_has_a_sound_track(make_clip: Make) -> None:
    clip = make_clip("a boat on the sea, silent, no sound")
    assert clip.codecs[1] == "aac"
    assert np.abs(clip.sound).max() < 1e-3


def test_a_poor_prompt_sounds_overdriven_beside_a_full_one(make_clip: Make) -> None:
    poor = make_clip("a boat", seconds=2.0, width=128, height=72).sound
    full = make_clip(FULL, seconds=2.0, width=128, height=72).sound
    assert measure_loudness(poor)[1] > -1.0 > measure_loudness(full)[1]


def test_a_poor_prompt_flickers_beside_a_full_one(make_clip: Make) -> None:
    def flicker(prompt: str) -> float:
        means = [frame.mean() for frame in make_clip(prompt, seconds=1.5).frames]
        return float(np.std(np.diff(means)))

    assert flicker("a boat") > 4 * flicker(FULL)


def test_filler_draws_the_very_same_clip(make_clip: Make) -> None:
    plain = make_clip("a boat").frames
    padded = make_clip("a very nice amazing boat, masterpiece, best quality, 8k").frames
    assert all(np.array_equal(a, b) for a, b in zip(plain, padded, strict=True))


def test_the_same_seed_gives_the_same_frames_and_another_seed_others(make_clip: Make) -> None:
    first, again, other = (make_clip("a lighthouse by the sea", seed=s).frames for s in (5, 5, 6))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert np.abs(first[3].astype(int) - other[3]).mean() > 3


def subject_colour(clip: Any) -> NDArray[Any]:
    """Mean colour of the most colourful pixels around the middle of the picture."""
    frame = clip.frames[len(clip.frames) // 2]
    height, width = frame.shape[:2]
    area = (
        frame[height // 6 : 5 * height // 6, width // 3 : 2 * width // 3].reshape(-1, 3).astype(int)
    )
    spread = area.max(axis=1) - area.min(axis=1)
    return area[spread >= np.percentile(spread, 88)].mean(axis=0)


@pytest.mark.parametrize(("colour", "channel"), [("red", 0), ("green", 1), ("blue", 2)])
@pytest.mark.parametrize("scene", ["balloon over a snowy winter valley", "car in a city street"])
def test_a_colour_word_colours_the_subject(
    make_clip: Make, scene: str, colour: str, channel: int
) -> None:
    text = f"close-up of a {colour} {scene}"
    plain = make_clip(text.replace(colour, "white"), seconds=0.25)
    painted = make_clip(text, seconds=0.25)
    middle = len(painted.frames) // 2
    change = painted.frames[middle].astype(int) - plain.frames[middle]
    # Dyeing white takes the other two channels away and leaves its own.
    removed = change.reshape(-1, 3)[np.abs(change).reshape(-1, 3).sum(axis=1) > 60].mean(axis=0)
    assert removed.argmax() == channel
    assert removed.max() - removed.min() > 40


def test_the_first_frame_is_the_given_image(make_clip: Make) -> None:
    x = np.linspace(0, 255, 320).astype(np.uint8)
    image = np.dstack([np.tile(x, (180, 1)), np.full((180, 320), 90), np.tile(x[::-1], (180, 1))])
    image = np.ascontiguousarray(image.astype(np.uint8))
    cv2.circle(image, (110, 80), 40, (30, 220, 240), -1)
    clip = make_clip(FULL, first_frame=as_png(image), seconds=1.0)
    wanted = image[..., ::-1].astype(int)
    first, last = clip.frames[0].astype(int), clip.frames[-1].astype(int)
    assert np.abs(first - wanted).mean() < 6
    assert np.abs(last - wanted).mean() > 1.5 * np.abs(first - wanted).mean()


def test_a_first_frame_of_another_shape_covers_the_frame(make_clip: Make) -> None:
    image = np.full((400, 100, 3), (40, 160, 90), np.uint8)
    clip = make_clip("a tree", first_frame=as_png(image), width=320, height=180)
    assert np.abs(clip.frames[0][:100].astype(int) - (90, 160, 40)).mean() < 14


def test_progress_rises_to_one(tmp_path: Path) -> None:
    seen: list[float] = []
    render("a cat", RenderSettings(128, 72, 0.5, 1), tmp_path / "a.mp4", progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize(
    "settings",
    [
        RenderSettings(321, 180, 1, 1),
        RenderSettings(320, 16, 1, 1),
        RenderSettings(320, 180, 0, 1),
        RenderSettings(320, 180, math.nan, 1),
        RenderSettings(320, 180, 1, 1, fps=0),
        RenderSettings(320, 180, 1, 1, first_frame=b"not an image"),
        RenderSettings(320, 180, 1, 1, first_frame=b""),
    ],
)
def test_bad_settings_are_refused_and_leave_no_file(
    settings: RenderSettings, tmp_path: Path
) -> None:
    with pytest.raises(RenderError):
        render("a cat", settings, tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="cannot write"):
        render("a cat", RenderSettings(128, 72, 0.25, 1), tmp_path / "none" / "a.mp4")


def test_a_caller_that_stops_leaves_no_half_file(tmp_path: Path) -> None:
    def stop(share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render("a cat", RenderSettings(128, 72, 0.5, 1), tmp_path / "a.mp4", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_large_clip_is_drawn_smaller_and_enlarged(tmp_path: Path) -> None:
    path = tmp_path / "large.mp4"
    render("a tree", RenderSettings(3840, 2160, 0.05, 1), path)
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        assert (frame.width, frame.height) == (3840, 2160)
