"""A sale followed by links alone, from the buyer's receipt to the members' vote and back again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from governance.models import ByLaws
from licensing.models import Order
from members.models import User
from royalties.rules.law import Law
from royalties.rules.months import Month
from royalties.rules.retention import Retention
from royalties.services import distributions, patronage, statements, years
from tests import make
from tests.make.surplus import IN_YEAR, NEW_YEAR, YEAR

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TITLE = "Harbour at dawn"
MONTH = f"June {YEAR}"
SALE = (TITLE, TITLE)
SURPLUS = (f"The surplus of {YEAR}", f"Surplus of {YEAR}")
VOTE = ("Vote 1", f"What to do with the surplus of {YEAR}")
FIGURES = ("All figures behind this proposal", f"Surplus of {YEAR}")

Step = tuple[str, str]


def test_the_buyer_goes_from_the_receipt_to_the_public_check_and_back(
    page: Page, sign_in: Callable[[Any], None]
) -> None:
    order, _ = _a_year_that_was_shared_out()
    number = order.lines.get().licence.number
    sign_in(order.buyer)
    page.goto("/orders")
    receipt = f"Receipt {order.number}"
    walk(page, [(order.number, receipt), (number, TITLE)])
    walk(page, [("What anybody can check", "Check a licence")])
    expect(page.get_by_role("link", name="The sale")).to_have_count(0)
    walk(page, [("Your licence", TITLE), ("The receipt", receipt)])


def test_the_artist_goes_from_the_statement_to_the_vote_and_back(
    page: Page, sign_in: Callable[[Any], None]
) -> None:
    order, ana = _a_year_that_was_shared_out()
    entry = order.lines.get().licence.sale.entry_id
    sign_in(ana)
    page.goto("/royalties")
    walk(page, [(f"{YEAR}", f"{YEAR}"), (MONTH, MONTH), SALE])
    walk(page, [(f"Entry {entry} in the ledger", f"Entry {entry}")])
    walk(page, [(f"Your statement of {MONTH}", MONTH), (f"The year {YEAR}", f"{YEAR}")])
    part = page.get_by_role("region", name="Of the surplus")
    for figure in ("72.00", "43.20", "28.80"):
        expect(part).to_contain_text(figure)
    walk(page, [SURPLUS, VOTE])
    expect(page.get_by_role("region", name="Result")).to_contain_text("Passed")
    walk(page, [FIGURES, (f"Your year {YEAR}", f"{YEAR}"), (MONTH, MONTH), SALE])
    walk(page, [("The licence, as anybody can check it", "Check a licence")])
    expect(page.get_by_text(order.licensee)).to_have_count(0)
    walk(page, [("The sale", TITLE)])


def test_the_treasurer_goes_from_the_order_to_the_vote_and_back(
    page: Page, sign_in: Callable[[Any], None]
) -> None:
    order, ana = _a_year_that_was_shared_out()
    entry = order.lines.get().licence.sale.entry_id
    sign_in(make.treasurer(name="Tess Moor"))
    page.goto("/treasury/orders")
    walk(page, [(order.number, f"Order {order.number}"), (f"The sale of {TITLE}", TITLE)])
    walk(page, [(f"Entry {entry} in the ledger", f"Entry {entry}")])
    walk(page, [(f"{ana.name}, {MONTH}", MONTH), (f"The year {YEAR}", f"{YEAR}"), SURPLUS, VOTE])
    walk(page, [FIGURES, ("All plans side by side", f"Plans for {YEAR}, side by side")])
    walk(page, [("Keep a part", "Keep a part"), (ana.name, f"{YEAR}"), (MONTH, MONTH)])
    expect(page.get_by_text(ana.name)).to_be_visible()
    walk(page, [SALE, ("The order", f"Order {order.number}")])


def walk(page: Page, steps: list[Step]) -> None:
    """Click the first link of each name in the page, and expect the heading that it leads to."""
    for link, heading in steps:
        page.locator("main").get_by_role("link", name=link, exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def _a_year_that_was_shared_out() -> tuple[Order, User]:
    """The order of one work of Ana's for 200 dollars, and 100 of surplus, by a vote that passed.

    Of the 100 a fifth is the reserve, class C gets nine tenths of the rest, three fifths in cash.
    """
    make.bylaws()
    make.price_book(small="200")
    ana = make.artist(name="Ana Ortiz")
    order = make.order(works=[make.work_on_sale(owner=ana, title=TITLE)], at=IN_YEAR)
    make.pay(order, at=IN_YEAR)
    patronage.consent(member=ana, given=True, at=IN_YEAR)
    close = make.closed_year()
    law = Law.of_bylaws(ByLaws.objects.in_force(NEW_YEAR).articles)
    kept = replace(law, retention=Retention(cash_bp=6000))
    plan = make.distribution_plan(close, title="Keep a part", law=kept)
    vote = make.distribution_vote([plan], choices=[(ana, "yes"), (make.founder(), "yes")])
    distributions.settle(vote=vote, at=vote.proposal.closes_at)
    statements.issue(month=Month(YEAR, 6), at=NEW_YEAR)
    years.issue(year=YEAR, at=NEW_YEAR)
    order.refresh_from_db()
    return order, ana
