"""`video-agent youtube`: the login that uploads use."""

import threading
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from video_agent.cli.options import AsJson

if TYPE_CHECKING:
    from video_agent.wiring.publishing import YouTubeAccount


def youtube_app() -> App:
    """The command with its three parts."""
    app = App(name="youtube", help="Log in to YouTube, log out, or see how the login stands.")
    for command in (login, logout, status):
        app.command(command)
    return app


async def login(
    *,
    scope: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            help="More permissions: youtube.force-ssl for captions and playlists.",
        ),
    ] = (),
    browser: Annotated[bool, Parameter(help="Open the browser; else print the address.")] = True,
    as_json: AsJson = False,
) -> int:
    """Let Google ask you whether this program may upload to your YouTube channel.

    Needs an OAuth client of type Desktop app (console.cloud.google.com/auth/clients) in the file
    that VIDEO_AGENT_YOUTUBE_CLIENT_FILE names. The login is kept in a file only you can read,
    outside of any repository. It may upload, and read your channel to see whether an upload that
    was cut off has arrived. While the app is in status "Testing" Google ends it after 7 days.

    - `video-agent youtube login`
    - `video-agent youtube login --no-browser`
    - `video-agent youtube login --scope youtube.force-ssl`
    """
    from video_agent.cli.console import print_json

    missing = await _account().log_in(_open_page if browser else _print_page, scope)
    if as_json:
        print_json({"logged_in": True, "missing": missing})
    else:
        print("logged in to YouTube")
        for name in missing:
            print(f"but without the permission {name}: it was not agreed to")
    return 0


async def logout(*, as_json: AsJson = False) -> int:
    """End the login at Google and delete it here.

    - `video-agent youtube logout`
    """
    from video_agent.cli.console import print_json

    was_there, problem = await _account().log_out()
    if as_json:
        print_json({"logged_in": False, "was_logged_in": was_there, "problem": problem})
        return 0
    print("logged out of YouTube" if was_there else "nobody was logged in to YouTube")
    if problem:
        print(f"but Google does not know: {problem}; see myaccount.google.com/connections")
    return 0


async def status(*, as_json: AsJson = False) -> int:
    """Say whether uploads would work now. Exit code 6 when they would not.

    - `video-agent youtube status`
    """
    from dataclasses import asdict

    from video_agent.cli.console import print_json

    found = await _account().status()
    if as_json:
        print_json(asdict(found))
    elif found.logged_in:
        print(f"logged in to YouTube, may: {', '.join(found.scopes)}\nkept in {found.token_file}")
    else:
        print(f"{found.problem}" + (f"\n→ {found.hint}" if found.hint else ""))
    return 0 if found.logged_in else 6


def _account() -> "YouTubeAccount":
    from video_agent.cli.opening import settings_with
    from video_agent.wiring.publishing import YouTubeAccount

    return YouTubeAccount(settings_with(None, None, None))


def _print_page(address: str) -> None:
    print(f"open this page in a browser on this machine:\n{address}", flush=True)


def _open_page(address: str) -> None:
    import webbrowser

    _print_page(address)
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
