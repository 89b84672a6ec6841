"""`video-agent webhooks`: the receiver of what the Gemini API tells about generations."""

from typing import Annotated

from cyclopts import Parameter

from video_agent.cli.options import Backend, Database

_MOST_AT_ONCE = 64
_STOP_SECONDS = 5


async def webhooks(
    *,
    port: Annotated[int, Parameter(help="0 picks a free one.")] = 8792,
    host: Annotated[
        str, Parameter(help="Where it listens; a proxy that ends TLS belongs in front.")
    ] = "127.0.0.1",
    backend: Backend = None,
    database: Database = None,
) -> int:
    """Receive webhooks: a paid start whose answer was lost is then found and finished.

    Set VIDEO_AGENT_WEBHOOK_URL, here and wherever videos are made, to the https address at which
    Google reaches this port. What comes is believed only when Google signed it. Only the Gemini API
    needs this: on Agent Platform a lost start is found in the generation bucket.

    - `VIDEO_AGENT_WEBHOOK_URL=https://hooks.example.com/ video-agent webhooks --port 8792`
    """
    import uvicorn

    from video_agent.cli.logs import configure_logging
    from video_agent.cli.opening import settings_with
    from video_agent.webhooks import build_receiver

    configure_logging(service=True)
    app = build_receiver(settings_with(backend, None, database))
    print(f"webhooks are received on {host}:{port}   (Ctrl+C stops it)", flush=True)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    await uvicorn.Server(config).serve()
    return 0
