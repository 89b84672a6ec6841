"""Google's backends, made from settings and a reach: generators, storage, look-up."""

import asyncio
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from video_agent.catalog import Catalog
from video_agent.ledger.reconcile import SettleTimes
from video_agent.settings import Settings
from video_agent.wiring.prices import CLIP_SECONDS
from video_agent.wiring.reach import Reach

if TYPE_CHECKING:
    from video_agent.backends.google.client import GoogleClients
    from video_agent.backends.google.clips import KeepClip
    from video_agent.backends.google.gemini import GeminiLanguageModel
    from video_agent.backends.google.omni import ReadFolder
    from video_agent.backends.google.storage import CloudStorage
    from video_agent.backends.google.video_intelligence import VideoIntelligence
    from video_agent.backends.webhook_lookup import ToldIds
    from video_agent.models import GenerationUpdate
    from video_agent.ports import Generator, ObjectStore, Reconciler

_STUDIO_SETTLE_SECONDS = 5.0
_SETTLE_MARGIN_SECONDS = 15.0
_LONGEST_RUN_SECONDS = 1800.0
_LONGEST_STUDIO_RUN_SECONDS = 120.0
_STUDIO_POLL_SECONDS = 0.1
_PASSING_CLIPS = "judged-clips"


@dataclass(frozen=True)
class GoogleBackends:
    """What one agent talks to.

    Args:
        generator: Speaks each model's protocol.
        language_model: Planner apart: enhancer and judge.
        reconciler: Looks up lost submits.
        settle_times: When its answers are believed.
        storage: Cloud Storage, when any bucket is configured; to be closed.
        mirror: Where finished videos are kept as well; None: only in the output folder.
        analyzer: Looks at clips beside the judge; None: nobody does.
        analysis_usd: What it takes for one clip.
    """

    generator: "Generator"
    language_model: "GeminiLanguageModel"
    reconciler: "Reconciler"
    settle_times: SettleTimes
    storage: "CloudStorage | None"
    mirror: "ObjectStore | None"
    analyzer: "VideoIntelligence | None" = None
    analysis_usd: Decimal = Decimal(0)

    async def close(self) -> None:
        """Close what holds connections."""
        if self.storage is not None:
            await self.storage.close()
        if self.analyzer is not None:
            await self.analyzer.close()


def build_backends(
    settings: Settings,
    reach: Reach,
    clients: "GoogleClients",
    catalog: Catalog,
    *,
    told: "ToldIds | None" = None,
) -> GoogleBackends:
    """Make the backends. Nothing is called.

    Args:
        settings: The configuration.
        reach: Which service is talked to.
        clients: Its clients.
        catalog: The models.
        told: What a receiver of webhooks was told about a generation; None: there is none.

    Raises:
        ConfigurationError: A bucket, link or address cannot be used.
        AuthError: Buckets are configured and there are no Google credentials.
    """
    from video_agent.backends.google.gemini import GeminiLanguageModel
    from video_agent.backends.webhook_lookup import FirstToTell, WebhookLookup

    storage = _storage(settings, reach)
    keep_clip = None if storage is None else _keeping(storage)
    reconciler, settle_times = _reconciler(settings, reach, storage)
    if told is not None and settings.webhook_url is not None and reach.surface == "gemini_api":
        reconciler = FirstToTell(WebhookLookup(told), reconciler)
    analyzer, analysis_usd = _analyzer(settings, reach, storage)
    return GoogleBackends(
        generator=_generator(clients, catalog, storage, keep_clip),
        language_model=GeminiLanguageModel(clients, catalog, keep_clip=keep_clip),
        reconciler=reconciler,
        settle_times=settle_times,
        storage=storage,
        mirror=storage if settings.buckets else None,
        analyzer=analyzer,
        analysis_usd=analysis_usd,
    )


def _generator(
    clients: "GoogleClients",
    catalog: Catalog,
    storage: "CloudStorage | None",
    keep_clip: "KeepClip | None",
) -> "Generator":
    from video_agent.backends.google.by_protocol import GeneratorByProtocol
    from video_agent.backends.google.omni import OmniGenerator
    from video_agent.backends.google.omni_inputs import OmniInputs

    generators: dict[str, Generator] = {
        "interactions": OmniGenerator(
            clients,
            catalog,
            fetch_object=None if storage is None else storage.fetch,
            read_folder=None if storage is None else _reading(storage),
            inputs=OmniInputs(clients, catalog, keep_clip=keep_clip),
        )
    }
    if clients.config.surface == "agent_platform":
        from video_agent.backends.google.veo import VeoGenerator

        generators["long_running"] = VeoGenerator(clients, catalog, storage=storage)
    return GeneratorByProtocol(catalog, generators)


def _storage(settings: Settings, reach: Reach) -> "CloudStorage | None":
    """Cloud Storage when a bucket is configured; the studio's when a studio answers."""
    output = settings.generation_bucket if reach.surface == "agent_platform" else None
    if not settings.buckets and output is None:
        return None
    from video_agent.backends.google.credentials import application_default
    from video_agent.backends.google.storage import CloudStorage
    from video_agent.backends.google.storage_client import StorageConfig

    address = settings.storage_base_url or (None if reach.charged else reach.url)
    credentials, project = reach.credentials, reach.project
    if credentials is None and address is None:
        credentials, project = application_default(settings.google_cloud_project)
    return CloudStorage(
        StorageConfig(project, credentials, address),
        settings.buckets or (f"{(output or '').rstrip('/')}/{_PASSING_CLIPS}",),
        public_url_prefix=settings.public_url_prefix,
        signed_url_hours=0.0 if reach.reads_only else settings.signed_url_hours,
    )


def _analyzer(
    settings: Settings, reach: Reach, storage: "CloudStorage | None"
) -> "tuple[VideoIntelligence | None, Decimal]":
    """Video Intelligence when it is switched on; the studio's when a studio answers."""
    if not settings.video_intelligence:
        return None, Decimal(0)
    from video_agent.backends.google.credentials import application_default
    from video_agent.backends.google.video_intelligence import VideoIntelligence
    from video_agent.backends.google.video_intelligence_client import VideoIntelligenceConfig

    address = settings.video_intelligence_base_url or (None if reach.charged else reach.url)
    credentials, project = reach.credentials, reach.project
    if credentials is None and address is None:
        credentials, project = application_default(settings.google_cloud_project)
    config = VideoIntelligenceConfig(credentials=credentials, base_url=address, project=project)
    if reach.is_studio:
        config = replace(config, first_poll_seconds=_STUDIO_POLL_SECONDS)
    return VideoIntelligence(config, store=storage), config.price_usd(CLIP_SECONDS)


def _reading(storage: "CloudStorage") -> "ReadFolder":
    from video_agent.backends.google.adopted import read_folder

    async def read(folder: str) -> "GenerationUpdate":
        return await read_folder(storage, folder)

    return read


def _keeping(storage: "CloudStorage") -> "KeepClip":
    async def keep(clip: Path) -> str:
        from video_agent.media.digest import sha256_of

        digest = await asyncio.to_thread(sha256_of, clip)
        return (await storage.put(clip, sha256=digest)).uri

    return keep


def _reconciler(
    settings: Settings, reach: Reach, storage: "CloudStorage | None"
) -> "tuple[Reconciler, SettleTimes]":
    from video_agent.backends.prefix_lookup import PrefixLookup
    from video_agent.backends.studio_lookup import NoLookup, StudioLookup

    def settled(seconds: float) -> SettleTimes:
        return SettleTimes(absent_after=settings.settle_seconds or seconds)

    output = settings.generation_bucket
    if reach.surface == "agent_platform" and storage is not None and output is not None:
        # An empty folder proves something only when the longest run would have filled it.
        longest = _LONGEST_STUDIO_RUN_SECONDS if reach.is_studio else _LONGEST_RUN_SECONDS
        return PrefixLookup(storage), settled(longest)
    if reach.is_studio and reach.url is not None:
        # A studio accepts the moment a request arrives, so its "not there" is soon believed.
        return StudioLookup(reach.url), settled(_STUDIO_SETTLE_SECONDS)
    return NoLookup(), settled(settings.submit_timeout_seconds + _SETTLE_MARGIN_SECONDS)
