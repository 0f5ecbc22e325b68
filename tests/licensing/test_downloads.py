"""The file that a buyer gets, made from a real original."""

import io
from hashlib import sha256

import pytest
from django.http import FileResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from licensing.models import Download, Licence
from licensing.services import downloads
from licensing.services.downloads import Revoked
from tests import make
from tests.make.ledger import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def licence() -> Licence:
    """A small standard licence of a photograph of 1600 by 1200 px."""
    work = make.photograph_on_sale(size=(1600, 1200))
    licence = make.licence(works=[work], licensee="Atlas Books")
    return Licence.objects.with_line().get(pk=licence.pk)


def fetch(licence: Licence) -> tuple[FileResponse, bytes]:
    client = Client()
    client.force_login(licence.buyer)
    response = client.get(reverse("licensing:download", args=[licence.number]))
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


def test_is_had_after_the_work_was_withdrawn(licence: Licence) -> None:
    work = licence.line.work
    type(work).objects.filter(pk=work.pk).update(state="withdrawn", withdrawn_at=NOON)
    assert fetch(licence)[1]


def test_is_not_handed_out_once_the_licence_has_ended(licence: Licence) -> None:
    Licence.objects.filter(pk=licence.pk).update(revoked_at=NOON, revoked_because="Refund")
    licence.refresh_from_db()
    with pytest.raises(Revoked):
        downloads.hand_out(licence=licence, at=NOON)
    assert not Download.objects.exists()
