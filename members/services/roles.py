"""Offices: the board grants them and takes them back."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from members.models import Membership, RoleGrant, User
from members.rules.roles import OFFICES, Role
from members.services import notices
from stockcoop.kernel.errors import Refused


class NotAnOffice(Refused):
    """This role follows from the register and cannot be granted."""

    status = 422


class OwnGrant(Refused):
    """Nobody grants an office to themselves."""

    status = 403


class AlreadyHeld(Refused):
    """The person holds this office."""


class NotHeld(Refused):
    """The person does not hold this office."""


class BoardIsForMembers(Refused):
    """Only a member sits on the board."""


class LastBoardMember(Refused):
    """A co-op always has a board."""


@transaction.atomic
def grant(*, role: Role, to: User, by: User, at: datetime) -> RoleGrant:
    """Give `to` an office, by decision of the board member `by`; `to` is told."""
    if role not in OFFICES:
        raise NotAnOffice(f"The role {role} cannot be granted.")
    if to == by:
        raise OwnGrant("Nobody grants an office to themselves; ask another board member.")
    if role is Role.BOARD and not Membership.objects.open().filter(user=to).exists():
        raise BoardIsForMembers(f"{to.name} is not a member, so cannot sit on the board.")
    grant, new = RoleGrant.objects.get_or_create(
        user=to, role=role, revoked_at=None, defaults={"granted_at": at, "granted_by": by}
    )
    if not new:
        raise AlreadyHeld(f"{to.name} is {role} already.")
    notices.tell(
        recipient=to,
        text=f"{by.name} gave you the office of {role}.",
        url=reverse("members:account"),
        at=at,
    )
    return grant


@transaction.atomic
def revoke(*, role: Role, of: User, by: User, at: datetime) -> None:
    """Take an office back, by decision of the board member `by`; the person is told."""
    board = _board_held_still()
    grant = RoleGrant.objects.open().filter(user=of, role=role).first()
    if grant is None:
        raise NotHeld(f"{of.name} is not {role}.")
    if role is Role.BOARD and len(board) == 1:
        raise LastBoardMember("The last board member stays until there is another.")
    grant.revoked_at, grant.revoked_by = at, by
    grant.save(update_fields=["revoked_at", "revoked_by"])
    if of != by:
        notices.tell(
            recipient=of,
            text=f"{by.name} ended your office of {role}.",
            url=reverse("members:account"),
            at=at,
        )


@transaction.atomic
def revoke_all(*, of: User, by: User, at: datetime) -> None:
    """Take back every office that `of` holds."""
    for role in RoleGrant.objects.open().filter(user=of).values_list("role", flat=True):
        revoke(role=Role(role), of=of, by=by, at=at)


def _board_held_still() -> list[RoleGrant]:
    """The board's open grants, locked, so that two revocations cannot pass each other."""
    return list(RoleGrant.objects.open().filter(role=Role.BOARD).select_for_update().order_by("pk"))
