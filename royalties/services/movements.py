"""Taking in what a gateway moved: the movement on record, its fee and its sum in the ledger."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from ledger.models import Entry
from ledger.services import posting
from royalties.models import Movement, MovementEntry
from royalties.rules import chart
from royalties.rules.movements import Moved, between, counter
from royalties.services import periods
from stockcoop.kernel.money import Money


def is_known(gateway: str, reference: str) -> bool:
    """Whether the movement was taken in."""
    return Movement.objects.filter(gateway=gateway, reference=reference).exists()


@transaction.atomic
def take_in(
    *, gateway: str, moved: Moved, entries: Sequence[Entry], at: datetime, rest: Money | None = None
) -> Movement:
    """Put `moved` on record, explained by `entries`; its fee is a cost of the co-op.

    `rest` is the part of its sum that no entry of them moved: it goes to the kind's own account. A
    movement on record stays as it is, so call this in the transaction that posts `entries`.
    """
    stored = Movement.objects.filter(gateway=gateway, reference=moved.reference).first()
    if stored is not None:
        return stored
    periods.require_open_year(at)
    movement = _write(gateway, moved)
    posted = list(entries)
    if rest:
        posted.append(_post("movement", gateway, moved, counter(moved.kind), rest, at))
    if moved.fee:
        posted.append(_post("fee", gateway, moved, chart.FEES, -moved.fee, at))
    MovementEntry.objects.bulk_create(
        MovementEntry(movement=movement, entry=entry) for entry in posted
    )
    return movement


def take_in_alone(*, gateway: str, moved: Moved, at: datetime) -> Movement:
    """Put a movement on record that no sale and no payout is behind: to the bank, or a fee."""
    return take_in(gateway=gateway, moved=moved, entries=[], at=at, rest=moved.gross)


def _write(gateway: str, moved: Moved) -> Movement:
    return Movement.objects.create(
        gateway=gateway,
        reference=moved.reference,
        kind=moved.kind,
        about=moved.about,
        gross_minor=moved.gross.minor,
        fee_minor=moved.fee.minor,
        currency=moved.gross.currency,
        at=moved.at,
    )


def _post(what: str, gateway: str, moved: Moved, account: str, sum_: Money, at: datetime) -> Entry:
    return posting.post(
        source=f"{what}:{gateway}:{moved.reference}",
        postings=[between(gateway, account, sum_)],
        at=at,
        memo=f"{moved.kind.replace('_', ' ').capitalize()} {moved.about}"[:200],
    )
