"""Counting what is wrong in the books after a case."""

from collections import Counter
from collections.abc import Iterator, Mapping

from django.utils import timezone

from ledger.services import balances
from ledger.services import verify as ledger_verify
from licensing.adapters.practice import PracticeGateway
from licensing.models import Order, Payment
from licensing.rules.states import PaymentState
from licensing.services import verify as licensing_verify
from royalties.services import verify as royalties_verify
from tests.torture.case import Outcome


def outcome(
    *, name: str, tried: int, wrong: Mapping[str, int], seconds: float, said: str
) -> Outcome:
    """The outcome of a case from its counts of what went wrong, by what it is."""
    faults = ", ".join(f"{count} {what}" for what, count in wrong.items() if count)
    return Outcome(
        name=name,
        tried=tried,
        lost=sum(abs(count) for count in wrong.values()),
        seconds=seconds,
        said=f"{said}; {faults}" if faults else said,
    )


def differences() -> int:
    """How many stored figures of ledger, royalties and licensing their facts do not give."""
    return sum(1 for _ in _differences())


def accounts_off(expected: Mapping[str, int]) -> int:
    """How many accounts hold another sum than `expected`, in minor units by code; else zero."""
    stored = {row.code: row.amount.minor for row in balances.below("")}
    codes = stored.keys() | expected.keys()
    return sum(stored.get(code, 0) != expected.get(code, 0) for code in codes)


def standard_sales(lines: set[int], prices: Mapping[str, int]) -> Counter[str]:
    """What standard licences to these `lines` bring to whom, at these `prices` by size.

    Half to the co-op, half to the artists in equal parts; `prices` are such that all comes out
    even.
    """
    stands: Counter[str] = Counter()
    for order in Order.objects.prefetch_related("lines__work"):
        for line in order.lines.all():
            if line.pk in lines:
                half = prices[line.size] // 2
                makers = [member for member, _ in line.work.shares(timezone.now())]
                stands["coop:commission"] += half
                for maker in makers:
                    stands[f"member:{maker}"] += half // len(makers)
    return stands


def at_practice_gateway() -> int:
    """What it took in and did not give back, in minor units, by its own books."""
    gateway, minor = PracticeGateway(), 0
    for payment in Payment.objects.exclude(reference=""):
        answer = gateway.answer(payment.reference)
        if answer.state is PaymentState.PAID:
            minor += answer.amount.minor - gateway.given_back(payment.reference).minor
    return minor


def _differences() -> Iterator[str]:
    yield from licensing_verify.differences()
    yield from royalties_verify.differences()
    yield from ledger_verify.differences()
