"""A moving test pattern with sound.

A clip whose every quality is known, for self-checks, tests and measurements.

A textured picture pans slowly behind a drifting disc; the sound is a soft chord. `change_frame` and
`change_sound` plant faults.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from video_agent.media.replacing import replacing

Frame = npt.NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""
Track = npt.NDArray[np.float32]
"""Stereo samples, shape (2, samples), full scale 1.0."""

_SAMPLE_RATE = 48_000
_BLOCK = 1024
_CHORD_HERTZ = (220.0, 277.18, 329.63)
_PAN_HEIGHTS_PER_SECOND = 0.12


@dataclass(frozen=True, slots=True)
class Pattern:
    """What to write.

    Sizes in pixels, both even; `crf` is x264's quality (lower is better); `sound=False` leaves the
    track out.
    """

    width: int = 320
    height: int = 180
    fps: int = 24
    duration_seconds: float = 2.0
    sound: bool = True
    seed: int = 0
    crf: int = 16
    preset: str = "veryfast"
    bit_rate: int | None = None


def write_pattern(
    target: Path,
    pattern: Pattern | None = None,
    *,
    change_frame: Callable[[int, Frame], Frame] | None = None,
    change_sound: Callable[[Track], Track] | None = None,
) -> Path:
    """Write the pattern as MP4 (H.264, AAC). Blocking.

    Args:
        target: Where to.
        pattern: Size, length and so on.
        change_frame: Gets each frame's number and picture and returns the picture to write, of the
            same size.
        change_sound: Gets the whole sound track and returns the one to write.

    Returns:
        `target`.

    Raises:
        MediaError: The file cannot be written.
    """
    what = pattern or Pattern()
    with (
        replacing(target) as partial,
        av.open(
            f"file:{partial}", "w", format="mp4", container_options={"movflags": "+faststart"}
        ) as file,
    ):
        picture, sound = _tracks(file, what)
        _write_picture(file, picture, what, change_frame)
        if sound is not None:
            samples = _chord(what)
            _write_sound(file, sound, change_sound(samples) if change_sound else samples)
    return target


def _write_picture(
    file: OutputContainer,
    picture: VideoStream,
    what: Pattern,
    change_frame: Callable[[int, Frame], Frame] | None,
) -> None:
    world = _world(what)
    for number in range(round(what.duration_seconds * what.fps)):
        image = _draw(world, number, what)
        if change_frame is not None:
            image = change_frame(number, image)
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, what.fps)
        file.mux(picture.encode(frame))
    file.mux(picture.encode(None))


def _tracks(file: OutputContainer, what: Pattern) -> tuple[VideoStream, AudioStream | None]:
    options = {"preset": what.preset, "g": str(2 * what.fps)}
    if what.bit_rate is None:
        options["crf"] = str(what.crf)
    picture = file.add_stream("libx264", rate=what.fps, options=options)
    picture.width, picture.height, picture.pix_fmt = what.width, what.height, "yuv420p"
    if what.bit_rate is not None:
        picture.bit_rate = what.bit_rate
    if not what.sound:
        return picture, None
    sound = file.add_stream("aac", rate=_SAMPLE_RATE, layout="stereo")
    sound.bit_rate = 128_000
    return picture, sound


def _world(what: Pattern) -> Frame:
    """A picture larger than the frame.

    Coloured clouds with fine texture, bright enough to see every fault.
    """
    width = what.width + int(what.height * _PAN_HEIGHTS_PER_SECOND * what.duration_seconds) + 8
    rng = np.random.default_rng(what.seed)
    cloud = np.zeros((what.height, width), np.float32)
    cell, strength = what.height / 3, 1.0
    while cell >= 2:
        shape = (int(what.height / cell) + 2, int(width / cell) + 2)
        grid = rng.random(shape, dtype=np.float32)
        size = (width, what.height)
        cloud += strength * np.asarray(cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC))
        cell, strength = cell / 2, strength * 0.8
    low, high = np.percentile(cloud, (1, 99))
    cloud = (cloud - low) / (high - low)
    dark, light = np.array([20, 45, 90], np.float32), np.array([255, 215, 150], np.float32)
    world = dark + (light - dark) * cloud[..., None]
    return np.asarray(np.clip(world, 0, 255), np.uint8)


def _draw(world: Frame, number: int, what: Pattern) -> Frame:
    """The frame at a moment: the world moved on (to a fraction of a pixel) and the disc."""
    seconds = number / what.fps
    move = np.array(
        [[1, 0, -seconds * _PAN_HEIGHTS_PER_SECOND * what.height], [0, 1, 0]], np.float32
    )
    size = (what.width, what.height)
    frame = np.asarray(cv2.warpAffine(world, move, size, flags=cv2.INTER_CUBIC), np.uint8)
    share = seconds / what.duration_seconds
    centre = (
        round(16 * what.width * (0.25 + 0.5 * share)),
        round(16 * what.height * (0.5 + 0.15 * np.sin(3 * share))),
    )
    radius = round(16 * what.height * 0.12)
    cv2.circle(frame, centre, radius, (200, 60, 40), -1, cv2.LINE_AA, shift=4)
    return frame


def _chord(what: Pattern) -> Track:
    time = np.arange(round(what.duration_seconds * _SAMPLE_RATE)) / _SAMPLE_RATE
    swell = 0.75 + 0.25 * np.sin(2 * np.pi * 1.5 * time)
    tone = sum(np.sin(2 * np.pi * hertz * time + index) for index, hertz in enumerate(_CHORD_HERTZ))
    left = 0.09 * swell * tone
    return np.stack([left, 0.9 * left]).astype(np.float32)


def _write_sound(file: OutputContainer, sound: AudioStream, samples: Track) -> None:
    for start in range(0, samples.shape[1], _BLOCK):
        block = np.ascontiguousarray(samples[:, start : start + _BLOCK], np.float32)
        frame = AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = _SAMPLE_RATE, start
        frame.time_base = Fraction(1, _SAMPLE_RATE)
        file.mux(sound.encode(frame))
    file.mux(sound.encode(None))
