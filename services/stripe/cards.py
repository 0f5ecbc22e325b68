"""Stripe's test cards, as far as they are modelled, by number and by payment method."""

from __future__ import annotations

from dataclasses import dataclass

from services.stripe.errors import not_modelled


@dataclass(frozen=True, slots=True)
class Card:
    """What happens to whoever pays with it. `decline` is the code and the decline code."""

    number: str
    brand: str = "visa"
    decline: tuple[str, str] | None = None
    disputed: bool = False
    at_once: bool = False
    later: bool = False

    @property
    def method(self) -> str:
        """The payment method that the number becomes."""
        return f"pm_card_{self.number[-4:]}"


CARDS = (
    Card("4242424242424242"),
    Card("5555555555554444", brand="mastercard"),
    Card("4000000000000077", at_once=True),
    Card("4000000000000002", decline=("card_declined", "generic_decline")),
    Card("4000000000009995", decline=("card_declined", "insufficient_funds")),
    Card("4000000000000069", decline=("expired_card", "expired_card")),
    Card("4000000000000259", disputed=True),
    # Not a card of Stripe's: a payment that is under way until a test settles it.
    Card("4000000000000200", later=True),
)
METHODS = {
    "pm_card_visa": CARDS[0],
    "pm_card_mastercard": CARDS[1],
    "pm_card_bypassPending": CARDS[2],
    "pm_card_visa_chargeDeclined": CARDS[3],
    "pm_card_chargeDeclined": CARDS[3],
    "pm_card_chargeDeclinedInsufficientFunds": CARDS[4],
    "pm_card_chargeDeclinedExpiredCard": CARDS[5],
    "pm_card_createDispute": CARDS[6],
    **{card.method: card for card in CARDS},
}
MESSAGES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
}


def by_number(text: str) -> Card | None:
    """The card of a number typed in, None for one that is no test card."""
    digits = "".join(letter for letter in text if letter.isdigit())
    return next((card for card in CARDS if card.number == digits), None)


def by_method(name: str) -> Card:
    """The card behind a test payment method. Raises the 501 for another."""
    if name not in METHODS:
        raise not_modelled(f"the payment method {name}")
    return METHODS[name]
