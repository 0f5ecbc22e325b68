"""Pages of the treasury: balances, the ledger, costs, payout runs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import User
from royalties.models import Cost, Payout, PayoutRun
from royalties.rules.payouts import PayoutFailed, PayoutState, RunState
from royalties.services import payouts, runs
from stockcoop.kernel.tries import TRIES
from tests import make
from tests.make.ledger import NOON, usd
from tests.make.payouts import RecordingGateway
from tests.royalties.pages import ask, page

pytestmark = pytest.mark.django_db


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

    def test_a_stuck_one_is_shown_with_its_reason_and_tried_again(
        self, client: Client, run: PayoutRun
    ) -> None:
        runs.approve(run=run, by=make.board(), at=NOON)
        gateway = RecordingGateway(errors=[TimeoutError("Stripe did not answer.")] * TRIES)
        for _ in range(TRIES):
            with pytest.raises(ExceptionGroup):
                payouts.pay_run(run=run, gateway=gateway, at=NOON)
        treasurer, stuck = make.treasurer(), run.payouts.get()
        assert "Stripe did not answer." in page(client, treasurer, "payouts")
        text = page(client, treasurer, "payout_run", run.pk)
        assert "nobody here knows whether it was paid" in text
        assert reverse("royalties:drop_payout", args=[stuck.pk]) not in text
        again = reverse("royalties:retry_payout", args=[stuck.pk])
        assert again in text
        assert again not in page(client, make.board(), "payout_run", run.pk)
        assert self.post(client, treasurer, "retry_payout", stuck.pk)[0] == 302
        payouts.pay_run(run=run, gateway=gateway, at=NOON)
        assert run.payouts.get().state == PayoutState.PAID

    def test_a_paid_one_leads_to_its_entry(self, client: Client, run: PayoutRun) -> None:
        runs.approve(run=run, by=make.board(), at=NOON)
        payout = payouts.send(payout=run.payouts.get(), gateway=RecordingGateway(), at=NOON)
        text = page(client, make.board(), "payout_run", run.pk)
        assert reverse("royalties:entry", args=[payout.entry_id]) in text
