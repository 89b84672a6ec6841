"""What people have allowed: codes, refresh tokens and access tokens with their scopes.

For plain tests every token that starts with `studio-` works, with all scopes.
"""

import base64
import hashlib
import secrets
import sqlite3
import time
from dataclasses import dataclass

from video_agent.studio.reasoned_refusal import OAuthRefusal
from video_agent.studio.storage import Storage

TABLES = """
CREATE TABLE IF NOT EXISTS oauth_codes (
    code TEXT PRIMARY KEY, client_id TEXT NOT NULL, redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL, challenge TEXT NOT NULL, method TEXT NOT NULL, created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS oauth_tokens (
    token TEXT PRIMARY KEY, grant_id TEXT NOT NULL, kind TEXT NOT NULL, client_id TEXT NOT NULL,
    scope TEXT NOT NULL, expires_at REAL
);
"""
YOUTUBE = "https://www.googleapis.com/auth/youtube"
ALL_SCOPES = (YOUTUBE, f"{YOUTUBE}.upload", f"{YOUTUBE}.force-ssl", f"{YOUTUBE}.readonly")
ANY_TOKEN = "studio-"  # noqa: S105 - how made-up tokens start
REVOKED = "revoked"
CODE_SECONDS = 600
TOKEN_SECONDS = 3599
ACCESS, REFRESH = "access", "refresh"
EXPIRED_OR_REVOKED = "Token has been expired or revoked."


@dataclass(frozen=True)
class Consent:
    """What a person agreed to on the consent page. `challenge` is empty without PKCE."""

    client_id: str
    redirect_uri: str
    scope: str
    challenge: str = ""
    method: str = "plain"


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint gives out; `refresh_token` is empty when there is no new one."""

    access_token: str
    refresh_token: str
    scope: str
    expires_in: int


class Grants:
    """All consents of one studio. The methods block."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.create_tables(TABLES)

    def new_code(self, consent: Consent) -> str:
        """A code for the token endpoint, good for ten minutes and one use."""
        code = f"4/0{secrets.token_urlsafe(40)}"
        values = (consent.client_id, consent.redirect_uri, consent.scope)
        proof = (consent.challenge, consent.method)
        with self._storage.transaction() as connection:
            connection.execute(
                "INSERT INTO oauth_codes VALUES (?,?,?,?,?,?,?)",
                (code, *values, *proof, time.time()),
            )
        return code

    def redeem(
        self,
        code: str,
        *,
        client_id: str,
        redirect_uri: str,
        verifier: str,
        expires_in: int = TOKEN_SECONDS,
    ) -> Tokens:
        """Tokens for a code. Whatever is wrong, the code is used up.

        Raises:
            OAuthRefusal: 400.
        """
        with self._storage.transaction() as connection:
            row = connection.execute("SELECT * FROM oauth_codes WHERE code=?", (code,)).fetchone()
            connection.execute("DELETE FROM oauth_codes WHERE code=?", (code,))
        if row is None or time.time() - row["created_at"] > CODE_SECONDS:
            raise OAuthRefusal(400, "invalid_grant", "Malformed auth code.")
        if row["client_id"] != client_id:
            raise OAuthRefusal(400, "invalid_grant", "Bad Request")
        if row["redirect_uri"] != redirect_uri:
            raise OAuthRefusal(400, "redirect_uri_mismatch", "Bad Request")
        _check_verifier(row["challenge"], row["method"], verifier)
        refresh_token = f"1//0{secrets.token_urlsafe(40)}"
        with self._storage.transaction() as connection:
            _insert(connection, refresh_token, (refresh_token, REFRESH, client_id, row["scope"]))
            access = _new_access(connection, (refresh_token, client_id, row["scope"]), expires_in)
        return Tokens(access, refresh_token, row["scope"], expires_in)

    def refresh(
        self, refresh_token: str, client_id: str, expires_in: int = TOKEN_SECONDS
    ) -> Tokens:
        """A new access token.

        Raises:
            OAuthRefusal: 400 for a token that is unknown or revoked, 401 for another client's.
        """
        if refresh_token.startswith(REVOKED):
            raise OAuthRefusal(400, "invalid_grant", EXPIRED_OR_REVOKED)
        row = self._row(refresh_token, REFRESH)
        if row is None and not refresh_token.startswith(ANY_TOKEN):
            raise OAuthRefusal(400, "invalid_grant", EXPIRED_OR_REVOKED)
        if row is not None and row["client_id"] != client_id:
            raise OAuthRefusal(401, "unauthorized_client", "Unauthorized")
        scope = row["scope"] if row else " ".join(ALL_SCOPES)
        with self._storage.transaction() as connection:
            access = _new_access(connection, (refresh_token, client_id, scope), expires_in)
        return Tokens(access, "", scope, expires_in)

    def revoke(self, token: str) -> None:
        """End a grant: its refresh token and all its access tokens.

        Raises:
            OAuthRefusal: 400, the token is unknown or was revoked before.
        """
        with self._storage.transaction() as connection:
            cursor = connection.execute(
                "DELETE FROM oauth_tokens WHERE grant_id IN "
                "(SELECT grant_id FROM oauth_tokens WHERE token=?)",
                (token,),
            )
        if not cursor.rowcount:
            raise OAuthRefusal(400, "invalid_token", "Token expired or revoked")

    def scopes_of(self, access_token: str) -> frozenset[str] | None:
        """What an access token allows; None when it is unknown, expired or revoked."""
        if access_token.startswith(ANY_TOKEN):
            return frozenset(ALL_SCOPES)
        row = self._row(access_token, ACCESS)
        if row is None or row["expires_at"] <= time.time():
            return None
        return frozenset(str(row["scope"]).split())

    def _row(self, token: str, kind: str) -> sqlite3.Row | None:
        with self._storage.transaction() as connection:
            found: sqlite3.Row | None = connection.execute(
                "SELECT * FROM oauth_tokens WHERE token=? AND kind=?", (token, kind)
            ).fetchone()
        return found


def _check_verifier(challenge: str, method: str, verifier: str) -> None:
    """PKCE, RFC 7636 section 4.6."""
    if not challenge:
        return
    if not verifier:
        raise OAuthRefusal(400, "invalid_grant", "Missing code verifier.")
    computed = verifier
    if method == "S256":
        hashed = hashlib.sha256(verifier.encode()).digest()
        computed = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
    if not secrets.compare_digest(computed.encode(), challenge.encode()):
        raise OAuthRefusal(400, "invalid_grant", "Invalid code verifier.")


def _insert(
    connection: sqlite3.Connection,
    token: str,
    values: tuple[str, str, str, str],
    expires_at: float | None = None,
) -> None:
    connection.execute(
        "INSERT INTO oauth_tokens VALUES (?,?,?,?,?,?)", (token, *values, expires_at)
    )


def _new_access(
    connection: sqlite3.Connection, grant: tuple[str, str, str], expires_in: int
) -> str:
    grant_id, client_id, scope = grant
    token = f"ya29.{secrets.token_urlsafe(60)}"
    _insert(connection, token, (grant_id, ACCESS, client_id, scope), time.time() + expires_in)
    return token
