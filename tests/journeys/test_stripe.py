"""Paying and being paid on Stripe's pages, here the stand-in's, under the site's own CSP."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from licensing.models import Order
from tests import make
from tests.journeys.conftest import allow_stripe
from tests.stripe_site import StripeSite, now

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(settings: Any) -> StripeSite:
    return allow_stripe(settings, StripeSite(settings))


def test_a_buyer_is_declined_pays_with_another_card_and_has_the_licence(
    page: Page, sign_in: Callable[[Any], None], site: StripeSite
) -> None:
    order = make.order(works=[make.work_on_sale(title="Dunes at dusk")], at=now())
    sign_in(order.buyer)
    page.goto(f"/orders/{order.uuid}")
    page.get_by_role("button", name="Pay USD 15.00").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Checkout")
    expect(page.get_by_role("cell", name="Dunes at dusk")).to_be_visible()
    page.get_by_label("Card number").fill("4000000000000002")
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("has not been confirmed yet")).to_be_visible()
    page.get_by_role("button", name="Pay USD 15.00").click()
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_text("Your licences are ready.")).to_be_visible()
    assert Order.objects.get(pk=order.pk).is_paid


def test_an_artist_sets_up_payouts(
    page: Page, sign_in: Callable[[Any], None], site: StripeSite
) -> None:
    sign_in(make.artist())
    page.goto("/royalties")
    page.get_by_role("link", name="Set up payouts").click()
    page.get_by_label("Country of your bank").fill("us")
    page.get_by_role("button", name="Set up payouts at Stripe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Get paid")
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_text("Something is still missing")).to_be_visible()
    page.get_by_role("button", name="Go on at Stripe").click()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("your payouts can reach you")).to_be_visible()
