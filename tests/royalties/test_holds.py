"""Own floors and holds: when a balance is paid, and that none is ever lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ledger.services import balances
from members.models import Notice, User
from members.services import memberships
from royalties.models import HoldReason, OwnFloor, PayoutHold
from royalties.rules.payouts import PayoutState
from royalties.services import floors, holds, payouts, runs
from tests import make
from tests.make.ledger import NOON, usd
from tests.make.payouts import RecordingGateway, approved, earning
from tests.races import at_once

pytestmark = pytest.mark.django_db

REASON: dict[str, Any] = {
    "code": "rights",
    "text": "Somebody else claims the rights.",
    "answer": "Write to the treasurer.",
    "longest_days": 30,
}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def reasons() -> None:
    holds.establish([REASON], make.LONG_AGO)


def paid_now(at: object = NOON) -> list[int]:
    try:
        return [member for member, _ in runs.candidates(at)]  # type: ignore[arg-type]
    except runs.NothingDue:
        return []


class TestFloor:
    def test_a_member_is_paid_from_their_own_floor_on(self) -> None:
        ann, ben = earning(20_000), earning(50_000)
        for member in (ann, ben):
            floors.choose(member=member, floor=usd(50_000), at=NOON)
        assert paid_now() == [ben.pk]

    def test_the_last_one_counts_from_its_moment_on(self) -> None:
        ann = earning(20_000)
        floors.choose(member=ann, floor=usd(50_000), at=NOON)
        floors.choose(member=ann, floor=usd(15_000), at=NOON + DAY)
        assert (paid_now(), paid_now(NOON + DAY)) == ([], [ann.pk])
        assert OwnFloor.objects.count() == 2

    def test_the_same_floor_again_is_no_new_row(self) -> None:
        ann = earning()
        for _ in range(2):
            floors.choose(member=ann, floor=usd(50_000), at=NOON)
        assert OwnFloor.objects.count() == 1

    def test_is_never_below_the_coops(self) -> None:
        with pytest.raises(floors.BelowFloor, match=r"USD 100\.00"):
            floors.choose(member=earning(), floor=usd(9_999), at=NOON)

    def test_who_left_is_paid_to_the_last_cent_whatever_the_floor(self) -> None:
        ann, ben = earning(1), earning(1)
        floors.choose(member=ann, floor=usd(50_000), at=NOON)
        memberships.leave(user=ann, at=NOON)
        assert (paid_now(), ben.pk in paid_now()) == ([ann.pk], False)


class TestHold:
    def hold(self, member: User, **more: object) -> PayoutHold:
        told = {"reason": "rights", "by": make.treasurer(), "at": NOON} | more
        return holds.place(member=member, **told)  # type: ignore[arg-type]

    def test_keeps_the_balance_and_the_member_is_told_why(self) -> None:
        ann = earning()
        self.hold(ann)
        assert paid_now() == []
        assert balances.of(f"member:{ann.pk}") == usd(20_000)
        text = Notice.objects.filter(recipient=ann).latest("pk").text
        assert REASON["text"] in text
        assert REASON["answer"] in text

    def test_ends_by_itself_after_its_last_day(self) -> None:
        ann = earning()
        hold = self.hold(ann)
        assert hold.until == timezone.localdate(NOON) + 30 * DAY
        assert (paid_now(NOON + 30 * DAY), paid_now(NOON + 31 * DAY)) == ([], [ann.pk])

    def test_is_ended_once_and_the_whole_balance_is_due(self) -> None:
        ann = earning()
        hold = self.hold(ann)
        holds.end(hold=hold, why="Cleared", by=make.treasurer(), at=NOON + DAY)
        assert paid_now(NOON + DAY) == [ann.pk]
        with pytest.raises(holds.NotHeld, match="ended before"):
            holds.end(hold=hold, why="Cleared", by=make.treasurer(), at=NOON + DAY)

    def test_stops_a_payout_that_was_approved_and_lets_it_go_afterwards(self) -> None:
        ann, gateway = earning(), RecordingGateway()
        payout = approved().payouts.get()
        hold = self.hold(ann)
        stopped = payouts.send(payout=payout, gateway=gateway, at=NOON)
        assert (stopped.state, gateway.calls) == (PayoutState.FAILED, 0)
        holds.end(hold=hold, why="Cleared", by=make.treasurer(), at=NOON)
        payouts.retry(payout=stopped)
        assert payouts.send(payout=stopped, gateway=gateway, at=NOON).state == PayoutState.PAID

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"reason": "dislike"}, "published reason"),
            ({"until": timezone.localdate(NOON) + 31 * DAY}, "at most"),
            ({"until": timezone.localdate(NOON) - DAY}, "at most"),
        ],
    )
    def test_needs_a_published_reason_and_its_time(
        self, more: dict[str, object], said: str
    ) -> None:
        with pytest.raises(holds.NotHeld, match=said):
            self.hold(earning(), **more)

    def test_nobody_holds_or_frees_themselves(self) -> None:
        ann = earning()
        with pytest.raises(holds.NotHeld):
            self.hold(ann, by=ann)
        with pytest.raises(holds.NotHeld):
            holds.end(hold=self.hold(ann), why="I say so", by=ann, at=NOON)
        fields = {"reason": HoldReason.objects.get(), "until": NOON.date(), "placed_at": NOON}
        with pytest.raises(IntegrityError, match="by_another"), transaction.atomic():
            PayoutHold.objects.create(member=ann, placed_by=ann, **fields)

    def test_reasons_are_published_with_how_many_stand_by_each(self) -> None:
        self.hold(earning())
        holds.establish([REASON, {**REASON, "code": "bank"}], NOON)
        counted = [(reason.code, count) for reason, count in holds.published(NOON)]
        assert counted == [("rights", 1), ("bank", 0)]

    def test_other_words_are_another_row_and_old_holds_keep_theirs(self) -> None:
        hold = self.hold(earning())
        holds.establish([{**REASON, "text": "Said anew."}], NOON)
        hold.refresh_from_db()
        assert hold.reason.text == REASON["text"]
        assert [r.text for r in HoldReason.objects.in_force(NOON)] == ["Said anew."]
        holds.establish([], NOON + DAY)
        assert HoldReason.objects.in_force(NOON + DAY) == []


@pytest.mark.django_db(transaction=True)
def test_a_hold_and_a_payout_at_once_leave_one_of_two_outcomes() -> None:
    ann, treasurer, gateway = earning(), make.treasurer(), RecordingGateway()
    payout = approved().payouts.get()
    acts: list[Callable[[], object]] = [
        lambda: holds.place(member=ann, reason="rights", by=treasurer, at=NOON),
        lambda: payouts.send(payout=payout, gateway=gateway, at=NOON),
    ]
    at_once(lambda number: acts[number](), 2)
    payout.refresh_from_db()
    paid = payout.state == PayoutState.PAID
    assert paid == bool(gateway.paid)
    assert balances.of(f"member:{ann.pk}") == usd(0 if paid else 20_000)
    assert PayoutHold.objects.count() == 1
