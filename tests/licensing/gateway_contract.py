"""What every payment gateway must do. A subclass says how one is made and how a visitor ends a
payment on its page.
"""

from abc import ABC, abstractmethod
from uuid import uuid4

import pytest

from licensing.rules.gateway import (
    Answer,
    Charge,
    ChargedItem,
    KeyReused,
    PaymentGateway,
    Rejected,
    UnknownReference,
)
from licensing.rules.states import PaymentState
from stockcoop.kernel.money import Money

ENDS = [PaymentState.PAID, PaymentState.DECLINED, PaymentState.ABANDONED]


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def charge(minor: int = 6000) -> Charge:
    items = (ChargedItem("Harbour", usd(1500)), ChargedItem("Dunes", usd(minor - 1500)))
    return Charge("7K3M-9QXA-B2CD", usd(minor), items, "https://shop.example/back")


def key() -> str:
    return str(uuid4())


class GatewayContract(ABC):
    """Tests over the port `licensing.rules.gateway.PaymentGateway`."""

    @abstractmethod
    def gateway(self) -> PaymentGateway:
        """A gateway to test."""

    @abstractmethod
    def end(self, reference: str, how: PaymentState) -> None:
        """A visitor pays, is declined or breaks off."""

    def paid(self, minor: int = 6000) -> str:
        reference = self.gateway().start(charge(minor), key=key()).reference
        self.end(reference, PaymentState.PAID)
        return reference

    def test_a_payment_begins_pending_with_a_page_to_go_to(self) -> None:
        started = self.gateway().start(charge(), key=key())
        assert started.url
        answer = self.gateway().answer(started.reference)
        assert answer == Answer(PaymentState.PENDING, usd(6000))

    def test_the_same_key_gives_the_first_answer_again(self) -> None:
        same = key()
        first = self.gateway().start(charge(), key=same)
        assert self.gateway().start(charge(), key=same) == first
        self.end(first.reference, PaymentState.PAID)
        assert self.gateway().start(charge(), key=same).reference == first.reference

    def test_the_same_key_with_another_charge_is_refused(self) -> None:
        same = key()
        self.gateway().start(charge(), key=same)
        with pytest.raises(KeyReused):
            self.gateway().start(charge(7000), key=same)

    def test_two_keys_are_two_payments(self) -> None:
        one, other = (self.gateway().start(charge(), key=key()) for _ in range(2))
        assert one.reference != other.reference
        self.end(one.reference, PaymentState.PAID)
        assert self.gateway().answer(other.reference).state is PaymentState.PENDING

    def test_nothing_is_charged_for_nothing(self) -> None:
        with pytest.raises(Rejected):
            self.gateway().start(Charge("X", usd(0), (), "https://shop.example/back"), key=key())

    @pytest.mark.parametrize("end", ENDS)
    def test_says_how_a_payment_ended(self, end: PaymentState) -> None:
        reference = self.gateway().start(charge(), key=key()).reference
        self.end(reference, end)
        answer = self.gateway().answer(reference)
        assert (answer.state, answer.amount) == (end, usd(6000))

    @pytest.mark.parametrize("end", ENDS)
    def test_a_payment_that_ended_stays_so(self, end: PaymentState) -> None:
        reference = self.gateway().start(charge(), key=key()).reference
        self.end(reference, end)
        for later in ENDS:
            self.end(reference, later)
        assert self.gateway().answer(reference).state is end

    def test_a_closed_payment_is_abandoned_and_cannot_be_made(self) -> None:
        reference = self.gateway().start(charge(), key=key()).reference
        for _ in range(2):
            self.gateway().close(reference)
        self.end(reference, PaymentState.PAID)
        assert self.gateway().answer(reference).state is PaymentState.ABANDONED

    @pytest.mark.parametrize("end", ENDS)
    def test_closing_changes_nothing_of_a_payment_that_ended(self, end: PaymentState) -> None:
        reference = self.gateway().start(charge(), key=key()).reference
        self.end(reference, end)
        self.gateway().close(reference)
        assert self.gateway().answer(reference).state is end

    def test_knows_only_its_own_payments(self) -> None:
        with pytest.raises(UnknownReference):
            self.gateway().answer("nothing_of_the_kind")
        with pytest.raises(UnknownReference):
            self.gateway().close("nothing_of_the_kind")
        with pytest.raises(UnknownReference):
            self.gateway().refund("nothing_of_the_kind", usd(100), key=key())

    def test_gives_back_in_parts_up_to_the_whole(self) -> None:
        reference = self.paid(6000)
        parts = [self.gateway().refund(reference, usd(m), key=key()) for m in (1500, 4500)]
        assert [part.amount for part in parts] == [usd(1500), usd(4500)]
        assert parts[0].reference != parts[1].reference
        with pytest.raises(Rejected):
            self.gateway().refund(reference, usd(1), key=key())

    def test_a_refund_with_the_same_key_is_the_same_refund(self) -> None:
        reference, same = self.paid(6000), key()
        first = self.gateway().refund(reference, usd(6000), key=same)
        assert self.gateway().refund(reference, usd(6000), key=same) == first

    def test_a_refund_key_with_another_amount_is_refused(self) -> None:
        reference, same = self.paid(6000), key()
        self.gateway().refund(reference, usd(1000), key=same)
        with pytest.raises(KeyReused):
            self.gateway().refund(reference, usd(2000), key=same)

    @pytest.mark.parametrize("minor", [0, -100, 6001])
    def test_never_gives_back_nothing_or_more_than_was_paid(self, minor: int) -> None:
        reference = self.paid(6000)
        with pytest.raises(Rejected):
            self.gateway().refund(reference, usd(minor), key=key())

    def test_gives_back_only_in_the_currency_that_was_paid(self) -> None:
        with pytest.raises(Rejected):
            self.gateway().refund(self.paid(), Money(100, "EUR"), key=key())

    @pytest.mark.parametrize("end", [None, PaymentState.DECLINED, PaymentState.ABANDONED])
    def test_gives_nothing_back_of_what_was_not_paid(self, end: PaymentState | None) -> None:
        reference = self.gateway().start(charge(), key=key()).reference
        if end:
            self.end(reference, end)
        with pytest.raises(Rejected):
            self.gateway().refund(reference, usd(100), key=key())
