"""What Prometheus would read."""

import asyncio
import re
import urllib.request

_SCOPE = re.compile(r'otel_scope_\w+="[^"]*",?')


async def scrape(url: str) -> dict[str, float]:
    """Every sample of a real scrape, by its name and labels without those of OpenTelemetry."""

    def read() -> str:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310
            return str(answer.read().decode())

    samples: dict[str, float] = {}
    for line in (await asyncio.to_thread(read)).splitlines():
        if not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            samples[_SCOPE.sub("", name).replace(",}", "}")] = float(value)
    return samples
