"""The program that checks certificates without the site: any alteration and any junk is refused."""

import hashlib
import json
import subprocess
import sys
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.adapters import signing, verify_certificate
from licensing.adapters.verify_certificate import Doubtful, Key
from licensing.rules import certificate_text
from stockcoop.kernel import canonical

ISSUED = datetime(2026, 11, 27, 12, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "coop": {"name": "Coöp", "site": "https://coop.example"},
    "licence": {"number": "7K3M-9QXA-B2CD", "granted_at": "2026-11-27", "state": "valid"},
    "licensee": "Atlas Books",
    "work": {"id": "1", "title": "Harbour", "artist": "Ada"},
    "grant": {"kind_name": "Standard", "size_name": "Small"},
    "terms": {"title": "Standard licence", "version": 1},
    "files": [{"name": "a.jpg", "sha256": hashlib.sha256(b"pixels").hexdigest()}],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@dataclass(frozen=True)
class Signed:
    raw: bytes
    key: Key


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    private = signing.make(tmp_path_factory.mktemp("keys"))
    text = certificate_text.compose(FACTS, issue=1, at=ISSUED, key=private.name)
    raw = certificate_text.signed(text, private.sign(canonical.encode(text)))
    since = certificate_text.moment(ISSUED)
    return Signed(raw, Key(private.name, private.public, since, None, None))


def verified(signed: Signed, raw: bytes) -> str:
    return verify_certificate.check(verify_certificate.read(raw), [signed.key]).key


def pdf_with(*attached: bytes, compress: bool = True) -> bytes:
    objects = []
    for number, content in enumerate(attached, start=1):
        body = zlib.compress(content) if compress else content
        head = f"{number} 0 obj\n<</Length {len(body)}/Type/EmbeddedFile/Filter/FlateDecode>>"
        objects.append(head.encode() + b"\nstream\n" + body + b"\nendstream\nendobj\n")
    return b"%PDF-1.7\n" + b"".join(objects)


@given(JSON)
def test_its_canonical_form_is_the_sites(value: Any) -> None:
    try:
        encoded = canonical.encode(value)
    except UnicodeEncodeError:
        return
    assert verify_certificate.canonical(value) == encoded


class TestAlterations:
    @given(at=st.integers(min_value=0), value=st.integers(0, 255))
    def test_no_byte_can_be_another(self, signed: Signed, at: int, value: int) -> None:
        at %= len(signed.raw)
        altered = signed.raw[:at] + bytes([value]) + signed.raw[at + 1 :]
        if altered == signed.raw:
            assert verified(signed, altered) == signed.key.key
            return
        with pytest.raises(Doubtful):
            verified(signed, altered)

    @given(start=st.integers(min_value=0), length=st.integers(0, 99), put=st.binary(max_size=9))
    def test_nothing_can_be_cut_out_or_put_in(
        self, signed: Signed, start: int, length: int, put: bytes
    ) -> None:
        start %= len(signed.raw)
        altered = signed.raw[:start] + put + signed.raw[start + length :]
        if altered.removesuffix(b"\n") != signed.raw:
            with pytest.raises(Doubtful):
                verified(signed, altered)

    def test_a_name_said_twice_is_refused(self, signed: Signed) -> None:
        twice = signed.raw.replace(b'"licensee":', b'"licensee":"Mallory","licensee":')
        with pytest.raises(Doubtful, match="altered"):
            verified(signed, twice)

    def test_another_order_or_spacing_is_another_file(self, signed: Signed) -> None:
        with pytest.raises(Doubtful, match="saved anew"):
            verified(signed, json.dumps(json.loads(signed.raw), indent=2).encode())

    @pytest.mark.parametrize("signature", ["", "00" * 64, None, 7, "0" * 127, "é" * 128])
    def test_a_stripped_signature_is_told(self, signed: Signed, signature: Any) -> None:
        value = {**json.loads(signed.raw), "signature": signature}
        with pytest.raises(Doubtful, match=r"not signed|does not hold"):
            verified(signed, canonical.encode(value))


class TestKeys:
    def test_another_key_does_not_verify(self, signed: Signed, tmp_path: Path) -> None:
        other = signing.make(tmp_path)
        with pytest.raises(Doubtful, match="not among"):
            verified(replace(signed, key=replace(signed.key, key=other.name)), signed.raw)
        with pytest.raises(Doubtful, match="does not hold"):
            verified(replace(signed, key=replace(signed.key, public_key=other.public)), signed.raw)

    @pytest.mark.parametrize(
        ("since", "retired", "because", "words"),
        [
            (1, None, None, "before its key"),
            (-2, -1, "replaced", "after its key"),
            (-2, 1, "compromised", "stolen"),
        ],
    )
    def test_a_certificate_fits_the_life_of_its_key(
        self, signed: Signed, since: int, retired: int | None, because: str | None, words: str
    ) -> None:
        def day(number: int) -> str:
            return certificate_text.moment(ISSUED + timedelta(days=number))

        key = replace(
            signed.key,
            in_force_from=day(since),
            retired_at=None if retired is None else day(retired),
            retired_because=because,
        )
        with pytest.raises(Doubtful, match=words):
            verified(replace(signed, key=key), signed.raw)

    @given(JSON)
    def test_junk_is_no_file_of_keys(self, value: Any) -> None:
        for inner in (value, [value], [{"key": value}]):
            file = {"format": "stockcoop licence keys 1", "keys": inner}
            try:
                data = canonical.encode(file)
            except UnicodeEncodeError:
                continue
            with pytest.raises(Doubtful):
                verify_certificate.read_keys(data)

    @pytest.mark.parametrize("name", ["key", "public_key", "in_force_from", "retired_at"])
    @pytest.mark.parametrize("junk", [7, [], "x", "2026-01-01", {}])
    def test_a_crooked_field_is_refused(self, signed: Signed, name: str, junk: Any) -> None:
        key = {**{f: getattr(signed.key, f) for f in Key.__dataclass_fields__}, name: junk}
        with pytest.raises(Doubtful):
            verify_certificate.read_keys(
                canonical.encode({"format": "stockcoop licence keys 1", "keys": [key]})
            )


class TestHostile:
    @pytest.mark.parametrize(
        "raw",
        [
            *(b"", b"null", b"[]", b"{}", b"\xff\xfe", b"%PDF-", b"[" * 500_000),
            b'{"a":' * 100_000,
            b'{"certificate":{},"signature":"' + b"0" * 128 + b'"}',
            b'{"certificate":' + b"9" * 5000 + b',"signature":1}',
            b'{"certificate":{"a":"\\ud800"},"signature":"' + b"0" * 128 + b'"}',
            b"9" * 2 * 2**20,
            b" " * 9 * 2**20,
        ],
        ids=lambda raw: repr(raw[:20]),
    )
    def test_junk_is_refused(self, signed: Signed, raw: bytes) -> None:
        with pytest.raises(Doubtful):
            verified(signed, raw)

    @given(st.binary(max_size=400))
    def test_any_bytes_are_refused_as_pdf_too(self, signed: Signed, junk: bytes) -> None:
        for raw in (junk, b"%PDF-1.7 /EmbeddedFile/ stream" + junk + b"endstream", pdf_with(junk)):
            with pytest.raises(Doubtful):
                verified(signed, raw)

    @pytest.mark.parametrize("compress", [True, False])
    def test_a_pdf_is_searched_for_the_one_certificate_in_it(
        self, signed: Signed, compress: bool
    ) -> None:
        pdf = pdf_with(b"{}", signed.raw, b"notes", signed.raw, compress=compress)
        assert verified(signed, pdf) == signed.key.key

    def test_two_certificates_in_a_pdf_are_refused(self, signed: Signed) -> None:
        other = signed.raw.replace(b"Atlas", b"Atlat")
        with pytest.raises(Doubtful, match="more than one"):
            verified(signed, pdf_with(signed.raw, other))

    def test_a_replaced_attachment_does_not_hold(self, signed: Signed) -> None:
        with pytest.raises(Doubtful, match="does not hold"):
            verified(signed, pdf_with(signed.raw.replace(b"Atlas", b"Atlat")))

    def test_a_bomb_in_a_pdf_is_not_unpacked(self, signed: Signed) -> None:
        bomb = zlib.compress(bytes(200 * 2**20), 9)
        head = b"%PDF-1.7\n1 0 obj\n<</Type/EmbeddedFile/Filter/FlateDecode>>\nstream\n"
        with pytest.raises(Doubtful, match="holds no"):
            verified(signed, (head + bomb + b"\nendstream\n") * 20)

    def test_headers_without_end_take_no_time(self, signed: Signed) -> None:
        with pytest.raises(Doubtful):
            verified(signed, b"%PDF-1.7" + b"/EmbeddedFile/ stream" * 300_000)


class TestProgram:
    """The file as somebody runs it years later: alone in a folder."""

    def run(self, folder: Path, *arguments: str) -> tuple[int, str]:
        program = folder / "verify_certificate.py"
        program.write_bytes(Path(verify_certificate.__file__).read_bytes())
        command = [sys.executable, "-I", str(program), *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    @pytest.fixture
    def folder(self, signed: Signed, tmp_path: Path) -> Path:
        key = {field: getattr(signed.key, field) for field in Key.__dataclass_fields__}
        keys: canonical.Value = {"format": "stockcoop licence keys 1", "keys": [key]}
        (tmp_path / "licence.pdf").write_bytes(pdf_with(signed.raw))
        (tmp_path / "keys.json").write_bytes(canonical.encode(keys) + b"\n")
        (tmp_path / "a.jpg").write_bytes(b"pixels")
        (tmp_path / "b.jpg").write_bytes(b"others")
        return tmp_path

    def test_says_what_holds(self, folder: Path) -> None:
        code, said = self.run(folder, "licence.pdf", "keys.json", "--file", "a.jpg")
        assert code == 0
        assert "Licensee:    Atlas Books" in said
        assert said.count("VERIFIED") == 2
        assert "can only be asked of the site" in said

    @pytest.mark.parametrize(
        "asked",
        [
            ["licence.pdf", "keys.json", "--file", "b.jpg"],
            ["licence.pdf", "keys.json", "--trust", "0000"],
            ["a.jpg", "keys.json"],
            ["licence.pdf", "a.jpg"],
            ["nowhere", "keys.json"],
        ],
    )
    def test_says_no_and_why(self, folder: Path, asked: list[str]) -> None:
        code, said = self.run(folder, *asked)
        assert (code, "NOT VERIFIED: " in said) == (1, True)
        assert "Traceback" not in said
