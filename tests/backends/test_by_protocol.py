"""One generator for all models, also for those that the catalog does not know any more."""

from pathlib import Path

import pytest

from video_agent.backends.google.by_protocol import GeneratorByProtocol
from video_agent.catalog import Catalog
from video_agent.errors import BackendError, RejectedError
from video_agent.models import GenerationOrder, GenerationUpdate
from video_agent.testing import FakeGenerator

OPERATION = "projects/p/locations/us-central1/publishers/google/models/veo-9/operations/1"


class Named(FakeGenerator):
    """Says who was asked."""

    def __init__(self, name: str) -> None:
        super().__init__(Path(name))
        self.name = name

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        return GenerationUpdate(status="running", reason=self.name)

    async def cancel(self, provider_id: str, *, model: str) -> None:
        raise BackendError(self.name)


@pytest.fixture
def by_protocol(catalog: Catalog) -> GeneratorByProtocol:
    makers = {"interactions": Named("omni"), "long_running": Named("veo")}
    return GeneratorByProtocol(catalog, makers)


@pytest.mark.parametrize("model", ["veo-3.1-fast-generate-001", "no-such-model"])
async def test_a_model_nobody_here_speaks_to_is_a_refusal_that_cost_nothing(
    catalog: Catalog, order: GenerationOrder, model: str
) -> None:
    only_omni = GeneratorByProtocol(catalog, {"interactions": Named("omni")})
    with pytest.raises(RejectedError, match="nothing was sent"):
        await only_omni.submit(order.model_copy(update={"model": model}))


@pytest.mark.parametrize(
    ("model", "provider_id", "asked"),
    [
        ("gemini-omni-1.2-flash", "v1_abc", "omni"),
        ("veo-3.1-generate-001", OPERATION, "veo"),
        ("veo-3.1-generate-001", "gs://b/1/", "veo"),
        ("gone-from-the-catalog", "v1_abc", "omni"),
        ("gone-from-the-catalog", OPERATION, "veo"),
    ],
)
async def test_a_paid_generation_is_asked_for_where_its_id_belongs(
    by_protocol: GeneratorByProtocol, model: str, provider_id: str, asked: str
) -> None:
    assert (await by_protocol.poll(provider_id, model=model)).reason == asked
    with pytest.raises(BackendError, match=asked):
        await by_protocol.cancel(provider_id, model=model)


async def test_a_generation_of_a_service_that_is_not_set_up_is_not_given_up(
    catalog: Catalog,
) -> None:
    only_omni = GeneratorByProtocol(catalog, {"interactions": Named("omni")})
    with pytest.raises(BackendError) as caught:
        await only_omni.poll(OPERATION, model="veo-3.1-generate-001")
    assert caught.value.retryable
