"""Balances and the transactions that make them: `GET /v1/balance`, `/v1/balance_transactions`."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from services.stripe import listing
from services.stripe.errors import invalid
from services.stripe.forms import Json

if TYPE_CHECKING:
    from services.stripe.call import Call
    from services.stripe.state import Book, State


# What a type of balance transaction counts as in reports, where that has another name.
CATEGORIES = {
    "payment": "charge",
    "payment_refund": "refund",
    "payout_cancel": "payout_reversal",
    "payout_failure": "payout_reversal",
    "transfer_refund": "transfer_reversal",
}


class Funds:
    """Money of one account, by currency: what is available, and what will be from a time on."""

    def __init__(self) -> None:
        self._available: dict[str, int] = defaultdict(int)
        self._pending: list[tuple[int, str, int]] = []

    @classmethod
    def read(cls, kept: Json) -> Funds:
        """The funds that were `written`."""
        funds = cls()
        funds._available.update(kept["available"])
        funds._pending = [(due, currency, net) for due, currency, net in kept["pending"]]
        return funds

    def written(self) -> Json:
        """All of it as JSON has it."""
        return {"available": dict(self._available), "pending": self._pending}

    def add(self, currency: str, net: int, available_on: int) -> None:
        """Book an amount, which may be below nothing."""
        heapq.heappush(self._pending, (available_on, currency, net))

    def available(self, now: int) -> dict[str, int]:
        """What may be transferred or paid out."""
        while self._pending and self._pending[0][0] <= now:
            _due, currency, net = heapq.heappop(self._pending)
            self._available[currency] += net
        return self._available

    def pending(self, now: int) -> dict[str, int]:
        """What is on its way."""
        self.available(now)
        sums: dict[str, int] = defaultdict(int)
        for _due, currency, net in self._pending:
            sums[currency] += net
        return sums


def record(state: State, book: Book, kind: str, amount: int, source: Json, **values: Any) -> Json:
    """One balance transaction, in the currency of its source.

    `values` are more of its properties, and what its `fee` is for.
    """
    fee: int = values.pop("fee", 0)
    fee_kind = values.pop("fee_kind", "Stripe processing fees")
    now, currency = state.now(), source["currency"]
    available_on = values.setdefault("available_on", now)
    detail = {"amount": fee, "application": None, "currency": currency, "type": "stripe_fee"}
    made = state.new(book, "balance_transaction", balance_type="payments", currency=currency)
    made |= {"amount": amount, "fee": fee, "net": amount - fee, "source": source["id"]}
    made |= {"type": kind, "reporting_category": CATEGORIES.get(kind, kind)}
    made |= {"status": "available" if available_on <= now else "pending", **values}
    made["fee_details"] = [{**detail, "description": fee_kind}] if fee else []
    book.funds.add(currency, made["net"], available_on)
    return made


def fee_of(state: State, amount: int) -> int:
    """What Stripe keeps of a charge, half a cent counting as one."""
    share = (amount * state.settings.fee_basis_points + 5_000) // 10_000
    return share + state.settings.fee_fixed


def retrieve(call: Call) -> Json:
    """GET /v1/balance"""
    now, funds = call.state.now(), call.book.funds
    available, pending = funds.available(now), funds.pending(now)
    currencies = sorted({"usd", *available, *pending})
    return {
        "object": "balance",
        "livemode": False,
        "available": [_amount(currency, available.get(currency, 0)) for currency in currencies],
        "pending": [_amount(currency, pending.get(currency, 0)) for currency in currencies],
    }


def retrieve_transaction(call: Call) -> Json:
    """GET /v1/balance_transactions/{id}"""
    found = call.find("balance_transaction", call.ids[0])
    _age(call.state, found)
    return found


def list_transactions(call: Call) -> Json:
    """GET /v1/balance_transactions, by payout only for automatic ones, as Stripe does."""
    rows = call.book.of("balance_transaction")
    if payout := call.params.get("payout"):
        if not call.find("payout", payout, "payout")["automatic"]:
            raise invalid(
                "Balance transaction history can only be filtered on automatic transfers, not"
                " manual.",
                param="payout",
            )
        rows = [row for row in rows if row.get("_payout") == payout]
    rows = listing.matching(rows, call.params, ("type", "source", "currency"))
    page = listing.page(call, rows)
    for row in page["data"]:
        _age(call.state, row)
    return page


def _age(state: State, row: Json) -> None:
    if row["available_on"] <= state.now():
        row["status"] = "available"


def _amount(currency: str, amount: int) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
