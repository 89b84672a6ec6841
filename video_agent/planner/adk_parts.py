"""The planner's model: ADK's Gemini class with a client of our making."""

from collections.abc import Mapping

from google.adk.models.google_llm import Gemini


def gemini_planner(model_id: str, client_arguments: Mapping[str, object]) -> Gemini:
    """An ADK model that uses exactly these client arguments (address, key, time-out).

    Args:
        model_id: Always given: ADK's own default is a retired model.
        client_arguments: Keyword arguments of `google.genai.Client`; they win over the environment.
    """
    return Gemini(model=model_id, client_kwargs=dict(client_arguments))
