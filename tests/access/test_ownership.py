"""A row of somebody else is not there: the wrong owner gets 404, whatever the method."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from invoicing.models import Invoice
from licensing.models import CartLine
from licensing.services import carts
from media.models import Work
from media.rules.agreements import Share
from media.services import splits
from members.models import PortfolioImage, User
from tests import make
from tests.access.routes import all_routes
from tests.access.table import AUDIENCES
from tests.make.ledger import NOON

Owned = tuple[User, dict[str, Any]]


def _order() -> Owned:
    order = make.order()
    return order.buyer, {"uuid": order.uuid}


def _licence() -> Owned:
    licence = make.licence()
    return licence.line.order.buyer, {"number": licence.number}


def _invoice() -> Owned:
    order = make.pay(make.order())
    return order.buyer, {"number": Invoice.objects.get(order=f"order:{order.uuid}").name}


def _cart_line() -> Owned:
    buyer = make.buyer()
    make.price_book()
    work = make.work_on_sale()
    carts.put(buyer=buyer, work=work, choice=make.STANDARD_SMALL, at=NOON)
    return buyer, {"uuid": CartLine.objects.get(buyer=buyer).work.uuid}


def _work() -> Owned:
    work = make.described_work()
    return work.owner, {"uuid": work.uuid}


def _split() -> Owned:
    owner, where = _work()
    work = Work.objects.get(**where)
    make.agreed_split(work, {owner: 1, make.artist(): 1})
    return owner, where


def _asked() -> Owned:
    owner, where = _work()
    ben = make.artist()
    shares = [Share(owner.pk, "", 1), Share(ben.pk, "", 1)]
    work = Work.objects.get(**where)
    version = splits.propose(work=work, shares=shares, not_before=None, clock=timezone.now)
    return ben, {"pk": version.asked.get(member=ben).pk}


def _upload() -> Owned:
    upload = make.upload()
    return upload.owner, {"uuid": upload.work.uuid}


def _part() -> Owned:
    owner, where = _upload()
    return owner, {**where, "number": 1}


def _portfolio_image() -> Owned:
    application = make.application()
    image = PortfolioImage.objects.get(application=application)
    return application.applicant, {"pk": image.pk}


def _sale() -> Owned:
    sale = make.sale()
    return sale.work.owner, {"pk": sale.pk}


def _entry() -> Owned:
    sale = make.sale()
    return sale.work.owner, {"pk": sale.entry_id}


OWNED: dict[str, Callable[[], Owned]] = {
    **dict.fromkeys(("invoicing:json", "invoicing:pdf"), _invoice),
    **dict.fromkeys(
        ("licensing:cancel", "licensing:order", "licensing:pay", "licensing:returned"), _order
    ),
    **dict.fromkeys(
        (
            "licensing:certificate",
            "licensing:certificate_json",
            "licensing:certificate_page",
            "licensing:download",
            "licensing:licence",
            "licensing:upgrade",
        ),
        _licence,
    ),
    "licensing:cart_remove": _cart_line,
    **dict.fromkeys(
        ("media:appeal", "media:original", "media:withdraw", "media:work"),
        _work,
    ),
    "media:answer_split": _asked,
    **dict.fromkeys(("media:split", "media:withdraw_split"), _split),
    "media:abort": _upload,
    "media:finish": _upload,
    "media:sign": _part,
    "members:portfolio_image": _portfolio_image,
    "royalties:entry": _entry,
    "royalties:sale": _sale,
}

# Rows that belong to the co-op: who holds the role sees all of them, or their own month of them.
COMMON = {
    *("governance:cast", "governance:proposal"),
    *("licensing:retry_refund", "licensing:treasury_order"),
    *("media:decline", "media:publish", "media:review", "media:send_back", "media:undo"),
    "media:watermark_sample",
    *("members:admit", "members:application", "members:decline"),
    *("royalties:account", "royalties:approve_payouts", "royalties:correct_cost"),
    "royalties:end_rate",
    *("royalties:drop_payout", "royalties:payout_run", "royalties:reject_payouts"),
    "royalties:take_back_payout",
    "invoicing:treasury_pdf",
    *("royalties:retry_payout", "royalties:statement", "royalties:statement_csv"),
    *("royalties:statement_pdf", "royalties:surplus_plan", "royalties:surplus_plans"),
    *("royalties:end_hold", "royalties:remuneration_csv", "royalties:remuneration_pdf"),
    *("royalties:tax_form", "royalties:year", "royalties:year_csv", "royalties:year_pdf"),
    *("royalties:surplus_vote", "royalties:surplus_year"),
    *("royalties:month_facts", "royalties:year_facts", "royalties:patronage_notice"),
    *("royalties:approve_redemptions", "royalties:reject_redemptions"),
    "royalties:surplus_compare",
}


def test_every_route_with_a_parameter_has_an_owner_or_is_common() -> None:
    named = {
        route.name
        for route in all_routes()
        if route.converters and "anyone" not in AUDIENCES[route.name].split()
    }
    assert named == set(OWNED) | COMMON
    assert not set(OWNED) & COMMON


@pytest.mark.django_db
@pytest.mark.parametrize("name", OWNED)
def test_the_wrong_owner_finds_nothing(client: Client, name: str) -> None:
    _, kwargs = OWNED[name]()
    client.force_login(make.artist())
    address = reverse(name, kwargs=kwargs)
    for method in (client.get, client.post):
        assert method(address).status_code in {404, 405}, name
    assert 404 in {client.get(address).status_code, client.post(address).status_code}


@pytest.mark.django_db
@pytest.mark.parametrize("name", OWNED)
def test_the_owner_finds_it(client: Client, name: str) -> None:
    owner, kwargs = OWNED[name]()
    client.force_login(owner)
    response = client.get(reverse(name, kwargs=kwargs))
    # A file is sent as a stream, which a server would close and the test's client does not.
    response.close()
    assert response.status_code != 404
