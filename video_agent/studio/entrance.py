"""Every request's way in: Host and Origin, key, ordered fault, endpoint, count."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from video_agent.studio.callers import check_key
from video_agent.studio.connection import CutConnection
from video_agent.studio.faults import QUOTAS, REFUSALS, Fault, Faults
from video_agent.studio.incoming import IncomingBody
from video_agent.studio.reasoned_refusal import refusal_of
from video_agent.studio.refusals import Refusal
from video_agent.studio.traffic import RequestRecord, Traffic

Handler = Callable[[Request, Fault | None], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]
RoleOf = Callable[[Request], Awaitable[str]]
CallerCheck = Callable[[Request], None]
ROLE, LABEL = "studio_role", "studio_label"  # written into request.state by the handlers

HTML_503 = "<html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>"
MESSAGES = {
    "400": "Request contains an invalid argument.",
    "401": "Request had invalid authentication credentials.",
    "403": "The caller does not have permission.",
    "404": "Requested entity was not found.",
    "408": "The request timed out.",
    "409": "The operation was aborted.",
    "410": "The requested entity is gone.",
    "429": "Resource has been exhausted (e.g. check quota).",
    "429_plain": "Resource has been exhausted (e.g. check quota).",
    "429_day": "You exceeded your current quota, please check your plan and billing details.",
    "429_list": "Resource has been exhausted (e.g. check quota).",
    "500": "An internal error has occurred.",
    "503": "The model is overloaded. Please try again later.",
    "504": "The request timed out. Please try again.",
    "poll_400": "Multiple authentication credentials received. Please pass only one.",
    "expired_link": "The requested file has expired.",
}


@dataclass(frozen=True)
class Entrance:
    """Wraps endpoints with the key check, the faults and the count."""

    faults: Faults
    traffic: Traffic

    def wrap(
        self,
        kind: str,
        handler: Handler,
        *,
        role_of: RoleOf | None,
        check: CallerCheck | None = None,
        streams: bool = False,
    ) -> Endpoint:
        """An endpoint for this kind of request.

        Args:
            kind: One of `traffic.KINDS`.
            handler: Gets the request and the fault that it has to play itself (None for none).
            role_of: Tells the role of a `generate_content` request, or the step of an upload, for
                faults on one of them.
            check: Refuses a caller; `check_key` when it is None.
            streams: The handler reads `request.state.incoming`, an `IncomingBody`, by itself.
        """

        async def endpoint(request: Request) -> Response:
            if streams:
                request.state.incoming = IncomingBody(request)
            else:
                await request.body()  # else a client that still sends would see a reset
            role = await role_of(request) if role_of else ""
            fault = self.faults.take(kind, role)
            response = await self._answer(kind, handler, check or check_key, request, fault)
            if streams and not isinstance(response, CutConnection):
                await request.state.incoming.drain()
            self._note(kind, request, response, fault, role)
            return response

        return endpoint

    async def _answer(
        self,
        kind: str,
        handler: Handler,
        check: CallerCheck,
        request: Request,
        fault: Fault | None,
    ) -> Response:
        if fault and (early := before(fault, kind)):
            return early
        try:
            check(request)
            response = await handler(request, fault)
        except Refusal as refusal:
            return refusal.response()
        return await after(fault, response, kind) if fault else response

    def _note(
        self, kind: str, request: Request, response: Response, fault: Fault | None, role: str
    ) -> None:
        cut = isinstance(response, CutConnection)
        self.traffic.add(
            RequestRecord(
                kind=kind,
                status=0 if cut else response.status_code,
                accepted=bool(getattr(request.state, "accepted", False)),
                label=str(getattr(request.state, "label", "")),
                role=role,
                fault=fault.name if fault else "",
            )
        )


_STATUS = {
    **{name: int(name) for name in REFUSALS},
    **dict.fromkeys(("429_list", *QUOTAS), 429),
    "poll_400": 400,
    "expired_link": 404,
}


def before(fault: Fault, kind: str) -> Response | None:
    """The answer of a fault that strikes before the endpoint is reached; None for the others."""
    if fault.name == "cut_before":
        return CutConnection()
    if fault.name == "junk_200":
        return PlainTextResponse("}{ this is not JSON", media_type="application/json")
    if fault.name == "empty_200":
        return Response(status_code=200, media_type="application/json")
    if fault.name == "html_503":
        return Response(HTML_503, status_code=503, media_type="text/html")
    status = _STATUS.get(fault.name)
    if status is None:
        return None
    details = _quota_details(fault) if status == 429 else []
    refusal = refusal_of(kind, status, MESSAGES[fault.name], details)
    refusal.as_list = fault.name == "429_list"
    response = refusal.response()
    if status == 429 and fault.name not in QUOTAS:
        response.headers["Retry-After"] = f"{fault.seconds:.0f}"
    return response


def _quota_details(fault: Fault) -> list[object]:
    if fault.name == "429_plain":
        return []
    kinds = "type.googleapis.com/google.rpc."
    span = "Day" if fault.name == "429_day" else "Minute"
    quota = f"GenerateRequestsPer{span}PerProjectPerModel"
    details: list[object] = [{"@type": f"{kinds}QuotaFailure", "violations": [{"quotaId": quota}]}]
    if fault.name != "429_day":
        details.append({"@type": f"{kinds}RetryInfo", "retryDelay": f"{fault.seconds:g}s"})
    return details


async def after(fault: Fault, response: Response, kind: str) -> Response:
    """What the client gets instead of the endpoint's answer."""
    if fault.name == "cut_after":
        return CutConnection()
    if fault.name == "503_after":
        return refusal_of(kind, 503, MESSAGES["503"]).response()
    if fault.name == "slow":
        await asyncio.sleep(fault.seconds)
    return response


class LoopbackOnly:
    """Lets in only requests whose Host and Origin name this machine: no foreign web page."""

    def __init__(self, app: ASGIApp, allowed_hosts: tuple[str, ...] = ()) -> None:
        self._app = app
        self._allowed = frozenset(name.lower() for name in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then pass on."""
        if scope["type"] == "http":
            request = Request(scope)
            host = f"//{request.headers.get('host', '')}"
            origin = request.headers.get("origin", host)
            if not (self._local(host) and self._local(origin)):
                message = {"error": {"code": 403, "message": "only loopback names are served"}}
                await JSONResponse(message, status_code=403)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _local(self, address: str) -> bool:
        try:
            name = urlsplit(address).hostname or ""
            known = name == "localhost" or name in self._allowed
            return known or ip_address(name).is_loopback
        except ValueError:  # no address at all
            return False
