import pytest

from media.rules.film import (
    codec_in_words,
    colour_in_words,
    is_hdr,
    matrix_of,
    picture_in_words,
    sound_in_words,
)


class TestWords:
    @pytest.mark.parametrize(
        ("primaries", "transfer", "words"),
        [(1, 1, "BT.709"), (9, 18, "BT.2020 HLG"), (9, 16, "BT.2020 PQ"), (2, 2, "")],
    )
    def test_of_colour_are_those_of_h273(self, primaries: int, transfer: int, words: str) -> None:
        assert colour_in_words(primaries, transfer) == words
        assert is_hdr(transfer) == words.endswith(("HLG", "PQ"))

    @pytest.mark.parametrize(
        ("transfer", "size", "matrix"),
        [
            (2, (3840, 2160), "bt709"),
            (2, (1280, 720), "bt709"),
            (2, (608, 1080), "bt709"),
            (2, (1024, 576), "bt601"),
            (2, (640, 480), "bt601"),
            (16, (3840, 2160), "bt2020"),
            (18, (640, 480), "bt2020"),
        ],
    )
    def test_names_the_matrix_that_is_meant(
        self, transfer: int, size: tuple[int, int], matrix: str
    ) -> None:
        assert matrix_of(transfer, *size) == matrix

    @pytest.mark.parametrize(
        ("codec", "channels", "rate", "words"),
        [
            ("aac", 2, 48_000, "AAC, stereo, 48 kHz"),
            ("opus", 6, 44_100, "Opus, 5.1, 44.1 kHz"),
            ("pcm_s16le", 3, 0, "PCM S16LE, 3 channels"),
            ("", 0, 0, "None"),
        ],
    )
    def test_of_sound(self, codec: str, channels: int, rate: int, words: str) -> None:
        assert sound_in_words(codec, channels, rate) == words

    @pytest.mark.parametrize(
        ("codec", "words"),
        [("hevc", "H.265 (HEVC)"), ("prores", "ProRes"), ("vp9", "VP9"), ("aac", "AAC")],
    )
    def test_of_codecs_are_those_of_film_makers(self, codec: str, words: str) -> None:
        assert codec_in_words(codec) == words

    def test_of_pictures_leave_out_what_is_not_known(self) -> None:
        assert picture_in_words("h264", "BT.709", 8) == "H.264, BT.709, 8 bits"
        assert picture_in_words("av1", "", 0) == "AV1"
