"""Making analyses in the background, and again after a restart."""

import logging
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from video_agent.media.measures import ClipMeasures
from video_agent.studio.buckets import BucketError, Buckets, split_uri
from video_agent.studio.config import StudioError
from video_agent.studio.storage import Storage
from video_agent.studio.video_intelligence.analyses import Analyses, AnalysisRow
from video_agent.studio.video_intelligence.features import annotations, offset

logger = logging.getLogger(__name__)
RESPONSE_TYPE = "type.googleapis.com/google.cloud.videointelligence.v1.AnnotateVideoResponse"
CODES = {400: 3, 403: 7, 404: 5}
WRONG, MISSING, INTERNAL = 3, 5, 13


class UndecodableError(StudioError):
    """What was sent is no clip."""


class Work:
    """One thread that measures clips, from `start` to `stop`."""

    def __init__(self, storage: Storage, buckets: Buckets, analyses: Analyses) -> None:
        self._folder = storage.folder / "inputs"
        self._buckets = buckets
        self._analyses = analyses
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="studio-analysis")

    def start(self) -> None:
        """Take up what an earlier run left unfinished."""
        for row in self._analyses.unfinished():
            self.add(row)

    def stop(self) -> None:
        """End after the clip in hand."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def input_path(self, number: int) -> Path:
        """Where a clip that came inside the request is kept."""
        return self._folder / f"analysis-{number}.mp4"

    def add(self, row: AnalysisRow) -> None:
        """Put an accepted analysis in line; one that never ends waits for nothing."""
        if row.fate != "never":
            self._pool.submit(self._run, row)

    def _run(self, row: AnalysisRow) -> None:
        if self._stopping.is_set():
            return
        try:
            result = self._result(row)
        except BucketError as error:
            result = _error(CODES.get(error.status, WRONG), error.message)
        except Exception as error:
            # A thread of the pool would swallow it, and the operation would never end.
            logger.warning("analysis %s failed", row.name, exc_info=error)
            result = _error(INTERNAL, f"Internal error: {type(error).__name__}")
        self._analyses.finish(row.name, result, time.time())

    def _result(self, row: AnalysisRow) -> dict[str, object]:
        if row.fate == "operation_error":
            return _error(INTERNAL, "Internal error. Please try again.")
        content = self._content(row)
        if content is None:
            return _error(MISSING, f"The object {row.uri} was not found.")
        try:
            clip = _measured(content)
        except UndecodableError:
            clip = None
        results = [self._annotated(row, feature, clip) for feature in row.features]
        return {"response": {"@type": RESPONSE_TYPE, "annotationResults": results}}

    def _content(self, row: AnalysisRow) -> bytes | None:
        if row.uri:
            return self._buckets.read(*split_uri(row.uri))
        return self.input_path(row.number).read_bytes()

    def _annotated(
        self, row: AnalysisRow, feature: int, clip: ClipMeasures | None
    ) -> dict[str, object]:
        about: dict[str, object] = {"inputUri": row.uri.removeprefix("gs:/")} if row.uri else {}
        if clip is None:
            return {**about, **_error(WRONG, "The video could not be decoded.")}
        if row.fate == "result_error" and feature == row.features[-1]:
            return {**about, **_error(INTERNAL, "Internal error for this feature.")}
        about["segment"] = {
            "startTimeOffset": "0s",
            "endTimeOffset": offset(clip.picture_seconds),
        }
        return {**about, **annotations(feature, clip, explicit=row.fate == "explicit")}


def _error(code: int, message: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message}}


def _measured(content: bytes) -> ClipMeasures:
    """The clip's measures.

    Raises:
        UndecodableError: There are none.
    """
    from video_agent.media.onepass import measure_clip  # noqa: PLC0415 - heavy: loads on first use

    with tempfile.TemporaryDirectory(prefix="studio-analysis-") as folder:
        path = Path(folder) / "clip.mp4"
        path.write_bytes(content)
        try:
            return measure_clip(path)
        except Exception as error:
            # Whatever the decoder cannot do is the client's fault here, as it is upstream.
            raise UndecodableError from error
