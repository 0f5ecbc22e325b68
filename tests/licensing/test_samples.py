"""What a work's page hands out to be shown elsewhere."""

import io
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from licensing.services import samples
from media.models import Work
from tests import make

pytestmark = pytest.mark.django_db


class Tags(HTMLParser):
    """The tags of a piece of HTML with their attributes, as a browser understands them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str | None]] = {}
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag] = dict(attrs)

    def handle_data(self, data: str) -> None:
        if self.get_starttag_text() and "textarea" in str(self.get_starttag_text()):
            self.text = self.text or data.strip()


@pytest.fixture
def work() -> Work:
    make.price_book()
    make.royalty_terms()
    return make.photograph_on_sale()


def _page(work: Work, client: Client) -> str:
    return client.get(reverse("licensing:work", args=[work.uuid])).content.decode()


def test_the_code_on_the_page_shows_the_marked_picture_and_leads_back(
    work: Work, client: Client
) -> None:
    code = Tags(Tags(_page(work, client)).text)
    image, link = code.found["img"], code.found["a"]
    assert link["href"] == f"{settings.BASE_URL}/works/{work.uuid}"
    answer = client.get(str(image["src"]).removeprefix(settings.BASE_URL))
    picture = Image.open(io.BytesIO(answer.content))
    assert [str(side) for side in picture.size] == [image["width"], image["height"]]


def test_the_words_of_an_artist_stay_words_on_strangers_pages(work: Work, client: Client) -> None:
    title = '"><script>alert(1)</script>'
    Work.objects.filter(pk=work.pk).update(title=title)
    shown = Tags(Tags(_page(work, client)).text)
    assert "script" not in shown.found
    assert str(shown.found["img"]["alt"]).startswith(title)


def test_the_address_of_a_comp_is_signed_and_sends_it_as_a_file(work: Work, client: Client) -> None:
    address = samples.comp(work, at=timezone.now(), lasting=timedelta(hours=1))
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert Image.open(io.BytesIO(answer.content)).size == (1024, 768)
    assert urlsplit(address).path.startswith("/sizes/")


def test_a_work_without_pictures_offers_nothing(work: Work, client: Client) -> None:
    work.renditions.all().delete()
    assert samples.of(work, at=timezone.now()) is None
    assert samples.comp(work, at=timezone.now(), lasting=timedelta(hours=1)) == ""
    assert "Show it elsewhere" not in _page(work, client)
