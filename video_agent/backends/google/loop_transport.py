"""An HTTP transport that may be shared by clients of several event loops."""

import asyncio
from weakref import WeakKeyDictionary

import httpx


class LoopTransport(httpx.AsyncBaseTransport):
    """Opens connections anew in each event loop, directly: no proxy, whatever is installed.

    google-genai sends by aiohttp when that happens to be importable, and then through the proxies
    of the environment. Naming a transport makes it use httpx. ADK copies our client arguments for
    every loop it meets, so the one object has to serve them all; closing one of ADK's clients must
    not cut the others, so connections end with their loop.
    """

    def __init__(self) -> None:
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncHTTPTransport] = (
            WeakKeyDictionary()
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send over the running loop's connections."""
        loop = asyncio.get_running_loop()
        if loop not in self._by_loop:
            self._by_loop[loop] = httpx.AsyncHTTPTransport(trust_env=False)
        return await self._by_loop[loop].handle_async_request(request)
