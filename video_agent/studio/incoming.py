"""A request's body as it comes in: for uploads that must survive a client that breaks off."""

from collections.abc import AsyncIterator

from starlette.requests import Request


class IncomingBody:
    """The body in blocks. `ended` once nothing more comes; `broken` when the client went away."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self.ended = False
        self.broken = False

    async def blocks(self) -> AsyncIterator[bytes]:
        """The blocks that have not been read yet; ends quietly when the client goes away."""
        while not self.ended:
            message = await self._receive()
            self.broken = message["type"] == "http.disconnect"
            self.ended = self.broken or not message.get("more_body", False)
            if block := message.get("body", b""):
                yield bytes(block)

    async def drain(self) -> None:
        """Read the rest: a client that still sends would else see a reset, not the answer."""
        async for _ in self.blocks():
            pass
