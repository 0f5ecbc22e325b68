"""Sales of the past, taken in many at a time, are the same as if each had been recorded then."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from ledger.models import Entry
from ledger.services import verify as ledger
from media.models import Work
from royalties.models import Sale
from royalties.rules.months import Month
from royalties.rules.past import Past
from royalties.services import history, sales, statements, verify
from royalties.services.history import BadHistory
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


# All that an entry, its postings, its sale and its shares hold, but for ids and their own name.
ROWS = """
SELECT to_jsonb(s) - '{id,entry_id,reference,digest}'::text[],
       to_jsonb(e) - '{id,source,digest}'::text[],
       (SELECT jsonb_agg(to_jsonb(p) - '{id,entry_id}'::text[] ORDER BY p.position)
          FROM ledger_posting p WHERE p.entry_id = e.id),
       (SELECT jsonb_agg(to_jsonb(p) - '{id,sale_id}'::text[] ORDER BY p.member_id)
          FROM royalties_saleshare p WHERE p.sale_id = s.id)
  FROM royalties_sale s JOIN ledger_entry e ON e.id = s.entry_id
 WHERE starts_with(s.reference, %s) ORDER BY s.sold_at
"""


def rows(head: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [head])
        return list(cursor.fetchall())


def test_is_what_recording_each_would_have_stored(work: str) -> None:
    odd = 'Tab\there, "line"\nthere, back\\slash \\N'
    told = [past(number, work) for number in range(4)]
    told += [past(4, work, price=usd(1)), past(5, work, buyer_name=odd)]
    told += [past(6, work, licence_kind="extended", gateway="stripe")]
    assert history.take_in(told) == len(told)
    assert list(verify.differences()) == list(ledger.differences()) == []
    for one in told:
        sales.record(
            reference=one.reference.replace("old", "new"),
            work=Work.objects.get(uuid=one.work),
            licence_kind=one.licence_kind,
            price=one.price,
            gateway=one.gateway,
            buyer_name=one.buyer_name,
            at=one.sold_at,
        )
    assert len(rows("old")) == len(told)
    assert rows("old") == rows("new")
    assert list(verify.differences()) == list(ledger.differences()) == []


def test_may_be_given_again(work: str) -> None:
    told = [past(number, work) for number in range(3)]
    assert history.take_in(told[:2]) == 2
    assert history.take_in(told) == 1
    assert Sale.objects.count() == Entry.objects.count() == 3


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"price": usd(1)}, "It is recorded already, with another content."),
        ({"reference": "old:9"}, "It is told twice: each reference stands for one sale."),
        ({"reference": "x", "work": str(UUID(int=0))}, f"There is no work {UUID(int=0)}."),
        ({"reference": "x", "price": usd(0)}, "A sale has a price above zero, not 0."),
        (
            {"reference": "x", "licence_kind": "unheard"},
            "There is no royalty rate for the licence kind “unheard” yet.",
        ),
    ],
)
def test_names_each_that_cannot_be(work: str, wrong: dict[str, Any], words: str) -> None:
    history.take_in([past(0, work)])
    told = [past(9, work), replace(past(0, work, line=3), **wrong)]
    with pytest.raises(BadHistory) as refused:
        history.take_in(told)
    assert refused.value.faults == [f"line 3, sale {told[1].reference}: {words}"]
    assert Sale.objects.count() == 1


def test_keeps_nothing_when_a_later_batch_has_a_fault(
    work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "BATCH", 2)
    heard: list[int] = []
    told = [past(number, work) for number in range(5)]
    with pytest.raises(BadHistory):
        history.take_in([*told, past(6, work, licence_kind="unheard")], progress=heard.append)
    assert heard == [2, 4]
    assert Sale.objects.count() == Entry.objects.count() == 0
    assert history.take_in(told) == 5


@pytest.mark.parametrize("apart", [2, 3, 5])
def test_passes_over_what_an_earlier_batch_told(
    work: str, monkeypatch: pytest.MonkeyPatch, apart: int
) -> None:
    monkeypatch.setattr(history, "BATCH", 2)
    told = [past(number, work) for number in range(6)]
    again = told[5 - apart]
    assert history.take_in([*told[:5], again, told[5]]) == 6
    assert list(verify.differences()) == list(ledger.differences()) == []
    other = [past(number + 10, work) for number in range(5)]
    changed = replace(other[5 - apart], price=usd(1))
    with pytest.raises(BadHistory, match="recorded already, with another content"):
        history.take_in([*other, changed])
    assert Sale.objects.count() == 6


def test_is_not_booked_into_a_month_that_was_told(work: str) -> None:
    history.take_in([past(0, work)])
    statements.issue(month=Month(2026, 3), at=NOON + timedelta(days=40))
    with pytest.raises(BadHistory, match="sale old:1: Statements for March 2026 have been issued"):
        history.take_in([past(0, work), past(1, work)])
    # What is recorded already needs no open month.
    assert history.take_in([past(0, work)]) == 0
