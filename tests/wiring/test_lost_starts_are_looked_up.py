"""Where a lost paid start is looked for, and when its absence is believed: by settings alone."""

import asyncio

import pytest

from video_agent.backends.google.client import GoogleClients
from video_agent.backends.prefix_lookup import PrefixLookup
from video_agent.backends.studio_lookup import StudioLookup
from video_agent.catalog import load_catalog
from video_agent.settings import load_settings
from video_agent.studio.server import Studio, StudioConfig
from video_agent.wiring.google_backends import build_backends
from video_agent.wiring.parts import google_config
from video_agent.wiring.reach import open_reach

FOLDERS: dict[str, object] = {
    "backend": "agent_platform",
    "google_cloud_project": "my-project",
    "generation_bucket": "gs://my-bucket/generations",
}


@pytest.mark.parametrize(
    ("chosen", "reconciler", "absent_after"),
    [
        (FOLDERS, PrefixLookup, 120.0),
        ({**FOLDERS, "settle_seconds": 20.0}, PrefixLookup, 20.0),
        ({"backend": "studio"}, StudioLookup, 5.0),
    ],
    ids=["own folder", "own folder, settle time set", "studio"],
)
async def test_a_generation_is_looked_for_in_its_own_folder_also_when_a_studio_answers(
    chosen: dict[str, object],
    reconciler: type[object],
    absent_after: float,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Studio(StudioConfig(folder=tmp_path_factory.mktemp("studio"))) as studio:
        address = {"agent_platform_base_url": studio.url, "studio_url": studio.url}
        settings = load_settings(**address, **chosen)
        reach = await asyncio.to_thread(open_reach, settings)
        clients = GoogleClients(google_config(settings, reach))
        backends = build_backends(settings, reach, clients, load_catalog())
        assert isinstance(backends.reconciler, reconciler)
        assert backends.settle_times.absent_after == absent_after
        await backends.close()
        await clients.close()
