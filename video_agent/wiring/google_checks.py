"""The doctor's look at Google: identity, models, storage, analysis. Only free calls are made."""

import os
from typing import TYPE_CHECKING

from video_agent.errors import AuthError, VideoAgentError
from video_agent.models import utc_now
from video_agent.settings import Settings
from video_agent.wiring.check import Check
from video_agent.wiring.reach import Reach, backend_name

if TYPE_CHECKING:
    from video_agent.backends.google.client import GoogleConfig
    from video_agent.catalog import Catalog

_VIDEO_INTELLIGENCE_ENDS = "2027-09-14"


def check_key(settings: Settings) -> Check:
    """Which key is used, and what is missing without one. The key itself is never shown."""
    names = [name for name in ("GOOGLE_API_KEY", "GEMINI_API_KEY") if os.environ.get(name)]
    if settings.google_api_key is None:
        return Check(
            name="key",
            status="missing",
            message="no GOOGLE_API_KEY: the Gemini API is not used",
            hint="create a key, restrict it to the Gemini API, set GOOGLE_API_KEY",
        )
    if len(names) > 1:
        return Check(name="key", status="ok", message=f"{' and '.join(names)} set: the first wins")
    return Check(name="key", status="ok", message=f"{names[0] if names else 'a key'} is set")


def check_project(settings: Settings) -> Check:
    """Whether Agent Platform is switched on, for which project and location."""
    on = settings.use_agent_platform or settings.backend == "agent_platform"
    project = settings.google_cloud_project
    place = settings.google_cloud_location or "each model's own location"
    if on:
        message = f"switched on, project {project or 'of the credentials'}, {place}"
        return Check(name="agent platform", status="ok", message=message)
    reason = "a project alone does not switch it on" if project else "not switched on"
    return Check(
        name="agent platform",
        status="off",
        message=f"{reason}: no Veo, no seed, no silent clips, no samples, no gs:// output",
        hint="set GOOGLE_GENAI_USE_ENTERPRISE=true, GOOGLE_CLOUD_PROJECT, and log in with gcloud",
    )


def check_choice(settings: Settings) -> Check:
    """Which backend the settings choose, and by which of them."""
    try:
        name = backend_name(settings)
    except VideoAgentError as error:
        return Check(name="choice", status="failed", message=error.message, hint=error.hint)
    if settings.backend != "auto":
        why = "VIDEO_AGENT_BACKEND or --backend says so"
    elif name == "agent_platform":
        why = "GOOGLE_GENAI_USE_ENTERPRISE is true"
    else:
        why = "a key is set" if name == "gemini" else "there is no key"
    return Check(name="choice", status="ok", message=f"{name}: {why}")


async def check_models(reach: Reach, config: "GoogleConfig", catalog: "Catalog") -> list[Check]:
    """Whether the default models answer: their descriptions are read, which is free."""
    from video_agent.backends.google.client import GoogleClients
    from video_agent.backends.google.probe import probe_models

    roles = catalog.defaults.model_dump()
    clients = GoogleClients(config)
    try:
        probes = await probe_models(clients, catalog, sorted(set(roles.values())))
    finally:
        await clients.close()
    checks: list[Check] = []
    for probe in probes:
        used_for = ", ".join(role for role, model in roles.items() if model == probe.model)
        entry = catalog.entry(probe.model)
        retires = entry.retirement(reach.surface) if entry else None
        until = f", ends {retires}" if retires else ""
        if probe.error is None:
            message = f"{probe.model} answers ({used_for}){until}"
            checks.append(Check(name="model", status="ok", message=message))
        else:
            # Another model helps where this one is refused, not where the key or the network is.
            refused = not (probe.error.retryable or isinstance(probe.error, AuthError))
            other = entry.fallback if entry and refused else None
            instead = f"; else use {other}" if other else ""
            hint = f"{probe.error.hint}{instead}".removeprefix("; ")
            message = f"{used_for}: {probe.error.message}"
            checks.append(Check(name="model", status="failed", message=message, hint=hint))
    return checks


def check_storage(settings: Settings, reach: Reach | None) -> list[Check]:
    """Where generators write and where finished videos go."""
    return [_generation_bucket(settings, reach), _buckets(settings)]


def _generation_bucket(settings: Settings, reach: Reach | None) -> Check:
    if settings.generation_bucket is not None:
        message = f"generators write below {settings.generation_bucket}"
        return Check(name="generation bucket", status="ok", message=message)
    if reach is None or reach.surface != "agent_platform":
        return Check(
            name="generation bucket",
            status="off",
            message="not needed: only generators on Agent Platform write into Cloud Storage",
        )
    return Check(
        name="generation bucket",
        status="off",
        message="clips come inside the answers, and a lost start cannot be looked up",
        hint="set VIDEO_AGENT_GENERATION_BUCKET=gs://bucket/prefix",
    )


def _buckets(settings: Settings) -> Check:
    if not settings.buckets:
        return Check(
            name="storage",
            status="off",
            message="finished videos stay in the output folder only",
            hint="set VIDEO_AGENT_BUCKETS=gs://bucket/prefix to keep them in Cloud Storage too",
        )
    if settings.public_url_prefix:
        links = f"links by {settings.public_url_prefix}"
    elif settings.signed_url_hours:
        links = f"signed links for {settings.signed_url_hours:g} h"
    else:
        links = "no public links"
    message = f"finished videos go to {', '.join(settings.buckets)}; {links}"
    return Check(name="storage", status="ok", message=message)


def check_video_intelligence(settings: Settings) -> Check:
    """Whether the optional analyzer is on; it has an end."""
    ended = utc_now().date().isoformat() >= _VIDEO_INTELLIGENCE_ENDS
    if settings.video_intelligence:
        return Check(
            name="video intelligence",
            status="failed" if ended else "ok",
            message=f"on: billed by the minute; Google ends it on {_VIDEO_INTELLIGENCE_ENDS}",
            hint="unset VIDEO_AGENT_VIDEO_INTELLIGENCE" if ended else "",
        )
    return Check(
        name="video intelligence",
        status="off",
        message="not asked for labels, shots and explicit content; Google ends it on "
        f"{_VIDEO_INTELLIGENCE_ENDS}",
        hint="set VIDEO_AGENT_VIDEO_INTELLIGENCE=true to add them to reports",
    )
