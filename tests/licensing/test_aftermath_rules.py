from datetime import timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.rules.aftermath import crowded, in_order
from licensing.rules.reconciling import differences
from royalties.rules.movements import Moved, MovementKind
from tests.make.ledger import NOON, usd

CHARGE, REFUND = MovementKind.CHARGE, MovementKind.REFUND
OUT, BACK, FAILED = MovementKind.WITHDRAWN, MovementKind.REINSTATED, MovementKind.REFUND_FAILED


def moved(
    kind: MovementKind, second: int = 0, *, gross: int = 5, fee: int = 0, about: str = ""
) -> Moved:
    at = NOON + timedelta(seconds=second)
    return Moved(f"{kind}-{second}", kind, about, usd(gross), usd(fee), at)


@st.composite
def histories(draw: st.DrawFn) -> list[Moved]:
    """What can happen to one payment: charged, refunded in parts, disputed and won again.

    Nothing is refunded while it is disputed; a refund may fail at any time. Dates are of a few
    seconds, so that many fall into one. Names say nothing of the order.
    """
    kinds, disputed, refunded = [CHARGE], False, 0
    for _ in range(draw(st.integers(0, 7))):
        can = [BACK] if disputed else [REFUND, OUT]
        kind = draw(st.sampled_from([*can, FAILED] if refunded else can))
        disputed = kind is OUT or (disputed and kind is not BACK)
        refunded += (kind is REFUND) - (kind is FAILED)
        kinds.append(kind)
    names = draw(st.permutations(range(len(kinds))))
    second, happened = 0, []
    for kind, name in zip(kinds, names, strict=True):
        second += draw(st.integers(0, 1))
        at = NOON + timedelta(seconds=second)
        happened.append(Moved(f"txn_{name}", kind, "", usd(5), usd(0), at))
    return happened


class TestOrder:
    @pytest.mark.parametrize(
        "happened",
        [
            [moved(CHARGE), moved(REFUND), moved(OUT), moved(BACK, 1)],
            [moved(CHARGE), moved(OUT), moved(BACK), moved(REFUND), moved(FAILED)],
            [moved(CHARGE), moved(OUT), moved(BACK, 1), moved(REFUND, 1)],
            [moved(CHARGE, 1), moved(OUT, 2), moved(BACK, 3), moved(REFUND, 4), moved(OUT, 5)],
        ],
    )
    def test_is_that_in_which_it_happened_however_it_was_told(self, happened: list[Moved]) -> None:
        for told in permutations(happened):
            assert in_order(told) == happened

    @given(histories(), st.randoms())
    def test_is_that_of_the_gateways_turns_from_any_order_and_any_beginning(
        self, happened: list[Moved], dice: Random
    ) -> None:
        turns = [one.reference for one in happened]
        for end in range(len(happened) + 1):
            told = happened[:end]
            dice.shuffle(told)
            assert in_order(told, turns[:end]) == happened[:end]

    @given(histories(), st.randoms())
    def test_without_turns_does_not_depend_on_how_it_was_told(
        self, happened: list[Moved], dice: Random
    ) -> None:
        told = [*happened]
        dice.shuffle(told)
        assert in_order(told) == in_order(happened)

    def test_puts_what_has_no_turn_yet_after_what_has_one_in_the_same_second(self) -> None:
        happened = [moved(CHARGE), moved(OUT), moved(BACK), moved(REFUND), moved(FAILED)]
        turns = [one.reference for one in happened]
        for end in range(len(happened)):
            for told in permutations(happened):
                assert in_order(told, turns[:end]) == happened

    def test_asks_for_the_turns_of_seconds_with_more_than_one_movement(self) -> None:
        happened = [moved(CHARGE), moved(REFUND, 1), moved(OUT, 1), moved(BACK, 2)]
        assert crowded(happened) == [NOON + timedelta(seconds=1)]


class TestDifferences:
    def test_there_is_none_between_equal_accounts(self) -> None:
        same = [moved(CHARGE), moved(REFUND, 1)]
        assert list(differences(theirs=same[::-1], ours=same)) == []

    def test_names_each_kind_of_difference_once(self) -> None:
        ours = [moved(CHARGE), moved(REFUND, 1, gross=-9), moved(OUT, 2), moved(BACK, 3)]
        theirs = [
            moved(CHARGE, fee=1),
            moved(REFUND, 1, gross=-8),
            moved(OUT, 2),
            moved(FAILED, 4, gross=7, fee=2, about="re_1"),
        ]
        assert list(differences(theirs=theirs, ours=ours)) == [
            "charge-0 (charge): the gateway says a fee of USD 0.01, the ledger USD 0.00.",
            "refund-1 (refund): the gateway says USD -0.08, the ledger USD -0.09.",
            "reinstated-3 (reinstated) of USD 0.05 is in the ledger and unknown at the gateway.",
            "refund_failed-4 (refund failed about re_1) of USD 0.07 less a fee of USD 0.02 is at"
            " the gateway and unknown in the ledger.",
        ]
