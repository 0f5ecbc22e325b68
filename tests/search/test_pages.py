"""The pages a visitor sees first."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from time import monotonic
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.test import Client

from media.models import Work
from search.rules.query import LAST_PAGE, PAGE_SIZE
from search.services import engines
from search.services.follow import follow
from stockcoop.env import Elasticsearch
from tests import make
from tests.make.ledger import usd
from tests.search import obstacles
from tests.search.locks import locked
from tests.search.works import published, withdraw

pytestmark = pytest.mark.django_db
on_each_engine = pytest.mark.usefixtures("each_engine")


class _Links(HTMLParser):
    """Every <a> and <link> of a page: its address and its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"a", "link"} and given.get("href"):
            self.found.append((str(given["href"]), given))


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def timed(client: Client, address: str) -> tuple[Any, float]:
    start = monotonic()
    return client.get(address), monotonic() - start


def addresses(html: str) -> list[str]:
    return [address for address, _ in _Links(html).found]


def relation(html: str, rel: str) -> str:
    return next((a for a, given in _Links(html).found if given.get("rel") == rel), "")


def shows(html: str, work: Work) -> bool:
    return f"/works/{work.uuid}" in addresses(html)


@on_each_engine
class TestResults:
    def test_shows_what_was_found_and_links_to_each_work(self, client: Client) -> None:
        boat, bread = published(title="Red boat"), published(title="Bread")
        follow()
        html = page(client, "/search?q=boats")
        assert shows(html, boat)
        assert not shows(html, bread)
        assert "1 work" in html

    def test_offers_choices_that_find_something_with_their_counts(self, client: Client) -> None:
        published(colour_names=["blue"])
        published(colour_names=["blue"], orientation="square")
        published(colour_names=["red"], orientation="portrait")
        follow()
        found = addresses(page(client, "/search?colour=blue"))
        assert "/search?colour=blue&colour=red" in found
        assert "/search?orientation=landscape&colour=blue" in found
        assert "/search?orientation=portrait&colour=blue" not in found
        assert not any("kind=" in address for address in found)

    def test_a_chip_takes_its_choice_away(self, client: Client) -> None:
        published(title="Boat")
        follow()
        html = page(client, "/search?q=boat&colour=blue&kind=photo")
        assert "Take away: </span>Blue" in html
        assert "/search?q=boat&kind=photo" in addresses(html)
        assert "/search?q=boat" in addresses(html)

    def test_says_what_it_left_out_and_keeps_such_pages_from_crawlers(self, client: Client) -> None:
        published(title="Boat")
        follow()
        html = page(client, "/search?q=boat&colour=blurple")
        assert "There is no colour “blurple” to choose" in html
        assert 'content="noindex, follow"' in html
        assert relation(html, "canonical").endswith("/search?q=boat")
        assert "noindex" not in page(client, "/search?q=boat")

    def test_text_is_shown_as_text(self, client: Client) -> None:
        html = page(client, "/search?q=%3Cscript%3Ealert(1)%3C/script%3E")
        assert "<script>alert" not in html

    def test_nothing_found_says_what_else_to_try(self, client: Client) -> None:
        published(keywords=["mountain"])
        follow()
        html = page(client, "/search?q=moutain&kind=photo")
        assert "Nothing found" in html
        assert "/search?q=mountain" in addresses(html)
        assert "/search?q=moutain" in addresses(html)
        assert "/newest" in addresses(html)

    def test_pages_link_to_each_other(self, client: Client) -> None:
        owner = make.artist()
        for _ in range(PAGE_SIZE + 1):
            published(owner=owner, title="Wave")
        follow()
        first, second = page(client, "/search?q=wave"), page(client, "/search?q=wave&page=2")
        assert relation(first, "next") == "/search?q=wave&page=2"
        assert relation(first, "prev") == ""
        assert relation(second, "prev") == "/search?q=wave"
        assert relation(second, "next") == ""
        assert "There is no such page" in page(client, "/search?q=wave&page=3", 404)

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/search?page=0", 404),
            ("/search?page=zwei", 404),
            (f"/search?page={LAST_PAGE + 1}", 404),
            ("/search?q=" + "x" * 201, 400),
            ("/search?q=%01%ff&sort=%27&artist=..", 200),
            ("/search?q=%00", 400),
        ],
    )
    def test_odd_addresses_get_the_right_status(
        self, client: Client, address: str, status: int
    ) -> None:
        page(client, address, status)

    def test_only_looking_is_possible(self, client: Client) -> None:
        assert client.post("/search").status_code == 405


@pytest.mark.django_db(transaction=True)
class TestEngineDown:
    def test_search_says_so_and_the_rest_of_the_site_goes_on(self, client: Client) -> None:
        work = published(title="Boat")
        follow()
        with locked("search_indexedwork"), locked("search_phrase"):
            response = client.get("/search?q=boat")
            assert response.status_code == 503
            assert response.headers["Retry-After"]
            assert "/newest" in addresses(response.content.decode())
            assert shows(page(client, "/newest"), work)
            assert shows(page(client, "/"), work)
            assert page(client, "/search/suggest?q=bo").strip() == ""
            assert page(client, f"/search/similar/{work.uuid}").strip() == ""

    @pytest.mark.parametrize("address", [obstacles.refused, obstacles.silent, obstacles.swallowed])
    def test_nobody_waits_for_a_server_that_does_not_answer(
        self, client: Client, settings: Any, address: Callable[[], AbstractContextManager[str]]
    ) -> None:
        make.price_book()
        work = make.work_on_sale()
        with address() as url:
            settings.ELASTICSEARCH = Elasticsearch(url, "works")
            assert not engines.answers()
            for _ in range(4):
                response, seconds = timed(client, "/search?q=boat")
                assert response.status_code == 503
                assert "/newest" in addresses(response.content.decode())
                assert seconds < 3.5
            for path in ("/", "/newest", f"/works/{work.uuid}", "/search/suggest?q=bo"):
                response, seconds = timed(client, path)
                assert response.status_code == 200
                assert seconds < 2


@on_each_engine
class TestFragments:
    def test_suggestions_are_options(self, client: Client) -> None:
        published(keywords=["Sunset", "sun <b>"])
        follow()
        html = page(client, "/search/suggest?q=sun")
        assert 'data-value="sunset"' in html
        assert "<b>" not in html
        assert "Cookie" not in client.get("/search/suggest?q=s").headers.get("Vary", "")

    def test_similar_works_are_published_ones(self, client: Client) -> None:
        one, two, gone = (published(keywords=["falcon"]) for _ in range(3))
        follow()
        withdraw(gone)
        html = page(client, f"/search/similar/{one.uuid}")
        assert shows(html, two)
        assert not shows(html, gone)
        assert not shows(html, one)
        assert page(client, f"/search/similar/{uuid4()}").strip() == ""


class TestGallery:
    def test_the_front_page_shows_newest_works_artists_and_figures(self, client: Client) -> None:
        owner = make.artist(name="Ana Ortiz")
        works = [published(owner=owner) for _ in range(2)]
        html = page(client, "/")
        assert all(shows(html, work) for work in works)
        assert "/artists/ana-ortiz" in addresses(html)
        assert "member" in html

    def test_the_front_page_of_an_empty_co_op_says_so(self, client: Client) -> None:
        assert "Nothing is published yet" in page(client, "/")
        assert "Nothing is published yet" in page(client, "/newest")

    def test_figures_say_what_part_of_the_sales_went_to_artists(self, client: Client) -> None:
        make.sale(price=usd(2000))
        html = page(client, "/")
        assert "USD 20.00" in html
        assert "USD 10.00" in html
        assert "50 %" in html

    def test_an_artist_has_a_page_once_something_is_published(self, client: Client) -> None:
        artist, other = make.artist(name="Ana Ortiz"), published()
        page(client, "/artists/ana-ortiz", 404)
        page(client, "/artists/nobody-at-all", 404)
        work = published(owner=artist)
        html = page(client, "/artists/ana-ortiz")
        assert "Ana Ortiz" in html
        assert shows(html, work)
        assert not shows(html, other)
        withdraw(work)
        page(client, "/artists/ana-ortiz", 404)

    @on_each_engine
    def test_withdrawn_works_leave_every_page_at_once(self, client: Client) -> None:
        work = published(title="Boat")
        follow()
        withdraw(work)
        for address in ("/", "/newest", "/search?q=boat"):
            assert not shows(page(client, address), work)


class TestCrawlers:
    def test_robots_are_told_where_the_map_is(self, client: Client) -> None:
        said = page(client, "/robots.txt")
        assert "Sitemap: " in said
        assert "Disallow: /search/\n" in said

    def test_the_map_leads_to_every_published_work_and_artist(self, client: Client) -> None:
        work, gone = published(), published()
        withdraw(gone)
        maps = ElementTree.fromstring(page(client, "/sitemap.xml")).findall(".//{*}loc")
        parts = [str(part.text) for part in maps]
        listed = "".join(page(client, part[part.index("/sitemap-") :]) for part in parts)
        assert f"/works/{work.uuid}</loc>" in listed
        assert str(gone.uuid) not in listed
        assert f"/artists/{work.owner.handle}</loc>" in listed
        page(client, "/sitemap-works-2.xml", 404)
        page(client, "/sitemap-works-0.xml", 404)
