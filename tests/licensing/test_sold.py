"""From a sale to what was bought, and back: to as much as the asker may see."""

import pytest
from django.test import Client
from django.urls import reverse

from licensing.models import Licence
from members.models import User
from tests import make
from tests.licensing.pages import as_user, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def licence() -> Licence:
    return make.licence()


def leads_to(client: Client, licence: Licence) -> str:
    return client.get(reverse("licensing:sold", args=[licence.sale.reference]))["Location"]


def check(client: Client, licence: Licence) -> str:
    return text(client.get(reverse("licensing:verify"), {"number": licence.number}))


def sale_of(licence: Licence) -> str:
    return reverse("royalties:sale", args=[licence.sale_id])


class TestSold:
    def test_leads_the_treasury_to_the_order(self, licence: Licence) -> None:
        order = reverse("licensing:treasury_order", args=[licence.line.order.uuid])
        for user in (make.treasurer(), make.board()):
            assert leads_to(as_user(user), licence) == order

    def test_leads_the_buyer_to_the_licence(self, licence: Licence) -> None:
        own = reverse("licensing:licence", args=[licence.number])
        assert leads_to(as_user(licence.buyer), licence) == own

    def test_leads_who_shared_the_sale_to_what_anybody_can_check(self, licence: Licence) -> None:
        address = leads_to(as_user(licence.work.owner), licence)
        assert address == f"{reverse('licensing:verify')}?number={licence.number}"


class TestThePublicCheck:
    def test_leads_each_to_what_they_may_see(self, licence: Licence) -> None:
        own = reverse("licensing:licence", args=[licence.number])
        order = reverse("licensing:treasury_order", args=[licence.line.order.uuid])
        every = {own, order, sale_of(licence)}
        for user, shown in (
            (licence.buyer, {own}),
            (licence.work.owner, {sale_of(licence)}),
            (make.treasurer(), {order, sale_of(licence)}),
            (make.artist(), set[str]()),
        ):
            page = check(as_user(user), licence)
            assert {address for address in every if f'href="{address}"' in page} == shown

    def test_leads_nobody_further_who_is_not_signed_in(self, licence: Licence) -> None:
        assert "Follow this licence" not in check(Client(), licence)


def test_the_receipt_of_the_treasury_leads_to_the_sale_and_the_buyers_does_not(
    licence: Licence,
) -> None:
    def page(user: User, name: str) -> str:
        address = reverse(f"licensing:{name}", args=[licence.line.order.uuid])
        return text(as_user(user).get(address))

    assert sale_of(licence) in page(make.treasurer(), "treasury_order")
    assert sale_of(licence) not in page(licence.buyer, "order")
