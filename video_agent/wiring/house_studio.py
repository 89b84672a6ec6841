"""The studio of a home folder: run by this process, or joined when another one runs it already.

Jobs outlive processes, so all processes of one home share one studio folder. Whoever comes first
serves it; the others join its address, and when it goes away one of them takes over on the same
port, so that running jobs hardly notice.
"""

import threading
from pathlib import Path
from urllib.parse import urlsplit

from video_agent.errors import ConfigurationError
from video_agent.studio.config import StudioConfig, StudioError, StudioFolderBusyError
from video_agent.studio.server import Studio

_TAKE_OVER_SECONDS = 0.25


class HouseStudio:
    """One process's share in the studio of a folder.

    Args:
        folder: The studio's state.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._studio: Studio | None = None
        self._closing = threading.Event()
        self._heir: threading.Thread | None = None
        self._guard = threading.Lock()

    def start(self) -> str:
        """Serve or join, and return the address.

        Raises:
            ConfigurationError: Neither is possible.
        """
        try:
            self._studio = Studio(StudioConfig(folder=self._folder)).start()
        except StudioFolderBusyError as error:
            if error.url is None:
                raise ConfigurationError(
                    f"another program holds the studio's folder {self._folder}",
                    hint="end it, or set VIDEO_AGENT_HOME to another folder",
                ) from error
            self._become_heir(error.url)
            return error.url
        except (StudioError, OSError) as error:
            raise ConfigurationError(
                f"the studio cannot start in {self._folder}: {error}",
                hint="set VIDEO_AGENT_HOME to a writable folder",
            ) from error
        return self._studio.url

    def stop(self) -> None:
        """Stop serving; a studio of another process goes on."""
        self._closing.set()
        if self._heir is not None:
            self._heir.join()
        with self._guard:
            if self._studio is not None:
                self._studio.stop()
                self._studio = None

    def _become_heir(self, url: str) -> None:
        self._heir = threading.Thread(
            target=self._wait_to_take_over, args=(url,), name="studio-heir", daemon=True
        )
        self._heir.start()

    def _wait_to_take_over(self, url: str) -> None:
        config = StudioConfig(folder=self._folder, port=urlsplit(url).port or 0)
        while not self._closing.wait(_TAKE_OVER_SECONDS):
            with self._guard:
                if self._closing.is_set():
                    return
                try:
                    self._studio = Studio(config).start()
                except (StudioError, OSError):
                    continue  # still held, or the port is not free yet
                return
