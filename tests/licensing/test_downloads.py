"""The file that a buyer gets, made from a real original."""

import io
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.http import FileResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from licensing.models import Download, Licence
from licensing.services import downloads
from licensing.services.downloads import Revoked
from media.rules.wishes import Wish
from media.services import traces
from tests import exiftool, make
from tests.make.ledger import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def licence() -> Licence:
    """A small standard licence of a photograph of 1600 by 1200 px."""
    work = make.photograph_on_sale(size=(1600, 1200))
    licence = make.licence(works=[work], licensee="Atlas Books")
    return Licence.objects.with_line().get(pk=licence.pk)


def asked(licence: Licence, **choice: str) -> Any:
    client = Client()
    client.force_login(licence.buyer)
    return client.get(reverse("licensing:download", args=[licence.number]), choice)


def fetch(licence: Licence, **choice: str) -> tuple[FileResponse, bytes]:
    response = asked(licence, **choice)
    assert isinstance(response, FileResponse)
    return response, b"".join(response)


def test_is_the_size_bought_with_the_licence_in_its_metadata(licence: Licence) -> None:
    response, body = fetch(licence)
    with Image.open(io.BytesIO(body)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1024, 768))
    assert licence.number.encode() in body
    assert reverse("licensing:terms_version", args=["standard", 1]).encode() in body
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_is_recorded_each_time_and_the_same_each_time(licence: Licence) -> None:
    bodies = [fetch(licence)[1] for _ in range(2)]
    assert bodies[0] == bodies[1]
    digests = set(Download.objects.values_list("licence", "sha256", "bytes"))
    assert Download.objects.count() == 2
    assert digests == {(licence.pk, sha256(bodies[0]).hexdigest(), len(bodies[0]))}


def test_is_the_format_asked_for_and_the_choice_is_on_record(licence: Licence) -> None:
    response, body = fetch(licence, kind="tiff", colours="kept")
    assert response.headers["Content-Type"] == "image/tiff"
    with Image.open(io.BytesIO(body)) as picture:
        assert (picture.format, picture.size) == ("TIFF", (1024, 768))
    assert Download.objects.values_list("kind", "colours").get() == ("tiff", "kept")


@pytest.mark.parametrize(
    "choice",
    [{"kind": "gif", "colours": "srgb"}, {"kind": "sent", "colours": "srgb"}, {"kind": ""}],
)
def test_a_choice_that_is_not_offered_is_answered_on_the_page(
    licence: Licence, choice: dict[str, str]
) -> None:
    response = asked(licence, **choice)
    assert response.status_code == 422
    assert b"field-error" in response.content
    assert not Download.objects.exists()


def test_the_original_is_offered_and_is_the_default_where_it_was_bought() -> None:
    licence = make.licence(works=[make.photograph_on_sale(size=(900, 600))])
    client = Client()
    client.force_login(licence.buyer)
    page = client.get(reverse("licensing:licence", args=[licence.number])).content.decode()
    assert page.index("its pixels untouched") < page.index("TIFF, without loss")
    fetch(Licence.objects.with_line().get(pk=licence.pk))
    assert Download.objects.values_list("kind", "colours").get() == ("sent", "kept")


def test_tells_machines_what_the_coop_thinks_of_their_learning(
    licence: Licence, settings: Any
) -> None:
    settings.DATA_MINING = "prohibited"
    tags = exiftool.said(fetch(licence)[1])
    assert tags["XMP-plus:DataMining"] == "DMI-PROHIBITED"
    assert tags["XMP-plus:LicensorTransactionID"] == [licence.number]
    assert tags["XMP-xmpRights:UsageTerms"].endswith("/licence-terms/standard/1")


def test_leads_back_to_its_licence_when_it_turns_up_elsewhere(
    licence: Licence, tmp_path: Path
) -> None:
    found = tmp_path / "found.jpg"
    found.write_bytes(fetch(licence)[1])
    trace = traces.find(path=found, work=licence.line.work).trace
    assert trace is not None
    assert (trace.source, trace.holder) == (f"licence:{licence.number}", licence.buyer)


def test_carries_no_trace_where_the_co_op_wants_none(licence: Licence, settings: Any) -> None:
    traced = fetch(licence)[1]
    settings.TRACE_DELIVERIES = False
    assert fetch(licence)[1] != traced


def test_is_had_after_the_work_was_withdrawn(licence: Licence) -> None:
    work = licence.line.work
    type(work).objects.filter(pk=work.pk).update(state="withdrawn", withdrawn_at=NOON)
    assert fetch(licence)[1]


def test_is_not_handed_out_once_the_licence_has_ended(licence: Licence) -> None:
    Licence.objects.filter(pk=licence.pk).update(revoked_at=NOON, revoked_because="Refund")
    licence.refresh_from_db()
    with pytest.raises(Revoked):
        downloads.hand_out(licence=licence, wish=Wish(), at=NOON)
    assert not Download.objects.exists()
