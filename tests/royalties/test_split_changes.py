"""Whatever happens to a work's split, each sale keeps the one that was agreed at its moment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.models import SplitVersion, Work
from media.rules.agreements import Share
from media.services import splits
from media.services import verify as media_verify
from royalties.models import Sale
from royalties.services import verify
from stockcoop.kernel.errors import Refused
from tests import make
from tests.make.ledger import NOON, usd
from tests.races import at_once

MINUTE = timedelta(minutes=1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("propose"), st.lists(st.integers(0, 5), min_size=3, max_size=3)),
        st.tuples(st.just("agree"), st.integers(0, 2)),
        st.tuples(st.just("decline"), st.integers(0, 2)),
        st.tuples(st.just("withdraw"), st.none()),
        st.tuples(st.just("sell"), st.integers(1, 99_999)),
    ),
    min_size=4,
    max_size=14,
)


class Told:
    """A work, three people, and by hand what its split should be."""

    def __init__(self) -> None:
        self.people = [make.artist() for _ in range(3)]
        self.work = make.shared_work(self.people[0], {})
        self.holds = [(self.people[0].pk, 1)]
        self.open: dict[int, int] = {}
        self.waits: set[int] = set()
        self.sold: dict[str, list[tuple[int, int]]] = {}

    def clock(self, at: datetime) -> Callable[[], datetime]:
        return lambda: at

    def do(self, step: str, what: Any, at: datetime) -> None:
        if step == "sell":
            sale = make.sale(work=self.work, price=usd(what), at=at)
            self.sold[sale.reference] = self.holds
        elif step == "propose":
            self._propose(what, at)
        elif self.open:
            version = SplitVersion.objects.open().get(work=self.work)
            if step == "withdraw":
                splits.withdraw(version=version, clock=self.clock(at))
                self.open, self.waits = {}, set()
            elif (person := self.people[what]).pk in self.waits:
                asked = version.asked.get(member=person)
                splits.answer(asked=asked, agrees=step == "agree", clock=self.clock(at))
                self.waits.discard(person.pk)
                if step == "decline":
                    self.open, self.waits = {}, set()
        if self.open and not self.waits:
            self.holds, self.open = sorted(self.open.items()), {}

    def _propose(self, weights: list[int], at: datetime) -> None:
        named = {p.pk: w for p, w in zip(self.people, weights, strict=True) if w}
        shares = [Share(member, "", weight) for member, weight in named.items()]
        try:
            splits.propose(work=self.work, shares=shares, not_before=None, clock=self.clock(at))
        except Refused:
            return
        self.open = named
        self.waits = {*named, *(m for m, _ in self.holds)} - {self.work.owner_id}


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=steps)
def test_each_sale_equals_the_split_agreed_at_its_moment(told: list[tuple[str, Any]]) -> None:
    story = Told()
    splits_of: dict[str, Any] = {}
    for minute, (step, what) in enumerate(told):
        story.do(step, what, NOON + minute * MINUTE)
        for sale in Sale.objects.filter(work=story.work):
            assert [(m, w) for m, w in sale.shares] == story.sold[sale.reference]
            assert splits_of.setdefault(sale.reference, sale.split()) == sale.split()
            assert story.work.shares(sale.sold_at) == story.sold[sale.reference]
    assert list(verify.differences()) == []
    assert list(media_verify.differences()) == []


@pytest.mark.django_db(transaction=True)
def test_a_sale_while_the_last_one_agrees_follows_the_order_of_their_moments() -> None:
    """The answer reads the clock under a lock that the sale holds too."""
    make.royalty_terms()
    for number in range(15):
        owner, ben = make.artist(), make.user()
        work = make.shared_work(owner, {})
        shares = [Share(owner.pk, "", 1), Share(ben.pk, "", 1)]
        version = splits.propose(work=work, shares=shares, not_before=None, clock=timezone.now)
        asked = version.asked.get(member=ben)

        def act(turn: int, work: Work = work, asked: Any = asked, number: int = number) -> None:
            if turn == 0:
                splits.answer(asked=asked, agrees=True, clock=timezone.now)
            else:
                make.sale(work=work, at=timezone.now(), reference=f"race-{number}-{turn}")

        assert at_once(act, 4) == [None] * 4
    assert list(verify.differences()) == []
