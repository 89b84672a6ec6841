"""Which role answers a generateContent request."""

import json

from video_agent.studio.clip_answers import clip_seconds, describe_clip, judge_clip
from video_agent.studio.content_answers import Reply
from video_agent.studio.content_request import ContentRequest
from video_agent.studio.media_sources import MediaSources
from video_agent.studio.planner.policy import plan
from video_agent.studio.schema_values import smallest
from video_agent.studio.shot_answers import enhance

INTRODUCTION = "This is a local studio that makes short videos; it does not hold a conversation."


class Roles:
    """Hands a request to the role it implies."""

    def __init__(self, sources: MediaSources) -> None:
        self._sources = sources

    def play(self, request: ContentRequest, liar: str = "") -> Reply:
        """Answer; a judge may be ordered to lie (see `judge.liars`).

        Raises:
            Refusal: The request shows a clip that cannot be found or watched.
        """
        role = request.role
        if role == "planner":
            return plan(request)
        if role == "judge":
            return judge_clip(request, self._sources, liar)
        if role == "viewer":
            return describe_clip(request, self._sources)
        if role == "enhancer":
            return enhance(request)
        if role == "structured":
            return Reply(json.dumps(smallest(request.schema or {})))
        return Reply("{}" if request.wants_json else INTRODUCTION)

    def clip_seconds(self, request: ContentRequest) -> float:
        """How many seconds of the request's clip would be looked at.

        Raises:
            Refusal: The clip cannot be found or read.
        """
        return clip_seconds(request, self._sources)
