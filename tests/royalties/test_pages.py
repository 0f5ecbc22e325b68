"""Pages about money: what they show, and to whom."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import User
from royalties.models import Cost, Payout, PayoutRun, Sale
from royalties.rules.payouts import PayoutFailed, PayoutState, RunState
from royalties.services import payouts, runs, sales, statements
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.royalties.test_payouts import RecordingGateway

pytestmark = pytest.mark.django_db

APRIL_2 = datetime(2026, 4, 2, tzinfo=UTC)


def page(client: Client, user: User, name: str, *args: object, **query: str) -> str:
    """The text of the page `name` as `user` sees it."""
    answer = ask(client, user, name, *args, **query)
    assert answer[0] == 200, answer
    return answer[1]


def ask(client: Client, user: User, name: str, *args: object, **query: str) -> tuple[int, str]:
    client.force_login(user)
    answer = client.get(reverse(f"royalties:{name}", args=args), query)
    return answer.status_code, answer.content.decode(errors="replace")


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


class TestTreasury:
    def test_shows_where_every_sum_stands(self, client: Client) -> None:
        ann = make.artist()
        make.sale(shares={ann: 1})
        text = page(client, make.treasurer(), "treasury")
        assert ann.name in text
        assert "What the co-op owes" in text
        account = page(client, make.board(), "account", f"member:{ann.pk}")
        assert "Standard licence: Harbour at dawn" in account

    def test_an_account_that_does_not_exist_is_not_found(self, client: Client) -> None:
        assert ask(client, make.treasurer(), "account", "member:999999")[0] == 404

    def test_finds_entries_by_source_word_and_account(self, client: Client) -> None:
        sale = make.sale(reference="line-77")
        make.sale(reference="line-88")
        treasurer = make.treasurer()
        assert "2 entries" in page(client, treasurer, "entries")
        for text in ("line-77", f"member:{sale.shares[0][0]}"):
            found = page(client, treasurer, "entries", q=text)
            assert "1 entry" in found
            assert "sale:line-77" in found
        assert "No entry found" in page(client, treasurer, "entries", q="nothing such")

    @pytest.mark.parametrize("name", ["treasury", "entries", "payouts", "costs"])
    def test_is_closed_to_members(self, client: Client, name: str) -> None:
        assert ask(client, make.artist(), name)[0] == 403


class TestCosts:
    FIELDS = {"kind": "cost", "amount": "42.00", "memo": "Storage", "on": "2026-03-02"}

    def post(self, client: Client, user: User, **changed: str) -> tuple[int, str]:
        client.force_login(user)
        answer = client.post(reverse("royalties:costs"), self.FIELDS | changed)
        return answer.status_code, answer.content.decode()

    def test_the_treasurer_books_and_takes_back(self, client: Client) -> None:
        treasurer = make.treasurer()
        assert self.post(client, treasurer)[0] == 302
        cost = Cost.objects.get()
        assert (cost.amount, cost.recorded_by) == (usd(4200), treasurer)
        address = reverse("royalties:correct_cost", args=[cost.pk])
        assert client.post(address, {"reason": ""}).status_code == 422
        assert client.post(address, {"reason": "Typing error"}).status_code == 302
        assert "taken back" in page(client, treasurer, "costs")

    def test_the_board_reads_only(self, client: Client) -> None:
        board = make.board()
        assert "Book it" not in page(client, board, "costs")
        assert self.post(client, board)[0] == 403
        assert not Cost.objects.exists()

    @pytest.mark.parametrize(
        "changed",
        [
            {"amount": "0"},
            {"amount": "-1"},
            {"amount": "1.005"},
            {"amount": "NaN"},
            {"amount": "1e400"},
            {"memo": ""},
            {"memo": "x" * 201},
            {"kind": "gift"},
            {"on": "yesterday"},
            {"on": "2026-02-30"},
        ],
    )
    def test_bad_input_is_answered_with_a_sentence(
        self, client: Client, changed: dict[str, str]
    ) -> None:
        assert self.post(client, make.treasurer(), **changed)[0] == 422
        assert not Cost.objects.exists()

    def test_a_day_to_come_is_refused(self, client: Client) -> None:
        tomorrow = (timezone.now() + timedelta(days=2)).date().isoformat()
        status, text = self.post(client, make.treasurer(), on=tomorrow)
        assert status == 409
        assert "has not come yet" in text


class TestPayouts:
    @pytest.fixture
    def run(self) -> PayoutRun:
        make.sale(price=usd(50_000))
        return runs.propose(proposed_by=make.treasurer(), at=NOON)

    def post(self, client: Client, user: User, name: str, *args: object) -> tuple[int, str]:
        client.force_login(user)
        answer = client.post(reverse(f"royalties:{name}", args=args))
        return answer.status_code, answer.content.decode()

    def test_the_treasurer_proposes_what_is_due(self, client: Client) -> None:
        make.sale(price=usd(50_000))
        treasurer = make.treasurer()
        text = page(client, treasurer, "payouts")
        assert "1 member, USD 250.00 in all" in text
        assert self.post(client, treasurer, "propose_payouts")[0] == 302
        run = PayoutRun.objects.get()
        assert run.proposed_by == treasurer
        assert "somebody else has to approve" in page(client, treasurer, "payout_run", run.pk)
        status, text = self.post(client, treasurer, "propose_payouts")
        assert (status, "in an open run" in text) == (409, True)

    def test_somebody_else_approves(self, client: Client, run: PayoutRun) -> None:
        status, text = self.post(client, run.proposed_by, "approve_payouts", run.pk)
        assert (status, "Somebody else" in text) == (409, True)
        assert self.post(client, make.board(), "approve_payouts", run.pk)[0] == 302
        run.refresh_from_db()
        assert run.state == RunState.APPROVED
        assert self.post(client, make.board(), "reject_payouts", run.pk)[0] == 409

    def test_the_board_does_not_propose(self, client: Client, run: PayoutRun) -> None:
        assert self.post(client, make.board(), "propose_payouts")[0] == 403

    def test_a_run_can_be_rejected(self, client: Client, run: PayoutRun) -> None:
        assert self.post(client, make.board(), "reject_payouts", run.pk)[0] == 302
        assert Payout.objects.get().state == PayoutState.DROPPED

    def test_a_failed_payout_is_tried_again_or_given_up(
        self, client: Client, run: PayoutRun
    ) -> None:
        runs.approve(run=run, by=make.board(), at=NOON)
        gateway = RecordingGateway(errors=[PayoutFailed("The account is closed.")] * 2)
        payout = payouts.send(payout=run.payouts.get(), gateway=gateway, at=NOON)
        treasurer = make.treasurer()
        assert "The account is closed." in page(client, treasurer, "payout_run", run.pk)
        assert self.post(client, treasurer, "retry_payout", payout.pk)[0] == 302
        assert self.post(client, treasurer, "drop_payout", payout.pk)[0] == 409
        payouts.send(payout=payout, gateway=gateway, at=NOON)
        assert self.post(client, treasurer, "drop_payout", payout.pk)[0] == 302

    def test_a_paid_one_leads_to_its_entry(self, client: Client, run: PayoutRun) -> None:
        runs.approve(run=run, by=make.board(), at=NOON)
        payout = payouts.send(payout=run.payouts.get(), gateway=RecordingGateway(), at=NOON)
        text = page(client, make.board(), "payout_run", run.pk)
        assert reverse("royalties:entry", args=[payout.entry_id]) in text


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
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            assert client.get(reverse(f"royalties:{name}", args=args)).status_code == 200
