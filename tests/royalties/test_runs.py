"""Payout runs: proposed by one person, decided by another."""

import pytest

from royalties.models import Payout, PayoutRun
from royalties.rules.payouts import PayoutState
from royalties.services import payouts, runs
from tests import make
from tests.make.ledger import NOON, usd
from tests.make.payouts import RecordingGateway, earning
from tests.races import at_once


@pytest.mark.django_db
class TestPropose:
    def test_lists_each_member_from_the_floor_on_with_the_whole_balance(self) -> None:
        make.royalty_terms()
        rich, at_floor = earning(20_000), earning(10_000)
        earning(9_999)
        run = runs.propose(proposed_by=make.user(), at=NOON)
        assert [(p.member, p.amount) for p in run.payouts.all()] == [
            (rich, usd(20_000)),
            (at_floor, usd(10_000)),
        ]
        assert run.total == usd(30_000)
        assert run.digest == run.computed_digest()

    def test_leaves_out_who_is_in_an_open_run(self) -> None:
        earning()
        runs.propose(proposed_by=make.user(), at=NOON)
        with pytest.raises(runs.NothingDue, match="open run"):
            runs.propose(proposed_by=make.user(), at=NOON)
        assert PayoutRun.objects.count() == 1

    def test_lists_them_again_once_the_run_is_rejected(self) -> None:
        earning()
        run = runs.propose(proposed_by=make.user(), at=NOON)
        runs.reject(run=run, by=run.proposed_by, at=NOON)
        assert runs.propose(proposed_by=make.user(), at=NOON).payouts.count() == 1

    def test_refuses_when_no_floor_was_ever_set(self) -> None:
        with pytest.raises(runs.NothingDue, match="has not said"):
            runs.propose(proposed_by=make.user(), at=NOON)


@pytest.mark.django_db
class TestDecide:
    def test_nobody_is_paid_by_a_rejected_run(self) -> None:
        earning()
        run = runs.propose(proposed_by=make.user(), at=NOON)
        payout = run.payouts.get()
        runs.reject(run=run, by=make.user(), at=NOON)
        gateway = RecordingGateway()
        assert payouts.send(payout=payout, gateway=gateway, at=NOON).state == PayoutState.DROPPED
        assert gateway.calls == 0


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_runs_proposed_at_once_never_plan_a_balance_twice(self) -> None:
        for _ in range(3):
            earning()
        proposers = [make.user() for _ in range(4)]
        at_once(lambda n: runs.propose(proposed_by=proposers[n], at=NOON), 4)
        assert Payout.objects.count() == 3
        assert len(set(Payout.objects.values_list("member", flat=True))) == 3
