"""The port to whoever moves the buyers' money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from licensing.rules.states import DisputeState, PaymentState
from royalties.rules.movements import Moved
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money


class GatewayError(Refused):
    """The gateway did not do what it was asked."""

    status = 502


class Unavailable(GatewayError):
    """No answer came. Ask again with the same idempotency key."""

    status = 503


class Rejected(GatewayError):
    """The gateway understood and said no; asking again will not help."""


class KeyReused(GatewayError):
    """An idempotency key came back with another request than the first time."""


class NotGenuine(GatewayError):
    """The message was not signed by the gateway, or too long ago."""

    status = 400


class UnknownReference(GatewayError):
    """The gateway knows no payment of this reference."""

    status = 404


@dataclass(frozen=True, slots=True)
class ChargedItem:
    """A line as the buyer shall read it on the gateway's page."""

    text: str
    price: Money


@dataclass(frozen=True, slots=True)
class Charge:
    """What to ask of the buyer. `order` is our reference; the buyer comes back to `return_url`
    whatever happened. The gateway takes no payment after `until`, where it can be told.
    """

    order: str
    amount: Money
    items: tuple[ChargedItem, ...]
    return_url: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """A payment begun: the gateway's reference, and the address or path to send the buyer to."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Returned:
    """Money given back: the gateway's reference of it, and how its balance moved for it.

    `key` is the idempotency key that it was asked for with; empty when we did not ask.
    """

    reference: str
    amount: Money
    key: str = ""
    movement: Moved | None = None


@dataclass(frozen=True, slots=True)
class Disputed:
    """A payment that the buyer's bank disputes; `reason` is the bank's word."""

    reference: str
    state: DisputeState
    reason: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway says of a payment now, and of which amount.

    `alias` is another name by which it speaks of the payment. `movements` are all that moved its
    balance for this payment, but for `refunds`, which bring their own; each is told of for ever.
    `turns` are the references of those that have one date, in the order in which they were booked.
    """

    state: PaymentState
    amount: Money
    alias: str = ""
    movements: tuple[Moved, ...] = ()
    refunds: tuple[Returned, ...] = ()
    disputes: tuple[Disputed, ...] = ()
    turns: tuple[str, ...] = ()


class Subject(StrEnum):
    """What an event of a gateway is about."""

    PAYMENT = "payment"
    PAYMENT_ALIAS = "payment_alias"
    ACCOUNT = "account"
    PAYOUT = "payout"
    BALANCE = "balance"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the gateway told it: `body` as it came, and whom to ask about what.

    `about` is the gateway's reference of the `subject`.
    """

    reference: str
    kind: str
    told_at: datetime
    subject: Subject
    about: str
    body: str


class PaymentGateway(Protocol):
    """A gateway. Each call may raise Unavailable; a key makes a repeated call harmless.

    A payment that ended (paid, declined, abandoned) stays so. The same key with the same request
    gives the first answer again; with another request it raises KeyReused.
    """

    name: str

    def start(self, charge: Charge, *, key: str) -> Started:
        """Begin a payment. Raises Rejected."""

    def answer(self, reference: str, *, thorough: bool = False) -> Answer:
        """What became of a payment. Raises UnknownReference.

        `thorough` also looks for refunds of which the payment itself says nothing (any more).
        """

    def close(self, reference: str) -> None:
        """Take no money for this payment any more; one that has ended, or is being made, stays.

        Calling again is harmless. Raises UnknownReference.
        """

    def refund(self, reference: str, amount: Money, *, key: str) -> Returned:
        """Give back a part or all of a paid payment.

        Raises UnknownReference; Rejected when it is not paid or less than `amount` is left.
        """


class Telling(Protocol):
    """A gateway that tells of events by itself, and keeps an account of what moved its balance."""

    name: str

    def told(self, body: bytes, signature: str) -> Told:
        """The event in a signed message. Raises NotGenuine."""

    def events(self, since: datetime) -> Iterator[Told]:
        """Every event since then that is worth hearing, in any order."""

    def key_of(self, alias: str) -> str:
        """The idempotency key of the payment that the gateway calls `alias`; empty if not ours."""

    def movements(self, since: datetime) -> Iterator[Moved]:
        """All that moved the co-op's balance from `since` on."""

    def banked(self, reference: str) -> tuple[Moved, ...]:
        """What moved for one payment from the balance to the co-op's bank, failed or not."""

    def payment_of(self, moved: Moved) -> str:
        """The alias of the payment that `moved` belongs to; empty if to none."""
