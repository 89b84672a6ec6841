"""The consent page, the token endpoint and the revocation of tokens."""

import asyncio
from collections.abc import Mapping
from html import escape
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from video_agent.studio.accounts.grants import (
    EXPIRED_OR_REVOKED,
    TOKEN_SECONDS,
    Consent,
    Grants,
    Tokens,
)
from video_agent.studio.entrance import Entrance
from video_agent.studio.faults import Fault
from video_agent.studio.reasoned_refusal import OAuthRefusal

DENIED, UNKNOWN = "denied-", "unknown-"
NO_STORE = {"Cache-Control": "no-cache, no-store, max-age=0, must-revalidate", "Pragma": "no-cache"}


def account_routes(entrance: Entrance, grants: Grants) -> list[BaseRoute]:
    """All routes."""
    accounts = Accounts(grants)
    token = entrance.wrap("oauth.token", accounts.token, role_of=None, check=_anybody)
    return [
        Route("/o/oauth2/v2/auth", accounts.consent),
        Route("/o/oauth2/auth", accounts.consent),
        Route("/token", token, methods=["POST"]),
        Route("/o/oauth2/token", token, methods=["POST"]),
        Route("/revoke", accounts.revoke, methods=["POST"]),
        Route("/o/oauth2/revoke", accounts.revoke, methods=["POST"]),
    ]


class Accounts:
    """The endpoints over the grants.

    A client id that starts with `denied-` meets a person who says no, one that starts with
    `unknown-` was never registered. Everybody else agrees at once, without a page.
    """

    def __init__(self, grants: Grants) -> None:
        self._grants = grants

    async def consent(self, request: Request) -> Response:
        """GET /o/oauth2/v2/auth: leads back to the application's loopback address."""
        query = request.query_params
        redirect_uri, client_id = query.get("redirect_uri", ""), query.get("client_id", "")
        if problem := _consent_problem(query):
            return HTMLResponse(
                f"<h1>Access blocked: Authorization Error</h1><p>{escape(problem)}</p>", 400
            )
        state = {"state": query["state"]} if "state" in query else {}
        if client_id.startswith(DENIED):
            return _lead(redirect_uri, {**state, "error": "access_denied"})
        consent = Consent(
            client_id,
            redirect_uri,
            query["scope"],
            query.get("code_challenge", ""),
            query.get("code_challenge_method", "plain"),
        )
        code = await asyncio.to_thread(self._grants.new_code, consent)
        return _lead(redirect_uri, {**state, "code": code, "scope": consent.scope})

    async def token(self, request: Request, fault: Fault | None) -> Response:
        """POST /token with grant_type authorization_code or refresh_token.

        Raises:
            OAuthRefusal: 400 or 401.
        """
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        if fault and fault.name == "invalid_grant":
            raise OAuthRefusal(400, "invalid_grant", EXPIRED_OR_REVOKED)
        seconds = int(fault.seconds) if fault and fault.name == "short_lived" else TOKEN_SECONDS
        tokens = await asyncio.to_thread(self._tokens, form, seconds)
        body: dict[str, object] = {
            "access_token": tokens.access_token,
            "expires_in": tokens.expires_in,
            "scope": tokens.scope,
            "token_type": "Bearer",
        }
        if tokens.refresh_token:
            body["refresh_token"] = tokens.refresh_token
        return JSONResponse(body, headers=NO_STORE)

    def _tokens(self, form: Mapping[str, str], seconds: int) -> Tokens:
        client_id = form.get("client_id", "")
        if not client_id:
            raise OAuthRefusal(
                400, "invalid_request", "Could not determine client ID from request."
            )
        if client_id.startswith(UNKNOWN):
            raise OAuthRefusal(401, "invalid_client", "The OAuth client was not found.")
        kind = form.get("grant_type", "")
        if kind == "authorization_code":
            return self._grants.redeem(
                form.get("code", ""),
                client_id=client_id,
                redirect_uri=form.get("redirect_uri", ""),
                verifier=form.get("code_verifier", ""),
                expires_in=seconds,
            )
        if kind == "refresh_token":
            given = form.get("refresh_token", "")
            if not given:
                raise OAuthRefusal(
                    400, "invalid_request", "Missing required parameter: refresh_token"
                )
            return self._grants.refresh(given, client_id, seconds)
        raise OAuthRefusal(400, "unsupported_grant_type", f"Invalid grant_type: {kind}")

    async def revoke(self, request: Request) -> Response:
        """POST /revoke with the token in the query or the form.

        Raises:
            OAuthRefusal: 400.
        """
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        token = request.query_params.get("token") or form.get("token", "")
        await asyncio.to_thread(self._grants.revoke, token)
        return JSONResponse({})


def _consent_problem(query: Mapping[str, str]) -> str:
    """What Google's page would say; empty when there is nothing to say."""
    for name in ("client_id", "redirect_uri", "response_type", "scope"):
        if not query.get(name):
            return f"Error 400: invalid_request. Missing required parameter: {name}"
    if query["client_id"].startswith(UNKNOWN):
        return "Error 401: invalid_client. The OAuth client was not found."
    if query["response_type"] != "code":
        return f"Error 400: invalid_request. Invalid response_type: {query['response_type']}"
    if not _is_loopback(query["redirect_uri"]):
        return "Error 400: redirect_uri_mismatch. An installed application uses loopback."
    if query.get("code_challenge_method", "plain") not in {"plain", "S256"}:
        return "Error 400: invalid_request. Invalid code_challenge_method"
    return ""


def _is_loopback(address: str) -> bool:
    try:
        parts = urlsplit(address)
        name = parts.hostname or ""
        local = name == "localhost" or ip_address(name).is_loopback
    except ValueError:  # no address at all
        return False
    return local and parts.scheme == "http" and not parts.fragment


def _lead(address: str, values: Mapping[str, str]) -> Response:
    mark = "&" if urlsplit(address).query else "?"
    return RedirectResponse(f"{address}{mark}{urlencode(values)}", 302)


def _anybody(_request: Request) -> None:
    """The form says who asks."""
