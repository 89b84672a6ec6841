"""Reading an interaction: plainly, and as a stream where plain reading is refused."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import cast

from google import genai
from pydantic import BaseModel

from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.errors import read_failure
from video_agent.backends.google.omni_answer import Document
from video_agent.backends.google.omni_stream import read_stream
from video_agent.errors import BackendError

_REFUSALS_BEFORE_STREAM = 3


class OmniReader:
    """Reads interactions, one request each in the common case.

    On Agent Platform plain reads of finished generations were seen to be refused while the stream
    answered. So after three refusals in a row the stream is read once, then plain reads go on.

    Args:
        clients: Configuration and login.
    """

    def __init__(self, clients: GoogleClients) -> None:
        self._clients = clients
        self._refusals: Counter[str] = Counter()

    async def read(self, client: genai.Client, interaction_id: str) -> Document:
        """The interaction as a document.

        Raises:
            Exception: Whatever the SDK raises; `errors.poll_error` translates it.
            BackendError: The login failed, or the answer is no interaction.
        """
        await self._clients.authorize()
        try:
            answer = await client.aio.interactions.get(interaction_id)
        except Exception as error:
            if not self._try_stream(interaction_id, error):
                raise
            return await self._stream(client, interaction_id)
        self._refusals.pop(interaction_id, None)
        return _document(answer)

    async def _stream(self, client: genai.Client, interaction_id: str) -> Document:
        events = await client.aio.interactions.get(interaction_id, stream=True)
        document = await read_stream(cast("AsyncIterator[object]", events))
        if not document.get("status"):
            raise BackendError("the stream told nothing", retryable=True)
        return document

    def _try_stream(self, interaction_id: str, error: Exception) -> bool:
        if self._clients.config.surface != "agent_platform":
            return False
        failure = read_failure(error, self._clients.config)
        unknown = "invalid interaction name" in failure.message.lower() or failure.status == 404
        if not failure.clean_refusal or unknown or failure.status in (401, 403, 429):
            return False
        self._refusals[interaction_id] += 1
        if self._refusals[interaction_id] < _REFUSALS_BEFORE_STREAM:
            return False
        del self._refusals[interaction_id]
        return True


def _document(answer: object) -> Document:
    if isinstance(answer, BaseModel):
        dumped = answer.model_dump(mode="json", exclude_none=True)
        return cast("Mapping[str, object]", dumped)
    raise BackendError("the answer is not an interaction", retryable=True)
