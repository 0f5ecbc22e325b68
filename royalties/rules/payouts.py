"""Who is paid out, through what, and in which states a run and a payout can be."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol

from stockcoop.kernel.canonical import Value
from stockcoop.kernel.money import Money


class RunState(StrEnum):
    """A run is proposed, then approved or rejected once."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class PayoutState(StrEnum):
    """A payout is planned, sent, and paid or failed; a failed one is sent again or dropped."""

    PLANNED = "planned"
    SENDING = "sending"
    PAID = "paid"
    FAILED = "failed"
    DROPPED = "dropped"


# While a payout is open, its sum is spoken for: no other run may plan for the same member.
OPEN = frozenset({PayoutState.PLANNED.value, PayoutState.SENDING.value, PayoutState.FAILED.value})


class PayoutFailed(Exception):
    """The gateway said no for good: the money has not left. The message says why."""


class PayoutGateway(Protocol):
    """Sends money to members."""

    name: str

    def pay(self, *, key: str, member: int, amount: Money) -> str:
        """Send `amount` to the member with the user id `member`; the gateway's own reference.

        A repeated `key` pays nothing more and returns the first answer. Raises PayoutFailed when
        the money will not leave; any other error leaves that open, and the call is made again.
        """
        ...


def due(balances: Mapping[int, Money], floor: Money) -> list[tuple[int, Money]]:
    """Whom to pay what: each member whose balance has reached `floor` gets all of it, by member."""
    return [(member, balance) for member, balance in sorted(balances.items()) if balance >= floor]


def stated(payouts: Iterable[tuple[int, Money]]) -> Value:
    """The list of a run as it is hashed, by member: what is approved is what is paid."""
    return [[member, amount.minor, amount.currency] for member, amount in sorted(payouts)]
