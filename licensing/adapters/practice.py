"""The practice gateway: plays a gateway for set-ups without one. It moves no money.

Its tables stand in for the remote side, so no model shows them to the rest of the program:
what is known of a payment here is known only by asking, as with any other gateway.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from licensing.rules.gateway import (
    Answer,
    Charge,
    ChargedItem,
    KeyReused,
    Rejected,
    Returned,
    Started,
    UnknownReference,
)
from licensing.rules.states import PaymentState
from stockcoop.kernel import canonical
from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Asked:
    """A charge as the practice page shows it."""

    charge: Charge
    state: PaymentState


class PracticeGateway:
    """Implements `licensing.rules.gateway.PaymentGateway`."""

    name = "practice"

    def start(self, charge: Charge, *, key: str) -> Started:
        if charge.amount.minor <= 0:
            raise Rejected("The practice gateway takes amounts above zero only.")
        request = _request(charge)
        _run(
            "INSERT INTO practice_gateway_payment"
            " (reference, key, digest, request, amount_minor, currency, state)"
            " VALUES (%s, %s, %s, %s, %s, %s, 'pending') ON CONFLICT (key) DO NOTHING",
            "practice_" + secrets.token_urlsafe(18),
            key,
            canonical.digest(request),
            json.dumps(request),
            charge.amount.minor,
            charge.amount.currency,
        )
        reference, digest = _one(
            "SELECT reference, digest FROM practice_gateway_payment WHERE key = %s", key
        )
        if digest != canonical.digest(request):
            raise KeyReused("This payment was asked for before with other details.")
        return Started(reference=reference, url=reverse("licensing:practice", args=[reference]))

    def answer(self, reference: str, *, thorough: bool = False) -> Answer:
        state, minor, currency, _ = self._payment(reference)
        return Answer(PaymentState(state), Money(minor, currency))

    def close(self, reference: str) -> None:
        self._payment(reference)
        self.decide(reference, PaymentState.ABANDONED)

    @transaction.atomic
    def refund(self, reference: str, amount: Money, *, key: str) -> Returned:
        state, minor, currency, _ = self._payment(reference, lock=True)
        digest = canonical.digest([reference, amount.minor, amount.currency])
        done = _all("SELECT reference, digest FROM practice_gateway_refund WHERE key = %s", key)
        if done:
            name, stored = done[0]
            if stored != digest:
                raise KeyReused("This refund was asked for before with other details.")
            return Returned(reference=name, amount=amount)
        if state != PaymentState.PAID or currency != amount.currency or amount.minor <= 0:
            raise Rejected("Only a payment that was made can be given back.")
        if self.given_back(reference).minor + amount.minor > minor:
            raise Rejected(f"Less than {amount} is left of this payment.")
        name = "practice_refund_" + secrets.token_urlsafe(18)
        _run(
            "INSERT INTO practice_gateway_refund (reference, key, digest, payment, amount_minor)"
            " VALUES (%s, %s, %s, %s, %s)",
            name,
            key,
            digest,
            reference,
            amount.minor,
        )
        return Returned(reference=name, amount=amount)

    def given_back(self, reference: str) -> Money:
        """What has been refunded of a payment so far. Raises UnknownReference."""
        (minor,) = _one(
            "SELECT coalesce(sum(amount_minor), 0)::bigint FROM practice_gateway_refund"
            " WHERE payment = %s",
            reference,
        )
        return Money(minor, self.answer(reference).amount.currency)

    def asked(self, reference: str) -> Asked:
        """The charge behind `reference`, for the practice page. Raises UnknownReference."""
        state, minor, currency, request = self._payment(reference)
        body = json.loads(request)
        items = tuple(ChargedItem(text, Money(price, currency)) for text, price in body["items"])
        charge = Charge(body["order"], Money(minor, currency), items, body["return_url"])
        return Asked(charge=charge, state=PaymentState(state))

    def decide(self, reference: str, end: PaymentState) -> None:
        """End a pending payment as its visitor chose; one that has ended stays as it is."""
        _run(
            "UPDATE practice_gateway_payment SET state = %s"
            " WHERE reference = %s AND state = 'pending'",
            end.value,
            reference,
        )

    def _payment(self, reference: str, *, lock: bool = False) -> tuple[str, int, str, str]:
        if lock:
            _all("SELECT FROM practice_gateway_payment WHERE reference = %s FOR UPDATE", reference)
        rows = _all(
            "SELECT state, amount_minor, currency, request FROM practice_gateway_payment"
            " WHERE reference = %s",
            reference,
        )
        if not rows:
            raise UnknownReference("The practice gateway knows no such payment.")
        state, minor, currency, request = rows[0]
        return state, minor, currency, request


def _request(charge: Charge) -> dict[str, Any]:
    return {
        "order": charge.order,
        "amount": charge.amount.minor,
        "currency": charge.amount.currency,
        "items": [[item.text, item.price.minor] for item in charge.items],
        "return_url": charge.return_url,
    }


def _run(statement: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _all(statement: str, *values: str | int) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _one(statement: str, *values: str | int) -> tuple[Any, ...]:
    (row,) = _all(statement, *values)
    return row
