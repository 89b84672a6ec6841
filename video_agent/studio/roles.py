"""Which role answers a generateContent request."""

import json

from video_agent.studio.clip_answers import describe_clip, judge_clip
from video_agent.studio.content_answers import Reply
from video_agent.studio.content_request import ContentRequest
from video_agent.studio.planner.policy import plan
from video_agent.studio.schema_values import smallest
from video_agent.studio.shot_answers import enhance
from video_agent.studio.storage import Storage

INTRODUCTION = "This is a local studio that makes short videos; it does not hold a conversation."


class Roles:
    """Hands a request to the role it implies."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def play(self, request: ContentRequest) -> Reply:
        """Answer.

        Raises:
            Refusal: The request shows a clip that cannot be found or watched.
        """
        role = request.role
        if role == "planner":
            return plan(request)
        if role == "judge":
            return judge_clip(request, self._storage)
        if role == "viewer":
            return describe_clip(request, self._storage)
        if role == "enhancer":
            return enhance(request)
        if role == "structured":
            return Reply(json.dumps(smallest(request.schema or {})))
        return Reply("{}" if request.wants_json else INTRODUCTION)
