from itertools import permutations, product

from licensing.rules.states import PaymentState, after


def known_after(answers: tuple[PaymentState, ...]) -> PaymentState:
    known = PaymentState.PENDING
    for answer in answers:
        known = after(known, answer)
    return known


def test_answers_in_any_order_and_number_end_in_the_same_state() -> None:
    for answers in product(PaymentState, repeat=4):
        ends = {known_after(order) for order in permutations(answers)}
        ends |= {known_after(answers + answers)}
        assert len(ends) == 1


def test_a_payment_made_stays_made() -> None:
    assert all(after(PaymentState.PAID, answer) is PaymentState.PAID for answer in PaymentState)


def test_a_payment_that_ended_is_not_pending_again() -> None:
    for state in set(PaymentState) - {PaymentState.PENDING}:
        assert after(state, PaymentState.PENDING) is state
