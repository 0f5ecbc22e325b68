"""Recording print runs and people, and telling a team when a bound is passed."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse

from licensing.models import Licence, LicenceUse, Order
from licensing.rules import rights
from licensing.rules.rights import Standing, Tally, Used
from members.models import User
from members.services import notices
from stockcoop.kernel.errors import Refused
from teams.models import Teammate

_SAID = {
    Standing.NEAR: "comes close to what the licence allows",
    Standing.OVER: "is more than the licence allows",
}


class NotRecorded(Refused):
    """The record does not fit those before it."""

    status = 422


@transaction.atomic
def printed(
    *, licence: Licence, copies: int, what: str, on: date, by: User, at: datetime
) -> LicenceUse:
    """Record a print run, below 0 to correct one; above the bound too: what happened, happened.

    Raises NotRecorded when fewer than no copies would be left.
    """
    held, before = _held(licence), tally(licence, Used.PRINTS)
    if before.recorded + copies < 0:
        raise NotRecorded(f"Only {before.recorded:,} copies are recorded.")
    use = LicenceUse.objects.create(
        licence=held, used=Used.PRINTS, quantity=copies, what=what, on=on, at=at, by=by
    )
    _tell(held, before, tally(held, Used.PRINTS), Used.PRINTS, at)
    return use


@transaction.atomic
def joined(*, licence: Licence, who: str, on: date, by: User, at: datetime) -> LicenceUse:
    """Record that a person works with the file. Raises NotRecorded for one who does already."""
    held, before = _held(licence), tally(licence, Used.SEATS)
    if who in people(held):
        raise NotRecorded(f"{who} is recorded already.")
    use = LicenceUse.objects.create(
        licence=held, used=Used.SEATS, quantity=1, who=who, on=on, at=at, by=by
    )
    _tell(held, before, tally(held, Used.SEATS), Used.SEATS, at)
    return use


@transaction.atomic
def left(*, licence: Licence, who: str, on: date, by: User, at: datetime) -> LicenceUse:
    """Record that a person works with the file no more. Raises NotRecorded for one who did not."""
    held = _held(licence)
    if who not in people(held):
        raise NotRecorded(f"{who} is not recorded.")
    return LicenceUse.objects.create(
        licence=held, used=Used.SEATS, quantity=-1, who=who, on=on, at=at, by=by
    )


def people(licence: Licence) -> list[str]:
    """Who works with the file now."""
    uses = licence.uses.filter(used=Used.SEATS)
    return rights.people(uses.values_list("who", "quantity"))


def tally(licence: Licence, used: Used) -> Tally:
    """What is recorded, against what the licence allows by the book that it was sold under."""
    recorded = licence.uses.filter(used=used).aggregate(sum=Sum("quantity"))["sum"] or 0
    return tally_of(licence, used, recorded)


def tally_of(licence: Licence, used: Used, recorded: int) -> Tally:
    """The same for a sum that is known already."""
    book = licence.line.price_book.book()
    return Tally(recorded, rights.allowed(licence.line.quote(), used), book.warn_bp)


def _held(licence: Licence) -> Licence:
    """The licence, held so that records are added one at a time."""
    Licence.objects.select_for_update(no_key=True).get(pk=licence.pk)
    return Licence.objects.with_line().get(pk=licence.pk)


def _tell(licence: Licence, before: Tally, after: Tally, used: Used, at: datetime) -> None:
    standing = rights.passed(before, after)
    if standing is None:
        return
    noun = "copies of" if used is Used.PRINTS else "people working with"
    text = f"{after.in_words} {noun} “{licence.line.work.title}”: that {_SAID[standing]}."
    for reader in readers(licence.line.order):
        url = reverse("licensing:uses", args=[licence.number])
        notices.tell(recipient=reader, text=text, url=url, at=at)


def readers(order: Order) -> list[User]:
    """Who is told about an order's licences: its buyer, and the managers of its team."""
    if order.project is None:
        return [order.buyer]
    managers = Teammate.objects.managing().filter(team=order.project.team_id)
    people = {person.user for person in managers.select_related("user")}
    return sorted({order.buyer, *people}, key=lambda user: user.pk)
