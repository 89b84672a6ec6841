"""What the engine records, as JSON: readable by other versions, and never code."""

import json
from typing import cast

from dbos import Serializer

from video_agent.errors import StoreError

_FAILURE = "video_agent_failure"


class JsonSerializer(Serializer):
    """Plain JSON. An exception is kept as its type and message, and read as a `StoreError`."""

    def name(self) -> str:
        """Stands beside every recorded value."""
        return "video_agent_json"

    def serialize(self, data: object) -> str:
        """A value as JSON text.

        Raises:
            TypeError: It holds something that JSON cannot.
        """
        if isinstance(data, BaseException):
            data = {_FAILURE: type(data).__name__, "message": str(data)}
        return json.dumps(data, separators=(",", ":"))

    def deserialize(self, serialized_data: str) -> object:
        """The value of a JSON text."""
        value: object = json.loads(serialized_data)
        if isinstance(value, dict) and _FAILURE in value:
            failure = cast("dict[str, str]", value)
            return StoreError(f"{failure[_FAILURE]}: {failure['message']}")
        return value
