"""The stand-in's connected accounts, transfers and payouts."""

from typing import Any

import pytest
import stripe

from tests.stand_in import StandIn


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


def express(stand_in: StandIn) -> stripe.Account:
    return stand_in.client.v1.accounts.create(
        {
            "type": "express",
            "email": "artist@site.example",
            "capabilities": {"transfers": {"requested": True}},
            "metadata": {"member": "7"},
        }
    )


def link(stand_in: StandIn, account: str) -> str:
    made = stand_in.client.v1.account_links.create(
        {
            "account": account,
            "type": "account_onboarding",
            "refresh_url": "http://site.example/again",
            "return_url": "http://site.example/back",
        }
    )
    return str(made.url)


def available(stand_in: StandIn, account: str | None = None) -> int:
    options: Any = {"stripe_account": account} if account else {}
    return stand_in.client.v1.balance.retrieve(options=options).available[0].amount


def transfer(stand_in: StandIn, artist: str, amount: int, **more: Any) -> stripe.Transfer:
    params: Any = {"amount": amount, "currency": "usd", "destination": artist, **more}
    return stand_in.client.v1.transfers.create(params)


class TestAccount:
    def test_cannot_take_money_before_onboarding(self, stand_in: StandIn) -> None:
        account = express(stand_in)
        assert (account.payouts_enabled, account.details_submitted) == (False, False)
        stand_in.payment()
        with pytest.raises(stripe.InvalidRequestError) as refused:
            transfer(stand_in, account.id, 100)
        assert refused.value.code == "insufficient_capabilities_for_transfer"
        with pytest.raises(stripe.InvalidRequestError, match="not completed onboarding"):
            stand_in.client.v1.accounts.login_links.create(account.id)

    def test_is_opened_on_the_page_and_tells_the_site(self, stand_in: StandIn) -> None:
        account = express(stand_in)
        url = link(stand_in, account.id)
        assert stand_in.page(url)[0] == 200
        assert stand_in.page(url, action="finish")[2] == "http://site.example/back"
        opened = stand_in.client.v1.accounts.retrieve(account.id)
        assert (opened.payouts_enabled, opened.details_submitted) == (True, True)
        assert opened.capabilities
        assert opened.capabilities.transfers == "active"
        assert opened.metadata
        assert opened.metadata["member"] == "7"
        events = stand_in.client.v1.events.list(options={"stripe_account": account.id}).data
        assert [(event.type, event.account) for event in events] == [
            ("account.updated", account.id)
        ]
        login = stand_in.client.v1.accounts.login_links.create(account.id)
        assert stand_in.page(login.url)[0] == 200

    def test_stays_closed_when_the_page_is_left(self, stand_in: StandIn) -> None:
        account = express(stand_in)
        assert stand_in.page(link(stand_in, account.id), action="later")[0] == 303
        assert not stand_in.client.v1.accounts.retrieve(account.id).details_submitted

    def test_link_is_good_once_and_for_five_minutes(self, stand_in: StandIn) -> None:
        account = express(stand_in)
        url = link(stand_in, account.id)
        assert stand_in.page(url)[0] == 200
        assert stand_in.page(url)[2] == "http://site.example/again"
        late = link(stand_in, account.id)
        stand_in.hook("clock", advance_s=301)
        assert stand_in.page(late)[2] == "http://site.example/again"

    def test_can_be_stopped(self, stand_in: StandIn) -> None:
        artist = stand_in.artist()
        stand_in.hook(f"accounts/{artist.id}/restrict")
        stopped = stand_in.client.v1.accounts.retrieve(artist.id)
        assert not stopped.payouts_enabled
        assert stopped.requirements
        assert stopped.requirements.disabled_reason == "requirements.past_due"

    def test_of_another_kind_is_not_modelled(self, stand_in: StandIn) -> None:
        with pytest.raises(stripe.APIError) as refused:
            stand_in.client.v1.accounts.create({"type": "custom"})
        assert refused.value.http_status == 501


class TestTransfer:
    def test_moves_what_is_available(self, stand_in: StandIn) -> None:
        artist = stand_in.artist()
        stand_in.payment(1000)
        made = transfer(stand_in, artist.id, 500, transfer_group="order 7")
        assert (available(stand_in), available(stand_in, artist.id)) == (441, 500)
        found = stand_in.client.v1.transfers.list({"transfer_group": "order 7"}).data
        assert [each.id for each in found] == [made.id]

    def test_is_refused_for_money_that_is_still_pending(self, stand_in: StandIn) -> None:
        artist = stand_in.artist()
        stand_in.payment(1000, method="pm_card_visa")
        with pytest.raises(stripe.InvalidRequestError) as refused:
            transfer(stand_in, artist.id, 500)
        assert (refused.value.http_status, refused.value.code) == (400, "balance_insufficient")

    def test_of_a_charge_waits_for_it_and_never_exceeds_it(self, stand_in: StandIn) -> None:
        artist = stand_in.artist()
        charge = stand_in.payment(1000, method="pm_card_visa").latest_charge
        transfer(stand_in, artist.id, 700, source_transaction=charge)
        assert available(stand_in, artist.id) == 0
        with pytest.raises(stripe.InvalidRequestError, match="cannot exceed"):
            transfer(stand_in, artist.id, 301, source_transaction=charge)
        stand_in.hook("clock", advance_s=2 * 24 * 3600 + 1)
        assert available(stand_in, artist.id) == 700

    def test_of_a_charge_may_be_made_again_after_a_reversal(self, stand_in: StandIn) -> None:
        artist = stand_in.artist()
        charge = stand_in.payment(1000).latest_charge
        made = transfer(stand_in, artist.id, 1000, source_transaction=charge)
        stand_in.client.v1.transfers.reversals.create(made.id, {"amount": 400})
        transfer(stand_in, artist.id, 400, source_transaction=charge)
        assert available(stand_in, artist.id) == 1000

    def test_is_reversed_in_parts_while_the_artist_has_the_money(self, stand_in: StandIn) -> None:
        artist = stand_in.artist()
        stand_in.payment(1000)
        made = transfer(stand_in, artist.id, 500)
        reverse = stand_in.client.v1.transfers.reversals.create
        reverse(made.id, {"amount": 200})
        with pytest.raises(stripe.InvalidRequestError, match="greater than unreversed"):
            reverse(made.id, {"amount": 301})
        whole = stand_in.client.v1.payouts.create(
            {"amount": 300, "currency": "usd"}, {"stripe_account": artist.id}
        )
        with pytest.raises(stripe.InvalidRequestError) as refused:
            reverse(made.id, {"amount": 300})
        assert refused.value.code == "balance_insufficient"
        stand_in.hook(f"payouts/{whole.id}/fail")
        reverse(made.id)
        again = stand_in.client.v1.transfers.retrieve(made.id)
        assert (again.amount_reversed, again.reversed) == (500, True)
        assert [each.amount for each in again.reversals.data] == [300, 200]
        assert available(stand_in) == 941


class TestPayout:
    def paid_out(self, stand_in: StandIn) -> tuple[str, stripe.Payout]:
        artist = stand_in.artist()
        stand_in.payment(1000)
        transfer(stand_in, artist.id, 500)
        made = stand_in.client.v1.payouts.create(
            {"amount": 500, "currency": "usd"}, {"stripe_account": artist.id}
        )
        return artist.id, made

    def test_arrives_after_two_days(self, stand_in: StandIn) -> None:
        artist, payout = self.paid_out(stand_in)
        assert (payout.status, available(stand_in, artist)) == ("pending", 0)
        stand_in.hook("clock", advance_s=2 * 24 * 3600)
        options: Any = {"stripe_account": artist}
        assert stand_in.client.v1.payouts.retrieve(payout.id, options=options).status == "paid"

    def test_that_fails_brings_the_money_back(self, stand_in: StandIn) -> None:
        artist, payout = self.paid_out(stand_in)
        failed = stand_in.hook(f"payouts/{payout.id}/fail", code="account_closed")
        assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
        assert available(stand_in, artist) == 500
        kinds = [
            event.type
            for event in stand_in.client.v1.events.list(options={"stripe_account": artist}).data
        ]
        assert kinds[:2] == ["payout.failed", "payout.created"]

    def test_never_exceeds_the_balance(self, stand_in: StandIn) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            stand_in.client.v1.payouts.create({"amount": 1, "currency": "usd"})
        assert refused.value.code == "balance_insufficient"

    def test_made_by_itself_lists_what_it_is_made_of(self, stand_in: StandIn) -> None:
        stand_in.payment(1000)
        stand_in.payment(2000)
        payout = stand_in.hook("payout")
        rows = stand_in.client.v1.balance_transactions.list({"payout": payout["id"]}).data
        assert sorted((row.type, row.net) for row in rows) == [
            ("charge", 941),
            ("charge", 1912),
            ("payout", -2853),
        ]
        manual = stand_in.payment(1000) and stand_in.client.v1.payouts.create(
            {"amount": 100, "currency": "usd"}
        )
        with pytest.raises(stripe.InvalidRequestError, match="automatic"):
            stand_in.client.v1.balance_transactions.list({"payout": manual.id})


class TestBalanceTransactions:
    def test_add_up_to_the_balance_whatever_happened(self, stand_in: StandIn) -> None:
        artist = stand_in.artist()
        paid = stand_in.payment(10_000)
        stand_in.payment(5_000, method="pm_card_createDispute")
        stand_in.client.v1.refunds.create({"payment_intent": paid.id, "amount": 999})
        made = transfer(stand_in, artist.id, 1_234)
        stand_in.client.v1.transfers.reversals.create(made.id, {"amount": 234})
        for account in (None, artist.id):
            options: Any = {"stripe_account": account} if account else {}
            rows = stand_in.client.v1.balance_transactions.list(options=options)
            balance = stand_in.client.v1.balance.retrieve(options=options)
            total = balance.available[0].amount + balance.pending[0].amount
            every = [*rows.auto_paging_iter()]
            assert sum(row.net for row in every) == total
            assert all(row.net == row.amount - row.fee for row in every)
            assert all(sum(fee.amount for fee in row.fee_details) == row.fee for row in every)

    def test_can_be_planted_altered_and_taken_away(self, stand_in: StandIn) -> None:
        paid = stand_in.payment(1000)
        charge = stand_in.client.v1.charges.list({"payment_intent": paid.id}).data[0]
        planted = stand_in.hook("balance_transactions", amount=-77, type="stripe_fee")
        stand_in.hook(f"balance_transactions/{charge.balance_transaction}/alter", fee=60)
        listing = stand_in.client.v1.balance_transactions
        rows = {row.id: row.net for row in listing.list().data}
        assert rows == {planted["id"]: -77, charge.balance_transaction: 940}
        assert available(stand_in) == 940 - 77
        stand_in.undo(f"balance_transactions/{planted['id']}")
        assert len(listing.list().data) == 1
        assert available(stand_in) == 940

    def test_are_found_by_what_caused_them(self, stand_in: StandIn) -> None:
        paid = stand_in.payment(1000)
        refund = stand_in.client.v1.refunds.create({"payment_intent": paid.id})
        found = stand_in.client.v1.balance_transactions.list({"source": refund.id}).data
        assert [(row.type, row.reporting_category) for row in found] == [("refund", "refund")]


class TestState:
    def test_can_be_seen_whole_and_started_anew(self, stand_in: StandIn) -> None:
        stand_in.payment(1000)
        seen = stand_in.look("state")
        assert len(seen["books"][seen["platform"]]["charge"]) == 1
        stand_in.hook("reset")
        assert stand_in.client.v1.charges.list().data == []
