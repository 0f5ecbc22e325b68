"""Pages about money: what they show, and to whom."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from royalties.models import Sale
from royalties.services import distributions, sales, statements
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.make.surplus import IN_YEAR
from tests.royalties.pages import ask, page

pytestmark = pytest.mark.django_db

APRIL_2 = datetime(2026, 4, 2, tzinfo=UTC)


class TestOverview:
    def test_shows_the_balance_and_each_sale_with_its_price_and_part(self, client: Client) -> None:
        ann, ben = make.artist(), make.artist()
        sale = make.sale(shares={ann: 2, ben: 1}, at=timezone.now())
        text = page(client, ann, "overview")
        assert "Harbour at dawn" in text
        assert "USD 15.00" in text
        assert "USD 5.00" in text
        assert reverse("royalties:sale", args=[sale.pk]) in text
        assert text.count('class="months-bar') == 12

    def test_shows_a_debt_that_is_carried(self, client: Client) -> None:
        ann = make.artist()
        make.entry(move(f"member:{ann.pk}", "gateway:practice", 500))
        text = page(client, ann, "overview")
        assert "\N{MINUS SIGN}5.00" in text
        assert "carried below zero" in text

    def test_a_member_who_left_still_sees_their_money(self, client: Client) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1})
        ann.memberships.update(left_at=timezone.now())
        assert "Harbour at dawn" in page(client, ann, "overview")

    def test_shows_each_surplus_that_was_distributed(self, client: Client) -> None:
        make.bylaws()
        ann, ben = make.artist(), make.artist()
        make.sale(shares={ann: 1}, price=usd(20_000), at=IN_YEAR)
        plan = make.distribution_plan(make.closed_year())
        vote = make.distribution_vote([plan], choices=[(ann, "yes"), (ben, "yes")])
        assert "Surplus of 2025" not in page(client, ann, "overview")
        distributions.settle(vote=vote, at=vote.proposal.closes_at)
        text = page(client, ann, "overview")
        assert reverse("royalties:surplus_year", args=[2025]) in text
        assert "USD 72.00" in text
        assert "Surplus of 2025" not in page(client, ben, "overview")

    def test_without_sales_it_says_so(self, client: Client) -> None:
        assert "No sale yet" in page(client, make.artist(), "overview")


class TestSale:
    def test_tells_the_rule_and_leads_to_the_entry(self, client: Client) -> None:
        ann, ben = make.artist(), make.artist()
        sale = make.sale(shares={ann: 2, ben: 1})
        text = page(client, ann, "sale", sale.pk)
        assert "The co-op keeps 50 % of a standard licence" in text
        assert "3 parts" in text
        assert reverse("royalties:entry", args=[sale.entry_id]) in text

    def test_is_there_for_those_who_shared_it_and_the_treasury_only(self, client: Client) -> None:
        ann, ben = make.artist(), make.artist()
        sale = make.sale(shares={ann: 1, ben: 1})
        for user in (ann, ben, make.treasurer(), make.board()):
            assert ask(client, user, "sale", sale.pk)[0] == 200
        for user in (make.artist(), make.buyer(), make.editor()):
            assert ask(client, user, "sale", sale.pk)[0] == 404
            assert ask(client, user, "entry", sale.entry_id)[0] == 404

    def test_says_that_it_was_taken_back(self, client: Client) -> None:
        ann = make.artist()
        sale = make.sale(shares={ann: 1})
        refund = sales.refund(reference=sale.reference, at=NOON, reason="Bought twice")
        text = page(client, ann, "sale", sale.pk)
        assert "Bought twice" in text
        assert reverse("royalties:entry", args=[refund.entry_id]) in text
        assert "every sum the other way round" in page(client, ann, "entry", refund.entry_id)


class TestEntry:
    def test_shows_each_posting_of_a_shared_sale(self, client: Client) -> None:
        ann, ben = make.artist(), make.artist()
        sale = make.sale(shares={ann: 2, ben: 1})
        text = page(client, ann, "entry", sale.entry_id)
        assert ben.name in text
        assert "USD 2.50" in text
        assert sale.entry.digest in text

    def test_keeps_other_members_sums_of_a_distribution_to_themselves(self, client: Client) -> None:
        ann, ben = make.artist(), make.artist()
        entry = make.entry(
            move("coop:year:2025", f"member:{ann.pk}", 111),
            move("coop:year:2025", f"member:{ben.pk}", 222),
            source="distribution:2025",
        )
        text = page(client, ann, "entry", entry.pk)
        assert "USD 1.11" in text
        assert "USD 2.22" not in text
        assert "1 further posting" in text
        assert "USD 2.22" in page(client, make.treasurer(), "entry", entry.pk)


class TestStatement:
    def test_of_the_running_month_is_provisional(self, client: Client) -> None:
        ann = make.artist()
        now = timezone.now()
        make.sale(shares={ann: 1}, at=now)
        text = page(client, ann, "statement", f"{now:%Y-%m}")
        assert "Provisional" in text
        assert "Standard licence at USD 15.00" in text

    def test_that_was_issued_shows_its_digest(self, client: Client) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1})
        statements.issue_due(at=APRIL_2)
        text = page(client, ann, "statement", "2026-03")
        assert "Provisional" not in text
        assert "Issued on 2 April 2026" in text

    def test_is_one_s_own(self, client: Client) -> None:
        ann, ben = make.artist(), make.artist()
        make.sale(shares={ann: 1})
        assert "Harbour" not in page(client, ben, "statement", "2026-03")

    @pytest.mark.parametrize("code", ["2026-13", "2026", "march", "2999-01"])
    def test_of_no_month_is_not_found(self, client: Client, code: str) -> None:
        assert ask(client, make.artist(), "statement", code)[0] == 404

    def test_as_csv_tells_the_same(self, client: Client) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1}, buyer_name="=Atlas, Books")
        _, text = ask(client, ann, "statement_csv", "2026-03")
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert [(row["kind"], row["sum"], row["balance"]) for row in rows] == [
            ("opening balance", "", "0.00"),
            ("sale", "7.50", "7.50"),
            ("closing balance", "", "7.50"),
        ]
        assert rows[1]["to whom"] == "'=Atlas, Books"

    @pytest.mark.parametrize("name", ["=1+1", " =1", "\t@SUM(A1)", "-2", "\uff1d1", " \u00a0+1"])
    def test_as_csv_holds_no_formula(self, client: Client, name: str) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1}, buyer_name=name)
        _, text = ask(client, ann, "statement_csv", "2026-03")
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert rows[1]["to whom"] == f"'{name}"

    def test_as_pdf_is_the_same_bytes_each_time(self, client: Client) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1}, buyer_name="Книги & Söhne #1 *[x]")
        statements.issue_due(at=APRIL_2)
        client.force_login(ann)
        address = reverse("royalties:statement_pdf", args=["2026-03"])
        first, second = client.get(address), client.get(address)
        assert first["Content-Type"] == "application/pdf"
        assert first.content.startswith(b"%PDF")
        assert first.content == second.content


def test_pages_ask_the_database_the_same_however_many_sales_there_are(
    client: Client, django_assert_max_num_queries: object
) -> None:
    ann = make.artist()
    work = make.shared_work(ann, {})
    for _ in range(30):
        make.sale(work=work)
    assert Sale.objects.count() == 30
    client.force_login(ann)
    for name, args in (("overview", []), ("statement", ["2026-03"])):
        with django_assert_max_num_queries(19):  # type: ignore[operator]
            assert client.get(reverse(f"royalties:{name}", args=args)).status_code == 200
