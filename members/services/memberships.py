"""The register: founding, admission, leaving."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from members.models import Membership, RoleGrant, ShareClass, User
from members.rules.roles import Role
from members.services import accounts, notices, roles
from stockcoop.kernel.errors import Refused


class AlreadyFounded(Refused):
    """The co-op has a register already."""


class AlreadyMember(Refused):
    """The person has an open membership."""


class NotMember(Refused):
    """The person has no open membership."""


class OwnAdmission(Refused):
    """Nobody admits themselves."""

    status = 403


@transaction.atomic
def found(
    *, email: str, name: str, share_class: ShareClass, at: datetime, password: str | None = None
) -> User:
    """Found the co-op: its first member, who is its first board member. Once only."""
    _one_admission_at_a_time()
    if Membership.objects.exists():
        raise AlreadyFounded("This co-op has members; its board admits others.")
    founder = accounts.open_account(email=email, name=name, password=password)
    Membership.objects.create(user=founder, share_class=share_class, number=1, admitted_at=at)
    RoleGrant.objects.create(user=founder, role=Role.BOARD, granted_at=at)
    return founder


@transaction.atomic
def admit(*, user: User, share_class: ShareClass, by: User, at: datetime) -> Membership:
    """Enter `user` in the register under the next number. `by` is the board member who decided."""
    if user == by:
        raise OwnAdmission("Nobody admits themselves; another board member must decide.")
    _one_admission_at_a_time()
    if Membership.objects.open().filter(user=user).exists():
        raise AlreadyMember(f"{user.name} is a member already.")
    last = Membership.objects.aggregate(last=Max("number"))["last"] or 0
    return Membership.objects.create(
        user=user, share_class=share_class, number=last + 1, admitted_at=at, admitted_by=by
    )


@transaction.atomic
def leave(*, user: User, at: datetime) -> Membership:
    """End the open membership of `user`, and with it every office. History stays."""
    membership = Membership.objects.open().select_for_update().filter(user=user).first()
    if membership is None:
        raise NotMember("You are not a member now, so there is nothing to leave.")
    roles.revoke_all(of=user, by=user, at=at)
    membership.left_at = at
    membership.save(update_fields=["left_at"])
    for board_member in User.objects.holding(Role.BOARD):
        notices.tell(
            recipient=board_member,
            text=f"{user.name}, member no. {membership.number}, has left the co-op.",
            url=reverse("members:register"),
            at=at,
        )
    return membership


def _one_admission_at_a_time() -> None:
    """Numbers have no gaps and no twins: whoever comes second waits for the first to commit."""
    list(ShareClass.objects.select_for_update(no_key=True).order_by("pk"))
