"""Payouts by Stripe Connect: transfers to members' Express accounts, which pay on to their banks.

The co-op charges buyers itself and transfers to members later ("separate charges and transfers"),
so fees, refunds and disputes are the co-op's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from royalties.rules.movements import Moved, MovementKind
from royalties.rules.payouts import AccountState, GatewayAway, PayoutFailed, Sent
from stockcoop.kernel import stripe as door
from stockcoop.kernel.money import Money
from stockcoop.kernel.stripe import BadAmount, Declined, KeyTaken, NotThere

if TYPE_CHECKING:
    from stripe import BalanceTransaction, Transfer
    from stripe._transfer_reversal import TransferReversal

_WHY = {
    "balance_insufficient": "The co-op's balance at Stripe is too small for this payout now.",
    "insufficient_capabilities_for_transfer": "The member's Stripe account cannot receive yet.",
    "account_invalid": "The member's Stripe account is closed or not the co-op's.",
}
# The same words of Stripe mean the member's account where money is to come back from it.
_WHY_NOT_BACK = {
    **_WHY,
    "balance_insufficient": "The member's account at Stripe does not hold the sum any more.",
}
_EXPAND = ["balance_transaction"]


class StripePayouts:
    """Implements `royalties.rules.payouts.PayoutGateway` and `AccountGateway`."""

    name = "stripe"
    needs_accounts = True

    def pay(self, *, key: str, member: int, amount: Money, account: str) -> Sent:
        """See the protocol. The transfer group is the key, so that a transfer is found again."""
        with _failing():
            sum_ = door.amount_of(amount)

            def make(used: str) -> Transfer:
                return door.client().v1.transfers.create(
                    {
                        "amount": sum_,
                        "currency": amount.currency.lower(),
                        "destination": account,
                        "transfer_group": key,
                        "metadata": {"payout": key, "member": str(member)},
                        "expand": _EXPAND,
                    },
                    {"idempotency_key": used},
                )

            transfer = door.once(key, find=lambda: self._find(key), make=make)
            same = (transfer.amount, door.id_of(transfer.destination)) == (sum_, account)
            if not same:
                raise KeyTaken("Stripe knows this payout with another sum or account.")
            return _sent(transfer, MovementKind.TRANSFER)

    def take_back(self, *, key: str, reference: str, amount: Money) -> Sent:
        """See the protocol."""
        with _failing(_WHY_NOT_BACK):

            def make(used: str) -> TransferReversal:
                return door.client().v1.transfers.reversals.create(
                    reference,
                    {
                        "amount": door.amount_of(amount),
                        "metadata": {"payout_return": key},
                        "expand": _EXPAND,
                    },
                    {"idempotency_key": used},
                )

            back = door.once(key, find=lambda: self._reversal(reference, amount), make=make)
            return _sent(back, MovementKind.TRANSFER_BACK)

    def taken_back(self, reference: str) -> Sent | None:
        """See the protocol. A part taken back at Stripe by hand is not; reconciliation names it."""
        with _answering():
            transfer = door.client().v1.transfers.retrieve(reference)
            whole = door.money_of(transfer.amount, transfer.currency)
            back = self._reversal(reference, whole)
            return _sent(back, MovementKind.TRANSFER_BACK) if back else None

    def open_account(self, *, key: str, member: int, email: str, country: str) -> str:
        """See the protocol."""
        with _answering():
            account = door.client().v1.accounts.create(
                {
                    "type": "express",
                    "email": email,
                    "capabilities": {"transfers": {"requested": True}},
                    "metadata": {"member": str(member)},
                    **({"country": country} if country else {}),
                },
                {"idempotency_key": key},
            )
            return account.id

    def setup_page(self, account: str, *, return_url: str, again_url: str) -> str:
        """See the protocol."""
        with _answering():
            link = door.client().v1.account_links.create(
                {
                    "account": account,
                    "type": "account_onboarding",
                    "return_url": return_url,
                    "refresh_url": again_url,
                }
            )
            return link.url

    def account_state(self, account: str) -> AccountState:
        """See the protocol."""
        with _answering():
            found = door.client().v1.accounts.retrieve(account)
        transfers = found.capabilities.transfers if found.capabilities else None
        due = found.requirements.currently_due if found.requirements else None
        return AccountState(
            ready=transfers == "active",
            reaches_bank=bool(found.payouts_enabled),
            missing=tuple(due or ()),
        )

    def bank_payout(self, account: str) -> str:
        """See the protocol."""
        with _answering():
            newest = door.client().v1.payouts.list({"limit": 1}, {"stripe_account": account})
            return newest.data[0].status if newest.data else ""

    def _find(self, key: str) -> Transfer | None:
        listed = door.client().v1.transfers.list(
            {"transfer_group": key, "limit": 10, "expand": ["data.balance_transaction"]}
        )
        own = (found for found in listed.data if door.note_of(found, "payout") == key)
        return next(own, None)

    def _reversal(self, reference: str, amount: Money) -> TransferReversal | None:
        listed = door.client().v1.transfers.reversals.list(
            reference, {"limit": 10, "expand": ["data.balance_transaction"]}
        )
        whole = door.amount_of(amount)
        return next((found for found in listed.data if found.amount == whole), None)


@contextmanager
def _failing(why: Mapping[str, str] = _WHY) -> Iterator[None]:
    """A definite no of Stripe as PayoutFailed; other faults leave open what happened."""
    try:
        with door.asking():
            yield
    except Declined as no:
        raise PayoutFailed(why.get(no.code, str(no))) from no
    except NotThere as no:
        raise PayoutFailed("Stripe does not know the member's account.") from no
    except BadAmount as no:
        raise PayoutFailed(str(no)) from no


@contextmanager
def _answering() -> Iterator[None]:
    """Every fault of Stripe as GatewayAway."""
    try:
        with door.asking():
            yield
    except door.StripeFault as fault:
        raise GatewayAway(f"{fault} Please try again later.") from fault


def _sent(made: Transfer | TransferReversal, kind: MovementKind) -> Sent:
    transaction: BalanceTransaction | str | None = made.balance_transaction
    if transaction is None or isinstance(transaction, str):
        return Sent(made.id)
    line = door.line_of(transaction)
    # A reversal is about itself, not about its transfer.
    return Sent(made.id, Moved(kind=kind, **(line._asdict() | {"about": made.id})))
