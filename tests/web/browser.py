"""A headless Chromium, driven by the WebDriver protocol (W3C) without a client library."""

import socket
import subprocess
import time
from types import TracebackType
from typing import Any

import httpx

_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1400,1000",
)  # fmt: skip
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the protocol's name for an element reference


class Browser:
    """One page. Use as a context manager."""

    def __enter__(self) -> "Browser":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60)
        self._wait_for_driver()
        options = {"goog:chromeOptions": {"args": list(_FLAGS)}}
        made = self._post("/session", {"capabilities": {"alwaysMatch": options}})
        self._session = f"/session/{made['sessionId']}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.delete(self._session)
        self._http.close()
        self._driver.terminate()
        self._driver.wait(timeout=20)

    def open(self, url: str) -> None:
        self._post(f"{self._session}/url", {"url": url})

    def type_into(self, selector: str, text: str) -> None:
        query = {"using": "css selector", "value": selector}
        element = self._post(f"{self._session}/element", query)[_ELEMENT]
        self._post(f"{self._session}/element/{element}/value", {"text": text})

    def run(self, script: str) -> Any:
        return self._post(f"{self._session}/execute/sync", {"script": script, "args": []})

    def wait_for(self, script: str, *, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.run(script):
                return True
            time.sleep(0.5)
        return False

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._http.post(path, json=body)
        answer.raise_for_status()
        return answer.json()["value"]

    def _wait_for_driver(self) -> None:
        for _ in range(100):
            try:
                if self._http.get("/status").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        message = "chromedriver never answered"
        raise TimeoutError(message)
