"""What an event is about, read from nothing but its names; and movements by Stripe's words."""

from datetime import timedelta
from typing import Any

import pytest
from stripe import BalanceTransaction

from ledger.services import balances
from licensing.adapters import stripe_events
from licensing.rules.gateway import Subject
from licensing.services import reconcile
from licensing.services.gateways import telling
from royalties.rules.movements import MovementKind
from stockcoop.env import ROOT
from tests.stripe_site import StripeSite, event, now


@pytest.mark.parametrize(
    ("kind", "thing", "more", "subject", "about"),
    [
        ("checkout.session.completed", {"id": "cs_1"}, {}, Subject.PAYMENT, "cs_1"),
        ("charge.refunded", {"id": "ch_1", "payment_intent": "pi_1"}, {}, "payment_alias", "pi_1"),
        ("charge.dispute.closed", {"id": "dp_1", "payment_intent": "pi_1"}, {}, "payment_alias",
         "pi_1"),
        ("refund.failed", {"id": "re_1", "payment_intent": None}, {}, "payment_alias", ""),
        ("account.updated", {"id": "acct_1"}, {}, Subject.ACCOUNT, "acct_1"),
        ("payout.paid", {"id": "po_1"}, {"account": "acct_1"}, Subject.ACCOUNT, "acct_1"),
        ("payout.paid", {"id": "po_1"}, {}, Subject.BALANCE, "po_1"),
        ("transfer.reversed", {"id": "tr_1"}, {}, Subject.PAYOUT, "tr_1"),
        ("customer.created", {"id": "cus_1"}, {}, Subject.NOTHING, ""),
    ],
)  # fmt: skip
def test_an_event_is_about(
    kind: str, thing: dict[str, Any], more: dict[str, Any], subject: str, about: str
) -> None:
    told = stripe_events.read(event(kind, thing, **more))
    assert (told.kind, told.subject, told.about) == (kind, subject, about)


def test_every_event_that_is_heard_is_in_the_set_up() -> None:
    listed = (ROOT / "docs" / "stripe.md").read_text(encoding="utf-8").split("```")[1]
    assert set(listed.split()) == set(stripe_events.HEARD)


@pytest.mark.parametrize(
    ("kind", "category", "amount", "meant"),
    [
        ("charge", "charge", 5, MovementKind.CHARGE),
        ("payment", "charge", 5, MovementKind.CHARGE),
        ("refund", "refund", -5, MovementKind.REFUND),
        ("refund_failure", "refund_failure", 5, MovementKind.REFUND_FAILED),
        ("adjustment", "dispute", -5, MovementKind.WITHDRAWN),
        ("adjustment", "dispute_reversal", 5, MovementKind.REINSTATED),
        ("adjustment", "other_adjustment", 5, MovementKind.OTHER),
        ("transfer", "transfer", -5, MovementKind.TRANSFER),
        ("transfer_refund", "transfer_reversal", 5, MovementKind.TRANSFER_BACK),
        ("payout", "payout", -5, MovementKind.BANKED),
        ("payout_failure", "payout_reversal", 5, MovementKind.BANKED),
        ("stripe_fee", "fee", -5, MovementKind.FEE),
        ("something_new", "something_new", 5, MovementKind.OTHER),
    ],
)
def test_a_balance_transaction_is(
    kind: str, category: str, amount: int, meant: MovementKind
) -> None:
    line = BalanceTransaction.construct_from(
        {"id": "txn_1", "type": kind, "reporting_category": category, "amount": amount}, "key"
    )
    assert stripe_events.kind_of(line) is meant


@pytest.mark.django_db
def test_what_stripe_pays_to_the_coops_bank_is_there_and_comes_back_when_it_fails(
    site: StripeSite,
) -> None:
    site.payment(50_000)
    payout = site.hook("payout")
    site.hook(f"payouts/{payout['id']}/pay")
    site.hear_all()
    assert balances.of("coop:bank").minor == -payout["amount"]
    site.hook(f"payouts/{payout['id']}/fail")
    site.hear_all()
    assert balances.of("coop:bank").minor == 0
    (gateway,) = telling()
    found = reconcile.compare(telling=gateway, since=now() - timedelta(days=1)).found
    assert not [sentence for sentence in found if payout["id"] in sentence]
