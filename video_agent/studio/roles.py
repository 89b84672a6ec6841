"""Which role answers a generateContent request."""

from video_agent.studio.content_answers import Reply
from video_agent.studio.content_request import ContentRequest
from video_agent.studio.planner.policy import plan
from video_agent.studio.storage import Storage


class Roles:
    """Hands a request to the role it implies."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def play(self, request: ContentRequest) -> Reply:
        """Answer."""
        if request.role == "planner":
            return plan(request)
        return Reply(f"This studio makes short videos. You said: {request.user_text[:200]}")
