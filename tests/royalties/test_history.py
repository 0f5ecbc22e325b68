"""Sales of the past, taken in many at a time, are the same as if each had been recorded then."""

from datetime import timedelta

import pytest

from ledger.models import Entry
from royalties.models import Sale, SaleShare
from royalties.services import history, verify
from royalties.services.history import BadHistory, Past
from royalties.services.rates import NoRate
from tests import make
from tests.make.ledger import NOON, usd

pytestmark = pytest.mark.django_db


def past(number: int, work: str, **told: object) -> Past:
    facts = {
        "reference": f"old:{number}",
        "work": work,
        "licence_kind": "standard",
        "price": usd(1501 + number),
        "buyer_name": "Atlas Books",
        "sold_at": NOON + timedelta(hours=number),
        "gateway": "practice",
    }
    return Past(**(facts | told))  # type: ignore[arg-type]


@pytest.fixture
def work() -> str:
    make.royalty_terms()
    ana, ben = make.artist(), make.artist()
    return str(make.shared_work(ana, {ana: 2, ben: 1}).uuid)


def test_is_what_recording_each_would_have_stored(work: str) -> None:
    told = [past(number, work) for number in range(5)]
    assert list(history.take_in(told)) == [5]
    by_bulk = list(Sale.objects.order_by("reference").values_list("digest", "entry__digest"))
    assert list(verify.differences()) == []
    for one in told:
        make.sale(
            reference=one.reference.replace("old", "new"),
            work=Sale.objects.get(reference=one.reference).work,
            price=one.price,
            at=one.sold_at,
        )
    parts = [
        list(
            SaleShare.objects.filter(sale__reference__startswith=head)
            .order_by("sale__reference", "member")
            .values_list("member", "weight", "amount_minor")
        )
        for head in ("old", "new")
    ]
    assert parts[0] == parts[1]
    assert len(by_bulk) == len(set(by_bulk)) == 5
    assert list(verify.differences()) == []


def test_may_be_given_again(work: str) -> None:
    told = [past(number, work) for number in range(3)]
    list(history.take_in(told[:2]))
    assert list(history.take_in(told)) == [3]
    assert Sale.objects.count() == Entry.objects.count() == 3


def test_refuses_what_differs_or_cannot_be_and_keeps_nothing_of_its_batch(work: str) -> None:
    list(history.take_in([past(0, work)]))
    for wrong, refusal in (
        (past(0, work, price=usd(1)), BadHistory),
        (past(7, "00000000-0000-0000-0000-000000000000"), BadHistory),
        (past(7, work, licence_kind="unheard"), NoRate),
        (past(9, work), BadHistory),
    ):
        with pytest.raises(refusal):
            list(history.take_in([past(9, work), wrong]))
    assert Sale.objects.count() == 1
