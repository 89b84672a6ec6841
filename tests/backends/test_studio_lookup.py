"""Look-ups of lost submits: found, absent, or honestly unclear."""

import pytest

from tests.backends.conftest import Answer, Peer
from video_agent.backends.studio_lookup import NoLookup, StudioLookup
from video_agent.errors import ConfigurationError
from video_agent.ports import Finding


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (
            Answer(body={"found": [{"id": "v1_abc"}], "started_at": "2026-11-23T00:00:00Z"}),
            Finding(verdict="found", provider_id="v1_abc"),
        ),
        (Answer(body={"found": []}), Finding(verdict="absent")),
        (Answer(body={"found": [{}]}), Finding(verdict="cannot_tell")),
        (Answer(body={}), Finding(verdict="cannot_tell")),
        (Answer(body=[]), Finding(verdict="cannot_tell")),
        (Answer(body=b"}{"), Finding(verdict="cannot_tell")),
        (Answer(404, {"found": []}), Finding(verdict="cannot_tell")),
        (Answer(500), Finding(verdict="cannot_tell")),
        (Answer(302, b"", {"location": "/x"}), Finding(verdict="cannot_tell")),
        (Answer(cut=True), Finding(verdict="cannot_tell")),
    ],
)
async def test_only_a_clear_answer_counts(peer: Peer, answer: Answer, finding: Finding) -> None:
    peer.answers(answer)
    assert await StudioLookup(peer.url).find("019a-generation") == finding
    [request] = peer.requests
    assert request.path == "/studio/interactions?label.generation=019a-generation"


async def test_a_silent_studio_cannot_tell(peer: Peer) -> None:
    peer.answers(Answer(silent=True))
    finding = await StudioLookup(peer.url, timeout_seconds=0.3).find("x")
    assert finding.verdict == "cannot_tell"


async def test_nobody_there_cannot_tell() -> None:
    assert (await StudioLookup("http://127.0.0.1:9").find("x")).verdict == "cannot_tell"


async def test_a_service_without_a_lookup_cannot_tell() -> None:
    assert (await NoLookup().find("x")).verdict == "cannot_tell"


def test_a_remote_studio_in_the_clear_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        StudioLookup("http://example.com")
