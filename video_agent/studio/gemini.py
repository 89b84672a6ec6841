"""Omni, the language models and the Files API, put together over one studio's state."""

from dataclasses import dataclass

from video_agent.catalog import Catalog
from video_agent.studio.buckets import Buckets
from video_agent.studio.config import StudioConfig
from video_agent.studio.drawings import MadeClips
from video_agent.studio.files import Files
from video_agent.studio.generator_rules import GeneratorRules
from video_agent.studio.interactions import Interactions
from video_agent.studio.language_models import LanguageModels
from video_agent.studio.media_sources import MediaSources
from video_agent.studio.renders import Renders
from video_agent.studio.roles import Roles
from video_agent.studio.source_clips import SourceClips
from video_agent.studio.storage import Storage


@dataclass(frozen=True)
class Gemini:
    """The services of both surfaces that Gemini's models stand behind."""

    renders: Renders
    interactions: Interactions
    files: Files
    models: LanguageModels


def make_gemini(
    config: StudioConfig, catalog: Catalog, storage: Storage, buckets: Buckets
) -> Gemini:
    """Build the services; `renders.start()` begins to draw."""
    sources, made = MediaSources(storage, buckets), MadeClips(storage)
    renders = Renders(config, storage, buckets, made)
    rules = GeneratorRules(catalog, sources, SourceClips(storage, made))
    roles = Roles(sources)
    return Gemini(
        renders=renders,
        interactions=Interactions(config, rules, storage, renders),
        files=Files(config, storage, sources),
        models=LanguageModels(catalog, roles.play, roles.clip_seconds),
    )
