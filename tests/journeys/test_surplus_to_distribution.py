"""A surplus on its way from the books of a year to the members' accounts."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from governance.models import Proposal
from members.models import User
from royalties.services import distributions
from tests import make
from tests.make.ledger import usd

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("parts"),
]

YEAR = timezone.now().year - 1
SUMMER = datetime(YEAR, 6, 1, 12, tzinfo=UTC)


def test_members_decide_about_a_surplus_and_see_what_they_get(
    page: Page, sign_in: Callable[[Any], None]
) -> None:
    ana, ben = _a_year_of_business()
    sign_in(make.treasurer(name="Tess Moor"))
    _close_the_year(page)
    _make_plan(page, title="As the by-laws say", reserve="20")
    _make_plan(page, title="Save for new servers", reserve="50")
    _open_the_vote(page)
    for member, choice in (
        (ana, "As the by-laws say"),
        (ben, "As the by-laws say"),
        (make.founder(), "Save for new servers"),
    ):
        sign_in(member)
        _vote(page, choice)

    _time_passes()

    sign_in(ana)
    _see_the_result(page)
    _see_the_own_figure(page)
    _see_it_in_the_balance(page)
    call_command("verify")


def _a_year_of_business() -> tuple[User, User]:
    """Two artists earned 50 and 150 dollars and the co-op 200, of which it spent 40."""
    make.bylaws()
    ana, ben = make.artist(name="Ana Ortiz"), make.artist(name="Ben Okri")
    make.sale(shares={ana: 1}, price=usd(10_000), at=SUMMER)
    make.sale(shares={ben: 1}, price=usd(30_000), at=SUMMER)
    make.cost(4_000, at=SUMMER)
    return ana, ben


def _close_the_year(page: Page) -> None:
    page.goto("/surplus")
    page.get_by_label("Year", exact=True).select_option(str(YEAR))
    page.get_by_role("button", name="Close the year").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Surplus of {YEAR}")
    expect(page.locator(".stats")).to_contain_text("160.00")


def _make_plan(page: Page, *, title: str, reserve: str) -> None:
    page.goto(f"/surplus/{YEAR}")
    form = page.get_by_role("region", name="Work out a plan")
    form.get_by_label("Title").fill(title)
    form.get_by_label("Reserve").fill(reserve)
    form.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("row", name="Ana Ortiz")).to_contain_text("USD 50.00")


def _open_the_vote(page: Page) -> None:
    page.goto(f"/surplus/{YEAR}")
    form = page.get_by_role("region", name="Put plans to the vote")
    form.get_by_label("As the by-laws say").check()
    form.get_by_label("Save for new servers").check()
    form.get_by_role("button", name="Announce the vote").click()
    expect(page.get_by_text("The vote is announced")).to_be_visible()


def _vote(page: Page, choice: str) -> None:
    """From the notice to the ballot paper."""
    page.goto("/notices")
    page.get_by_role("link", name="Please vote by").click()
    page.get_by_label(choice).check()
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page.get_by_text("Your vote is recorded.")).to_be_visible()
    expect(page.get_by_text(f"You voted {choice}")).to_be_visible()


def _time_passes() -> None:
    """What the worker does each minute, on the day after the by-laws' voting period."""
    distributions.settle_due(Proposal.objects.get().closes_at)


def _see_the_result(page: Page) -> None:
    page.goto("/votes")
    page.get_by_role("link", name=f"What to do with the surplus of {YEAR}").click()
    result = page.get_by_role("region", name="Result")
    expect(result).to_contain_text("Passed")
    expect(result).to_contain_text("As the by-laws say.")
    page.get_by_role("link", name="All figures behind this proposal").click()


def _see_the_own_figure(page: Page) -> None:
    """160.00 less a fifth, nine tenths of that, a quarter of those: each step with its figure."""
    expect(page.get_by_text("The surplus is distributed as the members decided.")).to_be_visible()
    plan = page.locator("#plan-1")
    expect(plan).to_contain_text("28.80")
    plan.get_by_text("How it comes about").click()
    for words, figure in (
        (f"The surplus of {YEAR}", "USD 160.00"),
        ("Reserve (20 %", "USD 128.00"),
        ("for class C", "USD 115.20"),
        ("USD 50.00 of USD 200.00 in royalties", "USD 28.80"),
    ):
        expect(_step(plan, words)).to_contain_text(figure)


def _step(plan: Locator, words: str) -> Locator:
    return plan.get_by_role("row", name=words)


def _see_it_in_the_balance(page: Page) -> None:
    """50.00 of royalties and 28.80 of the surplus."""
    page.goto("/royalties")
    expect(page.locator(".stats")).to_contain_text("78.80")
    expect(page.get_by_role("row", name=f"Surplus of {YEAR}")).to_contain_text("USD 28.80")
    page.get_by_role("link", name=f"Surplus of {YEAR}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Surplus of {YEAR}")
