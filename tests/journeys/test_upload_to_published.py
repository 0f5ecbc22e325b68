"""A photograph on its way from the artist's folder to the results of a search."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from media.rules.metadata import Facts
from search.services.follow import follow
from tests import make
from tests.jobs import run_jobs
from tests.journeys.steps import drop, search, seen, tile
from tests.media.files import photograph

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("parts"),
]

IN_THE_FILE = Facts(
    title="Dunes at dusk",
    keywords=("dunes", "dusk", "sand"),
    creator="Ana Ortiz",
    rights="© Ana Ortiz",
)


def test_a_dropped_photograph_is_described_published_and_found(
    page: Page, sign_in: Callable[[Any], None]
) -> None:
    make.price_book()
    artist, editor = make.artist(name="Ana Ortiz"), make.editor(name="Eva Lind")
    sign_in(artist)
    _upload(page)
    _describe(page)

    sign_in(editor)
    _publish_by_keyboard(page)

    sign_in(artist)
    _read_the_notice(page)

    page.context.clear_cookies()
    search(page, "dune")
    expect(page.get_by_text("0 works")).to_be_visible()
    follow()
    _find(page)


def _upload(page: Page) -> None:
    page.goto("/studio/upload")
    drop(page, "IMG_2041.jpg", photograph(IN_THE_FILE))
    row = page.locator("#uploads .upload", has_text="IMG_2041.jpg")
    expect(row).to_contain_text("being checked")
    run_jobs()
    expect(row).to_contain_text("Ready to be described")
    row.get_by_role("link", name="Describe").click()


def _describe(page: Page) -> None:
    """What the file says is filled in; the artist adds the rest and sends it."""
    expect(page.get_by_label("Title")).to_have_value("Dunes at dusk")
    expect(page.get_by_label("Keywords")).to_have_value("dunes, dusk, sand")
    expect(page.get_by_label("Creator")).to_have_value("Ana Ortiz")
    expect(page.get_by_label("Copyright notice")).to_have_value("© Ana Ortiz")
    assert seen(page.locator("figure img"))
    page.get_by_label("Description").fill("The last light on the ridge.")
    page.get_by_label("Keywords").fill("dunes, dusk, sand, desert")
    page.get_by_role("button", name="Save and send to the editors").click()
    expect(page.get_by_role("button", name="Save and send to the editors")).to_have_count(0)


def _publish_by_keyboard(page: Page) -> None:
    page.goto("/editing")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dunes at dusk")
    expect(page.get_by_text("The last light on the ridge.")).to_be_visible()
    page.wait_for_load_state("load")
    page.keyboard.press("p")
    expect(page.get_by_text("The queue is empty")).to_be_visible()
    decided = page.get_by_role("region", name="Your latest decisions")
    expect(decided.get_by_role("row", name="Dunes at dusk")).to_contain_text("ublished")


def _read_the_notice(page: Page) -> None:
    page.goto("/notices")
    page.get_by_role("link", name="“Dunes at dusk” is published.").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dunes at dusk")
    expect(page.get_by_role("link", name="Its public page")).to_be_visible()


def _find(page: Page) -> None:
    """By another form of a word that the artist typed, as a visitor."""
    search(page, "deserts")
    expect(page.get_by_text("1 work", exact=True).first).to_be_visible()
    tile(page, "Dunes at dusk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dunes at dusk")
    expect(page.get_by_role("main")).to_contain_text("Ana Ortiz")
    assert seen(page.get_by_role("img", name="Dunes at dusk").first)
