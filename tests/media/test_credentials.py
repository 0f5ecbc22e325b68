"""Content credentials, signed with a certificate of the test and verified by the c2pa library."""

import io
import json
from typing import Any

import pytest
from c2pa import C2paError, Context, Reader, Settings
from PIL import Image

from media.adapters.credentials import Signing, Statement, sign
from media.models import Work
from media.rules.metadata import Facts
from media.rules.rights import POLICIES
from media.rules.wishes import FileKind, Wish
from media.services import deliveries
from stockcoop.env import Credentials
from tests import certificates, exiftool
from tests.certificates import Issued
from tests.media import files
from tests.media.arrivals import ingested
from tests.media.licensed import encode

pytestmark = pytest.mark.django_db

FACTS = Facts(title="Dunes", licence_number="SC-2026-000042")
KINDS = [FileKind.SENT, FileKind.JPEG, FileKind.TIFF, FileKind.PNG]


@pytest.fixture(scope="module")
def coop() -> Issued:
    return certificates.issue("The co-op")


@pytest.fixture
def signing(coop: Issued, settings: Any) -> Issued:
    """The co-op has a certificate."""
    settings.CREDENTIALS = Credentials(coop.chain, coop.key, "")
    return coop


def _cut(work: Work, side: int | None, wish: Wish) -> tuple[str, bytes]:
    delivery = deliveries.cut(work=work, longest_side=side, facts=FACTS, wish=wish)
    assert delivery.file is not None
    with delivery.file as file:
        return delivery.media_type, file.read()


def _read(data: bytes, media_type: str, trusted: Issued) -> dict[str, Any]:
    trust = {"trust": {"trust_anchors": trusted.root}}
    with Reader(media_type, io.BytesIO(data), context=Context(Settings.from_dict(trust))) as reader:
        found: dict[str, Any] = json.loads(reader.json())
        return found


def _active(found: dict[str, Any]) -> dict[str, Any]:
    manifest: dict[str, Any] = found["manifests"][found["active_manifest"]]
    return manifest


def _actions(manifest: dict[str, Any]) -> list[str]:
    said = next(a for a in manifest["assertions"] if a["label"].startswith("c2pa.actions"))
    return [action["action"] for action in said["data"]["actions"]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("side", [None, 400])
def test_a_delivery_is_signed_and_verifies(
    signing: Issued, kind: FileKind, side: int | None
) -> None:
    if side and kind is FileKind.SENT:
        return
    work = ingested(files.photograph())
    media_type, data = _cut(work, side, Wish(kind))
    found = _read(data, media_type, signing)
    manifest = _active(found)
    assert found["validation_state"] == "Trusted"
    assert manifest["signature_info"]["issuer"] == "The co-op"
    assert manifest["ingredients"][0]["relationship"] == "parentOf"
    copied = side is None and kind in {FileKind.SENT, FileKind.JPEG}
    done = ["c2pa.edited.metadata"] if copied else ["c2pa.transcoded"]
    resized = ["c2pa.resized"] if side else []
    assert _actions(manifest) == ["c2pa.opened", *resized, *done]


def test_the_compressed_picture_and_the_rights_are_what_they_were(signing: Issued) -> None:
    body = files.photograph()
    _, data = _cut(ingested(body), None, Wish(FileKind.SENT))
    assert data[data.index(b"\xff\xda") :] == body[body.index(b"\xff\xda") :]
    assert exiftool.said(data)["XMP-plus:LicensorTransactionID"] == [FACTS.licence_number]


def test_it_says_what_may_be_learnt_from_it(signing: Issued, settings: Any) -> None:
    settings.DATA_MINING = "no-ai-training"
    media_type, data = _cut(ingested(files.photograph()), 400, Wish())
    said = _active(_read(data, media_type, signing))["assertions"]
    uses = next(a for a in said if a["label"] == "cawg.training-mining")["data"]["entries"]
    assert uses["cawg.ai_generative_training"] == {"use": "notAllowed"}
    assert uses["cawg.data_mining"] == {"use": "allowed"}


@pytest.mark.parametrize("side", [None, 400])
def test_credentials_of_the_original_are_kept_as_its_parent(
    signing: Issued, tmp_path: Any, side: int | None
) -> None:
    camera = certificates.issue("A camera")
    taken = _signed_by(camera, tmp_path)
    media_type, data = _cut(ingested(taken), side, Wish())
    found = _read(data, media_type, signing)
    parent = _active(found)["ingredients"][0]
    assert found["validation_state"] == "Trusted"
    kept = found["manifests"][parent["active_manifest"]]
    assert kept["signature_info"]["issuer"] == "A camera"


def test_credentials_of_a_stranger_that_are_damaged_hinder_no_delivery(
    signing: Issued, tmp_path: Any
) -> None:
    taken = bytearray(_signed_by(certificates.issue("A camera"), tmp_path))
    middle = taken.index(b"c2pa.signature") + 40
    taken[middle : middle + 40] = b"\xee" * 40
    media_type, data = _cut(ingested(bytes(taken)), 400, Wish())
    assert _read(data, media_type, signing)["validation_state"] == "Trusted"


@pytest.mark.parametrize("side", [None, 80])
def test_a_clip_is_signed_in_any_size_and_names_its_original(
    signing: Issued, tmp_path: Any, side: int | None
) -> None:
    camera = certificates.issue("A camera")
    files.clip(tmp_path / "plain.mp4", sound=True)
    work = ingested(_signed_by(camera, tmp_path, "plain.mp4", "video/mp4"))
    if side:
        encode(work, side)
    media_type, data = _cut(work, side, Wish())
    found = _read(data, media_type, signing)
    manifest = _active(found)
    assert found["validation_state"] == "Trusted"
    done = ["c2pa.resized", "c2pa.transcoded"] if side else ["c2pa.edited.metadata"]
    assert _actions(manifest) == ["c2pa.opened", *done]
    kept = found["manifests"][manifest["ingredients"][0]["active_manifest"]]
    assert kept["signature_info"]["issuer"] == "A camera"


def test_an_altered_file_does_not_verify(signing: Issued) -> None:
    media_type, data = _cut(ingested(files.photograph()), 400, Wish())
    altered = bytearray(data)
    altered[-200] ^= 1
    assert _read(bytes(altered), media_type, signing)["validation_state"] == "Invalid"


def test_nothing_is_signed_without_a_certificate(coop: Issued) -> None:
    media_type, data = _cut(ingested(files.photograph()), 400, Wish())
    with pytest.raises(C2paError):
        _read(data, media_type, coop)


def test_a_key_that_fits_no_certificate_signs_nothing_and_the_log_says_so(
    coop: Issued, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    other = certificates.issue("Somebody else")
    settings.CREDENTIALS = Credentials(coop.chain, other.key, "")
    _, data = _cut(ingested(files.photograph()), 400, Wish())
    assert Image.open(io.BytesIO(data)).size == (400, 267)
    assert b"c2pa" not in data
    assert "without credentials" in caplog.text


def _signed_by(
    issued: Issued, folder: Any, name: str = "plain.jpg", media_type: str = "image/jpeg"
) -> bytes:
    """A photograph, or the file of that name, with credentials of its own."""
    plain, target = folder / name, folder / f"signed-{name}"
    if not plain.exists():
        plain.write_bytes(files.photograph())
    statement = Statement("Dunes", "A camera", "Sensor", (), POLICIES["unspecified"].uses())
    signing = Signing(issued.chain, issued.key, "")
    sign(plain, target, media_type, statement, parent=(plain, media_type), signing=signing)
    return bytes(target.read_bytes())
