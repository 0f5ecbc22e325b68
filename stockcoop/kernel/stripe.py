"""The one door to Stripe's library: a client with timeouts, errors of our own, amounts both ways.

Adapters of packages ask through `client()` inside `asking()`; nobody sets `stripe.api_key`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, TypeVar

import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from stockcoop.env import Stripe
from stockcoop.kernel.money import Money, exponent

T = TypeVar("T")

CONNECT_S, READ_S = 4.0, 25.0
RETRIES = 1
# The version that this code was written and tested against; Stripe answers each in its own.
VERSION = "2026-08-26.dahlia"
# More than what is asked by itself in a day (stockcoop.kernel.tries), so that a later try is new.
_KEYS = 12
# Where Stripe counts otherwise than ISO 4217 does. Source: Stripe, "Supported currencies".
_STRIPE_DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}


class StripeFault(Exception):
    """Stripe did not do what it was asked; `code` is Stripe's word for why, where it gave one."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class NoAnswer(StripeFault):
    """No answer, or one that leaves open what was done. Ask again with the same key."""


class StoredFailure(NoAnswer):
    """The answer stored under the key is a failure of Stripe's own: the key gives no other."""


class Declined(StripeFault):
    """Stripe understood and said no."""


class StoredRefusal(Declined):
    """The no stored under the key: what Stripe would say by now, only another key tells."""


class KeyTaken(StripeFault):
    """The key came with another request before."""


class NotThere(StripeFault):
    """Stripe has no such object."""


class BadAmount(StripeFault):
    """Stripe cannot count this sum."""


class NotSigned(Exception):
    """The bytes were not signed with the secret, or too long ago."""


def client() -> stripe.StripeClient:
    """A client with the keys of the settings. Raises ImproperlyConfigured where there are none."""
    if settings.STRIPE is None:
        raise ImproperlyConfigured("STRIPE_SECRET_KEY is not set: see docs/configuration.md")
    return _client(settings.STRIPE)


@lru_cache(maxsize=8)
def _client(keys: Stripe) -> stripe.StripeClient:
    return stripe.StripeClient(
        keys.secret_key,
        stripe_version=VERSION,
        base_addresses={"api": keys.api} if keys.api else {},
        http_client=stripe.RequestsClient(timeout=(CONNECT_S, READ_S)),
        max_network_retries=RETRIES,
    )


@contextmanager
def asking() -> Iterator[None]:
    """Turn what Stripe's library raises into a StripeFault; no message of it carries a key."""
    try:
        yield
    except stripe.StripeError as error:
        raise _fault(error) from None


def _fault(error: stripe.StripeError) -> StripeFault:
    status, code = error.http_status or 0, error.code or ""
    stored = str((error.headers or {}).get("idempotent-replayed", "")).lower() == "true"
    if status >= 500:
        kind = StoredFailure if stored else NoAnswer
        return kind(f"Stripe failed with status {status}.", code)
    if isinstance(error, stripe.APIConnectionError) or status in {0, 409, 429}:
        return NoAnswer("Stripe did not answer.", code)
    if isinstance(error, stripe.IdempotencyError):
        return KeyTaken("Stripe knows this key with another request.", code)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return NoAnswer("Stripe does not take our key.", code)
    if status == 404 or code == "resource_missing":
        return NotThere("Stripe knows nothing of this name.", code)
    no = StoredRefusal if stored else Declined
    return no(error.user_message or "Stripe said no.", code)


def signed(body: bytes, signature: str, *, tolerance_s: int) -> None:
    """Return if `body` was signed with one of the webhooks' secrets. Raises NotSigned."""
    assert settings.STRIPE is not None
    for secret in settings.STRIPE.webhook_secrets:
        with suppress(stripe.SignatureVerificationError, UnicodeDecodeError):
            stripe.WebhookSignature.verify_header(body, signature, secret, tolerance_s)
            return
    raise NotSigned("This was not signed by Stripe, or too long ago.")


def amount_of(money: Money) -> int:
    """`money` as Stripe counts it. Raises BadAmount for a sum that Stripe cannot move."""
    ours, theirs = exponent(money.currency), _decimals(money.currency)
    if ours < theirs:
        return money.minor * int(10 ** (theirs - ours))
    unit = int(10 ** (ours - theirs))
    # Three-decimal currencies are counted in thousandths, of which Stripe moves tens only.
    if money.minor % unit or (ours == theirs == 3 and money.minor % 10):
        raise BadAmount(f"Stripe cannot move {money}: it has no coin that small.")
    return money.minor // unit


def money_of(amount: int, currency: str) -> Money:
    """What Stripe means by `amount` of `currency` (in its small letters)."""
    code = currency.upper()
    ours, theirs = exponent(code), _decimals(code)
    if ours >= theirs:
        return Money(amount * int(10 ** (ours - theirs)), code)
    unit = 10 ** (theirs - ours)
    if amount % unit:
        raise BadAmount(f"Stripe speaks of a part of one {code}.")
    return Money(amount // unit, code)


def _decimals(currency: str) -> int:
    return _STRIPE_DECIMALS.get(currency, exponent(currency))


class BalanceLine(NamedTuple):
    """A balance transaction as a value: what it is `about`, and the `fee` that Stripe kept."""

    reference: str
    about: str
    gross: Money
    fee: Money
    at: datetime


def line_of(transaction: stripe.BalanceTransaction) -> BalanceLine:
    """The value of a balance transaction. Raises BadAmount."""
    return BalanceLine(
        reference=transaction.id,
        about=id_of(transaction.source),
        gross=money_of(transaction.amount, transaction.currency),
        fee=money_of(transaction.fee, transaction.currency),
        at=moment_of(transaction.created),
    )


def moment_of(seconds: int) -> datetime:
    """What Stripe means by a time."""
    return datetime.fromtimestamp(seconds, UTC)


def id_of(thing: object) -> str:
    """The id of what Stripe gives as an id or, expanded, as an object; empty for nothing."""
    return str(getattr(thing, "id", None) or (thing if isinstance(thing, str) else ""))


def note_of(thing: stripe.StripeObject, name: str) -> str:
    """What we wrote into the metadata of `thing` under `name`; empty when it is not ours."""
    metadata = getattr(thing, "metadata", None)
    return str(metadata.to_dict().get(name, "")) if metadata else ""


def once(key: str, *, find: Callable[[], T | None], make: Callable[[str], T]) -> T:
    """What `make` makes under `key`, once, however often and in however many processes.

    `find` looks for it first, since Stripe forgets a key after a day. When a failure or a refusal
    is stored under a key, and nothing was made, the next of a fixed row of keys is tried. Raises
    NoAnswer, Declined.
    """
    last: StripeFault | None = None
    for number in range(1, _KEYS + 1):
        with asking():
            found = find()
        if found is not None:
            return found
        try:
            with asking():
                return make(key if number == 1 else f"{key}:{number}")
        except (StoredFailure, StoredRefusal) as stored:
            last = stored
    if isinstance(last, StoredRefusal):
        raise last
    raise NoAnswer("Stripe failed each time it was asked.")
