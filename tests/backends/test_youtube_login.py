"""OAuth for installed apps, against the studio's accounts and a hand-made peer."""

import asyncio
import json
import re
import stat
import subprocess
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from video_agent.backends.google.oauth import OAuth, OAuthClient, OAuthEndpoints, read_client
from video_agent.backends.google.oauth_browser import log_in
from video_agent.backends.google.stored_login import StoredLogin
from video_agent.backends.google.token_file import Login, TokenFile
from video_agent.backends.google.youtube_scopes import LOGIN_SCOPES, MANAGE, lacking, scope_named
from video_agent.errors import AuthError, BackendError, ConfigurationError, InvalidRequestError
from video_agent.models import utc_now
from video_agent.studio.config import StudioConfig
from video_agent.studio.server import Studio

SECRET = "GOCSPX-secret-of-the-client"  # noqa: S105 - made up
CLIENT = OAuthClient("client-1.apps.googleusercontent.com", SecretStr(SECRET))


@pytest.fixture
def accounts(tmp_path: Path) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path / "accounts")) as studio:
        yield studio


@pytest.fixture
def oauth(accounts: Studio) -> OAuth:
    return OAuth(CLIENT, OAuthEndpoints.at(accounts.url))


@pytest.fixture
def file(tmp_path: Path) -> TokenFile:
    return TokenFile(tmp_path / "home" / "token.json")


class Person:
    """Opens the page that is shown and agrees, as the studio does at once."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        self.tasks: list[asyncio.Task[httpx.Response]] = []

    def __call__(self, address: str) -> None:
        self.pages.append(address)
        self.tasks.append(asyncio.ensure_future(self._open(address)))

    async def _open(self, address: str) -> httpx.Response:
        async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as browser:
            return await browser.get(address)


def order(studio: Studio, kind: str, name: str, times: int = 1) -> None:
    httpx.post(
        f"{studio.url}/studio/faults",
        json={"kind": kind, "name": name, "times": times},
        headers={"x-studio-token": studio.token},
        trust_env=False,
    ).raise_for_status()


def statistics_of(studio: Studio) -> dict[str, Any]:
    headers = {"x-studio-token": studio.token}
    address = f"{studio.url}/studio/statistics"
    return dict(httpx.get(address, headers=headers, trust_env=False).json())


def aged(login: Login) -> Login:
    return login.model_copy(update={"expires_at": utc_now() - timedelta(seconds=1)})


async def test_a_person_agrees_and_the_login_is_kept_for_its_owner_only(
    oauth: OAuth, file: TokenFile
):
    person = Person()
    login = await log_in(oauth, LOGIN_SCOPES, person)
    query = parse_qs(urlsplit(person.pages[0]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["access_type"] == ["offline"]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", query["redirect_uri"][0])
    assert SECRET not in person.pages[0]
    assert "go back to the terminal" in (await person.tasks[0]).text
    file.write(login)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.path.parent.iterdir()] == ["token.json"]
    kept = file.read()
    assert kept is not None
    assert kept.refresh_token == login.refresh_token
    assert not lacking(kept.scopes, LOGIN_SCOPES)
    assert lacking(kept.scopes, [MANAGE]) == [MANAGE]
    for text in (repr(login), str(login), login.model_dump_json(), repr(oauth.client)):
        assert login.refresh_token.get_secret_value() not in text
        assert login.access_token.get_secret_value() not in text
        assert SECRET not in text


async def test_answers_without_our_state_change_nothing_and_a_no_is_a_no(oauth: OAuth):
    said: list[str] = []
    waiting = asyncio.ensure_future(log_in(oauth, LOGIN_SCOPES, said.append))
    while not said:
        await asyncio.sleep(0.01)
    query = parse_qs(urlsplit(said[0]).query)
    back, state = query["redirect_uri"][0], query["state"][0]
    async with httpx.AsyncClient(trust_env=False) as browser:
        assert (await browser.get(f"{back}favicon.ico")).status_code == 404
        assert (await browser.get(back, params={"code": "evil"})).status_code == 404
        forged = await browser.get(back, params={"code": "evil", "state": state[:-1]})
        assert forged.status_code == 404
        assert not waiting.done()
        await browser.get(back, params={"error": "access_denied", "state": state})
    with pytest.raises(AuthError, match="not granted: access_denied"):
        await waiting


async def test_nobody_agreeing_ends_in_time(oauth: OAuth):
    with pytest.raises(AuthError, match="in time"):
        await log_in(oauth, LOGIN_SCOPES, lambda _: None, patience_seconds=0.05)


async def test_an_old_token_is_renewed_once_for_ten_askers(
    oauth: OAuth, accounts: Studio, file: TokenFile
):
    login = await log_in(oauth, LOGIN_SCOPES, Person())
    file.write(aged(login))
    stored = StoredLogin(oauth, file)
    tokens = await asyncio.gather(*(stored.token() for _ in range(10)))
    assert len({token.get_secret_value() for token in tokens}) == 1
    assert tokens[0] != login.access_token
    statistics = await asyncio.to_thread(statistics_of, accounts)
    assert statistics["requests"]["oauth.token"] == 2  # the login and one renewal
    assert await stored.renewed(login.access_token) == tokens[0]


async def test_an_ended_login_says_why_and_what_to_do(
    oauth: OAuth, accounts: Studio, file: TokenFile
):
    login = await log_in(oauth, LOGIN_SCOPES, Person())
    file.write(aged(login))
    stored = StoredLogin(oauth, file)
    order(accounts, "oauth.token", "503")
    with pytest.raises(BackendError) as caught:
        await stored.token()
    assert caught.value.retryable
    order(accounts, "oauth.token", "html_503")
    with pytest.raises(BackendError, match="HTTP 503"):
        await stored.token()
    await oauth.revoke(login)
    with pytest.raises(AuthError, match="7 days") as ended:
        await stored.token()
    assert "video-agent youtube login" in ended.value.hint
    assert login.refresh_token.get_secret_value() not in str(ended.value)
    await oauth.revoke(login)  # once more is harmless


async def test_without_a_login_or_with_another_clients_there_is_a_hint(
    oauth: OAuth, file: TokenFile
):
    with pytest.raises(AuthError, match="nobody is logged in"):
        await StoredLogin(oauth, file).token()
    login = await log_in(oauth, LOGIN_SCOPES, Person())
    file.write(login.model_copy(update={"client_id": "another"}))
    with pytest.raises(AuthError, match="another OAuth client"):
        await StoredLogin(oauth, file).token()


def test_a_login_is_neither_kept_in_a_repository_nor_read_when_others_can(
    tmp_path: Path, file: TokenFile
):
    login = Login(
        client_id="c", refresh_token=SecretStr("r"), access_token=SecretStr("a"),
        expires_at=utc_now(),
    )  # fmt: skip
    assert file.read() is None
    work = tmp_path / "work"
    subprocess.run(["git", "init", "-q", str(work)], check=True)
    with pytest.raises(ConfigurationError, match="git work tree"):
        TokenFile(work / "deep" / "token.json").write(login)
    assert not (work / "deep").exists()
    file.write(login)
    file.path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="can be read by others"):
        file.read()
    file.path.chmod(0o600)
    file.path.write_text("{}")
    with pytest.raises(ConfigurationError, match="is damaged"):
        file.read()
    assert file.delete()
    assert not file.delete()


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("not json", "no OAuth client file"),
        ({"web": {"client_id": "x"}}, "it holds: web"),
        ({"type": "service_account"}, "service account cannot upload"),
        ({"installed": {"client_id": "x"}}, "not the client of an installed app"),
        ([], "it holds: nothing"),
    ],
)
def test_a_wrong_client_file_is_refused_with_the_right_kind_named(
    tmp_path: Path, document: object, says: str
):
    path = tmp_path / "client.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    with pytest.raises(ConfigurationError, match=says) as caught:
        read_client(path)
    assert "Desktop app" in caught.value.hint


def test_the_consoles_own_file_is_read_and_secrets_go_nowhere_in_the_clear(tmp_path: Path):
    path = tmp_path / "client_secret_x.json"
    fields = {"client_id": "c", "client_secret": SECRET, "redirect_uris": ["http://localhost"]}
    path.write_text(json.dumps({"installed": fields}))
    assert read_client(path).secret.get_secret_value() == SECRET
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_client(tmp_path / "gone.json")
    with pytest.raises(ConfigurationError, match="refused"):
        OAuthEndpoints(token="http://example.com/token")  # noqa: S106 - an address
    assert OAuthEndpoints.at("https://www.googleapis.com") == OAuthEndpoints()


def test_permissions_have_short_names_and_include_each_other():
    assert scope_named("youtube.force-ssl") == MANAGE
    with pytest.raises(InvalidRequestError, match="no use"):
        scope_named("gmail")
    assert lacking([MANAGE], LOGIN_SCOPES) == []
