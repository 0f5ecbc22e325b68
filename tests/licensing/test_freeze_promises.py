"""What the database promises of market freezes, whoever writes and however many at once."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from licensing.models import Refund
from licensing.rules.offers import Choice
from licensing.services import refunds, verify
from media.models import Work
from tests import make
from tests.licensing.freezing import (
    FROZEN,
    IN_EUROPE,
    LATER,
    MEDIUM,
    bought,
    data,
    hear,
    paid,
)
from tests.make.ledger import NOON
from tests.races import at_once


@pytest.mark.django_db
class TestDatabase:
    def test_grants_nobody_a_licence_while_a_freeze_runs(self) -> None:
        licence = bought(make.work_on_sale())
        self.refuses(licence.work, MEDIUM, LATER, "licensing_claim_alone")

    def test_nor_a_strict_freeze_where_there_was_a_licence(self) -> None:
        data(earlier="refuse")
        licence = bought(make.work_on_sale(), MEDIUM)
        self.refuses(licence.work, FROZEN, LATER, "licensing_claim_beside")

    def refuses(self, work: Work, choice: Choice, at: datetime, words: str) -> None:
        """What is granted behind the back of every service."""
        other = make.licence(choice=choice, at=at)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE licensing_claim DISABLE TRIGGER USER")
            with pytest.raises(IntegrityError, match=words):
                cursor.execute(
                    "UPDATE licensing_claim SET work_id = %s WHERE licence_id = %s",
                    [work.pk, other.pk],
                )

    def test_nobody_writes_claims(self) -> None:
        licence = bought(make.work_on_sale())
        for act in (lambda: licence.claims.update(regions=["x"]), licence.claims.all().delete):
            with pytest.raises(IntegrityError, match="follow their licences"), transaction.atomic():
                act()

    @pytest.mark.parametrize(
        ("statement", "words"),
        [
            ("licensing_licence SET frozen_until = frozen_until + interval '1 day'", "its freeze"),
            ("licensing_claim SET regions = '{europe}'", "its claims"),
            ("licensing_claim SET beside = 'empty' WHERE NOT freezes", "its claims"),
            ('licensing_orderline SET reach = \'{"regions": ["europe"]}\'', "its reach"),
            (
                "licensing_orderline SET \"freeze\" = jsonb_set(\"freeze\", '{strict}', 'true')",
                "unlike its price book",
            ),
            (
                "licensing_orderline SET \"freeze\" = jsonb_set(\"freeze\", '{months}', '12')",
                "its price is stored as",
            ),
        ],
    )
    def test_what_is_altered_by_hand_is_found(self, statement: str, words: str) -> None:
        bought(make.work_on_sale())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"UPDATE {statement}")
        assert any(words in sentence for sentence in verify.differences())


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.mark.parametrize("choices", [(FROZEN, FROZEN), (FROZEN, MEDIUM), (IN_EUROPE, MEDIUM)])
    @pytest.mark.parametrize("earlier", ["refuse", "disclose"])
    def test_one_of_two_payments_wins_and_the_other_goes_back(
        self, choices: tuple[Choice, Choice], earlier: str
    ) -> None:
        data(earlier=earlier)
        work = make.work_on_sale()
        orders_ = [paid(work, choice) for choice in choices]
        ends = at_once(lambda n: hear(orders_[n], NOON + timedelta(seconds=1 + n)), times=2)
        assert sorted(map(str, ends)) == ["False", "True"]
        assert Refund.objects.count() == 1
        refunds.finish(at=LATER)
        assert list(verify.differences()) == []
