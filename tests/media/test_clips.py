from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from media.rules.states import State
from tests.media import files
from tests.media.arrivals import UPRIGHT, ingested, quarters

pytestmark = pytest.mark.django_db


class TestAClip:
    def test_becomes_a_draft_with_a_poster_and_a_preview(self, tmp_path: Path) -> None:
        work = ingested(files.clip(tmp_path / "clip.mp4", dark=4), name="clip.mp4")
        assert (work.state, work.kind, work.media_type) == (State.DRAFT, "video", "video/mp4")
        assert (work.width, work.height, work.codec) == (160, 96, "h264")
        assert work.duration == pytest.approx(2, abs=0.2)
        assert work.frame_rate == pytest.approx(10)
        assert quarters(work) == UPRIGHT
        assert work.preview is not None
        with storages["renditions"].open(work.preview.key) as file:
            data = file.read()
        assert data.index(b"moov") < data.index(b"mdat")

    def test_that_is_cut_off_is_refused(self, tmp_path: Path) -> None:
        body = files.clip(tmp_path / "clip.mp4", seconds=10)
        work = ingested(body[: len(body) // 2])
        assert work.state == State.REFUSED

    def test_of_another_codec_is_refused_with_those_that_are_taken(self, tmp_path: Path) -> None:
        work = ingested(files.clip(tmp_path / "clip.mp4", codec="mpeg4"))
        assert "H.264" in work.refusal

    def test_that_is_too_long_is_refused(self, tmp_path: Path, settings: Any) -> None:
        settings.MAX_CLIP_SECONDS = 1
        work = ingested(files.clip(tmp_path / "clip.mp4"))
        assert "we take up to 1 seconds" in work.refusal
