"""The port to whoever moves the buyers' money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from licensing.rules.states import PaymentState
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
    whatever happened.
    """

    order: str
    amount: Money
    items: tuple[ChargedItem, ...]
    return_url: str


@dataclass(frozen=True, slots=True)
class Started:
    """A payment begun: the gateway's reference, and the address or path to send the buyer to."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway says of a payment now, and of which amount."""

    state: PaymentState
    amount: Money


@dataclass(frozen=True, slots=True)
class Returned:
    """Money given back: the gateway's reference of it."""

    reference: str
    amount: Money


class PaymentGateway(Protocol):
    """A gateway. Each call may raise Unavailable; a key makes a repeated call harmless.

    A payment that ended (paid, declined, abandoned) stays so. The same key with the same request
    gives the first answer again; with another request it raises KeyReused.
    """

    name: str

    def start(self, charge: Charge, *, key: str) -> Started:
        """Begin a payment. Raises Rejected."""

    def answer(self, reference: str) -> Answer:
        """What became of a payment. Raises UnknownReference."""

    def refund(self, reference: str, amount: Money, *, key: str) -> Returned:
        """Give back a part or all of a paid payment.

        Raises UnknownReference; Rejected when it is not paid or less than `amount` is left.
        """
