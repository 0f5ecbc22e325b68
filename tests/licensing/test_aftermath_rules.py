from datetime import timedelta
from itertools import permutations

import pytest

from licensing.rules.aftermath import in_order
from licensing.rules.reconciling import differences
from royalties.rules.movements import Moved, MovementKind
from tests.make.ledger import NOON, usd

CHARGE, REFUND = MovementKind.CHARGE, MovementKind.REFUND
OUT, BACK, FAILED = MovementKind.WITHDRAWN, MovementKind.REINSTATED, MovementKind.REFUND_FAILED


def moved(kind: MovementKind, second: int = 0, *, gross: int = 5, fee: int = 0) -> Moved:
    at = NOON + timedelta(seconds=second)
    return Moved(f"{kind}-{second}", kind, "", usd(gross), usd(fee), at)


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
            moved(FAILED, 4, gross=7, fee=2),
        ]
        assert list(differences(theirs=theirs, ours=ours)) == [
            "charge-0 (charge): the gateway says a fee of USD 0.01, the ledger USD 0.00.",
            "refund-1 (refund): the gateway says USD -0.08, the ledger USD -0.09.",
            "reinstated-3 (reinstated) of USD 0.05 is in the ledger and unknown at the gateway.",
            "refund_failed-4 (refund failed) of USD 0.07 less a fee of USD 0.02 is at the gateway"
            " and unknown in the ledger.",
        ]
