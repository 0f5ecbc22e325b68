"""Colours by the numbers of H.273, as HEIC, AVIF and PNG name them without a profile."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from media.adapters import coded, colour, photos
from media.rules import boxes, codepoints, png, tone
from media.rules.codepoints import Codes, read
from media.rules.formats import HEAD, Format, sniff
from media.rules.limits import Limits
from media.rules.states import State
from media.rules.wishes import Colours, FileKind, Wish
from tests.media import files
from tests.media.arrivals import ingested
from tests.media.licensed import cut

FORMATS = ["HEIF", "AVIF", "PNG"]
P3, SRGB, PQ, HLG = (12, 13), (1, 13), (9, 16), (9, 18)
PAPER_IN_PQ, PAPER_IN_HLG = 148, 191
LIMITS = Limits(pixels=250_000_000, duration=600)

COLOURS = [
    (230, 60, 60),
    (60, 160, 80),
    (70, 90, 200),
    (200, 170, 130),
    (128, 128, 128),
    (255, 0, 0),
]


def _stripes() -> Image.Image:
    """One broad stripe of each of COLOURS."""
    picture = Image.new("RGB", (64 * len(COLOURS), 64))
    for number, value in enumerate(COLOURS):
        picture.paste(value, (64 * number, 0, 64 * number + 64, 64))
    return picture


def _middles(picture: Image.Image) -> list[tuple[int, int, int]]:
    return [files.pixel(picture, 64 * number + 32, 32) for number in range(len(COLOURS))]


def _opened(body: bytes, folder: Path) -> Image.Image:
    path = folder / "picture"
    path.write_bytes(body)
    return photos.opened(str(path), sniff(body[:HEAD]), LIMITS)


def _source(body: bytes, folder: Path) -> colour.Source:
    with _opened(body, folder) as image:
        return colour.source_of(image)


def _shown(body: bytes, folder: Path) -> Image.Image:
    with _opened(body, folder) as image:
        return photos.at_most(image, 2048)


def _stored(body: bytes, folder: Path) -> Image.Image:
    """As a reader shows it who knows nothing of colours."""
    with _opened(body, folder) as image:
        return image.convert("RGB")


def _by_littlecms(stored: Image.Image) -> Image.Image:
    p3 = ImageCms.ImageCmsProfile(io.BytesIO(files.p3_profile()))
    changed = ImageCms.profileToProfile(stored, p3, ImageCms.createProfile("sRGB"))
    assert changed is not None
    return changed


@pytest.mark.parametrize("format", FORMATS)
class TestAPicture:
    def test_in_display_p3_is_shown_as_with_its_profile(self, format: str, tmp_path: Path) -> None:
        body = files.coded(_stripes(), format, *P3)
        meant = _middles(_by_littlecms(_stored(body, tmp_path)))
        for mine, theirs in zip(_middles(_shown(body, tmp_path)), meant, strict=True):
            assert mine == pytest.approx(theirs, abs=3)

    @pytest.mark.parametrize(("codes", "paper"), [(PQ, PAPER_IN_PQ), (HLG, PAPER_IN_HLG)])
    def test_of_high_dynamic_range_has_white_paper_and_black_shadows(
        self, format: str, codes: tuple[int, int], paper: int, tmp_path: Path
    ) -> None:
        picture = Image.new("RGB", (128, 64), (paper, paper, paper))
        picture.paste((20, 20, 20), (64, 0, 128, 64))
        shown = _shown(files.coded(picture, format, *codes), tmp_path)
        assert min(files.pixel(shown, 32, 32)) > 235
        assert max(files.pixel(shown, 96, 32)) < 20

    @pytest.mark.parametrize("codes", [SRGB, (1, 1), (1, 6), (2, 2), (5, 14), (5, 11)])
    def test_in_srgb_or_in_what_nobody_knows_is_shown_as_it_is(
        self, format: str, codes: tuple[int, int], tmp_path: Path
    ) -> None:
        body = files.coded(_stripes(), format, *codes)
        assert _source(body, tmp_path) is None
        assert _shown(body, tmp_path).tobytes() == _stored(body, tmp_path).tobytes()

    @pytest.mark.parametrize("transfer", [4, 8])
    def test_of_another_curve_is_shown_by_that_of_srgb(
        self, format: str, transfer: int, tmp_path: Path
    ) -> None:
        body = files.coded(Image.new("RGB", (64, 64), (60, 60, 60)), format, 1, transfer)
        light = (60 / 255) ** {4: 2.2, 8: 1}[transfer]
        level = round(_srgb(light) * 255)
        assert files.pixel(_shown(body, tmp_path), 32, 32) == pytest.approx((level,) * 3, abs=3)

    def test_that_is_transparent_lies_on_white(self, format: str, tmp_path: Path) -> None:
        picture = _stripes().convert("RGBA")
        picture.paste((0, 0, 0, 0), (0, 0, 64, 64))
        shown = _shown(files.coded(picture, format, *P3), tmp_path)
        assert files.pixel(shown, 32, 32) == pytest.approx((255, 255, 255), abs=2)
        assert files.pixel(shown, 5 * 64 + 32, 32) == pytest.approx((255, 0, 0), abs=3)


class TestHighDynamicRange:
    @pytest.mark.parametrize("codes", [PQ, HLG, (12, 16), (1, 18)])
    def test_is_as_bright_as_in_a_clip(self, codes: tuple[int, int]) -> None:
        ramp = Image.linear_gradient("L").convert("RGB")
        shown = coded.to_srgb(ramp, Codes(*codes))
        levels = [files.pixel(shown, 0, level)[1] for level in range(256)]
        assert levels == sorted(levels)
        for level in range(256):
            light = tone.shown((level / 255,) * 3, codes[1])[1] ** 2.4
            assert levels[level] == pytest.approx(255 * _srgb(light), abs=1)

    def test_shows_bright_clouds_white(self) -> None:
        """Five times as bright as paper, and a little green."""
        shown = coded.to_srgb(Image.new("RGB", (4, 4), (188, 192, 184)), Codes(12, 16))
        assert min(files.pixel(shown, 2, 2)) >= 254

    def test_of_one_colour_is_that_colour(self) -> None:
        red, green, blue = files.pixel(
            coded.to_srgb(Image.new("RGB", (4, 4), (110, 60, 60)), Codes(*PQ)), 2, 2
        )
        assert red > 120 > 50 > max(green, blue)


def _srgb(light: float) -> float:
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


class TestWhatCounts:
    def test_is_the_profile_in_an_avif(self, tmp_path: Path) -> None:
        profile = files.swapped_profile()
        body = files.saved(_stripes(), "AVIF", icc_profile=profile)
        body = body.replace(b"nclx\x00\x02\x00\x02", b"nclx\x00\x0c\x00\x10")
        assert read(body, Format.AVIF) == Codes(12, 16)
        assert _source(body, tmp_path) == profile

    def test_is_the_chunk_in_a_png(self, tmp_path: Path) -> None:
        body = files.coded(_stripes(), "PNG", *P3)
        profiled = files.saved(_stripes(), "PNG", icc_profile=files.swapped_profile())
        start, end = profiled.index(b"iCCP") - 4, profiled.index(b"IDAT") - 4
        both = body[:33] + profiled[start:end] + body[33:]
        assert "icc_profile" in Image.open(io.BytesIO(both)).info
        assert _source(both, tmp_path) == Codes(*P3)

    def test_is_said_of_the_primary_item(self) -> None:
        head = _heif(primary=2, lists=[_list({1: [1], 2: [2]})])
        assert read(head, Format.AVIF) == Codes(9, 16)

    def test_is_found_in_every_way_of_writing_it(self) -> None:
        listed = _list({70_000: [2]}, version=1, wide=True)
        head = _heif(primary=70_000, lists=[_list({1: [1]}), listed])
        assert read(head, Format.AVIF) == Codes(9, 16)

    def test_is_not_what_belongs_to_no_item_or_is_not_there(self) -> None:
        for numbers in ([], [0], [3], [127]):
            assert read(_heif(primary=1, lists=[_list({1: numbers})]), Format.AVIF) is None


class TestAChunk:
    def test_counts_before_the_pixels_only(self) -> None:
        cicp, pixels = (b"cICP", bytes((12, 13, 0, 1))), (b"IDAT", b"")
        assert read(files.png(cicp, pixels), Format.PNG) == Codes(*P3)
        assert read(files.png(pixels, cicp), Format.PNG) is None

    @pytest.mark.parametrize("held", [b"", bytes((12, 13, 0)), bytes((12, 13, 1, 1))])
    def test_that_makes_no_sense_says_nothing(self, held: bytes) -> None:
        assert read(files.png((b"cICP", held)), Format.PNG) is None


AVIFS = [files.coded(Image.new("RGB", (8, 8)), "AVIF", *P3), files.clapped(_stripes(), 20, 20)]
PNG = files.coded(Image.new("RGB", (8, 8)), "PNG", *P3)


class TestAnyBytes:
    @given(st.binary(max_size=300), st.sampled_from([Format.AVIF, Format.PNG]))
    def test_are_read(self, head: bytes, format: Format) -> None:
        _assert_read(head, format)

    @given(
        st.sampled_from([*AVIFS, PNG]),
        st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)), max_size=8),
        st.integers(0, 600),
    )
    def test_are_read_where_they_were_a_picture_once(
        self, body: bytes, changes: list[tuple[int, int]], length: int
    ) -> None:
        head = bytearray(body)
        for at, value in changes:
            head[at % len(head)] = value
        _assert_read(bytes(head[:length]), Format.PNG if body is PNG else Format.AVIF)

    def test_are_read_in_time(self) -> None:
        """As many boxes, and as long lists, as there is room for."""
        empty = b"\x00\x00\x00\x08free" * (codepoints.HEAD // 8)
        endless = _box(b"ipma", bytes(4), b"\xff" * 4, bytes(codepoints.HEAD))
        for inside in (empty, endless):
            assert boxes.properties(_box(b"meta", bytes(4), _box(b"iprp", inside))) == []


def _assert_read(head: bytes, format: Format) -> None:
    codes = read(head, format)
    assert codes is None or len(codes) == 2
    assert boxes.is_cropped(head) in {True, False}
    assert isinstance(png.before_pixels(head, b"cICP"), bytes)


class TestAnAvif:
    def test_cropped_to_all_there_is_is_taken(self, tmp_path: Path) -> None:
        picture = _stripes()
        shown = _shown(files.clapped(picture, *picture.size), tmp_path)
        assert shown.size == picture.size

    @pytest.mark.django_db
    def test_cropped_is_refused(self) -> None:
        work = ingested(files.clapped(_stripes(), 20, 20))
        assert work.state == State.REFUSED
        assert work.refusal == (
            "This AVIF is cropped in a way that cannot be read here. "
            "Export it again with the crop applied, or as JPEG."
        )


@pytest.mark.django_db
class TestWhatABuyerGets:
    @pytest.mark.parametrize("colours", Colours)
    @pytest.mark.parametrize("format", FORMATS)
    def test_of_other_formats_is_srgb(self, format: str, colours: Colours) -> None:
        work = ingested(files.coded(_stripes(), format, *P3))
        _, data = cut(work, None, Wish(FileKind.TIFF, colours))
        made = Image.open(io.BytesIO(data))
        assert made.info["icc_profile"] == colour.srgb_profile()
        # In P3 this is 230, 60, 60.
        assert files.pixel(made, 32, 32) == pytest.approx((250, 30, 49), abs=4)

    def test_of_a_png_in_srgb_is_made_anew(self) -> None:
        work = ingested(files.coded(_stripes(), "PNG", *P3))
        _, data = cut(work, None, Wish(FileKind.PNG))
        made = Image.open(io.BytesIO(data))
        assert b"cICP" not in data
        assert files.pixel(made, 32, 32) == pytest.approx((250, 30, 49), abs=4)

    def test_of_a_png_in_srgb_is_the_file_where_it_is_so_already(self) -> None:
        work = ingested(files.coded(_stripes(), "PNG", *SRGB))
        assert b"cICP" in cut(work, None, Wish(FileKind.PNG))[1]

    def test_of_a_png_as_sent_keeps_its_pixels_and_what_says_their_colours(self) -> None:
        body = files.coded(_stripes(), "PNG", *P3)
        _, data = cut(ingested(body), None, Wish(FileKind.SENT))
        assert read(data, Format.PNG) == Codes(*P3)
        assert Image.open(io.BytesIO(data)).tobytes() == Image.open(io.BytesIO(body)).tobytes()


def _box(name: bytes, *held: bytes) -> bytes:
    inside = b"".join(held)
    return (len(inside) + 8).to_bytes(4, "big") + name + inside


def _list(items: dict[int, list[int]], *, version: int = 0, wide: bool = False) -> bytes:
    """An `ipma` that gives each item its properties, by their numbers."""
    body = len(items).to_bytes(4, "big")
    for item, numbers in items.items():
        body += item.to_bytes(4 if version else 2, "big") + bytes([len(numbers)])
        body += b"".join(number.to_bytes(2 if wide else 1, "big") for number in numbers)
    return _box(b"ipma", bytes((version, 0, 0, wide)), body)


def _heif(*, primary: int, lists: list[bytes]) -> bytes:
    """The head of a file with two properties: colours in P3, and in BT.2020 with PQ."""
    colr = [_box(b"colr", b"nclx", bytes((0, p, 0, t, 0, 6, 128))) for p, t in (P3, PQ)]
    iprp = _box(b"iprp", _box(b"ipco", *colr), *lists)
    wide = primary > 0xFFFF
    pitm = _box(b"pitm", bytes((wide, 0, 0, 0)), primary.to_bytes(4 if wide else 2, "big"))
    # A size of 64 bits, as a box may have, and one that goes on to the end.
    inside = bytes(4) + pitm + b"\x00\x00\x00\x01" + iprp[4:8]
    inside += (len(iprp) + 8).to_bytes(8, "big") + iprp[8:]
    return _box(b"ftyp", b"avif", bytes(4)) + b"\x00\x00\x00\x00meta" + inside
