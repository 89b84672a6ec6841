"""Video Intelligence over the wire: what is found, what it costs, and what goes wrong."""

from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from google.api_core.exceptions import Forbidden
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import RefreshError

from tests.backends.conftest import Answer, Peer
from video_agent.backends.google.video_intelligence import VideoIntelligence
from video_agent.backends.google.video_intelligence_client import (
    SHUTDOWN,
    AnalysisFeature,
    VideoIntelligenceConfig,
)
from video_agent.backends.google.video_intelligence_errors import analysis_error
from video_agent.errors import AuthError, BackendError, ConfigurationError, QuotaError
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.models import StoredObject
from video_agent.studio.server import Studio, StudioConfig

SMALL_PRICE_USD = Decimal("0.20")  # one minute of labels and one of explicit content
ALL: tuple[AnalysisFeature, ...] = ("labels", "shots", "explicit", "speech", "text")
Make = Callable[..., VideoIntelligence]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path_factory.mktemp("studio"))) as running:
        yield running


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds with a hard cut in the middle."""

    def cut(number: int, frame: np.ndarray) -> np.ndarray:
        return frame if number < 24 else np.ascontiguousarray(255 - frame[::-1])

    path = tmp_path_factory.mktemp("clips") / "cut.mp4"
    return write_pattern(path, Pattern(), change_frame=cut)


@pytest.fixture
async def analyzer(studio: Studio) -> AsyncGenerator[Make]:
    """Makes analyzers that look often; `url` is the studio's if no other is given."""
    made: list[VideoIntelligence] = []

    def make(
        url: str = studio.url,
        *,
        features: tuple[AnalysisFeature, ...] = ("labels", "shots", "explicit"),
        deadline_seconds: float = 20.0,
        store: "Shelf | None" = None,
        today: date = date(2026, 11, 23),
    ) -> VideoIntelligence:
        config = VideoIntelligenceConfig(
            base_url=url,
            features=features,
            request_timeout_seconds=2.0,
            deadline_seconds=deadline_seconds,
            first_poll_seconds=0.05,
        )
        made.append(VideoIntelligence(config, store=store, today=lambda: today))
        return made[-1]

    yield make
    for item in made:
        await item.close()


async def test_shots_labels_and_likelihoods_are_found(analyzer: Make, clip: Path):
    found = await analyzer().examine(clip, duration_seconds=2.0)

    assert [(round(start, 2), round(end, 2)) for start, end in found.shots] == [(0, 1), (1, 2)]
    assert found.labels
    assert list(found.labels) == sorted(found.labels, key=lambda label: -label.confidence)
    assert (found.explicit, found.explicit_at_seconds) == (0.0, None)
    assert found.cost_usd == SMALL_PRICE_USD
    assert any("2027-09-14" in note for note in found.notes)
    assert "Video Intelligence" in found.service


async def test_text_and_speech_are_asked_for_only_on_request(analyzer: Make, clip: Path):
    found = await analyzer(features=ALL).examine(clip, duration_seconds=2.0)
    assert (found.texts, found.transcript) == ((), "")
    assert found.cost_usd == Decimal("0.398")


async def test_explicit_content_is_told_with_its_time(studio: Studio, analyzer: Make, clip: Path):
    with studio.fault("video_intelligence.annotate", "explicit"):
        found = await analyzer().examine(clip, duration_seconds=2.0)
    assert (found.explicit, found.explicit_at_seconds) == (1.0, 1.5)


async def test_a_part_that_failed_is_named_and_the_rest_kept(
    studio: Studio, analyzer: Make, clip: Path
):
    with studio.fault("video_intelligence.annotate", "result_error"):
        found = await analyzer().examine(clip, duration_seconds=2.0)
    assert found.explicit is None
    assert len(found.shots) == 2
    assert any("not examined" in note for note in found.notes)


@pytest.mark.parametrize(
    ("name", "kind", "retryable", "cost"),
    [
        ("400", BackendError, False, 0), ("401", AuthError, False, 0), ("403", AuthError, False, 0),
        ("404", BackendError, False, 0), ("429", QuotaError, True, 0),
        ("500", BackendError, True, SMALL_PRICE_USD), ("503", BackendError, True, SMALL_PRICE_USD),
        ("html_503", BackendError, True, SMALL_PRICE_USD),
        ("junk_200", BackendError, True, SMALL_PRICE_USD),
        ("empty_200", BackendError, True, SMALL_PRICE_USD),
        ("cut_before", BackendError, True, SMALL_PRICE_USD),
        ("cut_after", BackendError, True, SMALL_PRICE_USD),
        ("operation_error", BackendError, True, SMALL_PRICE_USD),
    ],
)  # fmt: skip
async def test_a_failed_start_is_one_post_and_says_what_to_do(
    studio: Studio,
    analyzer: Make,
    clip: Path,
    name: str,
    kind: type[BackendError],
    retryable: bool,
    cost: Decimal,
):
    before = studio.requests("video_intelligence.annotate")
    with studio.fault("video_intelligence.annotate", name), pytest.raises(BackendError) as caught:
        await analyzer().examine(clip, duration_seconds=2.0)

    assert studio.requests("video_intelligence.annotate") == before + 1
    assert type(caught.value) is kind
    assert (caught.value.retryable, caught.value.cost_usd) == (retryable, cost)
    assert caught.value.hint or name in {"400", "404"}


async def test_a_quota_refusal_says_how_long_to_wait(studio: Studio, analyzer: Make, clip: Path):
    kind = "video_intelligence.annotate"
    with studio.fault(kind, "429", seconds=38), pytest.raises(QuotaError) as caught:
        await analyzer().examine(clip, duration_seconds=2.0)
    assert caught.value.retry_after_seconds == 38


@pytest.mark.parametrize("name", ["503", "cut_before", "junk_200", "429"])
async def test_a_few_failed_looks_are_borne(studio: Studio, analyzer: Make, clip: Path, name: str):
    with studio.fault("video_intelligence.operation", name, times=2):
        found = await analyzer().examine(clip, duration_seconds=2.0)
    assert len(found.shots) == 2


async def test_an_analysis_that_never_ends_is_given_up(studio: Studio, analyzer: Make, clip: Path):
    kind = "video_intelligence.annotate"
    with studio.fault(kind, "never"), pytest.raises(BackendError, match="not done") as caught:
        await analyzer(deadline_seconds=0.6).examine(clip, duration_seconds=2.0)
    assert caught.value.retryable
    assert caught.value.cost_usd == SMALL_PRICE_USD


async def test_what_is_no_clip_fails_in_every_part(analyzer: Make, tmp_path: Path):
    path = tmp_path / "no.mp4"
    path.write_bytes(b"no clip at all")
    with pytest.raises(BackendError, match="could not be decoded") as caught:
        await analyzer().examine(path, duration_seconds=2.0)
    assert not caught.value.retryable


@dataclass
class Shelf:
    """An object store that puts files into the studio's bucket."""

    studio: Studio
    stored: list[str] = field(default_factory=list[str])

    async def put(
        self, path: Path, *, sha256: str, content_type: str = "video/mp4"
    ) -> StoredObject:
        row = self.studio.buckets.put("kept", f"{sha256}.mp4", path, content_type=content_type)
        assert row.sha256 == sha256
        self.stored.append(row.uri)
        return StoredObject(uri=row.uri, size_bytes=row.size, created=True)


@pytest.fixture(scope="module")
def large_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More than 10 MB: noise does not compress."""
    noise = np.random.default_rng(3)

    def noisy(_number: int, frame: np.ndarray) -> np.ndarray:
        return noise.integers(0, 256, frame.shape, np.uint8)

    path = tmp_path_factory.mktemp("clips") / "large.mp4"
    wanted = Pattern(width=1280, height=720, duration_seconds=0.5, crf=1, preset="ultrafast")
    write_pattern(path, wanted, change_frame=noisy)
    assert path.stat().st_size > 10 * 1024 * 1024
    return path


async def test_a_large_clip_is_examined_from_the_store(
    studio: Studio, analyzer: Make, large_clip: Path
):
    shelf = Shelf(studio)
    found = await analyzer(store=shelf).examine(large_clip, duration_seconds=0.5)
    assert len(shelf.stored) == 1
    assert found.shots


async def test_a_large_clip_without_a_store_is_refused_before_anything_is_sent(
    studio: Studio, analyzer: Make, large_clip: Path
):
    before = studio.requests("video_intelligence.annotate")
    with pytest.raises(BackendError, match="10 MB") as caught:
        await analyzer().examine(large_clip, duration_seconds=0.5)
    assert "VIDEO_AGENT_BUCKETS" in caught.value.hint
    assert studio.requests("video_intelligence.annotate") == before


async def test_after_its_end_the_service_is_not_called(studio: Studio, analyzer: Make, clip: Path):
    before = studio.requests("video_intelligence.annotate")
    with pytest.raises(BackendError, match="shut down on 2027-09-14") as caught:
        await analyzer(today=SHUTDOWN).examine(clip, duration_seconds=2.0)
    assert not caught.value.retryable
    assert studio.requests("video_intelligence.annotate") == before


async def test_a_silent_service_is_given_up_and_no_token_goes_to_this_machine(
    peer: Peer, analyzer: Make, clip: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    peer.answers(Answer(silent=True))
    with pytest.raises(BackendError) as caught:
        await analyzer(peer.url).examine(clip, duration_seconds=2.0)
    assert caught.value.retryable
    assert len(peer.posts) == 1
    assert "authorization" not in peer.posts[0].headers
    assert peer.posts[0].document["features"] == [1, 2, 3]


def test_a_revoked_login_is_explained_without_its_token():
    error = analysis_error(RefreshError("invalid_grant for Bearer ya29.secret"), "the start")
    assert isinstance(error, AuthError)
    assert "gcloud auth" in error.hint
    assert "secret" not in str(error)


def test_a_project_without_the_service_is_told_how_to_enable_it():
    details = [{"reason": "SERVICE_DISABLED", "domain": "googleapis.com"}]
    error = analysis_error(Forbidden("disabled", details=details), "the start")
    assert "gcloud services enable" in error.hint


def test_an_address_in_the_clear_or_no_login_is_refused():
    with pytest.raises(ConfigurationError, match="refused"):
        VideoIntelligenceConfig(base_url="http://example.com", credentials=AnonymousCredentials())
    with pytest.raises(ConfigurationError, match="credentials"):
        VideoIntelligenceConfig()


@pytest.mark.parametrize(
    ("features", "seconds", "price"),
    [
        (("shots",), 8, "0.05"), (("labels", "shots"), 8, "0.10"), (ALL, 60, "0.398"),
        (("labels",), 60.1, "0.20"),
    ],
)  # fmt: skip
def test_every_begun_minute_of_each_feature_is_billed(
    features: tuple[AnalysisFeature, ...], seconds: float, price: str
):
    config = VideoIntelligenceConfig(base_url="http://127.0.0.1:1", features=features)
    assert config.price_usd(seconds) == Decimal(price)
