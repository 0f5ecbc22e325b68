"""Payouts taken back from members: asked, done at the gateway, reversed in the ledger."""

import logging
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from ledger.models import Entry
from ledger.services import posting
from members.models import User
from members.services import notices
from royalties.models import Payout, PayoutReturn
from royalties.rules.payouts import PayoutFailed, PayoutGateway, PayoutState, Sent
from royalties.services import movements, periods
from royalties.services.payouts import NotSent
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.tries import next_try

log = logging.getLogger(__name__)


class NotTakenBack(Refused):
    """The gateway could not take the money back."""


class NotStuck(Refused):
    """The return does not wait for somebody to try it again."""


def take_back(
    *, payout: Payout, reason: str, by: User, gateway: PayoutGateway, at: datetime
) -> PayoutReturn:
    """Take a paid payout back from the member, whole; a repeated call changes nothing.

    It is on record before the gateway is asked. Raises NotSent when it was not paid, NotTakenBack
    when the gateway says no (the member has spent it, perhaps) or nothing: `finish` asks again.
    """
    return _carry_out(_ask(payout, reason, by, at), gateway, at)


def finish(*, gateway: PayoutGateway, at: datetime) -> int:
    """Carry out the returns that were asked but not done, and whose next try is due; how many.

    What the gateway does not do is tried again after a longer and longer while, `TRIES` times in
    all; then it is stuck, and the treasurer sees it.
    """
    done = 0
    own = PayoutReturn.objects.asked().filter(payout__gateway=gateway.name)
    for asked in own.due(at).select_related("payout"):
        try:
            _carry_out(asked, gateway, at)
            done += 1
        except NotTakenBack as failure:
            log.warning("%s: %s", asked.source, failure)
    return done


def retry(*, asked: PayoutReturn) -> None:
    """Let `finish` ask again for a return that is stuck, as at first. Raises NotStuck."""
    again = PayoutReturn.objects.stuck().filter(pk=asked.pk)
    if not again.update(stuck_at=None, tries=0, next_try_at=None):
        raise NotStuck("This payout is not stuck on its way back any more.")


def _carry_out(asked: PayoutReturn, gateway: PayoutGateway, at: datetime) -> PayoutReturn:
    if asked.entry_id:
        return asked
    payout = asked.payout
    try:
        sent = gateway.take_back(key=asked.source, reference=payout.reference, amount=payout.net)
    except PayoutFailed as failure:
        _set_back(asked, str(failure), at)
        raise NotTakenBack(f"It could not be taken back: {failure}") from failure
    except Exception as error:
        _set_back(asked, str(error) or type(error).__name__, at)
        raise NotTakenBack("The gateway gave no answer. It is asked again by itself.") from error
    return _record(asked, sent, at)


def _set_back(asked: PayoutReturn, why: str, at: datetime) -> None:
    """Count a try that came to nothing; of two at once, one counts."""
    tries = asked.tries + 1
    again = next_try(tries, at)
    PayoutReturn.objects.asked().filter(pk=asked.pk, tries=asked.tries).update(
        tries=tries,
        next_try_at=again,
        stuck_at=None if again else at,
        failure=why[:300] or "No reason given.",
    )


def hear(*, reference: str, gateway: PayoutGateway, at: datetime) -> PayoutReturn | None:
    """Record that the payout `reference` was taken back at the gateway; None when it was not."""
    payout = Payout.objects.filter(gateway=gateway.name, reference=reference).first()
    sent = gateway.taken_back(reference) if payout else None
    if payout is None or sent is None:
        return None
    asked, _ = PayoutReturn.objects.get_or_create(
        payout=payout, defaults={"reason": "Taken back at the gateway", "asked_at": at}
    )
    return _record(asked, sent, at)


@transaction.atomic
def _ask(payout: Payout, reason: str, by: User, at: datetime) -> PayoutReturn:
    stored = Payout.objects.select_for_update().get(pk=payout.pk)
    if stored.state != PayoutState.PAID:
        raise NotSent("Only a payout that was paid can be taken back.")
    asked, _ = PayoutReturn.objects.get_or_create(
        payout=stored, defaults={"reason": reason[:200], "asked_by": by, "asked_at": at}
    )
    return asked


@transaction.atomic
def _record(asked: PayoutReturn, sent: Sent, at: datetime) -> PayoutReturn:
    asked = PayoutReturn.objects.select_for_update().get(pk=asked.pk)
    if asked.entry_id:
        return asked
    periods.require_open_month(at)
    payout = asked.payout
    entry = posting.reverse(
        entry=Entry.objects.with_postings().get(source=f"payout:{payout.pk}"),
        source=asked.source,
        at=at,
        memo="Payout taken back",
    )
    if sent.movement:
        movements.take_in(gateway=payout.gateway, moved=sent.movement, entries=[entry], at=at)
    asked.entry, asked.reference, asked.done_at = entry, sent.reference, at
    asked.next_try_at = asked.stuck_at = None
    asked.save(update_fields=["entry", "reference", "done_at", "next_try_at", "stuck_at"])
    notices.tell(
        recipient=payout.member,
        text=f"Your payout of {payout.net} was taken back: {asked.reason}",
        url=reverse("royalties:overview"),
        at=at,
    )
    return asked
