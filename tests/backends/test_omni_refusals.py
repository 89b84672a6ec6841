"""Orders for Omni that can only fail: they are refused before anything is sent."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.backends.conftest import Peer
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.omni import OmniGenerator
from video_agent.catalog import Catalog
from video_agent.errors import RejectedError
from video_agent.models import GenerationInputs, GenerationOrder, SourceClip, Task


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "source.mp4"
    path.write_bytes(b"not really a clip")
    return path


def starting(order: GenerationOrder, task: Task, **inputs: Any) -> GenerationOrder:
    settings = order.settings.model_copy(update={"task": task})
    return order.model_copy(update={"settings": settings, "inputs": GenerationInputs(**inputs)})


@pytest.mark.parametrize("task", ["text_to_video", "image_to_video", "edit", "extend"])
async def test_inputs_that_do_not_fit_the_task_are_never_sent(
    peer: Peer,
    clients: GoogleClients,
    catalog: Catalog,
    order: GenerationOrder,
    tmp_path: Path,
    task: Task,
) -> None:
    frame = tmp_path / "a.png"
    Image.new("RGB", (64, 64), "navy").save(frame)
    wrong: dict[Task, dict[str, Any]] = {"text_to_video": {"first_frame": frame}}
    with pytest.raises(RejectedError, match="missing or not needed"):
        await OmniGenerator(clients, catalog).submit(
            starting(order, task, **wrong.get(task, {"references": (frame,)}))
        )
    assert peer.requests == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"duration_seconds": 12.0}, "can be extended up to 10 s"),
        ({"duration_seconds": 26.0, "provider_id": "v1_old"}, "ends at 30 s"),
        ({"path": Path("gone.mp4")}, "cannot be read"),
    ],
)
async def test_a_source_that_cannot_be_used_is_never_sent(
    peer: Peer,
    clients: GoogleClients,
    catalog: Catalog,
    order: GenerationOrder,
    clip: Path,
    source: dict[str, Any],
    told: str,
) -> None:
    known = SourceClip(
        generation_id="g", model="gemini-omni-1.1-flash", path=clip, duration_seconds=8.0
    )
    given = known.model_copy(update=source)
    with pytest.raises(RejectedError, match=told):
        await OmniGenerator(clients, catalog).submit(starting(order, "extend", source=given))
    assert peer.requests == []


async def test_pictures_that_burst_a_request_are_never_sent(
    peer: Peer, project_clients: GoogleClients, catalog: Catalog, order: GenerationOrder, clip: Path
) -> None:
    heavy = clip.with_name("heavy.png")
    heavy.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(8_000_000))
    task = starting(order, "reference_to_video", references=(heavy, heavy))
    with pytest.raises(RejectedError, match="larger than 15 MB"):
        await OmniGenerator(project_clients, catalog).submit(task)
    assert peer.requests == []
