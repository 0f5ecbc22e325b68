"""Every page that a person can reach by links, read by axe: nothing serious, nothing critical."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from members.models import User
from members.rules.roles import OFFICES
from stockcoop.env import ROOT
from stockcoop.packages import offering
from tests import make
from tests.look.crawl import crawl, faults

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SHOPPING = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def artist() -> User:
    """An artist with a work in each place, a sale and every office, so that all pages open."""
    coop = tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))
    coop["members"]["admission"]["least_images"] = 1
    for package in offering("services.establish"):
        package.establish(coop, make.LONG_AGO)
    person = make.artist(name="Alma Reyes")
    for role in OFFICES:
        make.office(role, person)
    make.submitted_work(owner=make.artist(name="Jonas Eck"), title="Boats")
    work = make.photograph_on_sale(owner=person)
    make.pay(make.order(by=person, works=[work], at=SHOPPING), at=SHOPPING)
    make.proposal()
    return User.objects.get(pk=person.pk)


def _read(page: Page, base: str, *starts: str) -> tuple[set[str], list[str]]:
    views, found = set(), []
    for visit in crawl(page, base, *starts):
        views.add(visit.view)
        found += [f"{visit.path}: {fault}" for fault in faults(page)]
        if visit.status != 200:
            found.append(f"{visit.path} answered {visit.status}")
    return views, found


def test_a_visitor_can_use_every_page(page: Page, live_server: Any, artist: User) -> None:
    views, found = _read(page, live_server.url, "/", "/accounts/login/")
    assert found == []
    assert {"search:home", "search:results", "licensing:work", "account_signup"} <= views


def test_a_member_with_every_office_can_use_every_page(
    page: Page, live_server: Any, sign_in: Callable[[Any], None], artist: User
) -> None:
    sign_in(artist)
    views, found = _read(page, live_server.url, "/", "/studio/works", "/editing", "/licences")
    assert found == []
    assert {"media:work", "media:review", "licensing:licence", "royalties:sale"} <= views
    assert {"royalties:payouts", "members:roles", "governance:proposal"} <= views
