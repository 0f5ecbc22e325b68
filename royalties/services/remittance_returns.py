"""Remittances that the bank sent back: reversed in the ledger, and owed again."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from ledger.services import posting
from members.models import User
from royalties.models import Remittance, RemittanceReturn
from royalties.services import periods
from stockcoop.kernel.errors import Refused


class NotBack(Refused):
    """The remittance cannot have come back like this."""


@transaction.atomic
def record(
    *, remittance: Remittance, on_day: date, reason: str, by: User, at: datetime
) -> RemittanceReturn:
    """Say that the bank sent `remittance` back on `on_day`: it is owed again, to be paid anew.

    Raises NotBack when it was never handed over, came back before, or on no such day.
    """
    periods.require_open_year(at)
    # Of several who say so at once, one goes first.
    paid = Remittance.objects.select_for_update().get(pk=remittance.pk)
    if paid.entry is None:
        raise NotBack("Only a payment that was approved can come back.")
    if RemittanceReturn.objects.filter(remittance=paid).exists():
        raise NotBack("It was said before that this payment came back.")
    if not paid.paid_on <= on_day <= timezone.localdate(at):
        raise NotBack("It came back between the day on which it was paid and today.", status=422)
    entry = posting.reverse(
        entry=paid.entry,
        source=paid.return_source,
        at=at,
        memo=f"Came back on {on_day:%-d %B %Y}: {reason}"[:200],
    )
    return RemittanceReturn.objects.create(
        remittance=paid, on_day=on_day, reason=reason, entry=entry, at=at, by=by
    )
