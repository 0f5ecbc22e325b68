"""Asking people into a team by mail."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django import app

from members.models import User
from stockcoop.kernel.errors import Refused
from teams.models import Invitation, Team, Teammate
from teams.rules.roles import TeamRole
from teams.services import log

LASTS = timedelta(days=7)
MOST_OPEN = 50
_SALT = "teams.invitation"


class AlreadyThere(Refused):
    """The person is in the team."""


class TooMany(Refused):
    """So many invitations wait that no more are sent."""


class NoInvitation(Refused):
    """The link leads to no invitation of the asker."""

    status = 404


@transaction.atomic
def invite(*, team: Team, email: str, role: TeamRole, by: User, at: datetime) -> Invitation:
    """Send `email` a link into the team; an earlier link of that address ends.

    Raises AlreadyThere, TooMany.
    """
    row, email = log.locked(team), email.strip().lower()
    if row.people.present().filter(user__email=email).exists():
        raise AlreadyThere(f"{email} is in the team already.")
    row.invitations.open(at).filter(email=email).update(revoked_at=at)
    if row.invitations.open(at).count() >= MOST_OPEN:
        raise TooMany(f"{MOST_OPEN} invitations wait for an answer. Please end some first.")
    invitation = Invitation.objects.create(
        team=row, email=email, role=role, created_by=by, created_at=at, expires_at=at + LASTS
    )
    log.write(team=row, by=by, text=f"{email} was invited as {role.value}.", at=at)
    app.configure_task("teams.mail_invitation", queue="mail").defer(invitation_id=invitation.pk)
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, by: User, at: datetime) -> None:
    """End an invitation that nobody has accepted; one that has ended stays so."""
    log.locked(invitation.team)
    ended = Invitation.objects.filter(pk=invitation.pk).open(at).update(revoked_at=at)
    if ended:
        text = f"The invitation of {invitation.email} was taken back."
        log.write(team=invitation.team, by=by, text=text, at=at)


def path_of(invitation: Invitation) -> str:
    """Where the invitation is accepted; nobody can guess it."""
    return reverse("teams:invitation", args=[signing.dumps(str(invitation.uuid), salt=_SALT)])


def find(*, token: str, user: User, at: datetime) -> Invitation:
    """The open invitation of `user` that a link leads to. Raises NoInvitation."""
    try:
        uuid = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        uuid = None
    waiting = Invitation.objects.open(at).filter(uuid=uuid, email=user.email)
    found = waiting.select_related("team", "created_by").first()
    if found is None:
        raise NoInvitation(
            "This invitation was used, has ended, or is for another address. You are signed in as "
            f"{user.email}."
        )
    return found


@transaction.atomic
def accept(*, token: str, user: User, at: datetime) -> Team:
    """Make `user` one of the team, once. Raises NoInvitation, AlreadyThere."""
    team = log.locked(find(token=token, user=user, at=at).team)
    # Again, since the first look was before the team was held.
    invitation = find(token=token, user=user, at=at)
    if team.people.present().filter(user=user).exists():
        raise AlreadyThere("You are in this team already.")
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=at)
    Teammate.objects.create(team=team, user=user, role=invitation.role, joined_at=at)
    log.write(team=team, by=user, text=f"{user.name} joined as {invitation.role}.", at=at)
    return team


def mail(*, invitation_id: int, at: datetime) -> None:
    """Send the link of an invitation; nothing when it has ended meanwhile."""
    waiting = Invitation.objects.open(at).select_related("team", "created_by")
    invitation = waiting.filter(pk=invitation_id).first()
    if invitation is None:
        return
    team, by = invitation.team, invitation.created_by
    send_mail(
        subject=f"{settings.COOP_NAME}: {by.name} invites you to {team.name}",
        message=(
            f"{by.name} invites you to license photographs and film together as {team.name}, in the"
            f" role of {invitation.role}.\n\nSign in as {invitation.email} and accept until "
            f"{invitation.expires_at:%-d %B %Y}:\n{settings.BASE_URL}{path_of(invitation)}\n\n"
            f"{settings.COOP_NAME}\n"
        ),
        from_email=None,
        recipient_list=[invitation.email],
    )
