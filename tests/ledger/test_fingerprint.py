from datetime import timedelta

import pytest

from ledger.models import Entry
from ledger.services import posting
from ledger.services.fingerprint import ledger_hash
from tests import make
from tests.make.ledger import NOON, move

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=3)


def _told(order: list[int], *, minor: int = 200) -> str:
    """The hash of three entries written in this order, and of nothing before them."""
    before = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    mark = f"{before}-"

    def one(number: int) -> None:
        source = f"{mark}{number}"
        if number == 2:
            first = posting.post(
                source=f"{mark}1", postings=[move("coop:bank", "member:1", 100)], at=NOON
            )
            posting.reverse(entry=first, source=source, at=LATER)
        else:
            moves = [move("coop:bank", "member:1", 100 if number == 1 else minor)]
            posting.post(source=source, postings=moves, at=NOON + timedelta(hours=len(order)))

    for number in order:
        one(number)
    return ledger_hash(after=before, rename=lambda name: name.removeprefix(mark))


def test_does_not_depend_on_the_order_of_writing_or_on_times() -> None:
    assert _told([1, 2, 3]) == _told([3, 2, 1]) == _told([2, 3, 3, 2])


def test_changes_with_any_sum_source_or_reversal() -> None:
    whole = _told([1, 2, 3])
    assert len({whole, _told([1, 2, 3], minor=201), _told([1, 3]), _told([1, 2])}) == 4


def test_leaves_out_what_was_there_before() -> None:
    old = make.entry()
    alone = ledger_hash(after=old.pk)
    make.entry(source="new")
    assert ledger_hash(after=old.pk) != alone
