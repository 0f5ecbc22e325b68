"""Clips as other programs make them: taken for what they are, or refused with what to do."""

import io
import struct
from pathlib import Path

import av
import pytest

from media.adapters import sandbox
from media.rules.states import State
from tests.media import files
from tests.media.arrivals import UPRIGHT, ingested, quarters, rendered
from tests.media.films import film, huge, pictures, tenths, unheard
from tests.media.licensed import cut, encode

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


class TestAPictureThatBeginsLate:
    @pytest.mark.parametrize(
        ("start", "codec", "sound", "format"),
        [
            (2, "libx264", "aac", "mp4"),
            (10, "libx264", "", "mp4"),
            (10, "libvpx-vp9", "libopus", "webm"),
        ],
    )
    def test_is_taken_to_its_end_as_if_it_began_at_0(
        self, tmp_path: Path, start: int, codec: str, sound: str, format: str
    ) -> None:
        moments = tenths(start * 10, start * 10 + 40)
        work = ingested(film(tmp_path / "c", moments, codec=codec, sound=sound, format=format))
        assert work.duration == pytest.approx(4, abs=0.05)
        encode(work, 80)
        assert work.preview
        assert work.glimpse
        for data in (rendered(work.preview), cut(work, 80)[1]):
            assert pictures(data) == pytest.approx(tenths(0, 40))
        assert pictures(rendered(work.glimpse))[0] == 0

    def test_keeps_the_sound_that_belongs_to_it(self, tmp_path: Path) -> None:
        work = ingested(film(tmp_path / "c", tenths(20, 60), sound="aac"))
        assert work.preview
        with av.open(io.BytesIO(rendered(work.preview)), "r") as container:
            heard = [frame.time or 0 for frame in container.decode(audio=0)]
        # Its first two seconds of 3.9 are heard before the picture is seen.
        assert heard[0] == pytest.approx(0, abs=0.05)
        assert heard[-1] == pytest.approx(1.9, abs=0.05)


class TestTheGlimpse:
    def test_is_a_file_of_three_seconds_from_wherever_it_was_taken(self, tmp_path: Path) -> None:
        work = ingested(files.clip(tmp_path / "c", seconds=20, dark=140))
        assert work.glimpse
        with av.open(io.BytesIO(rendered(work.glimpse)), "r") as container:
            assert container.duration
            assert 2.8 <= container.duration / 1_000_000 <= 3.2
        assert pictures(rendered(work.glimpse))[0] == 0


class TestADamagedClip:
    def test_is_refused_with_what_to_export_a_clip_as(self, tmp_path: Path) -> None:
        body = film(tmp_path / "c", tenths(0, 10))
        refusal = ingested(body[: len(body) // 2]).refusal
        assert refusal.startswith("This clip is damaged or cut off")
        assert refusal.endswith("Export it again as H.264 in MP4 and resend it.")


class TestAHugeFrame:
    def test_is_refused_before_it_is_decoded(self, tmp_path: Path) -> None:
        body = huge(tmp_path / "c")
        with sandbox.observed() as children:
            refusal = ingested(body).refusal
        assert "8192 x 5120 pixels (42 MP); we take up to 40 MP" in refusal
        assert [child.kilobytes < 120_000 for child in children] == [True]


class TestFramesThatComeUnevenly:
    def test_are_shown_as_densely_as_they_come(self, tmp_path: Path) -> None:
        work = ingested(film(tmp_path / "c", [*tenths(0, 20), *tenths(80, 100)]))
        assert work.frame_rate == pytest.approx(4)
        assert work.preview
        assert pictures(rendered(work.preview)) == pytest.approx(tenths(0, 100))

    def test_are_shown_at_most_60_times_a_second(self, tmp_path: Path) -> None:
        work = ingested(film(tmp_path / "c", [0, 0.01, *tenths(1, 20)]))
        assert work.preview
        shown = pictures(rendered(work.preview))
        assert shown == pytest.approx([number / 60 for number in range(len(shown))])


class TestSeveralTracks:
    def test_are_passed_over_to_the_first_picture_that_can_be_read(self, tmp_path: Path) -> None:
        work = ingested(film(tmp_path / "c.mov", tenths(0, 20), format="mov", cover=True))
        assert work.codec == "h264"
        assert work.duration == pytest.approx(2)
        assert work.preview
        for data in (rendered(work.preview), cut(work)[1]):
            assert pictures(data) == pytest.approx(tenths(0, 20))
        assert quarters(work) == UPRIGHT

    def test_are_passed_over_to_the_first_sound_that_can_be_read(self, tmp_path: Path) -> None:
        body = film(tmp_path / "c", tenths(0, 20), sound="aac", sounds=2)
        work = ingested(unheard(body, tracks=1))
        assert work.audio_codec == "aac"
        assert work.preview
        for data in (rendered(work.preview), cut(work)[1]):
            with av.open(io.BytesIO(data), "r") as container:
                assert [s.codec_context.name for s in container.streams.audio] == ["aac"]

    def test_none_of_which_can_be_heard_are_refused(self, tmp_path: Path) -> None:
        body = film(tmp_path / "c", tenths(0, 20), sound="aac", sounds=2)
        refusal = ingested(unheard(body, tracks=2)).refusal
        assert refusal.startswith("The sound of this clip is of a kind that cannot be read here.")


class TestALength:
    def test_that_no_header_tells_is_found(self, tmp_path: Path) -> None:
        work = ingested(_live(tmp_path, pictures=40))
        assert work.duration == pytest.approx(4, abs=0.2)
        assert work.preview
        assert len(pictures(rendered(work.preview))) == 40

    def test_counts_from_the_picture_whether_the_header_does_or_not(self, tmp_path: Path) -> None:
        body = film(tmp_path / "c", tenths(100, 140), codec="libvpx-vp9", format="webm")
        ends, lasts = (b"\x44\x89\x88" + struct.pack(">d", ms) for ms in (14_000, 4_000))
        assert ends in body
        for data in (body, body.replace(ends, lasts)):
            assert ingested(data).duration == pytest.approx(4)

    def test_that_cannot_be_found_is_asked_for(self, tmp_path: Path) -> None:
        body = _live(tmp_path, pictures=1)
        # What a picture lasts becomes a void element.
        refusal = ingested(body.replace(b"\x23\xe3\x83\x84", b"\xec\x86\x83\x84")).refusal
        assert refusal.startswith("This clip does not tell how long it lasts.")


def _live(folder: Path, *, pictures: int) -> bytes:
    """A clip as browsers record it, whose length is nowhere written."""
    options = {"live": "1"}
    moments = tenths(0, pictures)
    return film(folder / "c", moments, codec="libvpx-vp9", format="webm", options=options)
