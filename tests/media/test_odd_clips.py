"""Clips as other programs make them: taken for what they are, or refused with what to do."""

from pathlib import Path

import pytest

from media.rules.states import State
from tests.media.arrivals import ingested
from tests.media.films import film, tenths
from tests.media.licensed import cut

pytestmark = pytest.mark.django_db


class TestWhatCannotBeHandedOn:
    @pytest.mark.parametrize(
        ("codec", "sound", "named"),
        [("libx264", "aac", "H.264"), ("libvpx-vp9", "pcm_s16le", "PCM")],
    )
    def test_is_refused_in_a_matroska_file(
        self, tmp_path: Path, codec: str, sound: str, named: str
    ) -> None:
        body = film(tmp_path / "c", tenths(0, 10), codec=codec, sound=sound, format="matroska")
        work = ingested(body)
        assert named in work.refusal
        assert "in a WebM or MKV file" in work.refusal

    @pytest.mark.parametrize(
        ("codec", "sound", "named"), [("libx264", "flac", "FLAC"), ("libvpx-vp9", "libopus", "VP9")]
    )
    def test_is_refused_in_a_quicktime_file(
        self, tmp_path: Path, codec: str, sound: str, named: str
    ) -> None:
        body = film(tmp_path / "c", tenths(0, 10), codec=codec, sound=sound)
        assert body[4:8] == b"ftyp"
        work = ingested(body[:8] + b"qt  " + body[12:])
        assert f"This clip holds {named} in a MOV file" in work.refusal

    def test_is_not_what_webm_takes_in_a_matroska_file(self, tmp_path: Path) -> None:
        body = film(
            tmp_path / "c", tenths(0, 10), codec="libvpx-vp9", sound="libopus", format="matroska"
        )
        work = ingested(body)
        assert work.state == State.DRAFT
        assert cut(work)[0].media_type == "video/webm"
