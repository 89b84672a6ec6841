"""A clip as it was when the histories were recorded."""

from pathlib import Path

import pytest

from video_agent.media.pattern import Pattern, write_pattern


@pytest.fixture(scope="session")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pattern = Pattern(320, 180, duration_seconds=1.0)
    return write_pattern(tmp_path_factory.mktemp("clips") / "short.mp4", pattern)
