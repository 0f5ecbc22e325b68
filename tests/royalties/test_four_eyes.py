"""What takes two people, runs, redemptions and remittances alike: somebody else approves, once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from ledger.models import Entry
from members.models import User
from royalties.models.four_eyes import FourEyes
from royalties.rules import four_eyes
from royalties.rules.four_eyes import NotDecided
from royalties.services import redemptions, remittances, runs, verify
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.make.payouts import earning
from tests.races import at_once
from tests.royalties.test_equity import LATER, distributed


class Kind(NamedTuple):
    """One of the three: how it is proposed, and decided on at `at`."""

    propose: Callable[[User], FourEyes]
    decide: Callable[[str, FourEyes, User], None]


def _kind(module: Any, name: str, at: datetime, propose: Callable[[User], FourEyes]) -> Kind:
    def decide(verb: str, row: FourEyes, by: User) -> None:
        getattr(module, verb)(**{name: row}, by=by, at=at)

    return Kind(propose, decide)


def _run(by: User) -> FourEyes:
    earning()
    return runs.propose(proposed_by=by, at=NOON)


def _redemption(by: User) -> FourEyes:
    distributed()
    return redemptions.propose(proposed_by=by, at=LATER)


def _remittance(by: User) -> FourEyes:
    make.entry(move("member:1", "tax:withheld-irs", 5_000))
    return remittances.propose(
        account="tax:withheld-irs",
        amount=usd(5_000),
        paid_on=NOON.date(),
        reference="EFTPS 2715",
        proposed_by=by,
        at=NOON,
    )


KINDS = {
    "run": _kind(runs, "run", NOON, _run),
    "redemption": _kind(redemptions, "run", LATER, _redemption),
    "remittance": _kind(remittances, "remittance", NOON, _remittance),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def altered(row: Model, column: str, value: str) -> None:
    """Change a row as somebody with the database's password could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        table = row._meta.db_table
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, row.pk])
        cursor.execute("SET session_replication_role = DEFAULT")


class TestTheRule:
    WAITS: dict[str, Any] = {
        "state": "proposed",
        "proposer": 1,
        "approver": 2,
        "proposed": "a",
        "stored": "a",
    }

    def test_lets_somebody_else_approve_what_was_proposed(self) -> None:
        four_eyes.require("list", **self.WAITS)

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"state": "approved"}, "The list was decided before."),
            ({"state": "rejected", "approver": 1}, "The list was decided before."),
            ({"approver": 1}, "Somebody else than the proposer must approve a list."),
            (
                {"stored": "b"},
                "The list is not the one that was proposed. Reject it and propose anew.",
            ),
        ],
    )
    def test_refuses_anything_else_in_words(self, changed: dict[str, Any], words: str) -> None:
        with pytest.raises(NotDecided) as refused:
            four_eyes.require("list", **{**self.WAITS, **changed})
        assert refused.value.message == words


@pytest.mark.django_db
class TestApproving:
    def test_needs_somebody_else(self, kind: Kind) -> None:
        row = kind.propose(make.treasurer())
        with pytest.raises(NotDecided, match="Somebody else"):
            kind.decide("approve", row, row.proposed_by)
        entry = Entry.objects.latest("pk").pk
        booked = {"entry": entry} if hasattr(row, "entry") else {}
        with pytest.raises(DatabaseError, match="four_eyes"), transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(
                state="approved", decided_by=row.proposed_by, decided_at=NOON, **booked
            )

    def test_is_about_what_was_proposed(self, kind: Kind) -> None:
        row = kind.propose(make.treasurer())
        altered(row, "digest", "0" * 64)
        with pytest.raises(NotDecided, match="not the one that was proposed"):
            kind.decide("approve", row, make.board())
        kind.decide("reject", row, make.board())

    def test_is_the_end_of_it(self, kind: Kind) -> None:
        row = kind.propose(make.treasurer())
        kind.decide("approve", row, make.board())
        for verb in ("approve", "reject"):
            with pytest.raises(NotDecided, match="decided before"):
                kind.decide(verb, row, make.board())
        assert list(verify.differences()) == []

    def test_the_proposer_may_withdraw(self, kind: Kind) -> None:
        row = kind.propose(make.treasurer())
        kind.decide("reject", row, row.proposed_by)
        row.refresh_from_db()
        assert (row.state, row.decided_by) == ("rejected", row.proposed_by)


@pytest.mark.django_db(transaction=True)
def test_approved_or_rejected_by_several_at_once_it_is_decided_once(kind: Kind) -> None:
    row = kind.propose(make.treasurer())
    boards = [make.board() for _ in range(4)]
    entries = Entry.objects.count()

    def decide(number: int) -> None:
        own = type(row)._default_manager.get(pk=row.pk)
        kind.decide("reject" if number == 3 else "approve", own, boards[number])

    said = at_once(decide, times=4)
    assert sorted(type(one).__name__ for one in said) == ["NoneType", *["NotDecided"] * 3]
    row.refresh_from_db()
    booked = row.state == "approved" and hasattr(row, "entry")
    assert Entry.objects.count() == entries + booked
    assert list(verify.differences()) == []
