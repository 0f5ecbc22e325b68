"""Deciding on what takes two people: under a lock, as it was proposed, once."""

from datetime import datetime

from django.db import IntegrityError, transaction

from members.models import User
from royalties.models.four_eyes import PROPOSED, FourEyes
from royalties.rules import four_eyes
from royalties.rules.four_eyes import NotDecided
from royalties.rules.payouts import RunState


def keep(row: FourEyes, *, taken: str) -> None:
    """Keep what is proposed; raises NotDecided, with the words `taken`, when another one waits."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NotDecided(taken) from error


def lock(row: FourEyes, *, approver: User) -> None:
    """Read `row` as it stands and hold it until the transaction ends, for `approver` to approve.

    Raises NotDecided when that is too late, not for them, or not what was proposed.
    """
    row.refresh_from_db(from_queryset=type(row)._default_manager.select_for_update())
    four_eyes.require(
        row.noun,
        state=row.state,
        proposer=row.proposed_by_id,
        approver=approver.pk,
        proposed=row.digest,
        stored=row.computed_digest(),
    )


def decide(row: FourEyes, state: RunState, *, by: User, at: datetime, **booked: object) -> None:
    """Write the decision down, and what was `booked` by it. Raises NotDecided when it is late."""
    waiting = type(row)._default_manager.filter(PROPOSED, pk=row.pk)
    if not waiting.update(state=state.value, decided_by=by, decided_at=at, **booked):
        raise four_eyes.late(row.noun)
    row.refresh_from_db()
