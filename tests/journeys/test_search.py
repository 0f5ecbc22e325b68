"""A buyer narrows a search, in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from search.services.follow import follow
from tests import make
from tests.search.works import published

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("each_engine"),
]


@pytest.fixture(autouse=True)
def _works(transactional_db: None, each_engine: None) -> None:
    owner = make.artist(name="Ana Ortiz")
    published(owner=owner, title="Wide sky", keywords=["sky"], colour_names=["blue"])
    published(
        owner=owner,
        title="Tall sky",
        keywords=["sky"],
        orientation="portrait",
        width=2000,
        height=3000,
    )
    published(owner=owner, title="Bread", keywords=["bakery"])
    follow()


def test_choices_swap_the_results_and_the_way_back_restores_them(page: Page) -> None:
    page.goto("/search?q=sky")
    page.evaluate("window.loaded = 'once'")
    page.get_by_role("link", name="Portrait").click()
    page.wait_for_url("**/search?q=sky&orientation=portrait")
    expect(page.get_by_role("link", name="Tall sky")).to_be_visible()
    expect(page.get_by_role("link", name="Wide sky")).to_have_count(0)
    expect(page.locator("#live")).to_have_text("1 work")
    expect(page.locator(".facets").get_by_role("link", name="Portrait")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("link", name="Wide sky")).to_be_visible()
    assert page.evaluate("window.loaded") == "once"


def test_the_keyboard_chooses_a_suggestion(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    box.press_sequentially("bak")
    expect(page.get_by_role("option", name="bakery")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=bakery")
    expect(page.get_by_role("link", name="Bread")).to_be_visible()


def test_on_a_phone_the_filters_open_and_stay_open(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/search?q=sky")
    expect(page.get_by_role("link", name="Portrait")).to_be_hidden()
    page.get_by_text("Filters").click()
    page.get_by_role("link", name="Portrait").click()
    page.wait_for_url("**orientation=portrait")
    expect(page.get_by_text("Filters (1)")).to_be_visible()
    expect(page.locator(".facets").get_by_role("link", name="Portrait")).to_be_visible()


def test_without_javascript_every_choice_is_a_link(browser: Browser, live_server: Any) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto("/search?q=sky")
    plain.get_by_role("link", name="Portrait").click()
    plain.wait_for_url("**/search?q=sky&orientation=portrait")
    expect(plain.get_by_role("link", name="Tall sky")).to_be_visible()
    context.close()
