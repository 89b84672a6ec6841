"""What finished videos are called."""

import re
import unicodedata
from datetime import date

from video_agent.models import Generation, utc_now

_LONGEST_SLUG = 40


def file_name(generation: Generation, today: date | None = None, *, sample: int = 1) -> str:
    """`<date>-<words of the prompt>-<job>-a<attempt>.mp4`, plain ASCII for every file system.

    The job is named by the last 8 digits of its id, which are random; the first ones are the time.
    A further sample of the same generation ends in `-s<sample>`.
    """
    day = today or utc_now().date()
    job = re.sub(r"[^0-9A-Za-z]", "", generation.job_id)[-8:]
    parts = [day.isoformat(), slug(generation.prompt), job, f"a{generation.attempt_number}"]
    if sample > 1:
        parts.append(f"s{sample}")
    return "-".join(part for part in parts if part) + ".mp4"


def slug(text: str) -> str:
    """The first words in lower-case ASCII joined by hyphens; empty when nothing remains."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.findall(r"[a-z0-9]+", ascii_text.lower())
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word
        if len(longer) > _LONGEST_SLUG:
            break
        name = longer
    return name or (words[0][:_LONGEST_SLUG] if words else "")
