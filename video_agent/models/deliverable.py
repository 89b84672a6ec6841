"""What is made from a delivered video. The video itself stays as it is."""

from pathlib import Path
from typing import Literal, get_args

from video_agent.models.vocabulary import Value

DeliverableKind = Literal["final", "thumbnail", "contact_sheet"]
DELIVERABLE_KINDS: tuple[DeliverableKind, ...] = get_args(DeliverableKind)
"""In the order in which they are shown."""


class Deliverable(Value):
    """A file made from a delivered video.

    Args:
        kind: `final`: the clip at -14 LUFS, what is published; `thumbnail` and `contact_sheet`:
            JPEGs.
        path: Where it is. Of a `final` that needed no change this is the delivered video itself.
        sha256: Of its bytes.
        size_bytes: Of the file.
        storage_uri: Where our copy lies in Cloud Storage (gs://).
        loudness_lufs: Integrated loudness (ITU-R BS.1770) of a `final`; None without a sound track.
    """

    kind: DeliverableKind
    path: Path
    sha256: str
    size_bytes: int
    storage_uri: str | None = None
    loudness_lufs: float | None = None
