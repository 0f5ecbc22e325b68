"""Asking the co-op for a price of its own, and what ends such an enquiry without one."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from licensing.models import Enquiry
from licensing.rules.custom import EnquiryState
from licensing.services import custom_quotes
from media.models import Work
from members.models import User
from members.rules.roles import Role
from members.services import notices
from stockcoop.kernel.errors import Refused

MOST_WAITING = 20


class AskedAlready(Refused):
    """The buyer waits for an answer, or has one."""


class NotWaiting(Refused):
    """The enquiry does not wait for an answer (any more)."""


@transaction.atomic
def ask(
    *,
    buyer: User,
    work: Work,
    purpose: str,
    kind: str = "",
    needed_by: date | None = None,
    at: datetime,
) -> Enquiry:
    """Ask for a price of `work` for `purpose`; the treasurers are told. Raises AskedAlready."""
    # One enquiry at a time per buyer: a form sent twice waits here and then finds the first.
    User.objects.select_for_update(no_key=True).get(pk=buyer.pk)
    waiting = Enquiry.objects.filter(buyer=buyer).waiting()
    if waiting.filter(work=work).exists():
        raise AskedAlready(f"You have asked about “{work.title}”; the answer is on its way.")
    if waiting.count() >= MOST_WAITING:
        raise AskedAlready(f"{MOST_WAITING} enquiries of yours wait for an answer already.")
    for answered in Enquiry.objects.of(buyer).filter(work=work):
        if answered.quote and not custom_quotes.obstacle(answered.quote, at=at):
            raise AskedAlready(f"You have a custom quote for “{work.title}” already.")
    enquiry = Enquiry.objects.create(
        buyer=buyer, work=work, purpose=purpose, kind=kind, needed_by=needed_by, asked_at=at
    )
    for treasurer in User.objects.holding(Role.TREASURER):
        notices.tell(
            recipient=treasurer,
            text=f"{buyer.name} asks for a custom quote for “{work.title}”.",
            url=reverse("licensing:treasury_quote", args=[enquiry.uuid]),
            at=at,
        )
    return enquiry


@transaction.atomic
def take_back(*, enquiry: Enquiry, at: datetime) -> None:
    """Its buyer does not want an answer any more. Raises NotWaiting."""
    _end(enquiry, EnquiryState.TAKEN_BACK, enquiry.buyer, "", at)


@transaction.atomic
def decline(*, enquiry: Enquiry, by: User, because: str, at: datetime) -> None:
    """Give no quote, and say why; the buyer is told. Raises NotWaiting."""
    _end(enquiry, EnquiryState.DECLINED, by, because, at)
    notices.tell(
        recipient=enquiry.buyer,
        text=f"The co-op makes no custom quote for “{enquiry.work.title}”: {because}",
        url=reverse("licensing:quotes"),
        at=at,
    )


def _end(enquiry: Enquiry, state: EnquiryState, by: User, because: str, at: datetime) -> None:
    moved = Enquiry.objects.filter(pk=enquiry.pk).move(
        EnquiryState.WAITING, state, ended_at=at, ended_by=by, ended_because=because
    )
    if not moved:
        raise NotWaiting(f"The enquiry about “{enquiry.work.title}” does not wait any more.")
