"""The stand-in's PaymentIntents, refunds and disputes."""

import pytest
import stripe

from tests.stand_in import StandIn


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


def balance(stand_in: StandIn) -> int:
    found = stand_in.client.v1.balance.retrieve()
    return found.available[0].amount + found.pending[0].amount


class TestPaymentIntent:
    def test_succeeds_with_a_good_card(self, stand_in: StandIn) -> None:
        paid = stand_in.payment(1000, method="pm_card_visa")
        assert (paid.status, paid.amount_received) == ("succeeded", 1000)
        found = stand_in.client.v1.balance.retrieve()
        assert (found.available[0].amount, found.pending[0].amount) == (0, 1000 - 59)

    def test_makes_money_available_after_two_days(self, stand_in: StandIn) -> None:
        stand_in.payment(1000, method="pm_card_visa")
        stand_in.hook("clock", advance_s=2 * 24 * 3600 + 1)
        assert stand_in.client.v1.balance.retrieve().available[0].amount == 1000 - 59

    def test_has_no_balance_transaction_until_stripe_has_booked_it(self, stand_in: StandIn) -> None:
        stand_in.hook("settings", book_late=True)
        paid = stand_in.payment(1000)
        charges = stand_in.client.v1.charges
        assert charges.retrieve(str(paid.latest_charge)).balance_transaction is None
        assert balance(stand_in) == 0
        for _ in range(2):
            stand_in.hook(f"payments/{paid.id}/book")
        assert charges.retrieve(str(paid.latest_charge)).balance_transaction is not None
        assert balance(stand_in) == 1000 - 59

    def test_raises_stripes_card_error_on_a_decline(self, stand_in: StandIn) -> None:
        with pytest.raises(stripe.CardError) as declined:
            stand_in.payment(method="pm_card_chargeDeclinedInsufficientFunds")
        error = declined.value
        assert (error.http_status, error.code) == (402, "card_declined")
        assert error.error
        assert error.error.decline_code == "insufficient_funds"
        assert error.error.payment_intent
        assert error.error.payment_intent.status == "requires_payment_method"
        assert balance(stand_in) == 0

    def test_is_confirmed_in_a_second_step_with_another_card(self, stand_in: StandIn) -> None:
        intents = stand_in.client.v1.payment_intents
        made = intents.create({"amount": 1000, "currency": "usd"})
        assert made.status == "requires_payment_method"
        with pytest.raises(stripe.CardError):
            intents.confirm(made.id, {"payment_method": "pm_card_chargeDeclined"})
        paid = intents.confirm(made.id, {"payment_method": "pm_card_visa"})
        assert paid.status == "succeeded"
        charges = stand_in.client.v1.charges.list({"payment_intent": made.id}).data
        assert [charge.status for charge in charges] == ["succeeded", "failed"]

    def test_cannot_be_cancelled_once_it_succeeded(self, stand_in: StandIn) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            stand_in.client.v1.payment_intents.cancel(stand_in.payment().id)
        assert refused.value.code == "payment_intent_unexpected_state"

    def test_keeps_metadata_key_by_key(self, stand_in: StandIn) -> None:
        intents = stand_in.client.v1.payment_intents
        made = intents.create({"amount": 99, "currency": "usd", "metadata": {"a": "1", "b": "2"}})
        changed = intents.update(made.id, {"metadata": {"a": "", "c": "3"}})
        assert changed.metadata.to_dict() == {"b": "2", "c": "3"}


class TestRefund:
    def test_gives_back_in_parts_and_never_more_than_was_paid(self, stand_in: StandIn) -> None:
        paid = stand_in.payment(1000)
        create = stand_in.client.v1.refunds.create
        first = create({"payment_intent": paid.id, "amount": 400, "metadata": {"refund": "1"}})
        assert (first.status, first.amount) == ("succeeded", 400)
        with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
            create({"payment_intent": paid.id, "amount": 601})
        assert create({"payment_intent": paid.id}).amount == 600
        with pytest.raises(stripe.InvalidRequestError) as refused:
            create({"payment_intent": paid.id, "amount": 1})
        assert refused.value.code == "charge_already_refunded"
        assert balance(stand_in) == -59

    def test_fails_days_later_when_a_test_says_so_and_the_money_is_back(
        self, stand_in: StandIn
    ) -> None:
        paid = stand_in.payment(1000)
        refund = stand_in.client.v1.refunds.create({"payment_intent": paid.id})
        failed = stand_in.hook(f"refunds/{refund.id}/fail")
        assert failed["status"] == "failed"
        assert failed["failure_balance_transaction"].startswith("txn_")
        assert balance(stand_in) == 1000 - 59
        kinds = [event.type for event in stand_in.client.v1.events.list().data]
        assert kinds[0] == "refund.failed"

    def test_is_pending_first_when_a_test_says_so(self, stand_in: StandIn) -> None:
        stand_in.hook("refunds/next", outcomes=["pending"])
        paid = stand_in.payment(1000)
        refund = stand_in.client.v1.refunds.create({"payment_intent": paid.id})
        assert refund.status == "pending"
        stand_in.hook(f"refunds/{refund.id}/succeed")
        assert stand_in.client.v1.refunds.retrieve(refund.id).status == "succeeded"

    def test_needs_a_payment(self, stand_in: StandIn) -> None:
        made = stand_in.client.v1.payment_intents.create({"amount": 99, "currency": "usd"})
        with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
            stand_in.client.v1.refunds.create({"payment_intent": made.id})


class TestDispute:
    def test_takes_the_money_and_a_fee_and_returns_the_money_when_it_is_won(
        self, stand_in: StandIn
    ) -> None:
        paid = stand_in.payment(1000)
        opened = stand_in.hook(f"payments/{paid.id}/dispute")
        assert opened["status"] == "needs_response"
        assert balance(stand_in) == 1000 - 59 - 1000 - 1500
        dispute = stand_in.client.v1.disputes.update(
            opened["id"], {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True}
        )
        assert dispute.status == "won"
        assert balance(stand_in) == 1000 - 59 - 1500
        kinds = [event.type for event in stand_in.client.v1.events.list({"limit": 3}).data]
        assert kinds == [
            "charge.dispute.funds_reinstated",
            "charge.dispute.closed",
            "charge.dispute.updated",
        ]

    def test_is_lost_when_it_is_given_up(self, stand_in: StandIn) -> None:
        paid = stand_in.payment(1000, method="pm_card_createDispute")
        opened = stand_in.client.v1.disputes.list({"payment_intent": paid.id}).data[0]
        assert stand_in.client.v1.disputes.close(opened.id).status == "lost"
        with pytest.raises(stripe.InvalidRequestError, match="already closed"):
            stand_in.client.v1.disputes.close(opened.id)

    def test_keeps_a_charge_from_being_refunded(self, stand_in: StandIn) -> None:
        paid = stand_in.payment(1000, method="pm_card_createDispute")
        with pytest.raises(stripe.InvalidRequestError) as refused:
            stand_in.client.v1.refunds.create({"payment_intent": paid.id})
        assert refused.value.code == "charge_disputed"

    @pytest.mark.parametrize("end", ["win", "lose"])
    def test_lets_it_be_refunded_once_it_is_won_only(self, stand_in: StandIn, end: str) -> None:
        paid = stand_in.payment(1000)
        dispute = stand_in.hook(f"payments/{paid.id}/dispute")["id"]
        closed = stand_in.hook(f"disputes/{dispute}/{end}")
        assert closed["is_charge_refundable"] is (end == "win")
        if end == "win":
            assert stand_in.client.v1.refunds.create({"payment_intent": paid.id}).amount == 1000
            assert balance(stand_in) == -59 - 1500
        else:
            with pytest.raises(stripe.InvalidRequestError, match="charged back"):
                stand_in.client.v1.refunds.create({"payment_intent": paid.id})
