"""What makes two intents the same paid thing."""

import hashlib
import json

from video_agent.models import GenerationSettings


def fingerprint(
    *, job_id: str, attempt_number: int, model: str, prompt: str, settings: GenerationSettings
) -> str:
    """SHA-256 over job, attempt, model, prompt, inputs and settings, as 64 hexadecimal digits.

    Inputs enter by the sha256 fields of the settings.
    """
    parts = [job_id, attempt_number, model, prompt, settings.model_dump(mode="json")]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
