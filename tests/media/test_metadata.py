import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.rules import iptc, metadata, xmp
from media.rules.metadata import Facts


class TestKeywords:
    def test_are_taken_apart_at_commas_and_semicolons(self) -> None:
        assert metadata.keywords(["sea, sky;  sand ", "sun"]) == ("sea", "sky", "sand", "sun")

    def test_count_once_whatever_their_case_and_keep_the_first_spelling(self) -> None:
        assert metadata.keywords(["Berlin", "berlin", "BERLIN ", "Straße", "STRASSE"]) == (
            "Berlin",
            "Straße",
        )

    def test_are_fifty_at_most_of_thousands(self) -> None:
        kept = metadata.keywords(f"word {n}" for n in range(5000))
        assert len(kept) == metadata.MOST_KEYWORDS
        assert kept[0] == "word 0"

    def test_of_nothing_but_spaces_and_controls_do_not_count(self) -> None:
        assert metadata.keywords(["", "  ", "\x00\x01", ",;,"]) == ()


class TestCleaning:
    def test_drops_what_cannot_be_seen_or_stored(self) -> None:
        assert metadata.line("a\x00b\x07c\u202ed\n e", 50) == "abcd e"

    def test_keeps_joiners_that_scripts_need(self) -> None:
        assert metadata.line("\u0645\u06cc\u200c\u062e", 9) == "\u0645\u06cc\u200c\u062e"

    def test_composes_letters_so_that_equal_looks_are_equal(self) -> None:
        assert metadata.line("u\u0308ber", 50) == "über"

    def test_bounds_every_value(self) -> None:
        facts = metadata.cleaned(
            Facts(title="t" * 999, description="d" * 9999, creator="c" * 999, rights="r" * 999)
        )
        assert len(facts.title) == metadata.TITLE
        assert len(facts.description) == metadata.DESCRIPTION
        assert len(facts.creator) == metadata.NAME
        assert len(facts.rights) == metadata.RIGHTS

    @given(st.text())
    def test_is_done_after_one_round(self, text: str) -> None:
        once = metadata.cleaned(Facts(title=text, description=text, keywords=(text,)))
        assert metadata.cleaned(once) == once

    def test_merging_takes_each_value_from_the_first_that_has_it(self) -> None:
        merged = metadata.merged(Facts(title="a"), Facts(title="b", keywords=("k",)))
        assert merged == Facts(title="a", keywords=("k",))


class TestIptc:
    def test_reads_western_european_text_without_a_declared_charset(self) -> None:
        assert iptc.decode(b"\x1c\x02\x05\x00\x05D\xfcnen").title == "Dünen"

    def test_reads_undeclared_text_that_is_utf8(self) -> None:
        value = "砂丘".encode()
        stream = b"\x1c\x02\x05" + len(value).to_bytes(2, "big") + value
        assert iptc.decode(stream).title == "砂丘"

    def test_reads_datasets_of_extended_length(self) -> None:
        stream = b"\x1c\x02\x78\x80\x04\x00\x00\x00\x03abc"
        assert iptc.decode(stream).description == "abc"

    def test_survives_a_length_that_runs_past_the_end(self) -> None:
        stream = b"\x1c\x02\x05\x00\x02ok\x1c\x02\x78\xff\xff\xff"
        assert iptc.decode(stream) == Facts(title="ok")

    def test_finds_its_stream_among_photoshop_resources(self) -> None:
        other = b"8BIM\x04\x0c\x03abc\x00\x00\x00\x03xyz\x00"
        stream = b"\x1c\x02\x05\x00\x05Dunes"
        ours = b"8BIM\x04\x04\x00\x00\x00\x00\x00\x0a" + stream
        assert iptc.from_resources(other + ours) == stream

    @given(st.binary(max_size=400))
    def test_never_fails_whatever_the_bytes(self, data: bytes) -> None:
        iptc.decode(data)
        iptc.decode(b"\x1c" + data)
        iptc.from_resources(b"8BIM" + data)


class TestXmp:
    def test_prefers_the_default_language_then_english(self) -> None:
        packet = _rdf(
            '<dc:title><rdf:Alt><rdf:li xml:lang="de">Berg</rdf:li>'
            '<rdf:li xml:lang="en-GB">Mountain</rdf:li></rdf:Alt></dc:title>'
            '<dc:rights><rdf:Alt><rdf:li xml:lang="fr">droits</rdf:li>'
            '<rdf:li xml:lang="x-default">rights</rdf:li></rdf:Alt></dc:rights>'
        )
        assert xmp.decode(packet) == Facts(title="Mountain", rights="rights")

    def test_takes_another_language_rather_than_none(self) -> None:
        packet = _rdf('<dc:title><rdf:Alt><rdf:li xml:lang="ja">山</rdf:li></rdf:Alt></dc:title>')
        assert xmp.decode(packet).title == "山"

    def test_reads_properties_written_as_attributes_and_plain_elements(self) -> None:
        packet = _rdf("<dc:creator>Ann</dc:creator>", ' photoshop:Credit="Agency"')
        assert xmp.decode(packet) == Facts(creator="Ann", credit="Agency")

    def test_believes_a_source_type_that_is_one(self) -> None:
        for word, believed in (("digitalCapture", True), ("<script>", False)):
            uri = f"http://cv.iptc.org/newscodes/digitalsourcetype/{word}"
            cleaned = metadata.cleaned(Facts(source_type=uri))
            assert cleaned.source_type == (uri if believed else "")

    @pytest.mark.parametrize(
        "packet",
        [
            b"",
            b"not xml",
            b"<x:xmpmeta>",
            b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
            b"\xff\xfe<",
            b"<?xml version='1.0' encoding='nonsense'?><a/>",
        ],
    )
    def test_reads_nothing_from_what_is_no_plain_xml(self, packet: bytes) -> None:
        assert xmp.decode(packet) == Facts()


def _rdf(inside: str, attributes: str = "") -> bytes:
    spaces = (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
    )
    return (
        f"<rdf:RDF {spaces}><rdf:Description{attributes}>{inside}</rdf:Description></rdf:RDF>"
    ).encode()
