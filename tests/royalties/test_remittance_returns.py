"""A remittance that the bank sends back: said once, reversed, and owed again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from ledger.services import balances
from royalties.models import Remittance, RemittanceReturn
from royalties.services import remittance_returns as returns
from royalties.services import remittances, verify
from royalties.services.remittance_returns import NotBack
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.races import at_once
from tests.royalties.pages import ask, page
from tests.royalties.test_four_eyes import altered
from tests.royalties.test_remittances import DAY, GIFT, WITHHELD, approve, owing, proposed

pytestmark = pytest.mark.django_db


def handed_over() -> Remittance:
    made = proposed(account=owing())
    approve(made)
    return made


def said(made: Remittance, *, days: int = 0, reason: str = "Account closed") -> RemittanceReturn:
    return returns.record(
        remittance=made,
        on_day=DAY + timedelta(days=days),
        reason=reason,
        by=make.treasurer(),
        at=NOON,
    )


class TestSayingSo:
    def test_reverses_the_entry_and_the_sum_is_owed_again(self) -> None:
        made = handed_over()
        back = said(made)
        assert back.entry.reverses == made.entry
        assert back.entry.moves() == [move("coop:bank", WITHHELD, 5_000)]
        assert "Account closed" in back.entry.memo
        assert balances.of(WITHHELD) == usd(5_000)
        assert list(verify.differences()) == []

    def test_leaves_room_to_propose_and_approve_it_anew(self) -> None:
        said(handed_over())
        again = proposed(5_000)
        approve(again)
        assert remittances.owed() == []
        said(again)
        assert balances.of(WITHHELD) == usd(5_000)
        assert list(verify.differences()) == []

    def test_is_about_what_was_handed_over(self) -> None:
        waits = proposed(account=owing())
        rejected = proposed(account=owing(account=GIFT))
        remittances.reject(remittance=rejected, by=make.board(), at=NOON)
        for made in (waits, rejected):
            with pytest.raises(NotBack, match="Only a payment that was approved"):
                said(made)

    def test_happens_once(self) -> None:
        made = handed_over()
        said(made)
        with pytest.raises(NotBack, match="said before"):
            said(made)

    @pytest.mark.parametrize("days", [-1, 1])
    def test_is_about_a_day_from_the_payment_to_today(self, days: int) -> None:
        with pytest.raises(NotBack, match="between the day"):
            said(handed_over(), days=days)


class TestTheDatabase:
    def test_keeps_what_was_said(self) -> None:
        back = said(handed_over())
        rows = RemittanceReturn.objects.filter(pk=back.pk)
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            rows.update(reason="Another")
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            rows.delete()

    @pytest.mark.parametrize("reason", ["", "Account closed"])
    def test_refuses_one_without_a_reason_or_the_reversal(self, reason: str) -> None:
        made = handed_over()
        other = make.entry(move("member:1", WITHHELD, 1))
        with pytest.raises(IntegrityError), transaction.atomic():
            RemittanceReturn.objects.create(
                remittance=made, on_day=DAY, reason=reason, entry=other, at=NOON, by=make.user()
            )

    def test_says_that_an_altered_reason_day_or_entry_was_altered(self) -> None:
        back = said(handed_over())
        for column, value in (
            ("reason", "Another"),
            ("on_day", "2026-01-01"),
            ("at", "2026-01-01"),
            ("entry_id", str(back.remittance.entry_id)),
        ):
            point = transaction.savepoint()
            altered(back, column, value)
            assert [line for line in verify.differences() if "came back" in line], column
            transaction.savepoint_rollback(point)

    def test_says_that_nothing_explains_an_entry(self) -> None:
        owing()
        make.entry(move("coop:bank", WITHHELD, 1), source="remittance-back:77")
        assert [line for line in verify.differences() if "remittance-back:77" in line]


class TestThePage:
    def test_goes_from_the_register_to_what_is_owed_again(self, client: Client) -> None:
        made, tess = handed_over(), make.treasurer()
        address = f"/treasury/remittances/{made.pk}/back"
        assert address in page(client, tess, "remittances")
        assert address not in page(client, make.board(), "remittances")
        assert "owed again" in page(client, tess, "return_remittance", made.pk)
        day = {"on_day": timezone.localdate().isoformat()}
        assert client.post(address, day).status_code == 422
        early = client.post(address, {"on_day": "2020-01-01", "reason": "Account closed"})
        assert (early.status_code, "between the day" in early.text) == (422, True)
        assert client.post(address, day | {"reason": "Account closed"}).status_code == 302
        text = page(client, tess, "remittances")
        assert "Account closed" in text
        assert address not in text
        assert "Write down a payment" in text
        late = client.post(address, day | {"reason": "Account closed"})
        assert (late.status_code, "said before" in late.text) == (409, True)

    def test_of_one_that_waits_says_so(self, client: Client) -> None:
        made = proposed(account=owing())
        text = page(client, make.treasurer(), "return_remittance", made.pk)
        assert "Only a payment that was approved" in text

    def test_is_the_treasurers(self, client: Client) -> None:
        made = handed_over()
        assert ask(client, make.board(), "return_remittance", made.pk)[0] == 403


@pytest.mark.django_db(transaction=True)
def test_said_by_several_at_once_it_is_booked_once() -> None:
    made = handed_over()
    tellers = [make.treasurer() for _ in range(4)]

    def say(number: int) -> None:
        returns.record(
            remittance=made,
            on_day=DAY,
            reason=f"Reason {number}",
            by=tellers[number],
            at=NOON,
        )

    said_so = at_once(say, times=4)
    assert sorted(type(one).__name__ for one in said_so) == ["NoneType", *["NotBack"] * 3]
    assert balances.of(WITHHELD) == usd(5_000)
    assert list(verify.differences()) == []
