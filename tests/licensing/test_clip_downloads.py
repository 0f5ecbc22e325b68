"""A clip bought in a smaller size: made after payment, waited for on its page, then handed out."""

import io
from pathlib import Path
from typing import Any

import av
import pytest
from django.test import Client
from django.urls import reverse

from licensing.models import Download, Licence
from licensing.rules.offers import Choice
from media.models import Encoding
from media.services import encodings
from tests import make
from tests.make.licensing import published
from tests.media import files
from tests.media.arrivals import ingested

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def licence(tmp_path: Path) -> Licence:
    """Of a clip of 1600 by 960 px, in 1280."""
    body = files.clip(tmp_path / "clip.mp4", seconds=1, size=(1600, 960))
    work = published(ingested(body), title="Harbour")
    return make.licence(works=[work], choice=Choice("standard", "web", {}))


@pytest.fixture
def client(licence: Licence) -> Client:
    """The buyer's."""
    buyer = Client()
    buyer.force_login(licence.buyer)
    return buyer


def _page(client: Client, licence: Licence, **headers: Any) -> Any:
    return client.get(reverse("licensing:licence", args=[licence.number]), headers=headers or None)


def _download(client: Client, licence: Licence) -> Any:
    return client.get(reverse("licensing:download", args=[licence.number]))


def test_is_asked_for_when_the_order_is_settled(licence: Licence) -> None:
    assert Encoding.objects.get().work == licence.work


def test_page_says_how_far_it_is_and_asks_again(licence: Licence, client: Client) -> None:
    Encoding.objects.update(percent=42)
    page = _page(client, licence).content.decode()
    assert "42 %" in page
    assert 'hx-trigger="every 2s"' in page
    assert "Download 1280" not in page
    part = _page(client, licence, **HTMX).content.decode()
    assert "42 %" in part
    assert "<html" not in part


def test_download_leads_to_the_page_until_it_is_there(licence: Licence, client: Client) -> None:
    answer = _download(client, licence)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/licences/{licence.number}")
    assert not Download.objects.exists()


def test_is_handed_out_once_it_is_made(licence: Licence, client: Client) -> None:
    encodings.make(encoding_id=Encoding.objects.get().pk)
    assert _page(client, licence, **HTMX).headers["HX-Refresh"] == "true"
    body = b"".join(_download(client, licence).streaming_content)
    with av.open(io.BytesIO(body)) as container:
        assert container.streams.video[0].width == 1280
        assert licence.number in container.metadata["comment"]
    assert Download.objects.get().bytes == len(body)


def test_page_of_one_that_failed_offers_to_try_again(licence: Licence, client: Client) -> None:
    encodings.give_up(encoding_id=Encoding.objects.get().pk)
    assert "has failed" in _page(client, licence).content.decode()
    _download(client, licence)
    assert encodings.readiness(work=licence.work, longest_side=1280).is_waiting
