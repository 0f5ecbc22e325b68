"""Making the payouts of an approved run, each exactly once."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django import app

from ledger.rules import Move
from ledger.services import balances, posting
from members.services import notices
from royalties.models import Payout, PayoutRun
from royalties.models.payout import PayoutQuerySet
from royalties.rules import chart
from royalties.rules.payouts import (
    AccountGateway,
    PayoutFailed,
    PayoutGateway,
    PayoutState,
    RunState,
    Sent,
)
from royalties.services import holds, movements, periods, receiving
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.tries import next_try


class NotSent(Refused):
    """The payout is not in a state in which this could be done."""


def send(
    *,
    payout: Payout,
    gateway: PayoutGateway,
    at: datetime,
    accounts: AccountGateway | None = None,
) -> Payout:
    """Pay `payout` through `gateway` and post it; a payout that is settled stays as it is.

    Three steps, so that no crash pays twice or loses a payment: the sum is held back under the
    account's lock, the gateway is asked outside any transaction, its answer is written down. An
    error other than PayoutFailed leaves the payout in `sending`; call again with the same key.
    After `TRIES` such errors it is `stuck`, until somebody tries it again.
    `accounts` is asked about a member's account that was not ready when last heard of.
    """
    before = _hold(payout, at)
    if before is None:
        return Payout.objects.get(pk=payout.pk)
    payout.refresh_from_db()
    # Of a payout that was on its way already, only the gateway knows whether it went.
    may_be_sent = before is PayoutState.SENDING
    try:
        sent = _pay(payout, gateway, accounts, at, may_be_sent=may_be_sent)
    except PayoutFailed as failure:
        return _fail(payout, str(failure))
    except Exception as error:
        _set_back(payout, error, at)
        raise
    return _settle(payout, gateway.name, sent, at)


def pay_run(
    *,
    run: PayoutRun,
    gateway: PayoutGateway,
    at: datetime,
    accounts: AccountGateway | None = None,
) -> None:
    """Send every payout of `run` that waits. One with an unknown error does not stop the others.

    Raises the unknown errors together at the end, so that the job runs again.
    """
    _send_all(run.payouts.waiting(), gateway, at, accounts)


def finish_runs(
    *, gateway: PayoutGateway, at: datetime, accounts: AccountGateway | None = None
) -> None:
    """Go on with every payout that got no answer and whose next try is due; raises the errors."""
    _send_all(Payout.objects.waiting().due(at), gateway, at, accounts)


@transaction.atomic
def retry(*, payout: Payout) -> None:
    """Queue a failed payout again, under a new key, or a stuck one, under the same.

    Raises NotSent when it is neither.
    """
    fresh = {"tries": 0, "next_try_at": None, "failure": ""}
    again = payout.attempt + 1
    moved = _of(payout).move(PayoutState.FAILED, PayoutState.PLANNED, attempt=again, **fresh)
    if not moved and not _of(payout).move(PayoutState.STUCK, PayoutState.SENDING, **fresh):
        raise NotSent("Only a payout that has failed or is stuck is tried again.")
    app.configure_task("royalties.pay_run", queue="money").defer(run_id=payout.run_id)


def drop(*, payout: Payout) -> None:
    """Give a failed payout up; the sum stays in the member's balance. Raises NotSent otherwise."""
    if not _of(payout).move(PayoutState.FAILED, PayoutState.DROPPED):
        raise NotSent("Only a payout that has failed can be given up.")


def _of(payout: Payout) -> PayoutQuerySet:
    return Payout.objects.filter(pk=payout.pk)


@transaction.atomic
def _hold(payout: Payout, at: datetime) -> PayoutState | None:
    """The state that the payout was in before it is on its way now; None when it is not.

    `sending` holds the sum back: one open payout per member and currency is all there can be.
    """
    periods.require_open_month(at)
    account = chart.member(payout.member_id)
    balance = balances.locked(account, currency=payout.currency)
    stored = Payout.objects.select_related("run").get(pk=payout.pk)
    if stored.state == PayoutState.SENDING:
        return PayoutState.SENDING
    if stored.state != PayoutState.PLANNED or stored.run.state != RunState.APPROVED:
        return None
    if balance < stored.amount:
        _of(stored).move(
            PayoutState.PLANNED,
            PayoutState.FAILED,
            failure=f"The balance has fallen to {balance} since the run was proposed.",
        )
        return None
    if holds.of_member(member=stored.member, at=at):
        _of(stored).move(
            PayoutState.PLANNED,
            PayoutState.FAILED,
            failure="The member's payouts are held. Try again when the hold has ended.",
        )
        return None
    held = _of(stored).move(PayoutState.PLANNED, PayoutState.SENDING)
    return PayoutState.PLANNED if held else None


def _pay(
    payout: Payout,
    gateway: PayoutGateway,
    accounts: AccountGateway | None,
    at: datetime,
    *,
    may_be_sent: bool,
) -> Sent:
    account = receiving.account_to_pay(
        member=payout.member, gateway=gateway, accounts=accounts, may_be_sent=may_be_sent, at=at
    )
    return gateway.pay(key=payout.key, member=payout.member_id, amount=payout.net, account=account)


def _fail(payout: Payout, why: str) -> Payout:
    why = why[:300] or "No reason given."
    _of(payout).move(PayoutState.SENDING, PayoutState.FAILED, failure=why)
    return Payout.objects.get(pk=payout.pk)


def _set_back(payout: Payout, error: Exception, at: datetime) -> None:
    """Count a try that got no answer; of two at once, one counts."""
    tries = payout.tries + 1
    again = next_try(tries, at)
    why = str(error)[:300] or type(error).__name__
    same = _of(payout).filter(tries=payout.tries)
    after = PayoutState.SENDING if again else PayoutState.STUCK
    same.move(PayoutState.SENDING, after, tries=tries, next_try_at=again, failure=why)


@transaction.atomic
def _settle(payout: Payout, gateway: str, sent: Sent, at: datetime) -> Payout:
    memo = f"Payout of run {payout.run_id}"
    entry = posting.post(
        source=f"payout:{payout.pk}", postings=moves(payout, gateway), at=at, memo=memo
    )
    if sent.movement:
        movements.take_in(gateway=gateway, moved=sent.movement, entries=[entry], at=at)
    answer = {"gateway": gateway, "reference": sent.reference, "settled_at": at}
    answer |= {"entry": entry, "next_try_at": None, "failure": ""}
    # Stuck, when another worker that got no answer has given up meanwhile.
    before = (PayoutState.SENDING, PayoutState.STUCK)
    if any(_of(payout).move(state, PayoutState.PAID, **answer) for state in before):
        notices.tell(
            recipient=payout.member,
            text=_told(payout),
            url=reverse("royalties:overview"),
            at=at,
        )
    return Payout.objects.get(pk=payout.pk)


def moves(payout: Payout, gateway: str) -> list[Move]:
    """What a payout moves: what reaches the member, then what is withheld, part by part."""
    account = chart.member(payout.member_id)
    return [Move(debit=account, credit=chart.gateway(gateway), amount=payout.net)] + [
        Move(debit=account, credit=chart.tax(part.authority), amount=part.withheld)
        for part in payout.parts.order_by("kind")
        if part.withheld_minor
    ]


def _told(payout: Payout) -> str:
    if not payout.withheld:
        return f"{payout.amount} was paid out to you."
    return f"{payout.net} of {payout.amount} was paid out to you; {payout.withheld} was withheld."


def _send_all(
    waiting: PayoutQuerySet,
    gateway: PayoutGateway,
    at: datetime,
    accounts: AccountGateway | None,
) -> None:
    errors: list[Exception] = []
    for payout in waiting:
        try:
            send(payout=payout, gateway=gateway, at=at, accounts=accounts)
        except Exception as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup("some payouts are still open", errors)
