"""Who is paid out, through what, and in which states a run and a payout can be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from royalties.rules.movements import Moved
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money


class RunState(StrEnum):
    """A run is proposed, then approved or rejected once."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class PayoutState(StrEnum):
    """A payout is planned, sent, and paid or failed; a failed one is sent again or dropped.

    One that was sent too often without an answer is stuck: whether it went, only the gateway knows.
    """

    PLANNED = "planned"
    SENDING = "sending"
    STUCK = "stuck"
    PAID = "paid"
    FAILED = "failed"
    DROPPED = "dropped"


# While a payout is open, its sum is spoken for: no other run may plan for the same member.
OPEN = frozenset(
    {
        PayoutState.PLANNED.value,
        PayoutState.SENDING.value,
        PayoutState.STUCK.value,
        PayoutState.FAILED.value,
    }
)

TROUBLED = frozenset({PayoutState.FAILED.value, PayoutState.STUCK.value})


class PayoutFailed(Exception):
    """The gateway said no for good: the money has not left. The message says why."""


class GatewayAway(Refused):
    """The gateway did not answer, or not as it should; ask again later."""

    status = 503


@dataclass(frozen=True, slots=True)
class Sent:
    """Money sent, or taken back: the gateway's reference, and the movement where it states one."""

    reference: str
    movement: Moved | None = None


@dataclass(frozen=True, slots=True)
class AccountState:
    """How far a member's account at the gateway is; `missing` are the gateway's words."""

    ready: bool
    reaches_bank: bool
    missing: tuple[str, ...] = ()


class PayoutGateway(Protocol):
    """Sends money to members, and takes it back.

    A repeated `key` moves nothing more and gives the first answer. PayoutFailed means that the
    money will not move; any other error leaves that open, and the call is made again.
    """

    name: str
    needs_accounts: bool

    def pay(self, *, key: str, member: int, amount: Money, account: str) -> Sent:
        """Send `amount` to the member with the user id `member`, who receives it in `account`.

        `account` is the gateway's name for it, empty where it needs none. Raises PayoutFailed.
        """
        ...

    def take_back(self, *, key: str, reference: str, amount: Money) -> Sent:
        """Take all of the payout `reference` back from the member. Raises PayoutFailed."""
        ...

    def taken_back(self, reference: str) -> Sent | None:
        """How the payout `reference` was taken back whole; None when it was not.

        Raises GatewayAway.
        """
        ...


class AccountGateway(Protocol):
    """Where members have accounts of their own to be paid into. Each call may raise GatewayAway."""

    name: str

    def open_account(self, *, key: str, member: int, email: str, country: str) -> str:
        """Begin an account; a repeated `key` gives the first one. `country` may be empty."""
        ...

    def setup_page(self, account: str, *, return_url: str, again_url: str) -> str:
        """A page, good for minutes, where the member fills in what the gateway wants to know."""
        ...

    def account_state(self, account: str) -> AccountState:
        """How far the account is."""
        ...

    def bank_payout(self, account: str) -> str:
        """What became of the account's last payment to the member's bank; empty before one."""
        ...


def due(
    balances: Mapping[int, Money], floor: Money, own: Mapping[int, Money] | None = None
) -> list[tuple[int, Money]]:
    """Whom to pay what: each member whose balance has reached the floor gets all of it, by member.

    `own` has the floors of those for whom another one than `floor` counts.
    """
    floors = own or {}
    return [
        (member, balance)
        for member, balance in sorted(balances.items())
        if balance >= floors.get(member, floor)
    ]


def own_floors(
    stated: Mapping[int, Money], *, floor: Money, leavers: Iterable[int]
) -> dict[int, Money]:
    """From which balance on members are paid for whom `floor` does not count.

    A member's own floor counts above the co-op's. Who has left gets the last cent.
    """
    higher = {
        member: own
        for member, own in stated.items()
        if own.currency == floor.currency and own > floor
    }
    return higher | dict.fromkeys(leavers, Money(1, floor.currency))


def stated(payouts: Iterable[tuple[int, Money, Money]]) -> Value:
    """The list of a run as it is hashed, by member: what is approved is what is paid.

    Of each the sum, and what is withheld of it, when anything is.
    """
    return [
        [member, amount.minor, amount.currency, *([withheld.minor] if withheld else [])]
        for member, amount, withheld in sorted(payouts)
    ]
