"""ADK's own server finds our sessions by URI, and they survive its restart."""

import shutil
import sqlite3
from pathlib import Path

import httpx
import pytest
import yaml
from google.adk.cli.fast_api import get_fast_api_app
from google.adk.cli.service_registry import get_service_registry

from video_agent.store import SQLModelSessionService
from video_agent.store.adk_service import (
    SCHEMES,
    create_session_service,
    database_url_of,
    register_session_schemes,
)

ROOT = Path(__file__).parents[2]
AGENT = """
from google.adk.agents import LlmAgent
root_agent = LlmAgent(name="demo", model="offline/none")
"""


@pytest.fixture
def agents_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "agents"
    (folder / "demo").mkdir(parents=True)
    (folder / "demo" / "__init__.py").touch()
    (folder / "demo" / "agent.py").write_text(AGENT)
    shutil.copy(ROOT / "services.yaml", folder)
    return folder


def server(agents_folder: Path, uri: str) -> httpx.AsyncClient:
    app = get_fast_api_app(agents_dir=str(agents_folder), session_service_uri=uri, web=False)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")


@pytest.mark.parametrize("scheme", ["videoagent", "sqlite+aiosqlite"])
async def test_sessions_made_over_http_survive_a_restart(
    agents_folder: Path, tmp_path: Path, scheme: str
) -> None:
    file = tmp_path / "sessions.db"
    uri = f"{scheme}:///{file}"
    path = "/apps/demo/users/ada/sessions"
    async with server(agents_folder, uri) as first:
        new = {"sessionId": "one", "state": {"user:likes": "boats"}}
        assert (await first.post(path, json=new)).status_code == 200
        assert (await first.post(path, json=new)).status_code == 409
    async with server(agents_folder, uri) as second:
        (found,) = (await second.get(path)).json()
        assert (found["id"], found["state"]) == ("one", {"user:likes": "boats"})
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT session_id FROM agent_sessions").fetchall() == [("one",)]
    connection.close()


def test_both_folders_adk_may_be_given_name_the_same_schemes() -> None:
    at_root, in_package = (
        yaml.safe_load((ROOT / place).read_text(encoding="utf-8"))
        for place in ("services.yaml", "video_agent/services.yaml")
    )
    assert at_root == in_package
    home = f"{create_session_service.__module__}.{create_session_service.__name__}"
    assert {one["class"] for one in at_root["services"]} == {home}
    assert {one["type"] for one in at_root["services"]} == {"session"}
    assert tuple(one["scheme"] for one in at_root["services"]) == SCHEMES


def test_a_server_of_ours_registers_the_schemes_itself() -> None:
    register_session_schemes()
    for uri in ("videoagent://", "videoagent:///x.db", "sqlite:///x.db", "postgresql://h/x"):
        made = get_service_registry().create_session_service(uri, agents_dir=".")
        assert isinstance(made, SQLModelSessionService)


def test_a_uri_means_a_database(tmp_path: Path) -> None:
    assert database_url_of("videoagent:///a/b.db") == "sqlite:///a/b.db"
    assert database_url_of("videoagent:////a/b.db") == "sqlite:////a/b.db"
    assert database_url_of("postgresql://h/x") == "postgresql://h/x"
    # The isolation fixture has set VIDEO_AGENT_HOME.
    for bare in ("videoagent://", "videoagent:///"):
        assert str(tmp_path / "home") in database_url_of(bare)
