"""Movements: each change of the balance that a gateway keeps for the co-op, as it states it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ledger.rules import Move
from royalties.rules import chart
from stockcoop.kernel.money import Money


class MovementKind(StrEnum):
    """What moved the balance."""

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    TRANSFER = "transfer"
    TRANSFER_BACK = "transfer_back"
    BANKED = "banked"
    FEE = "fee"
    OTHER = "other"


# The account on the other side, where a movement is no sale and nobody's payout.
_COUNTER = {
    MovementKind.REFUND: chart.LOSSES,
    MovementKind.REFUND_FAILED: chart.OWED_REFUNDS,
    MovementKind.WITHDRAWN: chart.LOSSES,
    MovementKind.REINSTATED: chart.LOSSES,
    MovementKind.BANKED: chart.BANK,
    MovementKind.FEE: chart.FEES,
}


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement: its `reference`, what it is `about` (a charge, refund, dispute, transfer).

    `gross` is above zero when money came in; `fee` is above zero when the gateway kept some of it.
    """

    reference: str
    kind: MovementKind
    about: str
    gross: Money
    fee: Money
    at: datetime


def counter(kind: MovementKind) -> str:
    """Where the sum of a movement comes from or goes to, when no sale or payout says so.

    A refund or dispute of what was taken back before is a loss of the co-op. Raises ValueError for
    a kind that only a sale or a payout explains.
    """
    if kind not in _COUNTER:
        raise ValueError(f"a sale or a payout explains a {kind}")
    return _COUNTER[kind]


def between(gateway: str, account: str, sum_: Money) -> Move:
    """`sum_` into the gateway's account from `account`; out of it when below zero."""
    held = chart.gateway(gateway)
    if sum_.minor > 0:
        return Move(debit=held, credit=account, amount=sum_)
    return Move(debit=account, credit=held, amount=-sum_)


def net(gateway: str, moves: Iterable[Move], currency: str) -> Money:
    """By how much `moves` change what the gateway holds in `currency`."""
    held = chart.gateway(gateway)
    minor = 0
    for move in moves:
        if move.amount.currency == currency:
            minor += move.amount.minor * ((move.debit == held) - (move.credit == held))
    return Money(minor, currency)
