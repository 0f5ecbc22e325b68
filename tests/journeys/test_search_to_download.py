"""A visitor's way from a word in the search box to the file, and the money's way to the artist."""

import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from licensing.models import Download
from media.rules import jpeg
from members.models import User
from search.services.follow import follow
from tests import make
from tests.journeys.steps import fill_sign_in, search, tile

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("parts"),
]


@pytest.fixture
def artist(transactional_db: None, parts: str) -> User:
    """Somebody who has two works in the collection and shares one of them, two parts to one."""
    ana, ben = make.artist(name="Ana Ortiz"), make.artist(name="Ben Okri")
    make.price_book()
    make.royalty_terms()
    make.published_work(owner=ana, title="Dunes at dusk", shares={ana: 2, ben: 1})
    make.published_work(owner=ana, title="Dunes with hikers", editorial=True)
    follow()
    return ana


def test_a_visitor_licenses_a_work_and_its_artist_follows_the_money(
    page: Page, sign_in: Callable[[Any], None], artist: User, parts: str, tmp_path: Path
) -> None:
    _find(page)
    _choose(page)
    fill_sign_in(page, make.buyer(name="Bo Berg", email="bo@example.org"))
    _check_out(page)
    _pay(page, parts)
    number = _read_the_licence(page)
    _download(page, number, tmp_path / "bought.jpg")

    sign_in(artist)
    _follow_the_money(page)

    sign_in(make.buyer())
    _find_the_licence_closed(page, number)


def _find(page: Page) -> None:
    search(page, "dunes")
    expect(tile(page, "Dunes with hikers")).to_be_visible()
    page.locator(".facets").get_by_role("link", name="Commercial").click()
    expect(tile(page, "Dunes with hikers")).to_have_count(0)
    tile(page, "Dunes at dusk").click()


def _choose(page: Page) -> None:
    total = page.locator(".chooser-total")
    page.locator(".choice", has_text="Extended").first.click()
    expect(total).to_contain_text("75.00")
    page.locator(".choice", has_text="Standard").first.click()
    page.locator(".choice", has_text="1024 px").click()
    expect(total).to_contain_text("15.00")
    page.get_by_role("button", name="Add to cart").click()


def _check_out(page: Page) -> None:
    """What was wanted before signing in is in the cart."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Cart")
    expect(page.get_by_role("link", name="Dunes at dusk", exact=True)).to_be_visible()
    page.get_by_role("link", name="Check out").click()
    page.get_by_label("Licensee").fill("Atlas Books")
    page.get_by_label("I accept the licence terms").check()
    page.get_by_role("button", name="Order and pay USD 15.00").click()


def _pay(page: Page, parts: str) -> None:
    """On the practice gateway's page, or on Stripe's, where the stand-in knows a card."""
    if parts == "own":
        expect(page.get_by_text("Practice gateway", exact=True)).to_be_visible()
        page.get_by_role("button", name="Pay USD 15.00").click()
    else:
        expect(page.get_by_role("heading", level=1)).to_have_text("Checkout")
        page.get_by_role("button", name="Pay").click()
    expect(page.get_by_text("Your licences are ready.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Receipt")


def _read_the_licence(page: Page) -> str:
    """Its page and its certificate name the same number and licensee."""
    link = page.locator("a.mono")
    number = link.inner_text()
    link.click()
    expect(page.get_by_role("main")).to_contain_text("Atlas Books")
    page.get_by_role("link", name="Certificate to print").click()
    for words in (number, "Atlas Books", "Dunes at dusk", "Ana Ortiz"):
        expect(page.get_by_role("main")).to_contain_text(words)
    pdf = page.request.get(f"/licences/{number}/certificate.pdf")
    assert (pdf.status, pdf.body()[:5]) == (200, b"%PDF-")
    return number


def _download(page: Page, number: str, target: Path) -> None:
    page.goto("/licences")
    page.get_by_role("link", name="Dunes at dusk").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    waiting.value.save_as(target)
    assert waiting.value.suggested_filename == "dunes-at-dusk-1024x683.jpg"
    body = target.read_bytes()
    assert sha256(body).hexdigest() == Download.objects.get().sha256
    with Image.open(target) as image:
        assert image.size == (1024, 683)
    assert number in {facts.licence_number for facts in jpeg.facts_of(body)}
    page.reload()
    expect(page.locator(".downloads")).to_contain_text("dunes-at-dusk-1024x683.jpg")


def _follow_the_money(page: Page) -> None:
    """From the overview to the sale, from the sale to the entry: two clicks."""
    page.goto("/royalties")
    expect(page.get_by_role("row", name="Dunes at dusk")).to_contain_text("USD 5.00")
    page.get_by_role("link", name="Dunes at dusk").click()
    lead = page.get_by_text("Standard licence to Atlas Books for USD 15.00.")
    expect(lead).to_be_visible()
    shared = page.get_by_role("region", name="How USD 15.00 was shared").get_by_role("listitem")
    for whose, sum_ in (("The co-op", "7.50"), ("You", "5.00"), ("Ben Okri", "2.50")):
        expect(shared.filter(has_text=whose)).to_contain_text(sum_)
    page.get_by_role("link", name=re.compile("^Entry .* in the ledger$")).click()
    postings = page.get_by_role("region", name="Postings")
    expect(postings.get_by_role("row", name="coop:commission")).to_contain_text("USD 7.50")
    members = postings.get_by_role("row", name="member:")
    expect(members).to_contain_text(["USD 5.00", "USD 2.50"])


def _find_the_licence_closed(page: Page, number: str) -> None:
    for path in ("", "/certificate", "/certificate.pdf", "/download"):
        assert page.request.get(f"/licences/{number}{path}").status == 404
    answer = page.goto(f"/licences/{number}")
    assert answer is not None
    assert answer.status == 404
