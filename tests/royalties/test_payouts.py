"""Payout runs and payouts: four eyes, once each, never more than the balance."""

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

import pytest
from django.db import IntegrityError, connection, transaction

from ledger.services import balances
from members.models import User
from royalties.adapters import gateways
from royalties.adapters.practice import PracticePayouts
from royalties.models import Payout, PayoutRun
from royalties.rules.payouts import PayoutFailed, PayoutState, RunState
from royalties.services import payouts, runs, sales
from stockcoop.kernel.money import Money
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.races import at_once

DAY = timedelta(days=1)


@dataclass
class RecordingGateway:
    """Answers as it is told and remembers what it paid, by key."""

    name: str = "recording"
    errors: list[Exception] = field(default_factory=list)
    paid: dict[str, Money] = field(default_factory=dict)
    calls: int = 0
    _lock: Lock = field(default_factory=Lock)

    def pay(self, *, key: str, member: int, amount: Money) -> str:
        with self._lock:
            self.calls += 1
            if self.errors:
                raise self.errors.pop(0)
            self.paid[key] = amount
            return f"ref-{key}"


def earning(minor: int = 20_000) -> User:
    """An artist with a balance of `minor` cents."""
    artist = make.artist()
    make.sale(shares={artist: 1}, price=usd(2 * minor))
    return artist


def approved(at_least: int = 1) -> PayoutRun:
    """A run that somebody else has approved; members are there already."""
    run = runs.propose(proposed_by=make.user(), at=NOON)
    runs.approve(run=run, by=make.user(), at=NOON)
    assert run.payouts.count() >= at_least
    return run


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


@pytest.mark.django_db
class TestSend:
    def test_pays_and_posts(self) -> None:
        ann = earning()
        payout = approved().payouts.get()
        gateway = RecordingGateway()
        paid = payouts.send(payout=payout, gateway=gateway, at=NOON)
        assert (paid.state, paid.reference) == (PayoutState.PAID, f"ref-payout:{paid.pk}:1")
        assert paid.entry is not None
        assert paid.entry.source == f"payout:{paid.pk}"
        assert paid.entry.moves() == [move(f"member:{ann.pk}", "gateway:recording", 20_000)]
        assert balances.of(f"member:{ann.pk}") == usd(0)

    def test_a_settled_payout_is_left_alone(self) -> None:
        earning()
        payout = approved().payouts.get()
        gateway = RecordingGateway()
        first = payouts.send(payout=payout, gateway=gateway, at=NOON)
        assert payouts.send(payout=payout, gateway=gateway, at=NOON) == first
        assert gateway.calls == 1

    def test_waits_for_the_approval(self) -> None:
        earning()
        run = runs.propose(proposed_by=make.user(), at=NOON)
        gateway = RecordingGateway()
        sent = payouts.send(payout=run.payouts.get(), gateway=gateway, at=NOON)
        assert (sent.state, gateway.calls) == (PayoutState.PLANNED, 0)

    def test_a_failure_is_recorded_and_tried_again_under_a_new_key(self) -> None:
        ann = earning()
        payout = approved().payouts.get()
        gateway = RecordingGateway(errors=[PayoutFailed("The account is closed.")])
        failed = payouts.send(payout=payout, gateway=gateway, at=NOON)
        assert (failed.state, failed.failure) == (PayoutState.FAILED, "The account is closed.")
        assert balances.of(f"member:{ann.pk}") == usd(20_000)
        payouts.retry(payout=failed)
        payouts.send(payout=failed, gateway=gateway, at=NOON)
        assert gateway.paid == {f"payout:{payout.pk}:2": usd(20_000)}
        assert balances.of(f"member:{ann.pk}") == usd(0)

    def test_a_failed_payout_can_be_given_up_and_planned_anew(self) -> None:
        earning()
        payout = approved().payouts.get()
        gateway = RecordingGateway(errors=[PayoutFailed("The account is closed.")])
        payouts.drop(payout=payouts.send(payout=payout, gateway=gateway, at=NOON))
        assert runs.propose(proposed_by=make.user(), at=NOON).payouts.count() == 1

    def test_only_a_failed_payout_is_tried_again_or_given_up(self) -> None:
        earning()
        payout = approved().payouts.get()
        for act in (payouts.retry, payouts.drop):
            with pytest.raises(payouts.NotSent, match="failed"):
                act(payout=payout)

    def test_an_unknown_error_leaves_it_open_under_the_same_key(self) -> None:
        earning()
        run = approved()
        gateway = RecordingGateway(errors=[TimeoutError("no answer")])
        with pytest.raises(ExceptionGroup, match="some payouts are open"):
            payouts.pay_run(run=run, gateway=gateway, at=NOON)
        assert run.payouts.get().state == PayoutState.SENDING
        payouts.pay_run(run=run, gateway=gateway, at=NOON)
        assert list(gateway.paid) == [f"payout:{run.payouts.get().pk}:1"]

    def test_one_bad_payout_does_not_stop_the_others(self) -> None:
        earning()
        earning()
        run = approved(at_least=2)
        gateway = RecordingGateway(errors=[TimeoutError("no answer")])
        with pytest.raises(ExceptionGroup):
            payouts.pay_run(run=run, gateway=gateway, at=NOON)
        assert sorted(run.payouts.values_list("state", flat=True)) == ["paid", "sending"]

    def test_a_balance_that_has_fallen_is_not_overdrawn(self) -> None:
        ann = make.artist()
        sold = make.sale(shares={ann: 1}, price=usd(40_000))
        payout = approved().payouts.get()
        sales.refund(reference=sold.reference, at=NOON, reason="Chargeback")
        gateway = RecordingGateway()
        failed = payouts.send(payout=payout, gateway=gateway, at=NOON)
        assert (failed.state, gateway.calls) == (PayoutState.FAILED, 0)
        assert "fallen to USD 0.00" in failed.failure


@pytest.mark.django_db
class TestPromises:
    def test_who_gets_how_much_never_changes(self) -> None:
        earning()
        payout = approved().payouts.get()
        for change in ({"amount_minor": 1}, {"member": make.user()}, {"currency": "EUR"}):
            with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
                Payout.objects.filter(pk=payout.pk).update(**change)
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            payout.delete()

    def test_a_member_has_one_open_payout(self) -> None:
        ann = earning()
        run = approved()
        other = PayoutRun.objects.create(
            currency="USD", proposed_by=make.user(), proposed_at=NOON, digest=""
        )
        assert run != other
        with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
            other.payouts.create(member=ann, amount_minor=1, currency="USD")

    def test_paid_means_posted_and_failed_means_for_a_reason(self) -> None:
        earning()
        payout = approved().payouts.get()
        for state, name in {"paid": "paid_with_an_entry", "failed": "for_a_reason"}.items():
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                Payout.objects.filter(pk=payout.pk).update(state=state)


class TestPracticeGateway:
    def test_gives_a_repeated_key_the_same_reference(self) -> None:
        gateway = PracticePayouts()
        first = gateway.pay(key="payout:1:1", member=7, amount=usd(5))
        assert gateway.pay(key="payout:1:1", member=7, amount=usd(5)) == first
        assert gateway.pay(key="payout:1:2", member=7, amount=usd(5)) != first

    def test_is_refused_unless_it_is_asked_for(self, settings: object) -> None:
        assert gateways.current().name == "practice"
        settings.PRACTICE_GATEWAY_ALLOWED = False  # type: ignore[attr-defined]
        with pytest.raises(Exception, match="PRACTICE_GATEWAY_ALLOWED"):
            gateways.current()


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_runs_proposed_at_once_never_plan_a_balance_twice(self) -> None:
        for _ in range(3):
            earning()
        proposers = [make.user() for _ in range(4)]
        at_once(lambda n: runs.propose(proposed_by=proposers[n], at=NOON), 4)
        assert Payout.objects.count() == 3
        assert len(set(Payout.objects.values_list("member", flat=True))) == 3

    def test_one_payout_sent_at_once_is_paid_once(self) -> None:
        ann = earning()
        payout = approved().payouts.get()
        gateway = RecordingGateway()
        at_once(lambda _: payouts.send(payout=payout, gateway=gateway, at=NOON), 5)
        assert len(gateway.paid) == 1
        assert balances.of(f"member:{ann.pk}") == usd(0)

    def test_a_refund_in_the_middle_never_lets_more_out_than_there_is(self) -> None:
        ann = make.artist()
        sold = make.sale(shares={ann: 1}, price=usd(40_000))
        payout = approved().payouts.get()
        gateway = RecordingGateway()

        def act(number: int) -> object:
            if number == 0:
                return sales.refund(reference=sold.reference, at=NOON, reason="Chargeback")
            return payouts.send(payout=payout, gateway=gateway, at=NOON)

        at_once(act, 3)
        # Whichever came first won: either nothing was paid, or the debt is carried and shown.
        expected = usd(-20_000) if gateway.paid else usd(0)
        assert balances.of(f"member:{ann.pk}") == expected

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
