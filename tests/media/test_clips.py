import io
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from media.rules.states import State
from media.services import darkroom, marks
from tests.media import files
from tests.media.arrivals import UPRIGHT, ingested, quarters, rendered

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
        data = rendered(work.preview)
        assert data.index(b"moov") < data.index(b"mdat")

    def test_says_what_it_is_to_its_sound_and_colours(self, tmp_path: Path) -> None:
        work = ingested(files.clip(tmp_path / "clip.mp4", sound=True))
        assert (work.audio_codec, work.audio_channels, work.audio_rate) == ("aac", 2, 48_000)
        assert (work.bit_depth, work.rotation, work.colour) == (8, 0, "")

    def test_is_previewed_from_end_to_end_with_its_sound(self, tmp_path: Path) -> None:
        work = ingested(files.clip(tmp_path / "clip.mp4", seconds=70, sound=True))
        assert work.preview
        with av.open(io.BytesIO(rendered(work.preview)), "r") as container:
            assert container.streams.video[0].frames == 700
            assert container.streams.audio

    def test_shows_three_silent_seconds_from_where_it_is_not_black(self, tmp_path: Path) -> None:
        work = ingested(files.clip(tmp_path / "clip.mp4", seconds=6, dark=9, sound=True))
        assert work.glimpse
        with av.open(io.BytesIO(rendered(work.glimpse)), "r") as container:
            assert not container.streams.audio
            frames = list(container.decode(container.streams.video[0]))
        assert len(frames) == pytest.approx(30, abs=1)
        assert frames[0].to_ndarray(format="gray").mean() > 40

    def test_has_a_contact_sheet_with_each_half_second_in_its_place(self, tmp_path: Path) -> None:
        work = ingested(files.clip(tmp_path / "clip.mp4", seconds=3, dark=12))
        assert work.contact
        sheet = Image.open(io.BytesIO(rendered(work.contact))).convert("RGB")
        assert sheet.size == work.sheet.size == (6 * 160, 96)
        corners = [work.sheet.corner(number) for number in range(6)]
        # The upper left quarter is red, and all is black for more than a second.
        seen = [files.pixel(sheet, x + 20, y + 10)[0] > 128 for x, y in corners]
        assert seen == [False, False, False, True, True, True]

    def test_keeps_the_sheet_out_of_the_pictures_that_stand_for_it(self, tmp_path: Path) -> None:
        work = ingested(files.clip(tmp_path / "clip.mp4"))
        assert [width for _, width in work.sources("jpeg")] == [160]

    def test_tells_how_far_it_has_been_read(self, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        clip, told = tmp_path / "clip.mp4", list[int]()
        files.clip(clip, seconds=240)
        darkroom.develop(clip, tmp_path / "out", marks.present(), told.append)
        assert told == sorted(told)
        assert 0 < told[-1] < 100

    def test_that_is_cut_off_is_refused(self, tmp_path: Path) -> None:
        body = files.clip(tmp_path / "clip.mp4", seconds=10)
        work = ingested(body[: len(body) // 2])
        assert work.state == State.REFUSED

    def test_of_another_codec_is_refused_with_those_that_are_taken(self, tmp_path: Path) -> None:
        work = ingested(files.clip(tmp_path / "clip.mp4", codec="mpeg4"))
        assert work.refusal == (
            "This clip is encoded as MPEG-4 Part 2. Export it as H.264, VP9 or AV1."
        )

    def test_that_is_too_long_is_refused(self, tmp_path: Path, settings: Any) -> None:
        settings.MAX_CLIP_SECONDS = 1
        work = ingested(files.clip(tmp_path / "clip.mp4"))
        assert "we take up to 1 seconds" in work.refusal
