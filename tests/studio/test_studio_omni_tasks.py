"""Omni's tasks: what each one takes, and that its ingredients are seen in the picture."""

import base64
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from google import genai
from numpy.typing import NDArray

from video_agent.studio.server import Studio

OMNI = "gemini-omni-1.2-flash"
FORMAT = {"type": "video", "duration": "3s", "resolution": "360p"}
BOAT = "A red sailboat sails slowly across calm water at noon, slow tracking shot, cinematic"
SIZE = (640, 360)
Pixels = NDArray[Any]
Make = Callable[..., Any]
Wait = Callable[..., Any]


def task(name: str) -> dict[str, object]:
    return {"video_config": {"task": name}}


def picture(red: int, green: int, blue: int) -> Pixels:
    """A colour that brightens from left to right, with a black disc."""
    shade = np.linspace(0.3, 1.0, SIZE[0])[None, :, None] * np.array([blue, green, red])
    image = np.broadcast_to(shade, (SIZE[1], SIZE[0], 3)).astype(np.uint8).copy()
    return cv2.circle(image, (200, 150), 60, (0, 0, 0), -1)


def image_block(image: Pixels) -> dict[str, str]:
    data = cv2.imencode(".png", image)[1].tobytes()
    return {"type": "image", "data": base64.b64encode(data).decode(), "mime_type": "image/png"}


def video_block(content: bytes) -> dict[str, str]:
    data = base64.b64encode(content).decode()
    return {"type": "video", "data": data, "mime_type": "video/mp4"}


def text_block(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


def bytes_of(interaction: Any) -> bytes:
    return base64.b64decode(interaction.output_video.data)


def frames(content: bytes, folder: Path) -> list[Pixels]:
    path = folder / "looked-at.mp4"
    path.write_bytes(content)
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]


def likeness(first: Pixels, second: Pixels) -> float:
    """PSNR in dB."""
    error = float(np.mean((first.astype(np.float64) - second.astype(np.float64)) ** 2))
    return 10 * float(np.log10(255**2 / max(error, 1e-9)))


@pytest.fixture
def make(client: genai.Client) -> Make:
    """Make a clip and wait for it; inline."""

    def create(**changes: Any) -> Any:
        fields: dict[str, Any] = {"input": BOAT, "response_format": FORMAT, **changes}
        interaction: Any = client.interactions.create(model=OMNI, **fields)
        assert interaction.status == "completed", interaction
        return interaction

    return create


@pytest.fixture(scope="module")
def boat(studio: Studio, new_client: Callable[[Studio], genai.Client]) -> Any:
    with new_client(studio) as client:
        create: Make = client.interactions.create
        return create(model=OMNI, input=BOAT, response_format=FORMAT)


def test_a_clip_starts_from_its_image_and_ends_on_the_second(make: Make, tmp_path: Path):
    red, blue = picture(230, 60, 60), picture(60, 60, 230)

    made = make(
        input=[image_block(red), image_block(blue), text_block("the light changes")],
        generation_config=task("image_to_video"),
    )

    shown = frames(bytes_of(made), tmp_path)
    assert likeness(shown[0], red) > 20 > likeness(shown[0], blue)
    assert likeness(shown[-1], blue) > 28
    assert made.usage.total_input_tokens > 2 * 2040
    steps = [likeness(one, two) for one, two in pairwise(shown)]
    assert min(steps) > 20, "the change must be gradual"


def test_frame_tags_say_which_image_is_which(make: Make, tmp_path: Path):
    red, blue = picture(230, 60, 60), picture(60, 60, 230)

    made = make(
        input=[
            text_block("<LAST_FRAME> is where it ends, <FIRST_FRAME> where it starts"),
            image_block(blue),
            image_block(red),
        ]
    )

    shown = frames(bytes_of(made), tmp_path)
    assert likeness(shown[0], red) > 20
    assert likeness(shown[-1], blue) > 28


def test_a_last_frame_alone_is_reached_from_the_drawn_scene(make: Make, tmp_path: Path):
    green = picture(60, 230, 60)

    made = make(input=[text_block(f"{BOAT} <LAST_FRAME>"), image_block(green)])

    shown = frames(bytes_of(made), tmp_path)
    assert likeness(shown[-1], green) > 28
    assert likeness(shown[0], green) < 14


@pytest.mark.parametrize("kind", ["image", "video"])
def test_references_colour_the_picture(make: Make, boat: Any, tmp_path: Path, kind: str):
    plain = frames(bytes_of(boat), tmp_path)[36].mean(axis=(0, 1))
    if kind == "image":
        block = image_block(picture(40, 220, 60))
    else:
        green = make(
            input=[image_block(picture(40, 220, 60)), text_block("wind")],
            generation_config=task("image_to_video"),
        )
        block = video_block(bytes_of(green))

    made = make(input=[block, text_block(BOAT)], generation_config=task("reference_to_video"))

    coloured = frames(bytes_of(made), tmp_path)[36].mean(axis=(0, 1))
    assert coloured[1] / coloured.sum() > plain[1] / plain.sum() + 0.03
    modality = {item.modality: item.tokens for item in made.usage.input_tokens_by_modality}
    assert modality[kind] == (2040 if kind == "image" else 5792 * 3)


def test_an_edit_changes_the_picture_and_keeps_the_scene(make: Make, boat: Any, tmp_path: Path):
    edited = make(
        input="turn it into night",
        previous_interaction_id=boat.id,
        generation_config=task("edit"),
        response_format={"type": "video"},
    )

    before, after = frames(bytes_of(boat), tmp_path), frames(bytes_of(edited), tmp_path)
    assert (len(before), before[0].shape) == (len(after), after[0].shape)
    assert after[36].mean() < 0.6 * before[36].mean()
    assert likeness(before[36], after[36]) < 15
    outline = [cv2.Canny(cv2.cvtColor(shown[36], cv2.COLOR_BGR2GRAY), 60, 160)
               for shown in (before, after)]  # fmt: skip
    near = cv2.dilate(outline[0], np.ones((9, 9), np.uint8)) > 0
    assert (near & (outline[1] > 0)).sum() > 0.5 * (outline[1] > 0).sum()
    assert edited.previous_interaction_id == boat.id
    tokens = {item.modality: item.tokens for item in edited.usage.input_tokens_by_modality}
    assert tokens["video"] == 5792 * 3
    assert edited.usage.output_tokens_by_modality[0].tokens == 1931 * 3


def test_edits_follow_on_each_other(make: Make, boat: Any, tmp_path: Path):
    night = make(
        input="make it night", previous_interaction_id=boat.id, response_format={"type": "video"}
    )
    snow = make(
        input="let it snow", previous_interaction_id=night.id, response_format={"type": "video"}
    )

    one, two = frames(bytes_of(night), tmp_path)[40], frames(bytes_of(snow), tmp_path)[40]
    assert 15 < likeness(one, two) < 32
    assert two.mean() < 90


def test_a_foreign_clip_is_retouched(make: Make, clips: dict[str, Path], tmp_path: Path):
    source = clips["good"].read_bytes()

    made = make(
        input=[video_block(source), text_block("make it night, with snow")],
        generation_config=task("edit"),
        response_format={"type": "video"},
    )

    before, after = frames(source, tmp_path), frames(bytes_of(made), tmp_path)
    assert len(after) == len(before)
    assert after[36].mean() < 0.8 * before[36].mean()


@pytest.mark.parametrize("known", [True, False])
def test_an_extended_clip_is_the_old_one_and_its_seamless_continuation(
    make: Make, boat: Any, clips: dict[str, Path], tmp_path: Path, *, known: bool
):
    source = bytes_of(boat) if known else clips["good"].read_bytes()
    by_id = {"previous_interaction_id": boat.id, "input": "the boat sails on"}
    by_clip = {"input": [video_block(source), text_block("the boat sails on")]}

    made = make(
        **(by_id if known else by_clip),
        generation_config=task("extend"),
        response_format={"type": "video", "duration": "3s"},
    )

    old, new = frames(source, tmp_path), frames(bytes_of(made), tmp_path)
    assert len(new) == len(old) + 72
    assert likeness(new[30], old[30]) > 33
    steps = [likeness(one, two) for one, two in pairwise(new[40:])]
    seam = steps.pop(71 - 40)
    assert seam >= min(steps), "the step over the seam must be one like the others"
    assert likeness(new[100], new[101]) < 60, "it must go on moving"
    assert made.usage.output_tokens_by_modality[0].tokens == 1931 * 3


def test_a_clip_made_here_is_known_again_by_its_bytes(make: Make, boat: Any, tmp_path: Path):
    ask = {"response_format": {"type": "video"}}
    by_clip = make(input=[video_block(bytes_of(boat)), text_block("make it night")], **ask)
    by_id = make(input="make it night", previous_interaction_id=boat.id, **ask)

    one, two = frames(bytes_of(by_clip), tmp_path)[36], frames(bytes_of(by_id), tmp_path)[36]
    assert likeness(one, two) > 45


def test_a_clip_is_enlarged(make: Make, boat: Any, tmp_path: Path):
    made = make(
        input="larger",
        previous_interaction_id=boat.id,
        generation_config=task("upscale"),
        response_format={"type": "video", "resolution": "720p"},
    )

    shown = frames(bytes_of(made), tmp_path)
    assert (len(shown), shown[0].shape) == (72, (720, 1280, 3))
    small = cv2.resize(shown[36], SIZE, interpolation=cv2.INTER_AREA)
    assert likeness(small, frames(bytes_of(boat), tmp_path)[36]) > 30


def test_the_usage_is_told_in_full(boat: Any):
    usage = boat.usage

    assert usage.total_output_tokens == 1931 * 3 + 497
    assert usage.total_thought_tokens == 235
    assert [(item.modality, item.tokens) for item in usage.output_tokens_by_modality] == [
        ("video", 1931 * 3)
    ]
    total = usage.total_input_tokens + usage.total_output_tokens + usage.total_thought_tokens
    assert usage.total_tokens == total
