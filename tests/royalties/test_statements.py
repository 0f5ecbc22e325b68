"""Statements: computed, issued once, recomputed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from royalties.models import Statement
from royalties.rules.months import Month
from royalties.rules.statements import LineKind
from royalties.services import accounts, periods, sales, statements
from tests import make
from tests.make.ledger import NOON, move, usd

MARCH = Month(2026, 3)
APRIL_2 = datetime(2026, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


class TestAccount:
    def test_tells_what_was_sold_to_whom_for_how_much_and_why(self) -> None:
        ann, ben = make.artist(), make.artist()
        make.sale(shares={ann: 2, ben: 1}, buyer_name="Atlas Books", price=usd(1500))
        (line,) = accounts.of_member(ann.pk, MARCH).lines
        assert (line.kind, line.what, line.to, line.amount) == (
            LineKind.SALE,
            "Harbour at dawn",
            "Atlas Books",
            usd(500),
        )
        assert line.why == (
            "Standard licence at USD 15.00: 50 % to the co-op, 50 % to the artists, "
            "2 of 3 parts yours: USD 5.00"
        )

    def test_opens_with_the_balance_before_and_closes_with_the_lines(self) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1}, at=NOON - 31 * DAY)
        sold = make.sale(shares={ann: 1})
        sales.refund(reference=sold.reference, at=NOON + DAY, reason="Bought twice")
        make.sale(shares={ann: 1}, at=NOON + 31 * DAY)
        account = accounts.of_member(ann.pk, MARCH)
        assert account.opening == usd(750)
        assert [(line.kind, line.amount.minor) for line in account.lines] == [
            (LineKind.SALE, 750),
            (LineKind.REFUND, -750),
        ]
        assert account.lines[1].why.startswith("Taken back: Standard licence at USD 15.00")
        assert account.closing == usd(750)
        assert account.sums() == [(LineKind.SALE, usd(750)), (LineKind.REFUND, usd(-750))]

    def test_names_other_movements_by_their_memo(self) -> None:
        ann = make.artist()
        make.entry(
            move("coop:year:2025", f"member:{ann.pk}", 5),
            source="distribution:2025",
            memo="Surplus of 2025",
        )
        (line,) = accounts.of_member(ann.pk, MARCH).lines
        assert (line.kind, line.kind.label, line.what) == (
            LineKind.DISTRIBUTION,
            "Surplus",
            "Surplus of 2025",
        )


class TestIssue:
    def test_gives_each_member_with_something_to_tell_one_statement(self) -> None:
        ann, ben = make.artist(), make.artist()
        make.sale(shares={ann: 1})
        make.sale(shares={ben: 1}, at=NOON + 31 * DAY)
        assert statements.issue(month=MARCH, at=APRIL_2) == 1
        stored = Statement.objects.get()
        assert (stored.member, stored.member_name, stored.period) == (ann, ann.name, MARCH)
        assert (stored.opening, stored.closing) == (usd(0), usd(750))
        assert statements.issue(month=MARCH, at=APRIL_2) == 0

    def test_carries_a_balance_into_a_month_without_lines(self) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1})
        statements.issue_due(at=APRIL_2 + 31 * DAY)
        assert [
            (s.period.month, s.opening, s.closing) for s in Statement.objects.order_by("month")
        ] == [
            (3, usd(0), usd(750)),
            (4, usd(750), usd(750)),
        ]

    def test_waits_until_the_month_has_settled(self) -> None:
        make.sale()
        with pytest.raises(statements.NotFinished, match="March 2026 is not over"):
            statements.issue(month=MARCH, at=datetime(2026, 4, 1, 0, 59, tzinfo=UTC))
        assert statements.issue_due(at=datetime(2026, 4, 1, 0, 59, tzinfo=UTC)) == 0
        assert statements.issue_due(at=datetime(2026, 4, 1, 1, 0, tzinfo=UTC)) == 1

    def test_an_empty_ledger_has_nothing_due(self) -> None:
        assert statements.issue_due(at=APRIL_2) == 0

    def test_nothing_is_booked_into_an_issued_month(self) -> None:
        sold = make.sale()
        statements.issue(month=MARCH, at=APRIL_2)
        with pytest.raises(periods.PeriodClosed, match="Statements for March 2026"):
            make.sale()
        with pytest.raises(periods.PeriodClosed):
            sales.refund(reference=sold.reference, at=NOON + DAY, reason="Bought twice")
        assert sales.refund(reference=sold.reference, at=APRIL_2, reason="Bought twice")

    def test_a_statement_is_written_once(self) -> None:
        make.sale()
        statements.issue(month=MARCH, at=APRIL_2)
        with (
            pytest.raises(IntegrityError, match="written once"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE royalties_statement SET closing_minor = 0")


class TestRead:
    def test_a_running_month_is_provisional(self) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1})
        reading = statements.read(member=ann, month=MARCH)
        assert reading.issued is None
        assert not reading.is_as_issued

    def test_an_issued_month_reads_as_it_was_issued(self) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1})
        statements.issue(month=MARCH, at=APRIL_2)
        ann.name = "Ann Another"
        ann.save()
        reading = statements.read(member=ann, month=MARCH)
        assert reading.is_as_issued
        assert reading.issued is not None
        assert reading.issued.member_name != "Ann Another"
