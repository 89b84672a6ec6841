"""The queue of operations: drawn in the background, and again after a restart."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from video_agent.studio.config import StudioConfig, StudioError
from video_agent.studio.reading import as_number
from video_agent.studio.veo.drawing import Drawing, EndsInError
from video_agent.studio.veo.endings import Result, failed, without_drawing
from video_agent.studio.veo.operations import OperationRow, Operations

logger = logging.getLogger(__name__)
AT_LEAST_SECONDS = 0.05
INTERNAL = 13


class _StoppedError(StudioError):
    """The studio stops; the operation is taken up at its next start."""


class Queue:
    """Brings operations to their ends, from `start` to `stop`."""

    def __init__(self, config: StudioConfig, operations: Operations, drawing: Drawing) -> None:
        self._config = config
        self._operations = operations
        self._drawing = drawing
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(config.renders_at_once, thread_name_prefix="studio-veo")

    def start(self) -> None:
        """Take up what an earlier run left unfinished: same names, same seeds."""
        for row in self._operations.unfinished():
            self.add(row)

    def stop(self) -> None:
        """Give up what is being drawn."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def add(self, row: OperationRow) -> None:
        """Put an accepted operation in line; one that never ends waits for nothing."""
        if row.fate != "never":
            self._pool.submit(self._run, row)

    def _run(self, row: OperationRow) -> None:
        if self._stopping.is_set():
            return
        try:
            result = self._result(row)
        except _StoppedError:
            return
        except EndsInError as error:
            result = failed(error.code, error.message)
        except Exception as error:
            # A thread of the pool would swallow it, and the operation would never end.
            logger.warning("drawing of %s failed", row.name, exc_info=error)
            result = failed(INTERNAL, f"Internal error: {type(error).__name__}")
        no_earlier_than = row.accepted_at + self._config.latency_seconds
        self._operations.finish(row.name, result, max(time.time(), no_earlier_than))

    def _result(self, row: OperationRow) -> Result:
        result = without_drawing(row, round(as_number(row.request.get("samples")) or 1))
        if result is None:
            return self._drawing.result(row, self._progress)
        self._stopping.wait(AT_LEAST_SECONDS)
        return result

    def _progress(self, _share: float) -> None:
        if self._stopping.is_set():
            raise _StoppedError
