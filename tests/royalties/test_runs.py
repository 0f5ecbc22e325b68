"""Payout runs: proposed by one person, decided by another."""

import pytest
from django.db import IntegrityError, connection, transaction

from royalties.models import Payout, PayoutRun
from royalties.rules.payouts import PayoutState, RunState
from royalties.services import payouts, runs
from tests import make
from tests.make.ledger import NOON, usd
from tests.make.payouts import RecordingGateway, approved, earning
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
    def test_the_proposer_cannot_approve(self) -> None:
        earning()
        run = runs.propose(proposed_by=make.user(), at=NOON)
        with pytest.raises(runs.NotDecided, match="Somebody else"):
            runs.approve(run=run, by=run.proposed_by, at=NOON)

    def test_the_database_refuses_it_too(self) -> None:
        earning()
        run = runs.propose(proposed_by=make.user(), at=NOON)
        with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
            PayoutRun.objects.filter(pk=run.pk).update(
                state=RunState.APPROVED, decided_by=run.proposed_by, decided_at=NOON
            )

    def test_a_run_is_decided_once(self) -> None:
        earning()
        run = approved()
        for decide in (runs.approve, runs.reject):
            with pytest.raises(runs.NotDecided, match="decided before"):
                decide(run=run, by=make.user(), at=NOON)

    def test_a_list_that_was_altered_cannot_be_approved(self) -> None:
        earning()
        run = runs.propose(proposed_by=make.user(), at=NOON)
        PayoutRun.objects.filter(pk=run.pk).update(digest="0" * 64)
        run.refresh_from_db()
        with pytest.raises(runs.NotDecided, match="not the one that was proposed"):
            runs.approve(run=run, by=make.user(), at=NOON)

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

    def test_approving_at_once_decides_once(self) -> None:
        earning()
        run = runs.propose(proposed_by=make.user(), at=NOON)
        deciders = [make.user() for _ in range(3)]
        results = at_once(
            lambda n: runs.approve(run=PayoutRun.objects.get(pk=run.pk), by=deciders[n], at=NOON),
            3,
        )
        assert sorted(type(result).__name__ for result in results) == [
            "NoneType",
            "NotDecided",
            "NotDecided",
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs"
                " WHERE task_name = 'royalties.pay_run' AND (args->>'run_id')::int = %s",
                [run.pk],
            )
            assert cursor.fetchone() == (1,)
