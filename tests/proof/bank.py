"""The buyers' bank and the gateway in front of it: what they say of a payment, and what moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from licensing.models import Payment
from licensing.rules.gateway import Answer, Disputed
from licensing.rules.states import DisputeState, PaymentState
from royalties.rules.movements import Moved, MovementKind
from stockcoop.kernel.money import Money

CHARGE_FEE, DISPUTE_FEE = 57, 1500


@dataclass
class Bank:
    """Remembers each payment by its id: every movement, for ever, and the dispute, if any."""

    movements: dict[int, tuple[Moved, ...]] = field(default_factory=lambda: defaultdict(tuple))
    disputes: dict[int, Disputed] = field(default_factory=dict)

    def copy(self) -> Bank:
        """The same, to go on from."""
        return Bank(defaultdict(tuple, self.movements), dict(self.disputes))

    @property
    def moved(self) -> int:
        """By how many cents the gateway's account moved beside payments and refunds."""
        return sum(
            (0 if one.kind is MovementKind.CHARGE else one.gross.minor) - one.fee.minor
            for movements in self.movements.values()
            for one in movements
        )

    def paid(self, payment: Payment, at: datetime) -> Answer:
        """The payment was made."""
        amount = Money(payment.amount_minor, payment.currency)
        self._move(payment, MovementKind.CHARGE, amount, CHARGE_FEE, at)
        return self._answer(payment)

    def withdrawn(self, payment: Payment, minor: int, at: datetime) -> Answer:
        """The buyer disputes the payment, and their bank takes `minor` cents back."""
        told = Disputed(f"dispute-{payment.pk}", DisputeState.OPEN, "fraudulent", at)
        self.disputes[payment.pk] = told
        amount = Money(-minor, payment.currency)
        self._move(payment, MovementKind.WITHDRAWN, amount, DISPUTE_FEE, at)
        return self._answer(payment)

    def lost(self, payment: Payment) -> Answer:
        """The dispute is decided for the buyer."""
        told = self.disputes[payment.pk]
        self.disputes[payment.pk] = replace(told, state=DisputeState.LOST)
        return self._answer(payment)

    def won(self, payment: Payment, at: datetime) -> Answer:
        """The dispute is decided for the co-op, and the money is back."""
        told = self.disputes[payment.pk]
        self.disputes[payment.pk] = replace(told, state=DisputeState.WON)
        taken = next(
            one for one in self.movements[payment.pk] if one.kind is MovementKind.WITHDRAWN
        )
        self._move(payment, MovementKind.REINSTATED, -taken.gross, 0, at)
        return self._answer(payment)

    def in_state(self, *states: DisputeState) -> list[int]:
        """The payments whose disputes are in one of `states`, the earliest first."""
        return sorted(pk for pk, told in self.disputes.items() if told.state in states)

    def _move(
        self, payment: Payment, kind: MovementKind, gross: Money, fee: int, at: datetime
    ) -> None:
        before = self.movements[payment.pk]
        about = payment.reference if kind is MovementKind.CHARGE else f"dispute-{payment.pk}"
        name = f"moved-{payment.pk}-{len(before) + 1}"
        moved = Moved(name, kind, about, gross, Money(fee, gross.currency), at)
        self.movements[payment.pk] = (*before, moved)

    def _answer(self, payment: Payment) -> Answer:
        return Answer(
            PaymentState.PAID,
            Money(payment.amount_minor, payment.currency),
            movements=self.movements[payment.pk],
            disputes=_of(self.disputes, payment),
        )


def _of(disputes: Mapping[int, Disputed], payment: Payment) -> tuple[Disputed, ...]:
    return (disputes[payment.pk],) if payment.pk in disputes else ()
