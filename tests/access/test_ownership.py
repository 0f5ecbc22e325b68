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
from teams.services import invitations, lightboxes
from tests import make
from tests.access.routes import all_routes
from tests.access.table import AUDIENCES
from tests.make.ledger import NOON

Owned = tuple[User, dict[str, Any]]


def _order() -> Owned:
    order = make.order()
    return order.buyer, {"uuid": order.uuid}


def _waiting() -> Owned:
    team = make.team(limit=0)
    buyer = make.teammate(team=team).user
    order = make.order(by=buyer, project=make.project(team=team))
    return make.manager_of(team), {"uuid": order.uuid}


def _enquiry() -> Owned:
    enquiry = make.enquiry()
    return enquiry.buyer, {"uuid": enquiry.uuid}


def _custom_quote() -> Owned:
    quote = make.custom_quote()
    return quote.enquiry.buyer, {"uuid": quote.uuid}


def _licence() -> Owned:
    licence = make.licence()
    return licence.line.order.buyer, {"number": licence.number}


def _sold() -> Owned:
    licence = make.licence()
    return licence.line.order.buyer, {"reference": licence.sale.reference}


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


def _team() -> Owned:
    team = make.team()
    return make.manager_of(team), {"uuid": team.uuid}


def _teammate() -> Owned:
    team = make.team()
    return make.manager_of(team), {"pk": make.teammate(team=team).pk}


def _invitation() -> Owned:
    team = make.team()
    asked = make.invitation(team=team, email="reader@example.org")
    return make.manager_of(team), {"uuid": asked.uuid}


def _invitation_link() -> Owned:
    reader = make.buyer()
    asked = make.invitation(team=make.team(), email=reader.email, at=timezone.now())
    return reader, {"token": invitations.path_of(asked).rsplit("/", 1)[1]}


def _project() -> Owned:
    team = make.team()
    return make.manager_of(team), {"uuid": make.project(team=team).uuid}


def _lightbox() -> Owned:
    owner = make.buyer()
    return owner, {"uuid": lightboxes.begin(name="Harbours", owner=owner, at=NOON).uuid}


def _collected() -> Owned:
    owner = make.buyer()
    work = make.work_on_sale()
    box = lightboxes.collect(user=owner, work=work, lightbox=None, at=NOON)
    return owner, {"pk": box.collected.get().pk}


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
            "licensing:uses",
        ),
        _licence,
    ),
    "licensing:cart_remove": _cart_line,
    "licensing:decide": _waiting,
    "licensing:take_back_enquiry": _enquiry,
    "licensing:take_quote": _custom_quote,
    **dict.fromkeys(
        (
            "licensing:work_freezes",
            "media:appeal",
            "media:original",
            "media:sensitive_use",
            "media:withdraw",
            "media:work",
        ),
        _work,
    ),
    "media:answer_split": _asked,
    **dict.fromkeys(("media:split", "media:withdraw_split"), _split),
    "media:abort": _upload,
    "media:finish": _upload,
    "media:sign": _part,
    "members:portfolio_image": _portfolio_image,
    "licensing:sold": _sold,
    "royalties:entry": _entry,
    "royalties:sale": _sale,
    **dict.fromkeys(
        (
            "teams:begin_project",
            "teams:invite",
            "teams:leave",
            "teams:settle",
            "teams:team",
        ),
        _team,
    ),
    **dict.fromkeys(("teams:remove", "teams:teammate"), _teammate),
    **dict.fromkeys(("teams:close_project", "teams:project"), _project),
    **dict.fromkeys(("teams:describe", "teams:lightbox", "teams:share"), _lightbox),
    "teams:collected": _collected,
    "teams:invitation": _invitation_link,
    "teams:revoke": _invitation,
}

# Rows that belong to the co-op: who holds the role sees all of them, or their own month of them.
COMMON = {
    *("governance:cast", "governance:proposal"),
    *("licensing:retry_refund", "licensing:treasury_order"),
    *("licensing:decline_quote", "licensing:treasury_quote", "licensing:withdraw_quote"),
    *("licensing:comp", "licensing:enquire"),
    *("media:decline", "media:publish", "media:review", "media:send_back", "media:undo"),
    "media:watermark_sample",
    *("members:admit", "members:application", "members:decline"),
    *("royalties:account", "royalties:approve_payouts", "royalties:correct_cost"),
    "royalties:end_rate",
    *("royalties:drop_payout", "royalties:payout_run", "royalties:reject_payouts"),
    "royalties:retry_return",
    "royalties:take_back_payout",
    "invoicing:treasury_pdf",
    *("royalties:retry_payout", "royalties:statement", "royalties:statement_csv"),
    *("royalties:statement_pdf", "royalties:surplus_plan", "royalties:surplus_plans"),
    *("royalties:end_hold", "royalties:remuneration_csv", "royalties:remuneration_pdf"),
    *("royalties:tax_form", "royalties:year", "royalties:year_csv", "royalties:year_pdf"),
    *("royalties:surplus_vote", "royalties:surplus_year"),
    *("royalties:member_statement", "royalties:member_year"),
    *("royalties:month_facts", "royalties:year_facts", "royalties:patronage_notice"),
    *("royalties:approve_redemptions", "royalties:reject_redemptions"),
    "royalties:surplus_compare",
    *("royalties:approve_remittance", "royalties:reject_remittance"),
    "royalties:return_remittance",
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
