"""What is written into pictures, read back by ExifTool and by ourselves."""

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from media.adapters.inscribing import inscribed
from media.rules import jpeg, metadata
from media.rules.metadata import Facts
from tests import exiftool
from tests.media import files

FULL = Facts(
    title="Dünen am Abend",
    description="Sand & wind,\n<second> line — 砂丘",
    keywords=("dunes", "evening", "شاطئ", "море"),
    creator="Zoë Łukaszewicz",
    credit="Zoë / stockcoop",
    rights="© 2026 Zoë",
    licence_url="https://photos.example/terms/standard/3",
    licensor="stockcoop",
    licensor_url="https://photos.example/works/1?a=b&c=d",
    licence_number="SC-2026-000042",
    usage_terms="Standard licence, version 3",
    data_mining="DMI-PROHIBITED-AIMLTRAINING",
    source_type="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
)


FORMATS = ["JPEG", "PNG", "TIFF", "WEBP"]


def _picture(format: str, **options: Any) -> bytes:
    return files.saved(files.corners(), format, **options)


@pytest.mark.parametrize("format", FORMATS)
class TestInEveryFormat:
    def test_exiftool_reads_all_of_it_in_xmp(self, format: str) -> None:
        tags = exiftool.said(inscribed(_picture(format), FULL))
        assert {tag: value for tag, value in tags.items() if tag.startswith("XMP-")} == {
            "XMP-x:XMPToolkit": "XMP Core 4.4.0-Exiv2",
            "XMP-dc:Title": FULL.title,
            "XMP-dc:Description": FULL.description,
            "XMP-dc:Subject": list(FULL.keywords),
            "XMP-dc:Creator": [FULL.creator],
            "XMP-dc:Rights": FULL.rights,
            "XMP-photoshop:Credit": FULL.credit,
            "XMP-photoshop:Instructions": f"Licence {FULL.licence_number}",
            "XMP-xmpRights:Marked": True,
            "XMP-xmpRights:UsageTerms": FULL.usage_terms,
            "XMP-xmpRights:WebStatement": FULL.licence_url,
            "XMP-plus:DataMining": "DMI-PROHIBITED-AIMLTRAINING",
            "XMP-plus:Licensor": [
                {"LicensorName": FULL.licensor, "LicensorURL": FULL.licensor_url}
            ],
            "XMP-plus:LicensorTransactionID": [FULL.licence_number],
            "XMP-iptcExt:DigitalSourceType": FULL.source_type,
        }

    def test_the_pixels_stay(self, format: str) -> None:
        plain = _picture(format)
        signed = Image.open(io.BytesIO(inscribed(plain, FULL)))
        assert signed.tobytes() == Image.open(io.BytesIO(plain)).tobytes()

    def test_done_again_is_done_once(self, format: str) -> None:
        once = inscribed(_picture(format), FULL)
        assert inscribed(once, FULL) == once == inscribed(_picture(format), FULL)

    def test_what_was_written_before_is_gone(self, format: str) -> None:
        again = inscribed(inscribed(_picture(format), FULL), Facts(creator="Ann"))
        assert FULL.licence_number.encode() not in again
        assert exiftool.said(again)["XMP-dc:Creator"] == ["Ann"]

    def test_viewers_are_told_an_orientation(self, format: str) -> None:
        tags = exiftool.said(inscribed(_picture(format), FULL, orientation=6))
        assert tags["IFD0:Orientation"] == 6

    def test_the_colour_profile_stays(self, format: str) -> None:
        profile = files.swapped_profile()
        signed = inscribed(_picture(format, icc_profile=profile), FULL)
        assert Image.open(io.BytesIO(signed)).info["icc_profile"] == profile


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF"])
def test_exiftool_reads_the_older_standard_too(format: str) -> None:
    tags = exiftool.said(inscribed(_picture(format), FULL))
    assert tags["IPTC:ObjectName"] == FULL.title
    assert tags["IPTC:By-line"] == FULL.creator
    assert tags["IPTC:Keywords"] == list(FULL.keywords)
    assert tags["IPTC:SpecialInstructions"] == f"Licence {FULL.licence_number}"


def test_long_values_of_the_older_standard_are_cut_between_characters() -> None:
    _, in_iim = jpeg.facts_of(inscribed(_picture("JPEG"), Facts(creator="ü" * 40)))
    assert in_iim.creator == "ü" * 16


def test_nothing_is_said_of_a_source_that_nobody_knows() -> None:
    tags = exiftool.said(inscribed(_picture("JPEG"), Facts(title="Dunes")))
    assert not [tag for tag in tags if "DigitalSource" in tag or "plus" in tag]


@pytest.mark.parametrize("start", ["type=Bag", 'lang="de"', "lang=de", "lang=", "type="])
def test_words_that_exiv2_would_take_for_commands_are_words(start: str) -> None:
    text = f"{start} of dunes"
    facts = Facts(title=text, credit=text, keywords=(text,), creator=text, usage_terms=text)
    in_xmp, in_iim = jpeg.facts_of(inscribed(_picture("JPEG"), facts))
    assert (in_xmp.title, in_xmp.creator, in_xmp.keywords) == (text, text, (text,))
    assert in_xmp.credit.strip() == in_iim.credit == text


@settings(max_examples=60, deadline=None)
@given(st.text(), st.lists(st.text(), max_size=5))
def test_any_text_is_read_as_it_was_written(text: str, words: list[str]) -> None:
    facts = metadata.cleaned(Facts(title=text, description=text, keywords=tuple(words)))
    read, _ = jpeg.facts_of(inscribed(_picture("JPEG"), facts))
    assert (read.title, read.keywords) == (facts.title, facts.keywords)


def test_the_longest_facts_fit_a_jpeg_segment() -> None:
    long = Facts(
        title="'" * 999,
        description="'" * 9999,
        keywords=tuple(f"{n:02}" + "'" * 99 for n in range(99)),
        creator="'" * 999,
        credit="'" * 999,
        rights="'" * 999,
        licence_url="&" * 999,
        licensor="'" * 999,
        licensor_url="&" * 999,
        licence_number="'" * 999,
    )
    in_xmp, _ = jpeg.facts_of(inscribed(_picture("JPEG"), long))
    assert len(in_xmp.keywords) == metadata.MOST_KEYWORDS


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xd8\xff" + b"x" * 90, b"RIFF\0\0\0\0WEBP"])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="Exiv2"):
        inscribed(data, FULL)
