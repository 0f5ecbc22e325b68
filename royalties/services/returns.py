"""Payouts taken back from members: asked, done at the gateway, reversed in the ledger."""

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


class NotTakenBack(Refused):
    """The gateway could not take the money back."""


def take_back(
    *, payout: Payout, reason: str, by: User, gateway: PayoutGateway, at: datetime
) -> PayoutReturn:
    """Take a paid payout back from the member, whole; a repeated call changes nothing.

    It is on record before the gateway is asked. Raises NotSent when it was not paid, NotTakenBack
    when the gateway says no: the member has spent it, perhaps.
    """
    asked = _ask(payout, reason, by, at)
    if asked.entry_id:
        return asked
    try:
        sent = gateway.take_back(key=asked.source, reference=payout.reference, amount=payout.net)
    except PayoutFailed as failure:
        raise NotTakenBack(f"It could not be taken back: {failure}") from failure
    return _record(asked, sent, at)


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
    asked.save(update_fields=["entry", "reference", "done_at"])
    notices.tell(
        recipient=payout.member,
        text=f"Your payout of {payout.net} was taken back: {asked.reason}",
        url=reverse("royalties:overview"),
        at=at,
    )
    return asked
