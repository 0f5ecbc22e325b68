"""Founding a team, setting what its people may do, and leaving it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from members.models import User
from members.services import notices
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money
from teams.models import Team, Teammate
from teams.rules.roles import TeamRole
from teams.services import log


class LastManager(Refused):
    """The team would have no manager."""


class NotThere(Refused):
    """This person is not in the team any more."""


@transaction.atomic
def found(*, name: str, legal_name: str, by: User, at: datetime) -> Team:
    """A new team with `by` as its manager."""
    team = Team.objects.create(
        name=name, legal_name=legal_name, currency=settings.CURRENCY, created_at=at
    )
    Teammate.objects.create(team=team, user=by, role=TeamRole.MANAGER, joined_at=at)
    log.write(team=team, by=by, text=f"{by.name} founded the team for {legal_name}.", at=at)
    return team


@transaction.atomic
def settle(
    *,
    team: Team,
    name: str,
    legal_name: str,
    limit_minor: int | None,
    month_minor: int | None,
    by: User,
    at: datetime,
) -> None:
    """Set a team's names and bounds; orders that were placed keep the licensee they named."""
    row = log.locked(team)
    values = {
        "name": ("Name", name),
        "legal_name": ("Licensee", legal_name),
        "limit_minor": ("Limit of an order", limit_minor),
        "month_minor": ("Budget of a month", month_minor),
    }
    changed = {field: said for field, said in values.items() if getattr(row, field) != said[1]}
    for field, (label, value) in changed.items():
        setattr(row, field, value)
        log.write(team=row, by=by, text=f"{label}: {_in_words(row, field, value)}.", at=at)
    if changed:
        row.save(update_fields=list(changed))


@transaction.atomic
def set_role(
    *, teammate: Teammate, role: TeamRole, limit_minor: int | None, by: User, at: datetime
) -> None:
    """Give a person another role, or a limit of their own. Raises LastManager, NotThere."""
    row = _locked(teammate)
    if row.role == TeamRole.MANAGER and role is not TeamRole.MANAGER:
        _require_other_manager(row)
    if (row.role, row.limit_minor) == (role.value, limit_minor):
        return
    row.role, row.limit_minor = role.value, limit_minor
    row.save(update_fields=["role", "limit_minor"])
    limit = _in_words(row.team, "limit_minor", limit_minor)
    text = f"{row.user.name} is {role.value}; limit of their own: {limit}."
    log.write(team=row.team, by=by, text=text, at=at)


@transaction.atomic
def remove(*, teammate: Teammate, by: User, at: datetime) -> None:
    """End a person's time in the team, at their own wish or a manager's; what they did stays.

    Raises LastManager, NotThere.
    """
    row = _locked(teammate)
    if row.role == TeamRole.MANAGER:
        _require_other_manager(row)
    row.left_at = at
    row.save(update_fields=["left_at"])
    if row.user_id == by.pk:
        log.write(team=row.team, by=by, text=f"{by.name} left.", at=at)
        return
    log.write(team=row.team, by=by, text=f"{row.user.name} was removed.", at=at)
    text = f"You are not in the team {row.team.name} any more."
    notices.tell(recipient=row.user, text=text, url=reverse("teams:teams"), at=at)


def _locked(teammate: Teammate) -> Teammate:
    """The person's row as it is once the team is held."""
    log.locked(teammate.team)
    row = Teammate.objects.present().select_related("team", "user").filter(pk=teammate.pk).first()
    if row is None:
        raise NotThere("This person is not in the team any more.")
    return row


def _require_other_manager(leaving: Teammate) -> None:
    if not leaving.team.people.managing().exclude(pk=leaving.pk).exists():
        raise LastManager("A team needs a manager. Please make somebody else manager first.")


def _in_words(team: Team, field: str, value: str | int | None) -> str:
    if field.endswith("_minor"):
        return "none" if value is None else str(Money(int(value), team.currency))
    return str(value)
