"""What the database refuses, whoever asks."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from ledger.models import Account, Entry, Posting
from ledger.rules import Move
from ledger.services import posting
from tests import make
from tests.make.ledger import NOON, move

pytestmark = pytest.mark.django_db


def run(sql: str, *values: Any) -> None:
    """Execute, with the deferred promises held at once, as a commit would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def insert_posting(entry: Entry, position: int, **changed: object) -> None:
    stored = Posting.objects.get(entry=entry, position=0)
    row = {
        "entry_id": entry.pk,
        "at": entry.at,
        "position": position,
        "debit_id": stored.debit_id,
        "credit_id": stored.credit_id,
        "amount_minor": 5,
        "currency": "USD",
    } | changed
    places = ", ".join(["%s"] * len(row))
    run(f"INSERT INTO ledger_posting ({', '.join(row)}) VALUES ({places})", *row.values())


def insert_entry(source: str, size: int = 1, reverses: int | None = None) -> None:
    run(
        "INSERT INTO ledger_entry (source, at, memo, size, digest, reverses_id)"
        " VALUES (%s, %s, '', %s, '', %s)",
        source,
        NOON,
        size,
        reverses,
    )


class TestRowsAreWrittenOnce:
    @pytest.mark.parametrize("model", [Account, Entry, Posting])
    def test_update_delete_and_truncate_are_refused(self, model: type[Model]) -> None:
        make.entry()
        run("SELECT 1")
        table = model._meta.db_table
        for change in (
            f"UPDATE {table} SET id = id",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            with pytest.raises(IntegrityError, match="written once"):
                run(change)

    def test_the_models_say_so_before_the_database_does(self) -> None:
        entry = make.entry()
        with pytest.raises(TypeError, match="written once"):
            entry.save()
        with pytest.raises(TypeError, match="written once"):
            entry.delete()


class TestPostings:
    @pytest.mark.parametrize("amount", [0, -1])
    def test_are_of_more_than_nothing(self, amount: int) -> None:
        with pytest.raises(IntegrityError, match="posting_of_something"):
            insert_posting(make.entry(), 1, amount_minor=amount)

    def test_have_two_accounts(self) -> None:
        entry = make.entry()
        with pytest.raises(IntegrityError, match="posting_two_accounts"):
            insert_posting(entry, 1, credit_id=entry.postings.get().debit_id)

    @pytest.mark.parametrize("side", ["debit", "credit"])
    def test_are_of_the_currency_of_both_accounts(self, side: str) -> None:
        make.entry(move("gateway:practice", "member:1", 7, "JPY"))
        yen = Account.objects.get(
            code={"debit": "gateway:practice", "credit": "member:1"}[side], currency="JPY"
        )
        with pytest.raises(IntegrityError, match=f"posting_{side}_in_currency"):
            insert_posting(make.entry(), 1, **{f"{side}_id": yen.pk})

    def test_are_dated_like_their_entry(self) -> None:
        with pytest.raises(IntegrityError, match="posting_of_entry"):
            insert_posting(make.entry(), 1, at=NOON.replace(year=2025))

    def test_cannot_be_added_to_an_entry_later(self) -> None:
        entry = make.entry()
        with pytest.raises(IntegrityError, match="no place for a posting"):
            insert_posting(entry, 1)
        with pytest.raises(IntegrityError, match="posting_position"):
            insert_posting(entry, 0)


class TestEntries:
    def test_have_the_postings_that_they_announce(self) -> None:
        with pytest.raises(IntegrityError, match="has not the 1 postings"):
            insert_entry("test:empty")

    def test_have_at_least_one_posting(self) -> None:
        with pytest.raises(IntegrityError, match="entry_has_postings"):
            insert_entry("test:empty", size=0)

    def test_have_a_source_of_their_own(self) -> None:
        make.entry(source="sale:1")
        with pytest.raises(IntegrityError, match="source"):
            insert_entry("sale:1")
        with pytest.raises(IntegrityError, match="entry_source_given"):
            insert_entry("")


class TestReversals:
    @pytest.mark.parametrize(
        "moves",
        [
            [move("member:1", "gateway:practice", 999)],
            [move("gateway:practice", "member:1", 1000)],
            [move("member:2", "gateway:practice", 1000)],
            [move("member:1", "gateway:practice", 1000), move("member:1", "coop:bank", 1)],
        ],
        ids=["another sum", "the same way round", "another account", "one posting more"],
    )
    def test_mirror_what_they_reverse(self, moves: list[Move]) -> None:
        entry = make.entry()
        with pytest.raises(IntegrityError, match="does not mirror"):
            self.take_back(entry, moves)

    @transaction.atomic
    def take_back(self, entry: Entry, moves: list[Move]) -> None:
        posting.post(source="test:back", postings=moves, at=NOON, reverses=entry)
        run("SELECT 1")

    def test_happen_once(self) -> None:
        entry = make.entry()
        posting.reverse(entry=entry, source="refund:1", at=NOON)
        with pytest.raises(IntegrityError, match="reverses"):
            insert_entry("refund:2", reverses=entry.pk)


class TestAccounts:
    def test_are_of_a_known_kind_and_currency_once_per_code(self) -> None:
        make.entry()
        row = "INSERT INTO ledger_account (code, kind, currency) VALUES (%s, %s, %s)"
        for name, values in {
            "account_kind_known": ("member:9", "hobby", "USD"),
            "account_currency_code": ("member:9", "liability", "usd"),
            "account_code_currency": ("member:1", "liability", "USD"),
        }.items():
            with pytest.raises(IntegrityError, match=name):
                run(row, *values)
