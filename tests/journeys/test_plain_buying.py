"""Buying with nothing but a keyboard, in a browser that runs no scripts."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from licensing.models import Licence
from members.models import User
from search.services.follow import follow
from tests import make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

_MOST_TABS = 120


@pytest.fixture
def plain(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A tab without JavaScript."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def buyer(transactional_db: None) -> User:
    """Somebody with an account, in a shop with two works."""
    make.price_book()
    make.royalty_terms()
    make.published_work(title="Dunes at dusk")
    make.published_work(title="Dunes with hikers", editorial=True)
    follow()
    return make.buyer(name="Bo Berg")


def test_a_work_is_found_and_paid_without_a_mouse_or_scripts(plain: Page, buyer: User) -> None:
    _find(plain)
    _choose(plain)
    _sign_in(plain, buyer)
    _check_out(plain)
    _press(plain.get_by_role("button", name="Pay USD 75.00"))
    expect(plain.get_by_text("Your licences are ready.")).to_be_visible()
    number = Licence.objects.get().number
    _press(plain.get_by_role("link", name=number))
    expect(plain.get_by_role("heading", level=1)).to_have_text("Dunes at dusk")


def _find(page: Page) -> None:
    page.goto("/")
    _tab_to(page.get_by_role("combobox", name="Search photographs and film"))
    page.keyboard.type("dunes")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=dunes")
    _press(page.locator(".facets").get_by_role("link", name="Commercial"))
    tiles = page.locator(".gallery").get_by_role("link")
    expect(tiles).to_have_count(1)
    _press(tiles)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dunes at dusk")


def _choose(page: Page) -> None:
    """The other licence: its price comes by the button, as nothing runs on the page."""
    total = page.locator(".chooser-total")
    expect(total).to_contain_text("15.00")
    _tab_to(page.locator("#kind-standard"))
    page.keyboard.press("ArrowDown")
    _press(page.get_by_role("button", name="Update the price"))
    expect(total).to_contain_text("75.00")
    expect(page.locator("#kind-extended")).to_be_checked()
    _press(page.get_by_role("button", name="Add to cart"))


def _sign_in(page: Page, user: User) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    _tab_to(page.get_by_label("Email"))
    page.keyboard.type(user.email)
    _tab_to(page.get_by_label("Password"))
    page.keyboard.type(make.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cart")


def _check_out(page: Page) -> None:
    _press(page.get_by_role("link", name="Check out"))
    expect(page.get_by_label("Licensee")).to_have_value("Bo Berg")
    _tab_to(page.get_by_label("I accept the licence terms"))
    page.keyboard.press("Space")
    _press(page.get_by_role("button", name="Order and pay USD 75.00"))


def _press(control: Locator) -> None:
    _tab_to(control)
    control.page.keyboard.press("Enter")


def _tab_to(control: Locator) -> None:
    """Press Tab until `control` has the focus."""
    expect(control).to_be_visible()
    for _ in range(_MOST_TABS):
        if control.evaluate("element => element === document.activeElement"):
            return
        control.page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not lead to {control}")
