"""Payouts: once each, never more than the balance."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ledger.services import balances
from royalties.adapters import gateways
from royalties.adapters.practice import PracticePayouts
from royalties.models import Payout, PayoutRun
from royalties.rules.payouts import PayoutFailed, PayoutState, Sent
from royalties.services import payouts, runs, sales
from stockcoop.kernel.tries import FIRST_WAIT, TRIES
from tests import make
from tests.make.ledger import NOON, move, usd
from tests.make.payouts import RecordingGateway, approved, earning
from tests.races import at_once


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
        with pytest.raises(ExceptionGroup, match="still open"):
            payouts.pay_run(run=run, gateway=gateway, at=NOON)
        assert run.payouts.get().state == PayoutState.SENDING
        payouts.finish_runs(gateway=gateway, at=NOON + FIRST_WAIT)
        assert list(gateway.paid) == [f"payout:{run.payouts.get().pk}:1"]

    def test_after_too_many_unknown_errors_it_is_stuck_and_its_sum_held_back(self) -> None:
        earning()
        run = approved()
        gateway = RecordingGateway(errors=[TimeoutError("no answer")] * TRIES)
        payout, at = run.payouts.get(), NOON
        while payout.state != PayoutState.STUCK:
            with pytest.raises(ExceptionGroup):
                payouts.finish_runs(gateway=gateway, at=at)
            payout.refresh_from_db()
            at = payout.next_try_at or at
        assert (gateway.calls, payout.failure) == (TRIES, "no answer")
        payouts.finish_runs(gateway=gateway, at=at.replace(day=28))
        assert gateway.calls == TRIES
        with pytest.raises(runs.NothingDue):
            runs.propose(proposed_by=make.user(), at=NOON)
        with pytest.raises(payouts.NotSent):
            payouts.drop(payout=payout)

    def test_a_stuck_one_is_tried_again_under_the_same_key(self) -> None:
        earning()
        run = approved()
        gateway = RecordingGateway(errors=[TimeoutError("no answer")] * TRIES)
        for _ in range(TRIES):
            with pytest.raises(ExceptionGroup):
                payouts.pay_run(run=run, gateway=gateway, at=NOON)
        payouts.retry(payout=run.payouts.get())
        payouts.finish_runs(gateway=gateway, at=NOON)
        paid = run.payouts.get()
        assert list(gateway.paid) == [f"payout:{paid.pk}:1"]
        assert (paid.state, paid.failure) == (PayoutState.PAID, "")

    def test_one_that_went_while_another_worker_gave_up_is_paid(self) -> None:
        earning()
        payout = approved().payouts.get()

        class Slow(RecordingGateway):
            def pay(self, **asked: Any) -> Sent:
                sent = super().pay(**asked)
                stuck = {"state": PayoutState.STUCK, "failure": "no answer"}
                Payout.objects.filter(pk=payout.pk).update(**stuck)
                return sent

        assert payouts.send(payout=payout, gateway=Slow(), at=NOON).state == PayoutState.PAID

    def test_one_without_an_answer_is_not_asked_before_its_time(self) -> None:
        earning()
        run = approved()
        gateway = RecordingGateway(errors=[TimeoutError("no answer")])
        with pytest.raises(ExceptionGroup):
            payouts.pay_run(run=run, gateway=gateway, at=NOON)
        payouts.finish_runs(gateway=gateway, at=NOON + FIRST_WAIT / 2)
        assert gateway.calls == 1

    def test_runs_that_nobody_has_approved_are_not_finished(self) -> None:
        earning()
        runs.propose(proposed_by=make.user(), at=NOON)
        gateway = RecordingGateway()
        payouts.finish_runs(gateway=gateway, at=NOON)
        assert gateway.calls == 0

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
            Payout.objects.filter(pk=payout.pk)._raw_delete("default")

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
        first = gateway.pay(key="payout:1:1", member=7, amount=usd(5), account="")
        assert gateway.pay(key="payout:1:1", member=7, amount=usd(5), account="") == first
        assert gateway.pay(key="payout:1:2", member=7, amount=usd(5), account="") != first

    def test_is_refused_unless_it_is_asked_for(self, settings: object) -> None:
        assert gateways.current().name == "practice"
        settings.PRACTICE_GATEWAY_ALLOWED = False  # type: ignore[attr-defined]
        with pytest.raises(Exception, match="PRACTICE_GATEWAY_ALLOWED"):
            gateways.current()


@pytest.mark.django_db(transaction=True)
class TestRaces:
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
