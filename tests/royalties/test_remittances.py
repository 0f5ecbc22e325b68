"""What is owed outside, handed over: by two people, never more than is owed, once."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from ledger.services import balances
from members.models import User
from royalties.models import Remittance
from royalties.rules.four_eyes import NotDecided
from royalties.rules.payouts import RunState
from royalties.services import remittances
from royalties.services.checks import remittances as checks
from royalties.services.remittances import NotOwed
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.royalties.pages import ask, page

pytestmark = pytest.mark.django_db

WITHHELD, GIFT = "tax:withheld-irs", "owed:charity-msf"
DAY = NOON.date()


def owing(minor: int = 5_000, account: str = WITHHELD) -> str:
    """So many cents owed in `account`."""
    make.entry(move("member:1", account, minor))
    return account


def proposed(
    minor: int = 5_000,
    *,
    account: str = WITHHELD,
    by: User | None = None,
    paid_on: date = DAY,
) -> Remittance:
    return remittances.propose(
        account=account,
        amount=usd(minor),
        paid_on=paid_on,
        reference="EFTPS 2715",
        proposed_by=by or make.treasurer(),
        at=NOON,
    )


def approve(made: Remittance, by: User | None = None) -> None:
    remittances.approve(remittance=made, by=by or make.board(), at=NOON)


class TestProposing:
    def test_books_nothing_yet(self) -> None:
        made = proposed(account=owing())
        assert made.state == RunState.PROPOSED
        assert balances.of(WITHHELD) == usd(5_000)

    @pytest.mark.parametrize("minor", [0, -1, 5_001])
    def test_takes_more_than_nothing_and_not_more_than_is_owed(self, minor: int) -> None:
        owing()
        with pytest.raises(NotOwed):
            proposed(minor)

    @pytest.mark.parametrize("account", ["member:1", "tax:ca", "coop:bank", "tax:withheld-"])
    def test_is_about_withheld_tax_and_gifts_only(self, account: str) -> None:
        with pytest.raises(NotOwed):
            proposed(1, account=account)

    def test_is_about_what_was_paid_already(self) -> None:
        owing()
        with pytest.raises(NotOwed, match="not come yet"):
            proposed(paid_on=DAY + timedelta(days=1))

    def test_waits_alone_for_an_account(self) -> None:
        owing()
        owing(account=GIFT)
        proposed(1)
        with pytest.raises(NotDecided, match="Another payment"):
            proposed(2)
        assert proposed(2, account=GIFT).pk


class TestDeciding:
    def test_approved_it_is_one_entry_out_of_the_bank(self) -> None:
        made = proposed(3_000, account=owing(account=GIFT))
        approve(made)
        made.refresh_from_db()
        assert made.entry
        assert made.entry.moves() == [move(GIFT, "coop:bank", 3_000)]
        assert "EFTPS 2715" in made.entry.memo
        assert balances.of(GIFT) == usd(2_000)
        assert [each.code for each in remittances.owed()] == [GIFT]
        assert list(checks.differences()) == []

    def test_looks_again_at_what_is_owed(self) -> None:
        made = proposed(account=owing())
        make.entry(move(WITHHELD, "member:1", 1))
        with pytest.raises(NotOwed):
            approve(made)

    def test_rejected_it_leaves_the_debt_and_room_for_another(self) -> None:
        made = proposed(account=owing())
        remittances.reject(remittance=made, by=make.board(), at=NOON)
        assert proposed(4_000).pk
        assert balances.of(WITHHELD) == usd(5_000)


class TestTheDatabase:
    @pytest.mark.parametrize("change", ["amount_minor = 1", "account = 'x'", "reference = 'y'"])
    def test_refuses_to_change_what_was_proposed(self, change: str) -> None:
        made = proposed(account=owing())
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE royalties_remittance SET {change} WHERE id = {made.pk}")

    def test_keeps_what_was_decided(self) -> None:
        made = proposed(account=owing())
        approve(made)
        with pytest.raises(IntegrityError), transaction.atomic():
            Remittance.objects.filter(pk=made.pk).update(state="rejected", entry=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            Remittance.objects.filter(pk=made.pk).delete()


def test_an_entry_that_no_remittance_explains_is_named() -> None:
    owing()
    make.entry(move(WITHHELD, "coop:bank", 1), source="remittance:77")
    assert [said for said in checks.differences() if "remittance:77" in said]


class TestThePage:
    def test_goes_from_the_debt_to_the_register(self, client: Client) -> None:
        owing()
        tess, bea = make.treasurer(), make.board()
        assert "Withheld for IRS" in page(client, tess, "remittances")
        said = {"account": WITHHELD, "amount": "50.00", "paid_on": "2026-03-14"}
        refused = client.post("/treasury/remittances/propose", said)
        assert refused.status_code == 422
        client.post("/treasury/remittances/propose", said | {"reference": "EFTPS 2715"})
        made = Remittance.objects.get()
        assert "somebody else has to approve" in page(client, tess, "remittances")
        assert "Write down a payment" not in page(client, bea, "remittances")
        client.post(f"/treasury/remittances/{made.pk}/approve")
        text = page(client, bea, "remittances")
        assert "EFTPS 2715" in text
        assert "Nothing is owed" in text

    def test_is_the_treasurys(self, client: Client) -> None:
        assert ask(client, make.artist(), "remittances")[0] == 403
