"""`video-agent studio` and `video-agent web`: what keeps running until Ctrl+C."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.options import AsJson, Backend, Database

if TYPE_CHECKING:
    from video_agent.studio.server import Studio


async def studio(
    *,
    port: Annotated[int, Parameter(help="0 picks a free one.")] = 8790,
    folder: Annotated[
        Path | None, Parameter(help="Its state; default: a folder of its own in ~/.video-agent.")
    ] = None,
    seed: Annotated[int, Parameter(help="Same seed, same prompt, same clip.")] = 0,
    latency: Annotated[float, Parameter(help="Seconds each generation takes at least.")] = 0.0,
    as_json: AsJson = False,
) -> int:
    """Serve the studio: a local stand-in for Google that renders real clips for nothing.

    It speaks the Gemini API and Agent Platform (Omni, Veo, Gemini, Files), Cloud Storage, Video
    Intelligence and YouTube as Google does, so any google-genai program can use it; point
    GOOGLE_GEMINI_BASE_URL or GOOGLE_VERTEX_BASE_URL at it. It listens on loopback only. The token
    printed at the start opens the fault-injection endpoint /studio/faults.

    - `video-agent studio --port 8790`
    - `GOOGLE_API_KEY=any GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8790 python your_program.py`
    """
    from video_agent.cli.opening import settings_with
    from video_agent.errors import ConfigurationError
    from video_agent.studio.config import StudioConfig, StudioError
    from video_agent.studio.server import serve

    home = settings_with(None, None, None).home.expanduser()
    place = folder or home / f"studio-{port}"
    config = StudioConfig(folder=place, port=port, base_seed=seed, latency_seconds=latency)
    try:
        await serve(config, lambda running: _announce(running, as_json=as_json))
    except (StudioError, OSError) as error:
        raise ConfigurationError(
            f"the studio cannot start: {error}",
            hint="give it another --port, or a --folder of its own",
        ) from error
    return 0


def _announce(studio: "Studio", *, as_json: bool) -> None:
    from video_agent.cli.console import print_json

    if as_json:
        print_json({"url": studio.url, "token": studio.token})
        return
    print(f"studio   {studio.url}   (Ctrl+C stops it)")
    print(f"token    {studio.token}   (header X-Studio-Token, for /studio/faults)")
    print(f"use it   GOOGLE_API_KEY=any GOOGLE_GEMINI_BASE_URL={studio.url}", flush=True)


async def web(
    *,
    port: Annotated[int, Parameter(help="The port on 127.0.0.1.")] = 8000,
    backend: Backend = None,
    database: Database = None,
) -> int:
    """Serve ADK's dev UI on our session store: chat with the agent, watch its tools and clips.

    It listens on loopback only and has no authentication: whoever reaches the port can spend the
    budget of your key.

    - `video-agent web --port 8000`
    """
    import uvicorn

    from video_agent.cli.opening import settings_with
    from video_agent.web import build_web_app

    app = build_web_app(settings_with(backend, None, database), port=port)
    print(f"open http://127.0.0.1:{port}/dev-ui/?app=video_agent   (Ctrl+C stops it)", flush=True)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="warning", log_config=None
    )  # its lines look like ours
    await uvicorn.Server(config).serve()
    return 0
