"""Lost submits are looked for in the folder of then; where there was none, nobody can tell."""

from dataclasses import dataclass, field

import pytest

from video_agent.backends.prefix_lookup import PrefixLookup
from video_agent.errors import BackendError
from video_agent.ports import Finding

CLIP = "gs://then/out/g-1/1/sample_0.mp4"


@dataclass
class Shelf:
    """Lists what it holds."""

    objects: tuple[str, ...] = ()
    failure: BackendError | None = None
    asked: list[str] = field(default_factory=list[str])

    async def list_uris(self, prefix_uri: str) -> list[str]:
        self.asked.append(prefix_uri)
        if self.failure is not None:
            raise self.failure
        return [uri for uri in self.objects if uri.startswith(prefix_uri)]


@pytest.mark.parametrize("output_uri", ["gs://then/out", "gs://then/out/"])
async def test_what_lies_in_the_generations_own_folder_is_found(output_uri: str) -> None:
    shelf = Shelf((CLIP,))
    found = await PrefixLookup(shelf).find("g-1", output_uri=output_uri)
    assert found == Finding(verdict="found", provider_id="gs://then/out/g-1/")
    assert (await PrefixLookup(shelf).find("g-2", output_uri=output_uri)).verdict == "absent"
    assert shelf.asked == ["gs://then/out/g-1/", "gs://then/out/g-2/"]


async def test_a_clip_that_was_ordered_into_the_answer_is_never_called_absent() -> None:
    shelf = Shelf((CLIP,))
    assert (await PrefixLookup(shelf).find("g-1")).verdict == "cannot_tell"
    assert shelf.asked == []


async def test_a_folder_that_cannot_be_listed_proves_nothing() -> None:
    shelf = Shelf(failure=BackendError("403"))
    found = await PrefixLookup(shelf).find("g-1", output_uri="gs://then/out")
    assert found.verdict == "cannot_tell"
